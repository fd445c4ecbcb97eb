"""Planning, where a case needs files of code or other steps: the others are files, cases/plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fc_guard.core.choices import Choice
from fc_guard.core.compare_fields import View
from fc_guard.core.planning import plan_deployment, plan_removal
from fc_guard.model.fields import Cause, CodeVersion
from fc_guard.model.files import FileChange, FileSide, FileState
from fc_guard.model.plans import Action, Becomes, Policy, Unit, Verb
from fc_guard.model.resources import ResourceDiff
from tests.unit.sides import ID, KINDS, diff

THREE = "1\n2\n3\n"


def choice(policy: Policy) -> Choice:
    return Choice(policy, {}, "2026-02-03")


def action(result: ResourceDiff, policy: Policy) -> Action:
    return plan_deployment([result], KINDS, choice(policy)).actions[0]


def test_of_what_other_steps_share_only_this_step_s_share_is_let_go() -> None:
    found = diff({"size": 1}, {"size": 1}, {"size": 1}, made=False, view=View.WATCHING)
    assert found.baseline is not None
    shared = replace(found, baseline=replace(found.baseline, others={"two": {("size",): 1}}))
    kept = plan_removal([shared], KINDS, choice(Policy.KEEP)).actions[0]
    assert (kept.verb, kept.leaves) == (Verb.NOTHING, True)


def test_what_overwriting_removes_is_not_told_as_silent_too() -> None:
    found = diff(
        {"env.A": "1"}, {"env.A": "1", "env.B": "2"}, {"env.A": "1"}, {"env.A": "1", "env.B": "2"}, declared=("env",)
    )
    assert ("env", "B") in dict(found.silences)
    planned = action(found, Policy.OVERWRITE)
    assert [change.path for change in planned.sends] == [("env", "B")]
    assert ("env", "B") not in dict(planned.diff.silences)


def test_what_follows_from_s_yaml_is_listed_of_a_new_resource_and_what_is_only_initial_is_not() -> None:
    found = diff({"size": 1}, derived={"role": "r", "size": 2})
    assert found.desired is not None
    initial = replace(found, desired=replace(found.desired, initial={("text",): "usual"}))
    made = action(initial, Policy.FAIL)
    assert {change.name: change.target for change in made.sets} == {"role": "r", "size": 1}
    assert made.expected[("text",)] == "usual"


def code_diff(base: str, live: str, local: str) -> ResourceDiff:
    """A function whose package holds one text file, a.py."""

    def version(text: str) -> CodeVersion:
        return CodeVersion(checksum=text, digest=text, size=len(text))

    def side(text: str) -> FileSide:
        return FileSide(FileState("a.py", False, text, len(text)), text)

    result = diff({"code": version(local)}, {"code": version(live)}, {"code": version(base)})
    return replace(result, files=(FileChange("a.py", Cause.CONFLICT, side(base), side(live), side(local)),))


def test_merged_code_is_sent_as_a_package_of_its_own_and_theirs_stays_remembered_as_kept() -> None:
    result = action(code_diff(THREE, "one\n2\n3\n", "1\n2\nthree\n"), Policy.MERGE)
    assert result.merge is not None
    assert [file.text for file in result.merge.files] == ["one\n2\nthree\n"]
    assert result.call is not None
    assert result.call.with_code
    assert (result.keeps, result.rescues) == ({("code",): "2026-02-03"}, True)


@pytest.mark.parametrize(
    ("policy", "becomes"),
    [
        (Policy.KEEP, Becomes.KEPT),
        (Policy.OVERWRITE, Becomes.OVERWRITTEN),
        (Policy.MERGE, Becomes.UNDECIDED),
        (Policy.FAIL, Becomes.UNDECIDED),
    ],
)
def test_a_plan_tells_what_becomes_of_each_change_of_somebody_else(policy: Policy, becomes: Becomes) -> None:
    both = diff({"size": 3, "name": "mine"}, {"size": 2, "name": "was"}, {"size": 1, "name": "was"})
    plan = plan_deployment([both], KINDS, choice(policy))
    told = {change.name: plan.becomes(plan.actions[0], change) for change in plan.actions[0].diff.changes}
    assert told == {"size": becomes, "name": None}


def test_merging_keeps_what_only_they_changed_and_merges_code() -> None:
    one = plan_deployment([diff({"size": 1}, {"size": 2}, {"size": 1})], KINDS, choice(Policy.MERGE))
    code = plan_deployment([code_diff(THREE, "one\n2\n3\n", "1\n2\nthree\n")], KINDS, choice(Policy.MERGE))
    told = [plan.becomes(plan.actions[0], plan.actions[0].diff.changes[0]) for plan in (one, code)]
    assert told == [Becomes.KEPT, Becomes.MERGED]


@pytest.mark.parametrize(
    ("policy", "absence"),
    [
        (Policy.KEEP, Becomes.KEPT),
        (Policy.OVERWRITE, Becomes.OVERWRITTEN),
        (Policy.FAIL, Becomes.UNDECIDED),
    ],
)
def test_a_plan_tells_what_becomes_of_a_deletion_online(policy: Policy, absence: Becomes) -> None:
    assert action(diff({"size": 1}, None, {"size": 1}), policy).absence is absence


def test_their_change_alone_is_left_online_and_nothing_is_sent() -> None:
    result = action(code_diff(THREE, "one\n2\n3\n", THREE), Policy.MERGE)
    assert (result.verb, result.keeps) == (Verb.RECORD, {("code",): "2026-02-03"})


def test_overlapping_lines_are_a_conflict_and_without_files_only_their_change_is_none() -> None:
    overlapping = code_diff(THREE, "one\n2\n3\n", "uno\n2\n3\n")
    assert plan_deployment([overlapping], KINDS, choice(Policy.MERGE)).conflicts == (Unit(ID, "code"),)
    unseen = replace(overlapping, files=())
    assert plan_deployment([unseen], KINDS, choice(Policy.MERGE)).conflicts == (Unit(ID, "code"),)
    theirs = replace(code_diff(THREE, "one\n2\n3\n", THREE), files=())
    plan = plan_deployment([theirs], KINDS, choice(Policy.MERGE))
    assert (plan.conflicts, plan.writes) == ((), ())
