"""Chooses what of a plan is told, and beside what: the terminal's text and the reports are made from it alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from fc_guard.language import t
from fc_guard.model.fields import CODE, Came, Cause, FieldChange
from fc_guard.model.files import FileChange
from fc_guard.model.plans import Action, Plan, Verb
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.render.fields import Fate, Sides, moved_sides, new_value, own_change, three_sides, two_of_three, two_sides
from fc_guard.render.file_lines import LAST_DEPLOYED, THEIRS, TOLD, owner
from fc_guard.render.stories import Story, story_of_changes


@dataclass(frozen=True, slots=True)
class Shown:
    """What is told of one resource: some of its changes, and the files that belong below its code.

    `sides` says which values of a change stand beside each other, `words` whose change a file is, `base` what the
    package is called that both sides come from. `watch` leaves out what s.yaml says.
    """

    action: Action
    changes: tuple[FieldChange, ...]
    sides: Callable[[FieldChange], Sides]
    files: tuple[FileChange, ...] = ()
    words: Callable[[FileChange], str] = owner
    base: str = LAST_DEPLOYED
    watch: bool = False

    @property
    def deleted_online(self) -> bool:
        return self.action.diff.presence is Presence.DELETED_ONLINE


def moved_online(plan: Plan, watch: bool) -> Iterator[tuple[Story, Shown]]:
    """Yields what moved online, each with its story. `watch` leaves out what s.yaml says: nothing of it is about to be
    sent."""
    for action in plan.actions:
        diff = action.diff
        if diff.presence is Presence.DELETED_ONLINE:
            story = Story.DEPLOYED if diff.deleted_by else Story.CHANGED
            yield story, Shown(action, (), moved_sides({}), watch=watch)
            continue
        fate = partial(plan.becomes, action)
        changes = [change for change in diff.changes if _is_theirs(change, action)]
        unknown = tuple(change for change in changes if change.cause is Cause.UNKNOWN or diff.baseline is None)
        known = tuple(change for change in changes if change not in unknown)
        if unknown and not watch:
            yield story_of_changes(diff, unknown), Shown(action, unknown, two_sides(fate), diff.files)
        if known:
            yield story_of_changes(diff, known), _based(action, known, fate, watch)


def _is_theirs(change: FieldChange, action: Action) -> bool:
    """Says whether a change is somebody's that deploying touches, or that has to be seen."""
    known = action.diff.baseline is not None
    if change.at_risk or (change.cause is Cause.ONLINE_ONLY and known):
        return True
    return (change.only_online or change.cause is Cause.KEPT) and change in action.sends


def _based(action: Action, changes: tuple[FieldChange, ...], fate: Fate, watch: bool) -> Shown:
    diff = action.diff
    overwritten = any(change.path == CODE and change.cause is Cause.KEPT for change in changes)
    told = THEIRS if watch else (*TOLD, Cause.KEPT) if overwritten else TOLD
    return Shown(
        action,
        changes,
        _sides_of(diff, fate, watch),
        tuple(file for file in diff.files if file.cause in told),
        owners(diff),
        base_of(diff),
        watch,
    )


def _sides_of(diff: ResourceDiff, fate: Fate, watch: bool) -> Callable[[FieldChange], Sides]:
    kept = {} if diff.baseline is None else diff.baseline.kept
    if watch:
        return moved_sides(kept)
    return two_of_three(fate, kept) if diff.desired is None else three_sides(fate, kept, diff.desired.leaves)


def owners(diff: ResourceDiff) -> Callable[[FileChange], str]:
    """Returns the words for whose change a file is, which tell how the package that is online came about."""
    came = next((change.came for change in diff.changes if change.path == CODE), Came.ELSEWHERE)
    return lambda file: owner(file, came)


def base_of(diff: ResourceDiff) -> str:
    """Returns what the package is called that both sides come from."""
    merged = diff.baseline is not None and diff.baseline.merged
    return t("before the merge") if merged else LAST_DEPLOYED


def changed_here(plan: Plan) -> Iterator[Shown]:
    """Yields what every resource gets from s.yaml and the code folder; nothing may be told of one but its name."""
    for action in plan.actions:
        if is_whole(action):
            yield Shown(action, action.sets, new_value)
        else:
            sent = {change.path for change in action.sends}  # not what would come from something that stays deleted
            changes = tuple(each for each in action.diff.changes if each.cause is Cause.CHANGE and each.path in sent)
            files = tuple(file for file in action.diff.files if file.cause is Cause.CHANGE)
            yield Shown(action, changes, own_change, files)


def is_whole(action: Action) -> bool:
    """Says whether a resource is made or deleted as a whole, by a change here."""
    made = action.verb is Verb.CREATE and action.diff.presence is not Presence.DELETED_ONLINE
    return made or action.verb is Verb.DELETE


def there_before(plan: Plan) -> Iterator[Action]:
    """Yields what this project did not make and is to be deleted."""
    for action in plan.actions:
        if action.verb is Verb.DELETE and action.diff.was_there:
            yield action


def deleted_as_foreign(plan: Plan) -> Iterator[tuple[Story, Action]]:
    """Yields what was never deployed from here and is to be deleted."""
    for action in plan.actions:
        if action.verb is Verb.DELETE and action.diff.baseline is None:
            yield Story.PUT_BACK if action.diff.came is Came.UNDO else Story.NEVER_OURS, action


def going_with_it(plan: Plan) -> Iterator[tuple[Action, tuple[FieldChange, ...]]]:
    """Yields what was kept online until now and whose resource is to be deleted."""
    for action in plan.actions:
        kept = tuple(change for change in action.diff.changes if change.cause is Cause.KEPT)
        if action.verb is not Verb.NOTHING and kept:
            yield action, kept
