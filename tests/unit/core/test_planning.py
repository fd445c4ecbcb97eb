"""Differences and decisions -> actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from fc_guard.core.planning import WAS_THERE, Choice, plan_deployment, plan_removal
from fc_guard.errors import BadInput
from fc_guard.kinds import REGISTRY
from fc_guard.model.fields import Cause, CodeVersion
from fc_guard.model.files import FileChange, FileSide, FileState
from fc_guard.model.ids import ResourceId
from fc_guard.model.plans import Action, Policy, Unit, Verb
from fc_guard.model.resources import Baseline, Presence, ResourceDiff
from tests.unit.sides import ID, RULES, diff

KINDS = {**REGISTRY, "function": replace(REGISTRY["function"], rules=RULES)}
CONFIG = Unit(ID, "config")


def choice(policy: Policy = Policy.FAIL, **decided: Policy) -> Choice:
    return Choice(policy, {Unit(ID, aspect): decision for aspect, decision in decided.items()}, "2026-02-03")


def action(result: ResourceDiff, policy: Policy = Policy.FAIL) -> Action:
    return plan_deployment([result], KINDS, choice(policy)).actions[0]


def body(result: ResourceDiff, policy: Policy = Policy.FAIL) -> Mapping[str, Any] | None:
    call = action(result, policy).call
    return None if call is None else call.body


def test_nothing_differs_nothing_is_sent() -> None:
    assert action(diff({"size": 1}, {"size": 1}, {"size": 1})).verb is Verb.NOTHING


def test_equal_without_a_baseline_is_adopted_without_a_write() -> None:
    assert action(diff({"size": 1}, {"size": 1})).verb is Verb.RECORD


def test_an_update_carries_only_what_differs() -> None:
    result = diff({"size": 2, "text": "a"}, {"size": 1, "text": "a"}, {"size": 1, "text": "a"})
    assert body(result) == {"size": 2}


def test_a_struct_goes_whole_and_keeps_what_s_yaml_does_not_name() -> None:
    live = {"log.project": "p", "log.store": "s", "log.metrics": True}
    result = diff({"log.project": "p", "log.store": "t"}, live, {"log.project": "p", "log.store": "s"}, observed=live)
    assert body(result) == {"log": {"project": "p", "store": "t", "metrics": True}}


def test_a_map_goes_whole_with_the_keys_others_added() -> None:
    live = {"env.A": "1", "env.THEIRS": "x"}
    result = diff({"env.A": "2"}, live, {"env.A": "1"}, observed=live, declared=("env",))
    assert body(result) == {"env": {"A": "2", "THEIRS": "x"}}


def test_overwrite_makes_a_declared_map_exactly_what_s_yaml_says() -> None:
    result = diff({"env.A": "1"}, {"env.A": "1", "env.THEIRS": "x"}, {"env.A": "1"}, declared=("env",))
    assert action(result).verb is Verb.RECORD
    assert body(result, Policy.OVERWRITE) == {"env": {"A": "1"}}
    assert action(result, Policy.OVERWRITE).rescues


def test_overwrite_leaves_fields_that_s_yaml_does_not_declare() -> None:
    result = diff({}, {"timeout": 9}, applied={}, observed={"timeout": 3})
    assert action(result, Policy.OVERWRITE).verb is Verb.RECORD


def test_the_last_key_of_a_map_goes_as_an_empty_map() -> None:
    assert body(diff({}, {"env.A": "1"}, {"env.A": "1"})) == {"env": {}}


def test_a_text_is_emptied_with_an_empty_text() -> None:
    assert body(diff({}, {"text": "a"}, {"text": "a"})) == {"text": ""}


@pytest.mark.parametrize("policy", [Policy.ASK, Policy.FAIL])
def test_somebody_else_s_change_is_undecided_without_a_policy(policy: Policy) -> None:
    plan = plan_deployment([diff({"size": 1}, {"size": 2}, {"size": 1})], KINDS, choice(policy))
    assert plan.undecided == (CONFIG,)


def test_overwrite_sends_ours_and_rescues_theirs() -> None:
    result = action(diff({"size": 1}, {"size": 2}, {"size": 1}), Policy.OVERWRITE)
    assert (result.verb, result.rescues) == (Verb.UPDATE, True)


def test_keep_sends_the_rest_and_remembers_since_when() -> None:
    sides = diff({"size": 1, "text": "new"}, {"size": 2, "text": "old"}, {"size": 1, "text": "old"})
    result = action(sides, Policy.KEEP)
    assert body(sides, Policy.KEEP) == {"text": "new"}
    assert result.keeps == {("size",): "2026-02-03"}
    assert not result.rescues


def test_merge_keeps_theirs_sends_ours_and_stops_at_a_conflict() -> None:
    sides = diff({"size": 1, "text": "new"}, {"size": 2, "text": "old"}, {"size": 1, "text": "old"})
    assert body(sides, Policy.MERGE) == {"text": "new"}
    plan = plan_deployment([diff({"size": 1}, {"size": 2}, {"size": 3})], KINDS, choice(Policy.MERGE))
    assert plan.conflicts == (CONFIG,)


def test_without_a_baseline_merge_cannot_say_who_moved_and_stops() -> None:
    plan = plan_deployment([diff({"size": 1}, {"size": 2})], KINDS, choice(Policy.MERGE))
    assert plan.conflicts == (CONFIG,)


def test_overwrite_takes_back_what_was_kept_before() -> None:
    kept = diff({"size": 1}, {"size": 2}, {"size": 1}, observed={"size": 2}, kept={"size": "2026-01-01"})
    assert action(kept).keeps == {("size",): "2026-01-01"}
    assert body(kept) is None
    assert body(kept, Policy.OVERWRITE) == {"size": 1}
    assert action(kept, Policy.OVERWRITE).rescues


@pytest.mark.parametrize("policy", [Policy.FAIL, Policy.ASK])
def test_what_was_kept_is_asked_about_before_it_is_overwritten(policy: Policy) -> None:
    kept = diff({"size": 5}, {"size": 2}, {"size": 1}, observed={"size": 2}, kept={"size": "2026-01-01"})
    assert plan_deployment([kept], KINDS, choice(policy)).undecided == (CONFIG,)


def test_what_was_kept_and_is_changed_here_follows_the_policy() -> None:
    kept = diff({"size": 5}, {"size": 2}, {"size": 1}, observed={"size": 2}, kept={"size": "2026-01-01"})
    assert (body(kept, Policy.KEEP), action(kept, Policy.KEEP).keeps) == (None, {("size",): "2026-01-01"})
    assert plan_deployment([kept], KINDS, choice(Policy.MERGE)).conflicts == (CONFIG,)
    assert (body(kept, Policy.OVERWRITE), action(kept, Policy.OVERWRITE).rescues) == ({"size": 5}, True)


def test_what_was_kept_and_has_moved_again_is_kept_since_today() -> None:
    kept = diff({"size": 5}, {"size": 3}, {"size": 1}, observed={"size": 2}, kept={"size": "2026-01-01"})
    assert action(kept, Policy.KEEP).keeps == {("size",): "2026-02-03"}


def test_a_deletion_that_was_kept_and_is_kept_again_keeps_its_date() -> None:
    absent = Baseline(ID, {("size",): 1}, None, kept_absent="2026-01-01")
    moved = replace(deleted(ID, moved=True), baseline=absent)
    assert plan_deployment([moved], KINDS, choice()).undecided == (Unit(ID, "existence"),)
    assert action(moved, Policy.KEEP).keeps_absent == "2026-01-01"


def test_a_field_fixed_at_creation_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadInput, match="cannot be changed"):
        plan_deployment([diff({"type": "a"}, {"type": "b"}, {"type": "b"})], KINDS, choice())


def child(name: str = "t") -> ResourceId:
    return ID.child("trigger", name)


def deleted(id: ResourceId, moved: bool = False) -> ResourceDiff:
    return replace(diff({"size": 1}, None, {"size": 1}), id=id, moved_here=moved)


def test_deleted_online_is_a_decision_of_its_own() -> None:
    assert deleted(ID).presence is Presence.DELETED_ONLINE
    plan = plan_deployment([deleted(ID)], KINDS, choice())
    assert plan.undecided == (Unit(ID, "existence"),)
    assert action(deleted(ID), Policy.OVERWRITE).verb is Verb.CREATE
    kept = action(deleted(ID), Policy.KEEP)
    assert (kept.verb, kept.keeps_absent) == (Verb.NOTHING, "2026-02-03")


def test_merge_keeps_a_deletion_unless_s_yaml_changed_too() -> None:
    assert action(deleted(ID), Policy.MERGE).verb is Verb.NOTHING
    plan = plan_deployment([deleted(ID, moved=True)], KINDS, choice(Policy.MERGE))
    assert plan.conflicts == (Unit(ID, "existence"),)


def test_what_lived_in_a_function_deleted_online_shares_its_decision() -> None:
    both = [deleted(ID), deleted(child())]
    assert plan_deployment(both, KINDS, choice()).undecided == (Unit(ID, "existence"),)
    kept = plan_deployment(both, KINDS, Choice(Policy.FAIL, {Unit(ID, "existence"): Policy.KEEP}, "d"))
    assert [item.verb for item in kept.actions] == [Verb.NOTHING, Verb.NOTHING]
    back = plan_deployment(both, KINDS, Choice(Policy.FAIL, {Unit(ID, "existence"): Policy.OVERWRITE}, "d"))
    assert [item.verb for item in back.actions] == [Verb.CREATE, Verb.CREATE]


def test_a_new_child_of_a_parent_that_stays_deleted_is_left_out() -> None:
    new = replace(diff({"size": 1}), id=child())
    plan = plan_deployment([deleted(ID), new], KINDS, choice(Policy.KEEP))
    assert [item.verb for item in plan.actions] == [Verb.NOTHING, Verb.NOTHING]


def test_parents_come_before_children_and_deletions_after() -> None:
    service = ID.__class__(ID.account, ID.region, "service", ID.parts[:1])
    new = [replace(diff({"size": 1}), id=id) for id in (child(), ID, service)]
    orphan = replace(diff(None, {"size": 1}, {"size": 1}), id=child("old"))
    plan = plan_deployment([orphan, *new], KINDS, replace(choice(), prune=True))
    assert [item.id for item in plan.actions] == [service, ID, child(), child("old")]
    assert plan.actions[-1].verb is Verb.DELETE


def test_what_left_s_yaml_stays_online_unless_pruned() -> None:
    orphan = diff(None, {"size": 1}, {"size": 1})
    assert orphan.presence is Presence.ORPHAN
    assert action(orphan).verb is Verb.NOTHING
    pruned = plan_deployment([orphan], KINDS, replace(choice(), prune=True))
    assert pruned.actions[0].verb is Verb.DELETE


def test_prune_asks_about_what_somebody_changed() -> None:
    orphan = diff(None, {"size": 2}, {"size": 1})
    plan = plan_deployment([orphan], KINDS, replace(choice(), prune=True))
    assert plan.undecided == (Unit(ID, "existence"),)


def test_removal_deletes_children_first_and_nothing_of_somebody_else_s() -> None:
    ours = diff({"size": 1}, {"size": 1}, {"size": 1}, watch=True)
    theirs = replace(diff(None, {"size": 1}), id=child())
    plan = plan_removal([ours, theirs], KINDS, choice())
    assert plan.undecided == (Unit(child(), "existence"),)
    kept = plan_removal([ours, theirs], KINDS, choice(Policy.KEEP))
    assert [(item.id, item.verb) for item in kept.actions] == [(child(), Verb.NOTHING), (ID, Verb.NOTHING)]
    forced = plan_removal([ours, theirs], KINDS, choice(Policy.OVERWRITE))
    assert [(item.id, item.verb, item.rescues) for item in forced.actions] == [
        (child(), Verb.DELETE, True),
        (ID, Verb.DELETE, True),  # saved along: only with it can the child be made again
    ]


def test_removal_asks_about_what_was_only_adopted() -> None:
    found = diff({"size": 1}, {"size": 1}, {"size": 1}, watch=True, made=False)
    for policy in (Policy.ASK, Policy.FAIL):
        assert plan_removal([found], KINDS, choice(policy)).undecided == (Unit(ID, "existence"),)
    forced = plan_removal([found], KINDS, choice(Policy.OVERWRITE)).actions[0]
    assert (forced.verb, forced.rescues) == (Verb.DELETE, True)
    kept = plan_removal([found], KINDS, choice(Policy.KEEP)).actions[0]
    assert (kept.verb, kept.reason) == (Verb.FORGET, f"stays: {WAS_THERE}")


def test_what_was_adopted_and_changed_since_is_kept_with_its_baseline() -> None:
    found = diff({"size": 1}, {"size": 2}, {"size": 1}, watch=True, made=False)
    kept = plan_removal([found], KINDS, choice(Policy.KEEP)).actions[0]
    assert (kept.verb, kept.leaves, kept.reason) == (Verb.NOTHING, False, "stays: changed or made online")


def test_of_what_other_steps_share_only_this_step_s_share_is_let_go() -> None:
    found = diff({"size": 1}, {"size": 1}, {"size": 1}, watch=True, made=False)
    assert found.baseline is not None
    shared = replace(found, baseline=replace(found.baseline, others={"two": {("size",): 1}}))
    kept = plan_removal([shared], KINDS, choice(Policy.KEEP)).actions[0]
    assert (kept.verb, kept.leaves) == (Verb.NOTHING, True)


def test_prune_asks_about_what_was_only_adopted() -> None:
    orphan = diff(None, {"size": 1}, {"size": 1}, made=False)
    plan = plan_deployment([orphan], KINDS, replace(choice(), prune=True))
    assert plan.undecided == (Unit(ID, "existence"),)


def test_what_is_held_in_being_stays_and_is_asked_about_only_if_something_inside_goes() -> None:
    service = ResourceId(ID.account, ID.region, "service", ID.parts[:1])
    parent = replace(diff({"size": 1}, {"size": 1}, {"size": 1}, watch=True), id=service)
    inside = diff({"size": 1}, {"size": 1}, {"size": 1}, watch=True)
    held = {service: tuple(f"version {number}" for number in range(1, 8))}
    plan = plan_removal([parent, inside], KINDS, choice(), held=held)
    assert plan.undecided == (Unit(service, "existence"),)
    assert [(item.id, item.verb) for item in plan.actions] == [(ID, Verb.DELETE), (service, Verb.NOTHING)]
    five = "version 1, version 2, version 3, version 4, version 5"
    assert plan.actions[1].reason == f"stays: it still holds {five} and 2 more"
    assert plan_removal([parent], KINDS, choice(), held=held).undecided == ()


def test_a_service_that_holds_other_functions_stays() -> None:
    service = ResourceId(ID.account, ID.region, "service", ID.parts[:1])
    ours = replace(diff({"size": 1}, {"size": 1}, {"size": 1}, watch=True), id=service)
    plan = plan_removal([ours], KINDS, choice(), staying=[service.child("function", "other")])
    assert plan.actions[0].verb is Verb.NOTHING
    assert "other" in plan.actions[0].reason


def test_overwrite_ends_what_was_known_and_accepted_for_long() -> None:
    """A key that was there at the adoption: live, baseline's observed side, but neither sent nor in s.yaml."""
    live = {"env.A": "1", "env.THEIRS": "x"}
    result = diff({"env.A": "1"}, live, {"env.A": "1"}, observed=live, declared=("env",))
    assert result.changes == ()
    assert action(result).verb is Verb.NOTHING
    forced = action(result, Policy.OVERWRITE)
    assert forced.call is not None
    assert forced.call.body == {"env": {"A": "1"}}
    assert [change.name for change in forced.sends] == ["env.THEIRS"]
    assert forced.rescues


def code_diff(base: str, live: str, local: str) -> ResourceDiff:
    """A function whose package holds one text file, a.py."""

    def version(text: str) -> CodeVersion:
        return CodeVersion(checksum=text, digest=text, size=len(text))

    def side(text: str) -> FileSide:
        return FileSide(FileState("a.py", False, text, len(text)), text)

    result = diff({"code": version(local)}, {"code": version(live)}, {"code": version(base)})
    return replace(result, files=(FileChange("a.py", Cause.CONFLICT, side(base), side(live), side(local)),))


THREE = "1\n2\n3\n"


def test_merged_code_is_sent_as_a_package_of_its_own_and_theirs_stays_remembered_as_kept() -> None:
    result = action(code_diff(THREE, "one\n2\n3\n", "1\n2\nthree\n"), Policy.MERGE)
    assert result.merge is not None
    assert [file.text for file in result.merge.files] == ["one\n2\nthree\n"]
    assert result.call is not None
    assert result.call.with_code
    assert (result.keeps, result.rescues) == ({("code",): "2026-02-03"}, True)


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
