"""Whatever a plan was decided by: any single change of it is found, on the side where it was made, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.core.choices import Choice
from fc_guard.core.fingerprints import fingerprint, moved
from fc_guard.core.planning import plan_deployment
from fc_guard.model.fields import CodeVersion
from fc_guard.model.fingerprints import Fingerprints, Side
from fc_guard.model.plans import Policy
from fc_guard.state.seal import Sealer
from tests.property.test_record_laws import VALUES
from tests.unit.sides import ID, KINDS, RULES, diff

SEAL = Sealer(b"k" * 32)
NAMES = st.sampled_from(["size", "timeout", "env.A", "env.B", "log.rule", "role", "methods"])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3)
FLAT = st.dictionaries(NAMES, SCALARS | st.lists(SCALARS, max_size=2).map(tuple), max_size=5)
POLICIES = st.sampled_from([Policy.FAIL, Policy.OVERWRITE, Policy.KEEP, Policy.MERGE])
CODE = st.sampled_from("abc").map(lambda name: CodeVersion(checksum=name, digest=name * 2))

Sides = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]


def taken(sides: Sides, policy: Policy, serial: int = 1) -> Fingerprints:
    """The fingerprint of the plan that these sides make: desired, live, and what was applied."""
    desired, live, applied = ({"code": CodeVersion("0", "0"), **side} for side in sides)
    plan = plan_deployment([diff(desired, live, applied)], KINDS, Choice(policy, {}, "2026-02-03"))
    return {action.id: fingerprint(action, serial, RULES, SEAL) for action in plan.actions}


def otherwise(value: Any) -> Any:
    """Another value that no rule takes for the same."""
    if isinstance(value, CodeVersion):
        return CodeVersion(f"{value.checksum}!", f"{value.digest}!")
    return f"{value}!" if isinstance(value, str) else ("otherwise", repr(value))


@given(FLAT, FLAT, FLAT, POLICIES)
def test_what_did_not_move_is_not_found(desired: Any, live: Any, applied: Any, policy: Policy) -> None:
    sides = (desired, live, applied)
    assert moved(taken(sides, policy), taken(sides, policy)) == ()


@given(st.lists(FLAT, min_size=3, max_size=3), POLICIES, st.integers(0, 2), NAMES | st.just("code"))
def test_any_single_change_is_found_on_its_side(
    drawn: list[dict[str, Any]], policy: Policy, at: int, name: str
) -> None:
    others = [{"code": CodeVersion("0", "0"), **side} for side in drawn]
    others[at] = {**others[at], name: otherwise(others[at].get(name))}
    found = moved(taken((drawn[0], drawn[1], drawn[2]), policy), taken((others[0], others[1], others[2]), policy))
    side = (Side.HERE, Side.ONLINE, Side.HISTORY)[at]
    assert {each.side for each in found} == {side}
    if side is not Side.HISTORY:
        assert [each.what for each in found] == [name]


@given(FLAT, POLICIES, NAMES)
def test_a_field_that_comes_or_goes_is_found(fields: Any, policy: Policy, name: str) -> None:
    without = {key: value for key, value in fields.items() if key != name}
    for at, side in ((0, Side.HERE), (1, Side.ONLINE)):
        sides = [fields, fields, fields]
        less, more = list(sides), list(sides)
        less[at], more[at] = without, {**without, name: 1}
        found = moved(taken((less[0], less[1], less[2]), policy), taken((more[0], more[1], more[2]), policy))
        assert [(each.side, each.what) for each in found] == [(side, name)]


@given(FLAT, POLICIES)
def test_a_record_that_was_written_again_is_found_whatever_it_says(fields: Any, policy: Policy) -> None:
    sides = (fields, fields, fields)
    [found] = moved(taken(sides, policy, 1), taken(sides, policy, 2))
    assert found.side is Side.HISTORY


@given(VALUES, VALUES)
def test_a_seal_does_not_tell_whose_values_are_alike(value: Any, other: Any) -> None:
    """Equal values of two fields or two resources have different seals; equal ones of one field have the same."""
    sides = ({"env.A": value, "env.B": value}, {"env.A": other}, {})
    [print] = taken(sides, Policy.FAIL).values()
    assert print.desired is not None
    assert print.live is not None
    assert print.desired["env", "A"] != print.desired["env", "B"]
    elsewhere = replace(ID, parts=("svc", "another"))
    found = diff({"env.A": value}, id=elsewhere)
    [action] = plan_deployment([found], KINDS, Choice(Policy.FAIL, {}, "")).actions
    there = fingerprint(action, 1, RULES, SEAL).desired
    assert there is not None
    assert there["env", "A"] != print.desired["env", "A"]


@given(st.lists(st.sampled_from(["GET", "PUT", "POST"]), min_size=2, max_size=3, unique=True), POLICIES)
def test_the_order_of_a_set_and_the_case_of_what_is_blind_to_it_do_not_count(
    methods: list[str], policy: Policy
) -> None:
    one = {"methods": tuple(methods), "role": "Admin"}
    other = {"methods": tuple(reversed(methods)), "role": "ADMIN"}
    assert moved(taken((one, one, one), policy), taken((other, other, one), policy)) == ()
