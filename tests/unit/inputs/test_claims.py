"""Props are of the layout that claims them; what no layout claims is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fc_guard.commands import COMMANDS
from fc_guard.errors import BadInput, Effect
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.forms import FC3
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.options import listed
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from tests.flat import BOTH, FLAT
from tests.unit.inputs.test_props import props

(FC2,) = LAYOUTS
NOWHERE = Places(None, "one")
FOR_FC3 = {"region": "cn-hangzhou", "functionName": "f", "runtime": "python3", "name": "f"}
FLAT_PROPS = {"zone": "cn-hangzhou", "name": "demo"}


def refused(given: dict[str, Any], *layouts: Any) -> BadInput:
    with pytest.raises(BadInput) as caught:
        check(given, NOWHERE, layouts)
    return caught.value


def test_a_file_for_fc_3_is_refused_since_no_layout_claims_it() -> None:
    assert not any(layout.claims(FOR_FC3) for layout in LAYOUTS)
    error = refused(FOR_FC3, *LAYOUTS)
    assert (error.reference, error.effect) == ("fc3-file", Effect.SAID_ELSEWHERE)
    assert error.message == "functionName at the top of props: this is a file for Function Compute 3.0"
    assert error.hint == "fc-guard deploys FC 2.0 (service, function, triggers). Use the component fc3 for this file."


def test_it_is_taken_as_soon_as_a_layout_claims_it() -> None:
    keys = frozenset((key,) for key in FOR_FC3)
    claiming = replace(
        FLAT,
        claims=lambda given: FC3.mark(given) is not None,
        checks=FLAT.checks._replace(understood=keys),
    )
    checked = check(FOR_FC3, NOWHERE, (*LAYOUTS, claiming))
    assert (checked.layout, checked.warnings) == (claiming, ())


@pytest.mark.parametrize(
    ("given", "mark"),
    [
        ({"handler": "a.b"}, ("handler",)),
        ({"code": "."}, ("code",)),
        ({"function": {"name": "f", "code": "."}}, ("function", "code")),
        ({"function": {"name": "f"}}, None),
        ({"service": {}, "function": {"code": "."}, "runtime": "python3"}, None),
        ({"service": "demo", "runtime": "python3"}, ("runtime",)),
        ({"function": ["code"]}, None),
        ({}, None),
    ],
)
def test_fc_2_claims_whatever_shows_no_mark_of_fc_3(given: dict[str, Any], mark: tuple[str, ...] | None) -> None:
    assert FC3.mark(given) == mark
    assert FC2.claims(given) is (mark is None)


def test_a_mark_without_a_value_is_none() -> None:
    assert check({**props(), "handler": None}, NOWHERE, LAYOUTS).layout is FC2
    assert refused({"region": "r", "handler": None}, *LAYOUTS).reference == "bad-props"


def test_props_that_nobody_knows_are_told_what_is_known() -> None:
    error = refused({"zones": []}, FLAT)
    assert (error.reference, error.message) == (
        "bad-props",
        "The props are written in no way that is known here (flat).",
    )


def test_the_layout_that_claims_the_props_checks_them() -> None:
    assert check(FLAT_PROPS, NOWHERE, BOTH).layout is FLAT
    assert check(props(), NOWHERE, BOTH).layout is FC2
    assert refused({**FLAT_PROPS, "name": "nothing"}, *BOTH).message == "no service is called nothing"
    assert "'service' is missing" in refused(FLAT_PROPS, *LAYOUTS).message


def test_parts_and_their_options_are_those_of_every_layout() -> None:
    deploy = COMMANDS["deploy"]

    def scope(line: str) -> Any:
        return parse(line.split(), "deploy", "one", deploy.options, BOTH).scope

    assert scope("deploy app").kinds == {("fc2", "service")}
    assert scope("deploy function").kinds == {("fc2", "function"), ("fc2", "asyncConfig")}
    names = [option.name for option in listed(deploy.options, (FLAT,))]
    assert "--type" in names
    assert "--trigger-name" not in names
    with pytest.raises(BadInput, match="the parts of `s deploy` are app, service, function, trigger, domain"):
        scope("deploy apps")
