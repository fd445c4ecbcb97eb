"""Laws of the two ways between s.yaml and FC: what one says, the other says back, and then there is nothing to tell."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from fc_guard.core.normal import nested, normalise, observed
from fc_guard.core.resolve import of_desired
from fc_guard.core.values import Comparer
from fc_guard.model.resources import Desired
from tests.known import kind_named, props_schema
from tests.property.drawn import drawn
from tests.unit.kinds.quiet import ACCOUNT, ANSWERS, REGION, compared, shown
from tests.unit.sides import seal

DEFINITIONS = props_schema()["definitions"]
ASYNC = DEFINITIONS["function"]["properties"]["asyncConfiguration"]
PROPS = {
    "service": drawn(DEFINITIONS["service"]),
    "function": drawn(DEFINITIONS["function"]),
    "asyncConfig": drawn(ASYNC),
}
EACH_KIND = pytest.mark.parametrize("kind", PROPS)


def step(kind: str, props: Mapping[str, Any]) -> dict[str, Any]:
    """One step of s.yaml that holds the props of one kind."""
    whole: dict[str, Any] = {"service": {"name": "s"}, "function": {"name": "f"}}
    if kind == "asyncConfig":
        whole["function"]["asyncConfiguration"] = dict(props)
    else:
        whole[kind] = {**props, **whole[kind]}
    return whole


def wish(kind: str, props: Mapping[str, Any]) -> Desired | None:
    found = next(iter(kind_named(kind).desired(step(kind, props), ACCOUNT, REGION)), None)
    return None if found is None else of_desired(found, lambda output: None)  # names are known beforehand


def answered(kind: str, desired: Desired, full: bool) -> dict[str, Any]:
    """FC's answer to a creation: what was sent, filled up with its defaults where `full`."""
    rules = kind_named(kind).rules
    sent = nested({**desired.derived, **desired.fields}, rules)
    if not full:
        return sent
    document = copy.deepcopy({**ANSWERS[kind], **sent})
    for path, value in rules.defaults.items():
        place = document
        for key in path[:-1]:
            place = place.setdefault(key, {}) if isinstance(place, dict) else None
        if isinstance(place, dict) and place.get(path[-1]) in (None, ""):
            place[path[-1]] = value
    return document


@EACH_KIND
@given(st.data(), st.booleans())
def test_what_was_created_as_s_yaml_says_plans_empty(kind: str, data: st.DataObject, full: bool) -> None:
    desired = wish(kind, data.draw(PROPS[kind]))
    if desired is not None:
        live = shown(kind, desired, answered(kind, desired, full))
        assert compared(kind, desired, live, None).changes == ()


@EACH_KIND
@given(st.data(), st.booleans())
def test_what_sync_writes_plans_empty_and_loses_nothing(kind: str, data: st.DataObject, full: bool) -> None:
    first = wish(kind, data.draw(PROPS[kind]))
    if first is None:
        return
    live = shown(kind, first, answered(kind, first, full))
    again = wish(kind, kind_named(kind).props(live.fields)) or Desired(first.id, {})
    assert compared(kind, again, live, None).changes == ()
    rules = kind_named(kind).rules
    comparer = Comparer(rules, seal)
    for path, value in live.fields.items():
        lost = path not in again.fields and value is not None
        if lost:
            assert comparer.same(path, value, rules.defaults.get(path)) or rules.filled(live.fields, path), path


@EACH_KIND
@given(st.data())
def test_what_sync_writes_is_what_the_schema_allows(kind: str, data: st.DataObject) -> None:
    desired = wish(kind, data.draw(PROPS[kind]))
    if desired is None:
        return
    live = shown(kind, desired, answered(kind, desired, full=True))
    written = step(kind, kind_named(kind).props(live.fields))["service" if kind == "service" else "function"]
    if kind == "asyncConfig":
        written["runtime"] = "python3"
    schema = DEFINITIONS["service" if kind == "service" else "function"]
    assert [error.message for error in Draft7Validator(schema).iter_errors(written)] == []


@EACH_KIND
@given(st.data())
def test_there_and_back_is_stable(kind: str, data: st.DataObject) -> None:
    first = wish(kind, data.draw(PROPS[kind]))
    if first is None:
        return
    props = kind_named(kind).props(first.fields)
    second = wish(kind, props)
    assert kind_named(kind).props(second.fields if second is not None else {}) == props


@EACH_KIND
@given(st.data())
def test_what_is_sent_is_read_back_as_it_was_meant(kind: str, data: st.DataObject) -> None:
    """A request body, taken as an answer, has the fields it was made of."""
    desired = wish(kind, data.draw(PROPS[kind]))
    if desired is None:
        return
    rules = kind_named(kind).rules
    body = nested(desired.fields, rules)
    comparer = Comparer(rules, seal)
    back = observed(body, rules)
    assert back == normalise(body, rules)
    for path, value in desired.fields.items():
        assert comparer.same(path, back.get(path), value), path
