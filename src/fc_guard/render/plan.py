"""Shows a plan in the order in which a person decides: what changed online, what you change, what happens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from fc_guard.model.fields import ASPECTS, CODE, CODE_ASPECT, Cause, FieldChange
from fc_guard.model.plans import Action, Plan, Unit, Verb
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.render.fields import kept_text, moved_sides, own_change, resource_lines, three_sides, two_sides
from fc_guard.render.file_lines import THEIRS, TOLD, file_lines
from fc_guard.render.paint import SYMBOLS, Paint
from fc_guard.render.values import safe

THERE_BEFORE: Final = "Already online when this project first deployed it, and to be deleted:"
ASK_AGAIN: Final = "s deploy --ask-again asks about what was kept"


def plan_text(plan: Plan, paint: Paint, *, watch: bool = False, full: bool = False) -> str:
    """Returns the whole plan. `watch` is drift's view: only what moved online. `full` folds nothing."""
    moved = _moved_online(plan, paint, watch, full)
    sections = [
        _section("Changed online since this project last deployed:", moved, paint, "red"),
        _section("Already online, never deployed from this project:", _unknown(plan, paint, full), paint, "red"),
        _section(THERE_BEFORE, _there_before(plan, paint), paint, "red"),
    ]
    if not watch:
        sections.append(_section("You change:", _changed_here(plan, paint, full), paint, "bold"))
    sections += [
        _section("Left as it is online:", _kept(plan, paint, full), paint, "dim"),
        _section("Not in s.yaml:", _orphans(plan, paint), paint, "bold"),
    ]
    text = "\n\n".join(section for section in sections if section)
    count = count_line(plan, watch)
    return f"{text}\n\n{count}" if text else count


def _section(title: str, lines: Iterable[str], paint: Paint, colour: str) -> str:
    body = list(lines)
    return "\n".join([paint(title, colour), *body]) if body else ""


def _moved_online(plan: Plan, paint: Paint, watch: bool, full: bool) -> Iterator[str]:
    """Yields what moved online. `watch` leaves out what s.yaml says: nothing of it is about to be sent."""
    for action in plan.actions:
        diff = action.diff
        if diff.presence is Presence.DELETED_ONLINE:
            yield f"  {paint('!', 'red')} {safe(str(diff.id))}"
            yours = "" if watch else " → yours: there"
            yield f"      last deployed: there → online: {paint('deleted', 'red')}{yours}"
        elif diff.baseline is not None:
            moved = (Cause.DRIFT, Cause.CONFLICT, Cause.ONLINE_ONLY)
            changes = [c for c in diff.changes if c.cause in moved or (c.cause is Cause.KEPT and c in action.sends)]
            kept = diff.baseline.kept
            sides = moved_sides(kept) if watch else three_sides(action.sends, kept)
            listed = [file for file in diff.files if file.cause in (THEIRS if watch else TOLD)]
            files = file_lines(listed, paint, full=full, watch=watch)
            yield from resource_lines(diff, changes, paint, sides, full=full, modified=True, files=files)


def _unknown(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    for action in plan.actions:
        if action.diff.baseline is None:
            theirs = (c for c in action.diff.changes if c.cause is not Cause.CHANGE)
            changes = [c for c in theirs if c.cause is Cause.UNKNOWN or c in action.sends]
            files = file_lines(action.diff.files, paint, full=full)
            yield from resource_lines(action.diff, changes, paint, two_sides, full=full, modified=True, files=files)


def _changed_here(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    for action in plan.actions:
        symbol, colour = SYMBOLS[action.verb]
        if (
            action.verb is Verb.CREATE and action.diff.presence is not Presence.DELETED_ONLINE
        ) or action.verb is Verb.DELETE:
            yield f"  {paint(symbol, colour)} {safe(str(action.id))}  {paint(safe(action.reason), 'dim')}"
        else:
            changes = [change for change in action.diff.changes if change.cause is Cause.CHANGE]
            listed = [file for file in action.diff.files if file.cause is Cause.CHANGE]
            files = file_lines(listed, paint, full=full)
            yield from resource_lines(action.diff, changes, paint, own_change, full=full, files=files)
        if action.verb is Verb.REPLACE:
            yield f"  {paint(symbol, colour)} {safe(str(action.id))}  deleted and made anew: {safe(action.reason)}"


def _kept(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    yield from _left_alone(plan, paint, full)
    if any(_was_decided(action) for action in plan.actions):
        yield f"    {paint(f'({ASK_AGAIN})', 'dim')}"


def _was_decided(action: Action) -> bool:
    """Says whether something here is left as it is by decision, which can be taken back."""
    if action.diff.presence is Presence.KEPT_ABSENT:
        return action.verb is Verb.NOTHING
    kept = (change for change in action.diff.changes if change.cause is Cause.KEPT and change not in action.sends)
    return any(change.target != change.live for change in kept)


def _left_alone(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    for action in plan.actions:
        diff = action.diff
        if diff.presence is Presence.KEPT_ABSENT and action.verb is Verb.NOTHING:
            since = diff.baseline.kept_absent if diff.baseline is not None else ""
            yield f"    {safe(str(diff.id))}: deleted online, kept so since {safe(since)}"
        if diff.presence is Presence.ONLINE_ONLY:
            yield f"    {safe(str(diff.id))}: made online, not in s.yaml"
        kept = [change for change in diff.changes if change.cause is Cause.KEPT and change not in action.sends]
        if kept:
            yield f"    {safe(str(diff.id))}"
            yield from _kept_lines(diff, kept, paint, full)
        alone = [c for c in diff.changes if c.cause is Cause.ONLINE_ONLY and c not in action.sends]
        adopted = [safe(change.name) for change in alone if diff.baseline is None]
        if adopted:
            yield f"    {safe(str(diff.id))}: only set online: {', '.join(adopted)}"


def _kept_lines(diff: ResourceDiff, kept: Iterable[FieldChange], paint: Paint, full: bool) -> Iterator[str]:
    for change in kept:
        yield f"      {safe(change.name)}: {kept_text(change, full=full)}"
        yield from file_lines(diff.files, paint, full=full) if change.path == CODE else ()


def _orphans(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        if action.diff.presence is Presence.ORPHAN and action.verb in (Verb.NOTHING, Verb.FORGET):
            yield f"    {safe(str(action.id))}: {safe(action.reason)}"


def removal_text(plan: Plan, paint: Paint, *, full: bool = False) -> str:
    """Returns what remove would do: what others changed, then every resource with its reason."""
    moved = _section("Changed or made online by somebody else:", _foreign(plan, paint, full), paint, "red")
    lines = []
    for action in plan.actions:
        symbol, colour = SYMBOLS[action.verb]
        reason = f"  {paint(safe(action.reason), 'dim')}" if action.reason else ""
        lines.append(f"  {paint(symbol, colour)} {safe(str(action.id))}{reason}")
    listed = _section("Removing:", lines, paint, "bold")
    there = _section(THERE_BEFORE, _there_before(plan, paint), paint, "red")
    return "\n\n".join(part for part in (moved, there, listed) if part) or "Nothing to remove."


def _there_before(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        if action.verb is Verb.DELETE and action.diff.was_there:
            yield f"  {paint('!', 'red')} {safe(str(action.id))}"


def _foreign(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    for action in plan.actions:
        if action.verb is Verb.DELETE and action.diff.baseline is None:
            yield f"  {paint('!', 'red')} {safe(str(action.id))}: never deployed from this project"
    yield from _moved_online(plan, paint, watch=True, full=full)
    yield from _going_with_it(plan, paint, full)


def _going_with_it(plan: Plan, paint: Paint, full: bool) -> Iterator[str]:
    """Yields what was kept online until now and whose resource is to be deleted."""
    for action in plan.actions:
        kept = [change for change in action.diff.changes if change.cause is Cause.KEPT]
        if action.verb is not Verb.NOTHING and kept:
            yield f"  {paint('!', 'red')} {safe(str(action.id))}: with what was kept online until now"
            yield from _kept_lines(action.diff, kept, paint, full)


def difference_text(
    plan: Plan, units: Collection[Unit], paint: Paint, *, full: bool = True, watch: bool = False
) -> str:
    """Returns what is to be decided about these units. `full` folds nothing."""
    about = replace(plan, actions=tuple(_only(action, units) for action in plan.actions if _named(action, units)))
    moved = _moved_online(about, paint, watch, full=full)
    sections = [
        _section("Changed online since this project last deployed:", moved, paint, "red"),
        _section("Kept online until now:", _going_with_it(about, paint, full=full) if watch else (), paint, "red"),
        _section("Already online, never deployed from this project:", _unknown(about, paint, full=full), paint, "red"),
        _section(THERE_BEFORE, _there_before(about, paint), paint, "red"),
    ]
    return "\n\n".join(section for section in sections if section)


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


def undecided_text(units: Iterable[Unit], why: Mapping[Unit, str] = MappingProxyType({})) -> str:
    """Returns one line per unit, with the reason why it is to be decided, if there is one."""
    return "\n".join(f"  {safe(str(unit))}" + (f": {safe(why[unit])}" if unit in why else "") for unit in units)


def count_line(plan: Plan, watch: bool) -> str:
    """Returns the plan in one line: how many resources of each fate. `watch` is drift's view."""
    same = sum(1 for action in plan.actions if _untouched(action))
    if watch:
        moved = sum(1 for diff in plan.diffs if diff.drifted)
        return _joined([(moved, "changed online"), (same, "as last deployed")]) or "Nothing to compare."
    verbs = [action.verb for action in plan.actions]
    counts = [(verbs.count(verb), f"to {verb.value}") for verb in (Verb.CREATE, Verb.UPDATE, Verb.REPLACE, Verb.DELETE)]
    counts += [(len(plan.undecided), "to decide"), (len(plan.conflicts), "in conflict")]
    if not any(number for number, _ in counts):
        kept = sum(1 for diff in plan.diffs for change in diff.changes if change.cause is Cause.KEPT or change.at_risk)
        kept += sum(1 for action in plan.actions if _stays_absent(action))
        if kept:
            return f"Nothing to do: {kept} left as online, {same} resources unchanged."
        return f"No differences: {same} unchanged." if same else "No differences."
    return "Plan: " + _joined([*counts, (same, "unchanged")])


def _untouched(action: Action) -> bool:
    if action.diff.presence is Presence.ONLINE_ONLY or _stays_absent(action):
        return False
    return action.verb in (Verb.NOTHING, Verb.RECORD) and not action.diff.drifted


def _stays_absent(action: Action) -> bool:
    return action.verb is Verb.NOTHING and action.diff.presence in (Presence.DELETED_ONLINE, Presence.KEPT_ABSENT)


def _joined(counts: list[tuple[int, str]]) -> str:
    return ", ".join(f"{number} {word}" for number, word in counts if number)
