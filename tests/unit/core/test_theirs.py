"""What an action does with changes of others, and whose they were: nobody is named who may not have made the change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from fc_guard.core.theirs import MOST_FILES, theirs_of
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, MISSING, Came, Cause, FieldChange, FieldPath
from fc_guard.model.files import FileChange, FileSide, FileState
from fc_guard.model.origins import Doubt, Origin, Since
from fc_guard.model.plans import Action, Verb
from fc_guard.model.resources import Baseline, Presence, ResourceDiff
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.model.trail import How, OnlineEdit

ID = Address("fc2", "1", "r", "function", ("s", "f"))
AT = datetime(2026, 1, 1, tzinfo=timezone.utc)
TIMEOUT: FieldPath = ("timeout",)
BOB = OnlineEdit("bob", AT, How.CONSOLE, "UpdateFunction", aspects=frozenset({"config"}))
EVE = replace(BOB, by="eve", how=How.API)


def change(cause: Cause = Cause.DRIFT, path: FieldPath = TIMEOUT, **more: object) -> FieldChange:
    return replace(FieldChange(path, cause, 1, 2, 3, 3), **more)  # type: ignore[arg-type]


def action(*changes: FieldChange, sends: bool = True, verb: Verb = Verb.UPDATE, **of: object) -> Action:
    baseline = Baseline(ID, {TIMEOUT: 1}, {TIMEOUT: 1})
    diff = replace(ResourceDiff(ID, Presence.PRESENT, None, None, baseline, changes), **of)  # type: ignore[arg-type]
    return Action(verb, ID, diff, changes if sends else ())


def only(told: Action) -> Theirs:
    (one,) = theirs_of(told)
    return one


def test_what_is_sent_overwrites_and_what_is_not_stays() -> None:
    assert only(action(change())).becomes is Becomes.OVERWRITTEN
    assert only(action(change(), sends=False)).becomes is Becomes.KEPT
    assert only(action(change(), verb=Verb.DELETE)).becomes is Becomes.DELETED


@pytest.mark.parametrize("cause", [Cause.CHANGE, Cause.CONVERGED])
def test_what_is_nobody_elses_is_not_told(cause: Cause) -> None:
    assert theirs_of(action(change(cause))) == ()


def test_what_was_kept_before_is_told_once_more_only_when_it_ends() -> None:
    kept = change(Cause.KEPT, came=Came.KEPT, whose=Whose(Means.CONSOLE, "bob"))
    assert theirs_of(action(kept, sends=False)) == ()
    assert only(action(kept)) == Theirs(Becomes.OVERWRITTEN, TIMEOUT, Whose(Means.CONSOLE, "bob"))


def test_what_only_live_had_at_the_adoption_is_no_change() -> None:
    alone = change(Cause.ONLINE_ONLY, desired=MISSING)
    assert only(action(alone, sends=False)).becomes is Becomes.KEPT
    assert theirs_of(action(alone, sends=False, baseline=None)) == ()
    covered = Baseline(ID, {}, {}, covers=frozenset({"code"}))
    assert theirs_of(action(alone, sends=False, baseline=covered)) == ()


@pytest.mark.parametrize(
    ("edits", "to_come", "whose"),
    [
        ((), False, Whose(Means.ONLINE)),
        ((BOB,), False, Whose(Means.CONSOLE, "bob")),
        ((BOB,), True, Whose(Means.ONLINE)),
        ((BOB, EVE), False, Whose(Means.ONLINE)),
        ((BOB, replace(BOB, how=How.API)), False, Whose(Means.ONLINE, "bob")),
        ((replace(BOB, aspects=frozenset({"code"})),), False, Whose(Means.ONLINE)),
        ((BOB, replace(EVE, aspects=frozenset({"code"}))), False, Whose(Means.CONSOLE, "bob")),
    ],
)
def test_a_person_is_named_where_it_can_be_nobody_else(
    edits: tuple[OnlineEdit, ...], to_come: bool, whose: Whose
) -> None:
    assert only(action(change(), edits=edits, edits_to_come=to_come)).whose == whose


def test_a_deployment_and_an_undo_are_told_apart_from_an_edit() -> None:
    since = Since(4, Origin(by="ben"), Doubt.BEHIND)
    assert only(action(change(deployed=since), edits=(BOB,))).whose == Whose(Means.DEPLOYMENT, "ben")
    assert only(action(change(deployed=replace(since, origin=None)))).whose == Whose(Means.DEPLOYMENT)
    assert only(action(change(came=Came.UNDO), edits=(BOB,))).whose == Whose(Means.UNDO)
    assert only(action(change(came=Came.KEPT), edits=(BOB,))).whose == Whose(Means.ONLINE), "an older write kept it"
    assert only(action(change(Cause.UNKNOWN), baseline=None, edits=(BOB,))).whose == Whose(Means.BEFORE)


def test_many_files_are_counted() -> None:
    side = FileSide(FileState("x", False, "1"))
    files = tuple(FileChange(f"{n:02}.py", Cause.DRIFT, None, side, None) for n in range(MOST_FILES + 3))
    ours = FileChange("ours.py", Cause.CHANGE, None, None, side)
    told = only(action(change(path=CODE), files=(ours, *files)))
    assert told.files == tuple(file.name for file in files[:MOST_FILES])
    assert told.more == 3
    assert (only(action(change(), files=files)).files, only(action(change(), files=files)).more) == ((), 0)


def test_a_resource_that_somebody_deleted_is_made_again_or_left() -> None:
    gone = action(presence=Presence.DELETED_ONLINE, edits=(BOB,))
    again = replace(gone, absence=Becomes.OVERWRITTEN)
    assert only(again) == Theirs(Becomes.OVERWRITTEN, (), Whose(Means.CONSOLE, "bob"))
    assert only(replace(gone, absence=Becomes.KEPT)).becomes is Becomes.KEPT
    since = Since(4, Origin(by="ben"), Doubt.BEHIND)
    assert only(replace(again, diff=replace(again.diff, deleted_by=since))).whose == Whose(Means.DEPLOYMENT, "ben")
    before = action(presence=Presence.KEPT_ABSENT, whose=Whose(Means.API, "eve"))
    assert theirs_of(replace(before, absence=Becomes.KEPT)) == ()
    assert only(replace(before, absence=Becomes.OVERWRITTEN)).whose == Whose(Means.API, "eve")
