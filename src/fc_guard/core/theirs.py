"""Tells what an action does with what others changed online, as it is remembered of the write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fc_guard.model.fields import ASPECTS, CODE, Came, Cause, FieldChange
from fc_guard.model.plans import Action
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.model.trail import How

MOST_FILES: Final = 20
"""The files of one package that are remembered by name."""
MEANS: Final = {How.CONSOLE: Means.CONSOLE, How.API: Means.API, How.OTHER: Means.ONLINE}


def theirs_of(action: Action) -> tuple[Theirs, ...]:
    """Returns what an action that nothing is undecided of does with changes of others. What was kept before and stays
    so is left out: an earlier write decided that."""
    return tuple(_found(action))


def _found(action: Action) -> Iterator[Theirs]:
    diff = action.diff
    if action.absence is not None and (diff.presence is Presence.DELETED_ONLINE or action.absence is not Becomes.KEPT):
        yield Theirs(action.absence, (), _who_deleted(diff))
    for change in diff.changes:
        becomes = action.becomes(change)
        if becomes is None or (becomes is Becomes.KEPT and not _is_news(change, diff)):
            continue
        files = _files(diff) if change.path == CODE else []
        yield Theirs(
            becomes,
            change.path,
            whose_change(change, diff),
            tuple(files[:MOST_FILES]),
            max(0, len(files) - MOST_FILES),
        )


def _is_news(change: FieldChange, diff: ResourceDiff) -> bool:
    """Says whether somebody changed it since this project last deployed: what only live had at the adoption is no
    change."""
    known = diff.baseline is not None and change.aspect in diff.baseline.covers
    return change.at_risk or (change.cause is Cause.ONLINE_ONLY and known)


def _files(diff: ResourceDiff) -> list[str]:
    return [file.name for file in diff.files if file.at_risk or file.cause is Cause.KEPT]


def whose_change(change: FieldChange, diff: ResourceDiff) -> Whose:
    """Returns whose an online value is, as far as the record and the audit trail tell."""
    if change.deployed is not None:
        return Whose(Means.DEPLOYMENT, "" if change.deployed.origin is None else change.deployed.origin.by)
    if change.came is Came.UNDO or diff.came is Came.UNDO:
        return Whose(Means.UNDO)
    if change.whose is not None:
        return change.whose
    if change.cause is Cause.UNKNOWN or diff.baseline is None:
        return Whose(Means.BEFORE)
    if change.came is not Came.ELSEWHERE:
        return Whose(Means.ONLINE)  # kept by a write that did not note whose it was
    return _edited(diff, frozenset({change.aspect}))


def _who_deleted(diff: ResourceDiff) -> Whose:
    if diff.whose is not None:
        return diff.whose
    if diff.deleted_by is not None:
        return Whose(Means.DEPLOYMENT, "" if diff.deleted_by.origin is None else diff.deleted_by.origin.by)
    return _edited(diff, ASPECTS)


def _edited(diff: ResourceDiff, aspects: frozenset[str]) -> Whose:
    """Returns the one person who edited these aspects. Of several, and where an edit may not be in the trail yet,
    nobody can tell whose a field is."""
    edits = [edit for edit in diff.edits if edit.aspects & aspects]
    people, ways = {edit.by for edit in edits}, {edit.how for edit in edits}
    if len(people) != 1 or diff.edits_to_come:
        return Whose(Means.ONLINE)
    return Whose(MEANS[ways.pop()] if len(ways) == 1 else Means.ONLINE, people.pop())
