"""Shows a plan in the order in which a person decides: what changed online, what you change, what happens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from fc_guard.language import joined, t, tn
from fc_guard.model.fields import ASPECTS, CODE, CODE_ASPECT, Cause, FieldChange
from fc_guard.model.plans import Action, Plan, Unit, Verb
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.model.theirs import Becomes
from fc_guard.render.counting import more_fields, resources_counted
from fc_guard.render.edits import edit_lines
from fc_guard.render.fields import field_lines, kept_since, kept_text, new_value, own_change, resource_lines
from fc_guard.render.file_lines import file_lines
from fc_guard.render.paint import SYMBOLS, Paint
from fc_guard.render.shown import (
    Shown,
    base_of,
    changed_here,
    deleted_as_foreign,
    going_with_it,
    is_whole,
    moved_online,
    owners,
    there_before,
)
from fc_guard.render.stories import Story, story_of
from fc_guard.render.theirs import deleted_by_whom
from fc_guard.render.times import shown_time
from fc_guard.render.values import safe
from fc_guard.render.whose import deployment

THERE_BEFORE: Final = t("Already online when this project first deployed it, and to be deleted:")
TITLES: Final = {
    Story.CHANGED: t("Changed online since this project last deployed:"),
    Story.NEVER_OURS: t("Already online, never deployed from this project:"),
    Story.DEPLOYED: t("Deployed from elsewhere since, and not in this checkout:"),
    Story.PUT_BACK: t("Put back by undo:"),
    Story.MERGED: t("Merged before, not in the code folder:"),
    Story.KEPT: t("Kept online until now:"),
}
"""The headings of what is online and not what was last deployed, in the order in which they stand."""
HERE: Final = t("You change:")
LEFT_ALONE: Final = t("Left as it is online:")
NOT_HERE: Final = t("Not in s.yaml:")
REMOVING: Final = t("Removing:")
MOST_FIELDS: Final = 20
LEFT: Final = t("left as online")
TO_DO: Final = {
    Verb.CREATE: t("to create"),
    Verb.UPDATE: t("to update"),
    Verb.REPLACE: t("to replace"),
    Verb.DELETE: t("to delete"),
}
ABSENCES: Final = {Becomes.KEPT: t("stays deleted"), Becomes.OVERWRITTEN: t("made again")}
"""What becomes of a deletion online, once it is decided."""
ASK_AGAIN: Final = t("s deploy --ask-again asks about what was kept")


def plan_text(plan: Plan, paint: Paint, *, watch: bool = False, full: bool = False) -> str:
    """Returns the whole plan. `watch` is drift's view: only what moved online. `full` folds nothing."""
    sections = [
        *_online(_moved_online(plan, paint, watch, full), paint),
        _section(THERE_BEFORE, _there_before(plan, paint), paint, "red"),
    ]
    if not watch:
        sections.append(_section(HERE, _changed_here(plan, paint, full), paint, "bold"))
    sections += [
        _section(LEFT_ALONE, _kept(plan, paint, full), paint, "dim"),
        _section(NOT_HERE, orphans(plan, paint), paint, "bold"),
    ]
    text = joined((section for section in sections if section), "\n\n")
    count = count_line(plan, watch)
    return t("{text}\n\n{count}", text=text, count=count) if text else count


def _section(title: str, lines: Iterable[str], paint: Paint, colour: str) -> str:
    body = list(lines)
    return joined([paint(title, colour), *body]) if body else ""


Told = tuple[Story, Iterator[str]]


def _online(told: Iterable[Told], paint: Paint) -> Iterator[str]:
    """Yields a section for each story."""
    lines: dict[Story, list[str]] = {story: [] for story in TITLES}
    for story, some in told:
        lines[story] += some
    for story, title in TITLES.items():
        yield _section(title, lines[story], paint, "red")


def _moved_online(plan: Plan, paint: Paint, watch: bool, full: bool) -> Iterator[Told]:
    for story, shown in moved_online(plan, watch):
        yield story, _moved_lines(shown, paint, full)


def _moved_lines(shown: Shown, paint: Paint, full: bool) -> Iterator[str]:
    diff = shown.action.diff
    if shown.deleted_online:
        yield f"  {paint('!', 'red')} {safe(str(diff.id))}"
        yield from edit_lines(diff)
        yield "      " + deleted_text(shown, paint)
        if diff.deleted_by is not None:
            yield "      " + paint(t("by {deployment}", deployment=deployment(diff.deleted_by)), "dim")
    else:
        files = _files_of(shown, paint, full)
        yield from resource_lines(diff, shown.changes, paint, shown.sides, full=full, modified=True, files=files)


def deleted_text(shown: Shown, paint: Paint) -> str:
    """Returns the sides of a resource that was deleted online, in one line."""
    yours = "" if shown.watch else t(" → yours: there")
    absence = None if shown.watch else shown.action.absence
    fate = ABSENCES.get(absence, "") if absence is not None else ""
    told = t("last deployed: there → online: {mark}{yours}", mark=paint(t("deleted"), "red"), yours=yours)
    return joined((told, *([paint(fate, "yellow")] if fate else ())), "  ")


def _files_of(shown: Shown, paint: Paint, full: bool) -> Iterator[str]:
    """Yields files of the code, with words for how the package that is online came about."""
    return file_lines(
        shown.files,
        paint,
        full=full,
        watch=shown.watch,
        words=shown.words,
        base=shown.base,
    )


def _changed_here(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    for shown in changed_here(plan):
        action = shown.action
        symbol, colour = SYMBOLS[action.verb]
        if is_whole(action):
            yield t(
                "  {mark} {id}  {reason}",
                mark=paint(symbol, colour),
                id=safe(str(action.id)),
                reason=paint(safe(action.reason), "dim"),
            )
            yield from _set_anew(action, paint, full)
        else:
            files = _files_of(shown, paint, full)
            yield from resource_lines(action.diff, shown.changes, paint, own_change, full=full, files=files)
        if action.verb is Verb.REPLACE:
            yield t(
                "  {mark} {id}  deleted and made anew: {reason}",
                mark=paint(symbol, colour),
                id=safe(str(action.id)),
                reason=safe(action.reason),
            )


def _set_anew(action: Action, paint: Paint, full: bool) -> Iterator[str]:
    """Yields the fields that a new resource will have, as s.yaml sets them; many are folded with a count."""
    sets = action.sets if full else action.sets[:MOST_FIELDS]
    if sets:
        yield from field_lines(sets, paint, new_value, full=full)
    if len(action.sets) > len(sets):
        yield "      " + more_fields(len(action.sets) - len(sets))


def _kept(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    yield from left_alone(plan, paint, full)
    if any(_was_decided(action) for action in plan.actions):
        yield "    " + paint(t("({hint})", hint=ASK_AGAIN), "dim")


def _was_decided(action: Action) -> bool:
    """Says whether something here is left as it is by decision, which can be taken back."""
    if action.diff.presence is Presence.KEPT_ABSENT:
        return action.verb is Verb.NOTHING
    kept = (change for change in action.diff.changes if change.cause is Cause.KEPT and change not in action.sends)
    return any(change.target != change.live for change in kept)


def left_alone(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    for action in plan.actions:
        diff = action.diff
        if diff.presence is Presence.KEPT_ABSENT and action.verb is Verb.NOTHING:
            since = diff.baseline.kept_absent if diff.baseline is not None else ""
            by, id = deleted_by_whom(diff.whose), safe(str(diff.id))
            yield t("    {id}: deleted online{by}, kept so since {since}", id=id, by=by, since=shown_time(since))
        if diff.presence is Presence.ONLINE_ONLY:
            yield t("    {id}: made online, not in s.yaml", id=safe(str(diff.id)))
        kept = [change for change in diff.changes if change.cause is Cause.KEPT and change not in action.sends]
        if kept:
            yield f"    {safe(str(diff.id))}"
            yield from kept_lines(diff, kept, paint, full)
        alone = [c for c in diff.changes if c.cause is Cause.ONLINE_ONLY and c not in action.sends]
        adopted = [safe(change.name) for change in alone if diff.baseline is None]
        if adopted:
            yield t("    {id}: only set online: {adopted}", id=safe(str(diff.id)), adopted=joined(adopted, ", "))


def kept_lines(diff: ResourceDiff, kept: Iterable[FieldChange], paint: Paint, full: bool) -> Iterator[str]:
    for change in kept:
        files = list(_kept_files(diff, paint, full)) if change.path == CODE else []
        text = kept_since(change) if files else kept_text(change, full=full)
        yield t("      {change}: {text}", change=safe(change.name), text=text)
        yield from files


def _kept_files(diff: ResourceDiff, paint: Paint, full: bool) -> Iterator[str]:
    return file_lines(diff.files, paint, full=full, words=owners(diff), base=base_of(diff))


def orphans(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        if action.diff.presence is Presence.ORPHAN and action.verb in (Verb.NOTHING, Verb.FORGET):
            yield t("    {id}: {reason}", id=safe(str(action.id)), reason=safe(action.reason))


def removal_text(plan: Plan, paint: Paint, *, full: bool = False) -> str:
    """Returns what remove would do: what others changed, then every resource with its reason."""
    online = _online(_foreign(plan, paint, full), paint)
    listed = _section(REMOVING, removed(plan, paint), paint, "bold")
    there = _section(THERE_BEFORE, _there_before(plan, paint), paint, "red")
    return joined((part for part in (*online, there, listed) if part), "\n\n") or t("Nothing to remove.")


def removed(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        symbol, colour = SYMBOLS[action.verb]
        reason = "  " + paint(safe(action.reason), "dim") if action.reason else ""
        yield t("  {mark} {id}{reason}", mark=paint(symbol, colour), id=safe(str(action.id)), reason=reason)


def _there_before(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in there_before(plan):
        yield f"  {paint('!', 'red')} {safe(str(action.id))}"


def _foreign(plan: Plan, paint: Paint, full: bool) -> Iterator[Told]:
    """Yields what is not only this project's and is to be deleted."""
    for story, action in deleted_as_foreign(plan):
        yield story, iter([f"  {paint('!', 'red')} {safe(str(action.id))}"])
    yield from _moved_online(plan, paint, watch=True, full=full)
    yield from _going_with_it(plan, paint, full)


def _going_with_it(plan: Plan, paint: Paint, full: bool) -> Iterator[Told]:
    """Yields what was kept online until now and whose resource is to be deleted."""
    for action, kept in going_with_it(plan):
        name = f"  {paint('!', 'red')} {safe(str(action.id))}"
        yield Story.KEPT, iter([name, *kept_lines(action.diff, kept, paint, full)])


def difference_text(
    plan: Plan, units: Collection[Unit], paint: Paint, *, full: bool = True, watch: bool = False
) -> str:
    """Returns what is to be decided about these units. `full` folds nothing."""
    about = replace(plan, actions=tuple(_only(action, units) for action in plan.actions if _named(action, units)))
    told = _foreign(about, paint, full) if watch else _moved_online(about, paint, watch, full)
    sections = [*_online(told, paint), _section(THERE_BEFORE, _there_before(about, paint), paint, "red")]
    return joined((section for section in sections if section), "\n\n")


def _named(action: Action, units: Collection[Unit]) -> bool:
    return any(unit.id == action.id for unit in units)


def _only(action: Action, units: Collection[Unit]) -> Action:
    """Returns the part of an action that these units are about: all of it if one is about its existence."""
    aspects = {unit.aspect for unit in units if unit.id == action.id}
    if not aspects <= ASPECTS:
        return action
    changes = tuple(change for change in action.diff.changes if change.aspect in aspects)
    files = action.diff.files if CODE_ASPECT in aspects else ()
    return replace(action, diff=replace(action.diff, changes=changes, files=files))


def undecided_text(
    units: Iterable[Unit],
    why: Mapping[Unit, str] = MappingProxyType({}),
    by: Mapping[Unit, str] = MappingProxyType({}),
) -> str:
    """Returns one line per unit, with the reason why it is to be decided and who changed it, as far as they are
    given."""
    return joined(_undecided(unit, why.get(unit, ""), by.get(unit, "")) for unit in units)


def _undecided(unit: Unit, why: str, by: str) -> str:
    reason = t(": {why}", why=safe(why)) if why else ""
    return joined((f"  {safe(str(unit))}", reason, *((" " if why else "  ", by) if by else ())), "")


def count_line(plan: Plan, watch: bool) -> str:
    """Returns the plan in one line: how many resources of each fate. `watch` is drift's view."""
    same = sum(map(_untouched, plan.actions))
    open_ends = {unit.id for unit in plan.conflicts}
    kept = [action for action in plan.actions if _is_left(action) and action.id not in open_ends]
    left = sum(not (watch and action.diff.drifted) for action in kept)
    if watch:
        told = [*_moved(plan), (left, LEFT), (same, t("as last deployed"))]
        return resources_counted(told) or t("Nothing to compare.")
    verbs = [action.verb for action in plan.actions]
    counts = [(verbs.count(verb), words) for verb, words in TO_DO.items()]
    still = [(left, LEFT), (same, t("unchanged"))]
    if any(number for number, _ in counts) or plan.undecided or plan.conflicts:
        return planned_count([*counts, *still], plan)
    if left:
        return t("Nothing to do: {still}", still=resources_counted(still))
    if not same:
        return t("No differences.")
    return tn("No differences: {number:,} resource unchanged.", "No differences: {number:,} resources unchanged.", same)


def planned_count(counts: Iterable[tuple[int, str]], plan: Plan) -> str:
    """Returns the counts of a plan: resources, and what is open. Decisions are counted as they are asked for: of one
    resource, configuration and code apart."""
    undecided, conflicts = len(plan.undecided), len(plan.conflicts)
    open_ends = [
        *([tn("{number:,} decision to make", "{number:,} decisions to make", undecided)] if undecided else []),
        *([tn("{number:,} conflict", "{number:,} conflicts", conflicts)] if conflicts else []),
    ]
    parts = [resources_counted(counts), joined(open_ends, ", ")]
    return t("Plan: {counts}", counts=joined((part for part in parts if part), "; "))


def _moved(plan: Plan) -> list[tuple[int, str]]:
    """Counts the resources that are not as last deployed, by what happened to them."""
    stories = [story_of(action.diff) for action in plan.actions if action.diff.drifted]
    stories = [Story.CHANGED if story is Story.DELETED else story for story in stories]
    made = sum(action.diff.presence is Presence.ONLINE_ONLY for action in plan.actions)
    return [*((stories.count(story), story.value) for story in TITLES), (made, t("made online"))]


def _untouched(action: Action) -> bool:
    if action.diff.presence is Presence.ONLINE_ONLY or _is_left(action):
        return False
    return action.verb in (Verb.NOTHING, Verb.RECORD) and not action.diff.drifted


def _is_left(action: Action) -> bool:
    """Says whether nothing is sent, and online stays by decision what s.yaml says otherwise or said before."""
    absent = action.diff.presence in (Presence.DELETED_ONLINE, Presence.KEPT_ABSENT)
    kept = any(change.cause is Cause.KEPT or change.path in action.keeps for change in action.diff.changes)
    return action.verb in (Verb.NOTHING, Verb.RECORD) and (absent or kept)
