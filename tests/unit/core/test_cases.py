"""Plays the case files: cases/README.md says what stands in them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fc_guard.core.choices import Choice
from fc_guard.core.compare_fields import View
from fc_guard.core.planning import plan_deployment, plan_removal
from fc_guard.errors import BadInput
from fc_guard.model.address import Address
from fc_guard.model.fields import FieldChange
from fc_guard.model.plans import Action, Call, Plan, Policy, Unit
from tests.unit.core.case_files import BadCase, Case, cases, cases_of, only
from tests.unit.sides import ID, KINDS, diff

SIDES = frozenset({"desired", "declared", "derived", "live", "applied", "observed", "kept", "kept_absent", "made"})
PARTS_OF_A_CHANGE = frozenset({"cause", "baseline", "live", "desired", "target", "secret", "since", "at_risk"})
COMPARED = frozenset({"changes", "presence"})
COMPARE = SIDES | COMPARED | {"view", "adopted", "drifted"}

PLANNED = frozenset({"actions", "refused"})
PLAN = PLANNED | {"resources", "removal", "policy", "decided", "prune", "held", "staying", "undecided", "conflicts"}
TODAY = "2026-02-03"


@pytest.mark.parametrize("case", cases("compare", COMPARE, COMPARED))
def test_compare(case: Case) -> None:
    view = View(case.get("view", View.DEPLOYING.value))
    result = diff(**{key: case[key] for key in case.keys() & SIDES}, view=view)
    if "changes" in case:
        expected = {name: entries(change, "cause") for name, change in case["changes"].items()}
        found = {change.name: parts(change, expected.get(change.name, {})) for change in result.changes}
        assert found == expected
    told = {"presence": result.presence.value, "adopted": result.adopted, "drifted": result.drifted}
    named = case.keys() & told.keys()
    assert {key: told[key] for key in named} == {key: case[key] for key in named}


@pytest.mark.parametrize("case", cases("plan", PLAN, PLANNED))
def test_plan(case: Case) -> None:
    if "refused" in case:
        only(case, PLAN - {"actions", "undecided", "conflicts"})
        with pytest.raises(BadInput, match=re.escape(case["refused"])):
            planned(case)
    else:
        assert_planned(planned(case), case)


def assert_planned(plan: Plan, case: Case) -> None:
    expected = [(name, entries(action, "verb")) for name, action in case["actions"].items()]
    assert [(str(action.id), told_of(action)) for action in plan.actions] == expected
    assert tuple(map(str, plan.undecided)) == case.get("undecided", ())
    assert tuple(map(str, plan.conflicts)) == case.get("conflicts", ())


def parts(change: FieldChange, wanted: Case) -> Case:
    """Returns the cause of a change, and what else of it is wanted."""
    return {name: getattr(change, name) for name in only(wanted, PARTS_OF_A_CHANGE)} | {"cause": change.cause.value}


def planned(case: Case) -> Plan:
    removal = case.get("removal", False)
    view = View.WATCHING if removal else View.DEPLOYING
    diffs = [diff(**only(sides, SIDES), view=view, id=id_of(name)) for name, sides in case["resources"].items()]
    decided = {unit_of(text): Policy(policy) for text, policy in case.get("decided", {}).items()}
    choice = Choice(Policy(case.get("policy", "fail")), decided, TODAY, prune=case.get("prune", False))
    held = {id_of(name): inside for name, inside in case.get("held", {}).items()}
    if removal:
        return plan_removal(diffs, KINDS, choice, [id_of(name) for name in case.get("staying", ())], held)
    return plan_deployment(diffs, KINDS, choice, held)


def id_of(text: str) -> Address:
    """function svc/fn"""
    kind, path = text.split(" ")
    return Address("fc2", ID.account, ID.region, kind, tuple(path.split("/")))


def unit_of(text: str) -> Unit:
    """function svc/fn (config)"""
    resource, _, aspect = text.removesuffix(")").partition(" (")
    return Unit(id_of(resource), aspect or "existence")


def told_of(action: Action) -> Case:
    """Returns all that an action says, but for what it does not do or keep."""
    everything = {
        "verb": action.verb.value,
        "sends": tuple(change.name for change in action.sends),
        "body": body_of(action.call),
        "with_code": action.call is not None and action.call.with_code,
        "then": body_of(action.then),
        "keeps": {".".join(path): since for path, since in action.keeps.items()},
        "keeps_absent": action.keeps_absent,
        "rescues": action.rescues,
        "leaves": action.leaves,
        "reason": action.reason,
        "held": action.held,
    }
    return {name: value for name, value in everything.items() if value not in (None, (), {}, "", False)}


def body_of(call: Call | None) -> Any:
    return None if call is None else call.body


def entries(given: Any, short: str) -> Case:
    """A text alone stands for an entry of that name."""
    return {short: given} if isinstance(given, str) else given


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("{live: {}, chnages: {}}", "unknown: chnages", id="a key that is not known"),
        pytest.param("{live: {}, live: {}, changes: {}}", "written twice", id="a key twice"),
        pytest.param("{desired: {size: 1, size: 2}, changes: {}}", "written twice", id="a key twice, further in"),
        pytest.param("{live: {}}", "nothing is expected", id="nothing expected"),
        pytest.param("{live: {}, changes: {}, when: {}}", "nothing stands under when", id="no variant"),
        pytest.param("{live: {}, when: {a: {live: {}, changes: {}}}}", "and under 'a'", id="in two places"),
        pytest.param("{live: {}, when: {a: {changes: {}}, b: {}}}", "nothing is expected", id="a variant without"),
    ],
)
def test_a_case_that_cannot_fail_is_none(text: str, why: str) -> None:
    with pytest.raises(BadCase, match=why):
        cases_of(text, COMPARE, COMPARED)


def test_what_is_not_known_of_a_change_or_of_a_resource_is_an_error_too() -> None:
    with pytest.raises(BadCase, match="unknown: tagret"):
        test_compare({"desired": {}, "live": {"size": 2}, "changes": {"size": {"cause": "online-only", "tagret": 2}}})
    with pytest.raises(BadCase, match="unknown: liev"):
        test_plan({"resources": {"function svc/fn": {"liev": {}}}, "actions": {}})
    with pytest.raises(BadCase, match="unknown: actions"):
        test_plan({"resources": {"function svc/fn": {}}, "actions": {}, "refused": "cannot be changed"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"changes": {}},
        {"changes": {"size": "drift", "text": "drift"}},
        {"changes": {"size": "change"}},
        {"changes": {"size": {"cause": "drift", "target": 2}}},
        {"presence": "new"},
        {"adopted": True},
        {"drifted": False},
    ],
    ids=str,
)
def test_a_comparison_that_comes_to_something_else_fails(wrong: Case) -> None:
    case = {"desired": {"size": 1}, "live": {"size": 2}, "applied": {"size": 1}}
    test_compare({**case, "changes": {"size": "drift"}, "presence": "present"})
    with pytest.raises(AssertionError):
        test_compare({**case, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"actions": {}},
        {"actions": {"function svc/fn": {"verb": "update", "sends": ("size",), "body": {"size": 1}}}},  # no rescue
        {"policy": "fail"},
        {"undecided": ("function svc/fn (config)",)},
        {"policy": "keep"},
    ],
    ids=str,
)
def test_a_plan_that_comes_to_something_else_fails(wrong: Case) -> None:
    case = {
        "resources": {"function svc/fn": {"desired": {"size": 1}, "live": {"size": 2}, "applied": {"size": 1}}},
        "policy": "overwrite",
        "actions": {"function svc/fn": {"verb": "update", "sends": ("size",), "body": {"size": 1}, "rescues": True}},
    }
    test_plan(case)
    with pytest.raises(AssertionError):
        test_plan({**case, **wrong})
    with pytest.raises(pytest.fail.Exception):
        test_plan({"resources": case["resources"], "policy": "overwrite", "refused": "cannot be changed"})
