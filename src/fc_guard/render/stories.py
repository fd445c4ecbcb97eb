"""Tells in what way the online side is not what this project last deployed: the words for it are found by this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from fc_guard.core.choices import WAS_THERE, few
from fc_guard.language import t
from fc_guard.model.fields import Came, Cause, FieldChange
from fc_guard.model.plans import EXISTENCE, Action, Plan, Unit
from fc_guard.model.resources import Presence, ResourceDiff


class Story(Enum):
    """What happened online. The value says it after "was"."""

    CHANGED = Came.ELSEWHERE.value
    DEPLOYED = Came.DEPLOYED.value
    DELETED = t("deleted online")
    NEVER_OURS = t("already online, never deployed from this project")
    PUT_BACK = Came.UNDO.value
    KEPT = Came.KEPT.value
    MERGED = Came.MERGED.value
    WAS_THERE = WAS_THERE
    IN_USE = t("still in use")


STORIES: Final = {
    Came.ELSEWHERE: Story.CHANGED,
    Came.DEPLOYED: Story.DEPLOYED,
    Came.UNDO: Story.PUT_BACK,
    Came.KEPT: Story.KEPT,
    Came.MERGED: Story.MERGED,
}
FIRST: Final = (Story.CHANGED, Story.NEVER_OURS, Story.DEPLOYED, Story.PUT_BACK, Story.MERGED, Story.KEPT)
"""What is told of several stories of one thing: the one that the reader knows least of."""
MOVED: Final = frozenset({Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN, Cause.ONLINE_ONLY})


def stories_of(plan: Plan, units: Iterable[Unit]) -> Mapping[Unit, Story]:
    actions = {action.id: action for action in plan.actions}
    return {unit: _of_unit(actions[unit.id], unit) for unit in units}


def reason_of(action: Action, story: Story) -> str:
    """Returns the story as a reason that stands beside a resource's name."""
    match story:
        case Story.IN_USE:
            return t("still holds {held}", held=few(action.held))
        case Story.WAS_THERE:
            return t("was {was_there}", was_there=WAS_THERE)
        case _:
            return str(story.value)


def story_of(diff: ResourceDiff) -> Story:
    """Returns the story of all that moved online of a resource."""
    if diff.presence is Presence.DELETED_ONLINE:
        return Story.DELETED
    if diff.came is Came.UNDO:
        return Story.PUT_BACK
    return story_of_changes(diff, (change for change in diff.changes if change.cause in MOVED))


def story_of_changes(diff: ResourceDiff, changes: Iterable[FieldChange]) -> Story:
    """Returns the story of some of the changes of a difference."""
    found = {_of_change(diff, change) for change in changes}
    return next((story for story in FIRST if story in found), Story.CHANGED)


def _of_unit(action: Action, unit: Unit) -> Story:
    diff = action.diff
    if unit.aspect != EXISTENCE:
        at_risk = (change for change in diff.changes if change.aspect == unit.aspect and change.at_risk)
        return story_of_changes(diff, at_risk)
    return Story.IN_USE if action.held else _of_existence(diff)


def _of_existence(diff: ResourceDiff) -> Story:
    """Returns why it is to be decided whether a resource is made again, or deleted."""
    if diff.baseline is None and diff.came is Came.ELSEWHERE:
        return Story.DEPLOYED if diff.since else Story.NEVER_OURS
    if diff.drifted or diff.baseline is None:
        return story_of(diff)
    kept = [change for change in diff.changes if change.cause is Cause.KEPT]
    return story_of_changes(diff, kept) if kept else Story.WAS_THERE


def _of_change(diff: ResourceDiff, change: FieldChange) -> Story:
    unknown = change.cause is Cause.UNKNOWN or diff.baseline is None
    never = unknown and change.came is Came.ELSEWHERE and diff.came is Came.ELSEWHERE
    return Story.NEVER_OURS if never else STORIES[change.came]
