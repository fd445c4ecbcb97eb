"""A count says what it counts, and one thing is one."""

from __future__ import annotations

import pytest

from fc_guard.model.address import Address
from fc_guard.model.plans import Action, Plan, Unit, Verb
from fc_guard.model.pulls import Left, Pull
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.render.counting import more_fields, more_files, resources_counted
from fc_guard.render.plan import count_line
from fc_guard.render.pull import count_line as pull_count


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((), ""),
        (((0, "to create"), (0, "unchanged")), ""),
        (((1, "to create"),), "1 resource to create"),
        (((0, "to create"), (2, "to update"), (1, "unchanged")), "2 resources to update, 1 unchanged"),
        (((1, "to update"), (1_200, "unchanged")), "1 resource to update, 1,200 unchanged"),
    ],
)
def test_the_first_count_names_the_resources(counts: tuple[tuple[int, str], ...], told: str) -> None:
    assert resources_counted(counts) == told


def test_what_is_folded_is_counted_by_its_name() -> None:
    assert more_fields(1) == "… and 1 more field (--full-diff shows it)"
    assert more_fields(2) == "… and 2 more fields (--full-diff shows them)"
    assert more_files(1) == "… and 1 more file (--full-diff shows it)"
    assert more_files(1_500) == "… and 1,500 more files (--full-diff shows them)"


def plan(*verbs: Verb, undecided: int = 0, conflicts: int = 0) -> Plan:
    ids = [Address("fc2", "1", "r", "function", ("s", f"f{n}")) for n in range(max(len(verbs), 1))]
    actions = (
        Action(verb, id, ResourceDiff(id, Presence.PRESENT, None, None, None))
        for verb, id in zip(verbs, ids, strict=False)
    )
    aspects = ("config", "code")
    return Plan(
        tuple(actions),
        tuple(Unit(ids[0], aspect) for aspect in aspects[:undecided]),
        tuple(Unit(ids[0], aspect) for aspect in aspects[:conflicts]),
    )


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (plan(Verb.NOTHING), "No differences: 1 resource unchanged."),
        (plan(Verb.NOTHING, Verb.NOTHING), "No differences: 2 resources unchanged."),
        (plan(), "No differences."),
        (plan(Verb.UPDATE, undecided=1), "Plan: 1 resource to update; 1 decision to make"),
        (plan(Verb.UPDATE, undecided=2), "Plan: 1 resource to update; 2 decisions to make"),
        (plan(Verb.UPDATE, Verb.UPDATE, conflicts=1), "Plan: 2 resources to update; 1 conflict"),
        (plan(Verb.UPDATE, undecided=1, conflicts=2), "Plan: 1 resource to update; 1 decision to make, 2 conflicts"),
    ],
)
def test_a_plan_counts_resources_and_decisions_each_by_name(what: Plan, told: str) -> None:
    assert count_line(what, watch=False) == told


@pytest.mark.parametrize(("number", "told"), [(1, "Pull: 1 change not done"), (2, "Pull: 2 changes not done")])
def test_a_pull_counts_what_is_left(number: int, told: str) -> None:
    left = Left(Address("fc2", "1", "r", "function", ("s", "f")), "s.yaml:4", "timeout", "why")
    assert pull_count(Pull("s.yaml", "", "", ("", ""), left=(left,) * number)) == told
