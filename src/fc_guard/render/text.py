"""Plan and report as text, in the order a person decides: what changed online, what you change, what happens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from fc_guard.model.fields import CODE, MISSING, Cause, FieldChange
from fc_guard.model.plans import Action, Plan, Unit, Verb
from fc_guard.model.reports import Outcome, Report, Result
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.render.values import safe, shown

Paint = Callable[[str, str], str]
"""(text, colour name) -> text for the terminal."""

CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "36", "dim": "2", "bold": "1"}
SYMBOLS = {
    Verb.CREATE: ("+", "green"),
    Verb.UPDATE: ("~", "yellow"),
    Verb.DELETE: ("-", "red"),
    Verb.RECORD: ("=", "dim"),
    Verb.FORGET: (".", "dim"),
    Verb.NOTHING: (" ", "dim"),
}
FILE_SYMBOLS = {"both": "differs    ", "online": "only online", "here": "only yours "}
OWNERS = {
    Cause.DRIFT: ("changed online only", "yellow"),
    Cause.CONFLICT: ("changed on both sides", "red"),
    Cause.ONLINE_ONLY: ("set online only", "yellow"),
    Cause.KEPT: ("kept online until now", "yellow"),
}
MOST_FILES = 20
FITS = 100
"""Columns a field may take beside its indent before its sides get a line each."""
PAST = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DELETE: "deleted"}


@dataclass(frozen=True, slots=True)
class Sides:
    """A field's values on the sides that matter, (label, value, colour) each, and a word on whose change it is."""

    values: tuple[tuple[str, str, str], ...]
    note: str
    colour: str
    paint: Paint


def painter(colour: bool) -> Paint:
    """Colour only where a terminal shows it."""
    if not colour:
        return lambda text, name: text
    return lambda text, name: f"\x1b[{CODES[name]}m{text}\x1b[0m" if name else text


def heading(report_command: str, account: str, region: str, step: str, paint: Paint) -> str:
    return paint(f"fc-guard {report_command}", "bold") + f"  {safe(step)} · {region} · account {account}"


def plan_text(plan: Plan, paint: Paint, *, watch: bool = False) -> str:
    """The whole plan. `watch` is drift's view: what moved online, and nothing about what would be done."""
    sections = [
        _section("Changed online since this project last deployed:", _moved_online(plan, paint, watch), paint, "red"),
        _section("Already online, never deployed from this project:", _unknown(plan, paint), paint, "red"),
    ]
    if not watch:
        sections.append(_section("You change:", _changed_here(plan, paint), paint, "bold"))
    sections += [
        _section("Left as it is online:", _kept(plan, paint), paint, "dim"),
        _section("Not in s.yaml:", _orphans(plan, paint), paint, "bold"),
    ]
    text = "\n\n".join(section for section in sections if section)
    count = _count_line(plan, watch)
    return f"{text}\n\n{count}" if text else count


def _section(title: str, lines: Iterable[str], paint: Paint, colour: str) -> str:
    body = list(lines)
    return "\n".join([paint(title, colour), *body]) if body else ""


def _moved_online(plan: Plan, paint: Paint, watch: bool) -> Iterator[str]:
    """`watch` leaves out what s.yaml says: nothing of it is about to be sent."""
    for action in plan.actions:
        diff = action.diff
        if diff.presence is Presence.DELETED_ONLINE:
            yield f"  {paint('!', 'red')} {safe(str(diff.id))}"
            yours = "" if watch else " → yours: there"
            yield f"      last deployed: there → online: {paint('deleted', 'red')}{yours}"
        elif diff.baseline is not None:
            moved = (Cause.DRIFT, Cause.CONFLICT, Cause.ONLINE_ONLY)
            changes = [c for c in diff.changes if c.cause in moved or (c.cause is Cause.KEPT and c in action.sends)]
            sides = _moved_sides if watch else _three_sides(action.sends)
            yield from _resource(diff, changes, paint, sides, modified=True)


def _unknown(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        if action.diff.baseline is None:
            changes = [c for c in action.diff.changes if c.cause is Cause.UNKNOWN or c in action.sends]
            yield from _resource(action.diff, changes, paint, _two_sides, modified=True)


def _changed_here(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        symbol, colour = SYMBOLS[action.verb]
        if (
            action.verb is Verb.CREATE and action.diff.presence is not Presence.DELETED_ONLINE
        ) or action.verb is Verb.DELETE:
            yield f"  {paint(symbol, colour)} {safe(str(action.id))}  {paint(action.reason, 'dim')}"
        else:
            changes = [change for change in action.diff.changes if change.cause is Cause.CHANGE]
            yield from _resource(action.diff, changes, paint, _own_change)


def _kept(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        diff = action.diff
        if diff.presence is Presence.KEPT_ABSENT and action.verb is Verb.NOTHING:
            since = diff.baseline.kept_absent if diff.baseline is not None else ""
            yield f"    {safe(str(diff.id))}: deleted online, kept so since {since}"
        if diff.presence is Presence.ONLINE_ONLY:
            yield f"    {safe(str(diff.id))}: made online, not in s.yaml"
        kept = [change for change in diff.changes if change.cause is Cause.KEPT and change not in action.sends]
        if kept:
            yield f"    {safe(str(diff.id))}"
            yield from (f"      {_name(change)}: {_sides_of_kept(change)}" for change in kept)
        alone = [c for c in diff.changes if c.cause is Cause.ONLINE_ONLY and c not in action.sends]
        adopted = [safe(change.name) for change in alone if diff.baseline is None]
        if adopted:
            yield f"    {safe(str(diff.id))}: only set online: {', '.join(adopted)}"


def _orphans(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        if action.diff.presence is Presence.ORPHAN and action.verb is Verb.NOTHING:
            yield f"    {safe(str(action.id))}: {action.reason}"


def _resource(
    diff: ResourceDiff,
    changes: list[FieldChange],
    paint: Paint,
    sides: Callable[[FieldChange, Paint], Sides],
    *,
    modified: bool = False,
) -> Iterator[str]:
    if not changes:
        return
    symbol = paint("!", "red") if modified else paint("~", "yellow")
    yield f"  {symbol} {safe(str(diff.id))}{_since(diff) if modified else ''}"
    width = max(len(_name(change)) for change in changes)
    for change in changes:
        yield from _field(_name(change), width, sides(change, paint))
        if change.path == CODE:
            yield from _files(diff)


def _field(name: str, width: int, sides: Sides) -> Iterator[str]:
    """One field on one line where that fits, else one line a side."""
    plain = sum(len(label) + len(value) + 4 for label, value, _ in sides.values) + len(sides.note)
    note = f"  {sides.paint(sides.note, sides.colour)}" if sides.note else ""
    if width + plain <= FITS:
        joined = " → ".join(f"{label} {sides.paint(value, colour)}".strip() for label, value, colour in sides.values)
        yield f"      {name:<{width}}  {joined}{note}"
        return
    yield f"      {name}{note}"
    for index, (label, value, colour) in enumerate(sides.values):
        yield f"        {'→ ' if index else ''}{label:<{15 if index else 17}}{sides.paint(value, colour)}".rstrip()


def _files(diff: ResourceDiff) -> Iterator[str]:
    """How the online package differs from the code folder, file by file."""
    for file in diff.files[:MOST_FILES]:
        yield f"        {FILE_SYMBOLS[file.where]}  {safe(file.name)}"
    if len(diff.files) > MOST_FILES:
        yield f"        … and {len(diff.files) - MOST_FILES} more files"


def _since(diff: ResourceDiff) -> str:
    """When it was last written online: a hint, since any write moves it."""
    modified = diff.live.document.get("lastModifiedTime") if diff.live is not None else None
    return f"  (last written online {safe(str(modified))})" if modified else ""


def _three_sides(sends: Collection[FieldChange]) -> Callable[[FieldChange, Paint], Sides]:
    def sides(change: FieldChange, paint: Paint) -> Sides:
        now = ("online", shown(change.live, secret=change.secret), "red")
        before = ("last deployed", shown(change.baseline, secret=change.secret), "")
        values = [now] if change.cause is Cause.KEPT else [before, now]
        if change.cause is Cause.ONLINE_ONLY and change not in sends:
            return Sides(tuple(values), "(not in s.yaml: stays)", "dim", paint)
        yours = MISSING if change.only_online else change.target
        values.append(("yours", shown(yours, secret=change.secret), "green"))
        note, colour = OWNERS[change.cause]
        return Sides(tuple(values), note, colour, paint)

    return sides


def _moved_sides(change: FieldChange, paint: Paint) -> Sides:
    before = ("last deployed", shown(change.baseline, secret=change.secret), "")
    now = ("online", shown(change.live, secret=change.secret), "red")
    return Sides((before, now), "", "", paint)


def _two_sides(change: FieldChange, paint: Paint) -> Sides:
    now = ("online", shown(change.live, secret=change.secret), "red")
    yours = MISSING if change.only_online else change.target
    return Sides((now, ("yours", shown(yours, secret=change.secret), "green")), "", "", paint)


def _own_change(change: FieldChange, paint: Paint) -> Sides:
    now = ("", shown(change.live, secret=change.secret), "")
    return Sides((now, ("", shown(change.target, secret=change.secret), "green")), "", "", paint)


def _sides_of_kept(change: FieldChange) -> str:
    text = f"online {shown(change.live, secret=change.secret)}"
    if change.desired is not MISSING and change.target != change.live:
        text += f", yours {shown(change.target, secret=change.secret)}"
    return f"{text} (kept online since {change.since})"


def _name(change: FieldChange) -> str:
    return safe(change.name)


def _count_line(plan: Plan, watch: bool) -> str:
    same = sum(1 for action in plan.actions if _untouched(action))
    if watch:
        moved = sum(1 for diff in plan.diffs if diff.drifted)
        return _joined([(moved, "changed online"), (same, "as last deployed")]) or "Nothing to compare."
    verbs = [action.verb for action in plan.actions]
    counts = [(verbs.count(verb), f"to {verb.value}") for verb in (Verb.CREATE, Verb.UPDATE, Verb.DELETE)]
    counts.append((len(plan.undecided), "to decide"))
    if not any(number for number, _ in counts):
        kept = sum(1 for diff in plan.diffs for change in diff.changes if change.cause is Cause.KEPT)
        kept += sum(1 for diff in plan.diffs if diff.presence is Presence.KEPT_ABSENT)
        if kept:
            return f"Nothing to do: {kept} left as online, {same} resources unchanged."
        return f"No differences: {same} unchanged." if same else "No differences."
    return "Plan: " + _joined([*counts, (same, "unchanged")])


def _untouched(action: Action) -> bool:
    return action.verb in (Verb.NOTHING, Verb.RECORD) and not action.diff.drifted


def _joined(counts: list[tuple[int, str]]) -> str:
    return ", ".join(f"{number} {word}" for number, word in counts if number)


def undecided_text(units: Iterable[Unit]) -> str:
    return "\n".join(f"  {safe(str(unit))}" for unit in units)


def outcome_text(report: Report, paint: Paint) -> str:
    """What a run did, one line an action that wrote; the rest is one count line."""
    lines = [line for outcome in report.outcomes if (line := _outcome(outcome, paint))]
    lines += [f"  rescue copy of {safe(str(copy.id))}: {safe(copy.directory)}" for copy in report.rescues]
    if report.command == "remove":
        lines += [f"  {paint('=', 'dim')} {safe(str(o.action.id))} {safe(o.action.reason)}" for o in _staying(report)]
    urls = report.output.get("url") if report.command == "deploy" else None
    if report.error is None and isinstance(urls, Mapping) and urls.get("system_url"):
        lines.append(f"  {paint('→', 'bold')} {safe(str(urls['system_url']))}")
    return "\n".join(lines)


def _outcome(outcome: Outcome, paint: Paint) -> str:
    action = outcome.action
    note = f"  ({safe(outcome.note)})" if outcome.note else ""
    name = safe(str(action.id))
    match outcome.result:
        case Result.DONE if action.verb in PAST:
            return f"  {paint('✔', 'green')} {name} {PAST[action.verb]}{note}"
        case Result.DONE if action.verb is Verb.RECORD and action.diff.baseline is None:
            return f"  {paint('=', 'dim')} {name} adopted: {_adopted(action)}{note}"
        case Result.DONE if action.keeps_absent:
            return f"  {paint('=', 'dim')} {name} stays deleted, as it is online"
        case Result.DONE if action.verb is Verb.RECORD and action.diff.drifted:
            return f"  {paint('=', 'dim')} {name} left as it is online"
        case Result.FAILED:
            return f"  {paint('✖', 'red')} {name}: {action.verb.value} failed, nothing changed by it"
        case Result.UNKNOWN:
            return f"  {paint('?', 'red')} {name}: {action.verb.value} was sent, its outcome is unknown"
        case Result.SKIPPED if action.writes:
            return f"  {paint('·', 'dim')} {name}: not started"
        case _:
            return ""


def _staying(report: Report) -> Iterator[Outcome]:
    """What a removal left online."""
    for outcome in report.outcomes:
        if outcome.action.verb is Verb.NOTHING and outcome.action.diff.live is not None:
            yield outcome


def _adopted(action: Action) -> str:
    return "left as it is online" if action.diff.drifted else "already online as s.yaml says"


def removal_text(plan: Plan, paint: Paint) -> str:
    """What remove would do: deletions first, then what stays and why."""
    moved = _section("Changed or made online by somebody else:", _foreign(plan, paint), paint, "red")
    lines = []
    for action in plan.actions:
        symbol, colour = SYMBOLS[action.verb]
        lines.append(f"  {paint(symbol, colour)} {safe(str(action.id))}  {paint(action.reason, 'dim')}")
    listed = _section("Removing:", lines, paint, "bold")
    return "\n\n".join(part for part in (moved, listed) if part) or "Nothing to remove."


def _foreign(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        if action.verb is Verb.DELETE and action.diff.baseline is None:
            yield f"  {paint('!', 'red')} {safe(str(action.id))}: never deployed from this project"
    yield from _moved_online(plan, paint, watch=True)
