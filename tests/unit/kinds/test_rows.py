"""Rows of a made-up kind: the rules and the document that follow from them, and what cannot be said."""

from __future__ import annotations

from dataclasses import fields as members
from typing import Any

import pytest

from fc_guard.core.rows import document_of, joined, rules_of
from fc_guard.kinds.fc2.function_code import version
from fc_guard.kinds.spelling import flag, text_of, whole
from fc_guard.kinds.triggers import TYPES
from fc_guard.model.fields import CodeVersion
from fc_guard.model.rows import (
    CASE_BLIND,
    UNORDERED,
    Access,
    Field,
    Noise,
    Shape,
    always,
    canonical,
    keyed,
    plain,
    servers,
    struct,
    without,
)
from fc_guard.model.rules import FieldRules
from tests.known import kind_named


def caps(value: Any) -> Any:
    return value.upper()


def alike(left: Any, right: Any) -> bool:
    return len(left) == len(right)


def tidied(document: Any) -> Any:
    return document


NO_URL = without("probe", "url")
ROWS = (
    Field("timeout", whole, default=3),
    Field("soft", whole, follows="timeout"),
    Field("role", props=("assumes", "as"), noise=CASE_BLIND),
    Field("type", noise=canonical(caps), access=Access.FIXED, together=("cpu",)),
    Field("cpu", access=Access.STICKY, filled=always),
    Field("layers", noise=Noise(alike=alike), cleared=[]),
    Field("env", secret=True, shape=Shape.MAP),
    keyed("mounts", "folder"),
    struct(
        "probe",
        Field("url", text_of),
        Field("enabled", flag, default=False, filled=always),
        Field("hosts", noise=UNORDERED),
        Field("key", props=(), access=Access.WRITE_ONLY, secret=True),
        *servers("checkedAt"),
        filled=NO_URL,
        cleared={},
    ),
    Field("config", props=(), shape=Shape.JSON_TEXT, rows=plain("name")),
    *servers("id"),
)


def test_every_word_of_a_row_becomes_the_rule_of_that_name() -> None:
    probe = [("probe", name) for name in ("url", "enabled", "hosts", "key")]
    top = ("timeout", "soft", "role", "type", "cpu", "layers", "env", "mounts", "probe", "config")
    assert rules_of(ROWS, tidied) == FieldRules(
        known=frozenset({*((name,) for name in top), *probe, ("config", "name")}),
        server_owned=frozenset({("id",), ("probe", "checkedAt")}),
        structs=frozenset({("probe",), ("config",)}),
        maps=frozenset({("env",)}),
        sets=frozenset({("probe", "hosts")}),
        case_blind=frozenset({("role",)}),
        secret=frozenset({("env",), ("probe", "key")}),
        secret_props=frozenset({"env"}),
        fixed=frozenset({("type",)}),
        defaults={("timeout",): 3, ("probe", "enabled"): False},
        filling={
            ("cpu",): (always,),
            ("probe", "enabled"): (NO_URL, always),
            **dict.fromkeys([("probe", name) for name in ("url", "hosts", "key", "checkedAt")], (NO_URL,)),
        },
        sticky=frozenset({("cpu",)}),
        follows={("soft",): ("timeout",)},
        cleared={("layers",): [], ("probe",): {}},
        json_text=frozenset({("config",)}),
        canonical={("type",): caps},
        keyed={("mounts",): "folder"},
        tidied=tidied,
        alike={("layers",): alike},
        together={("type",): (("cpu",),)},
        write_only=frozenset({("probe", "key")}),
    )


def test_the_made_up_rows_say_something_of_every_rule() -> None:
    said, silent = rules_of(ROWS, tidied), FieldRules()
    assert [rule.name for rule in members(FieldRules) if getattr(said, rule.name) == getattr(silent, rule.name)] == []


@pytest.mark.parametrize(
    "rows",
    [
        (Field("timeout", default=3), Field("timeout")),
        (Field("timeout"), *servers("timeout")),
        (struct("probe", Field("url")), struct("probe", Field("path"))),
        (struct("probe", Field("url"), Field("url")),),
    ],
)
def test_a_field_that_is_declared_twice_fails(rows: tuple[Field, ...]) -> None:
    with pytest.raises(ValueError, match="two rows for"):
        rules_of(rows)


def test_a_document_has_what_the_props_name_each_as_fc_spells_it() -> None:
    props = {"timeout": "7", "as": "x", "probe": {"url": 1, "enabled": "true", "key": "k", "checkedAt": "now"}, "id": 1}
    assert document_of(ROWS, props) == {"timeout": 7, "role": "x", "probe": {"url": "1", "enabled": True}}


def test_of_a_props_names_the_first_one_counts() -> None:
    assert document_of(ROWS, {"as": "second", "assumes": "first"}) == {"role": "first"}


def test_documents_that_mean_the_same_by_a_path_have_one_set_of_rows() -> None:
    one = (Field("enable", flag), struct("filter", Field("prefix")))
    other = (struct("filter", Field("domain")), Field("enable", flag))
    assert joined(one, other, ()) == (Field("enable", flag), struct("filter", Field("prefix"), Field("domain")))


@pytest.mark.parametrize(
    "other",
    [
        Field("enable", flag, default=True),
        Field("enable", flag, secret=True),
        Field("enable", flag, access=Access.SERVER),
        Field("enable", flag, noise=UNORDERED),
        struct("enable", Field("now"), spell=flag),
        Field("enable"),
    ],
)
def test_documents_that_mean_different_things_by_a_path_are_not_joined(other: Field) -> None:
    with pytest.raises(ValueError, match="two meanings of enable"):
        joined((Field("enable", flag),), (other,))
    with pytest.raises(ValueError, match="two meanings of enable"):
        joined((struct("config", other),), (struct("config", Field("enable", flag)),))


@pytest.mark.parametrize("of", TYPES)
def test_the_rules_of_triggers_say_all_that_each_type_says(of: str) -> None:
    common_rules = kind_named("trigger").rules
    alone = rules_of((Field("triggerConfig", shape=Shape.JSON_TEXT, rows=TYPES[of].rows),))
    for rule in members(FieldRules):
        own, common = getattr(alone, rule.name), getattr(common_rules, rule.name)
        if isinstance(own, frozenset):
            assert own <= common, rule.name
        elif isinstance(own, dict):
            assert {path: common[path] for path in own} == own, rule.name


@pytest.mark.parametrize(
    ("said", "meant"), [(True, True), ("true", True), ("false", False), ("true\n", True), (False, False)]
)
def test_a_switch_means_the_same_in_every_kind(said: Any, meant: bool) -> None:
    function = {
        "name": "f",
        "runtime": "custom-container",
        "customContainerConfig": {"image": "i", "webServerMode": said},
    }
    step: dict[str, Any] = {
        "service": {"name": "s", "internetAccess": said},
        "function": {**function, "asyncConfiguration": {"statefulInvocation": said}},
        "triggers": [{"name": "t", "type": "timer", "config": {"enable": said}}],
        "customDomains": [{"domainName": "www.example.com", "wafConfig": {"enableWAF": said}}],
    }
    switches = {
        ("service", ("internetAccess",)),
        ("function", ("customContainerConfig", "webServerMode")),
        ("asyncConfig", ("statefulInvocation",)),
        ("trigger", ("triggerConfig", "enable")),
        ("customDomain", ("wafConfig", "enableWAF")),
    }
    for kind, path in switches:
        (desired,) = kind_named(kind).desired(step, "1", "cn-hangzhou")
        assert desired.fields[path] is meant, path


@pytest.mark.parametrize("size", [-1, 2**63, None])
def test_a_size_that_no_package_has_is_not_recorded(size: int | None) -> None:
    found = version({"codeChecksum": "7", "codeSize": size})
    assert found == CodeVersion("7", None, None)
