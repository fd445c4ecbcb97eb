"""Plan and report as text, in the order a person decides: what changed online, what you change, what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from fc_guard.model.fields import CODE, MISSING, Cause, FieldChange
from fc_guard.model.plans import Action, Plan, Unit, Verb
from fc_guard.model.reports import Outcome, Report, RescueCopy, Result
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
MOST_FILES = 20
PAST = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DELETE: "deleted"}


def painter(colour: bool) -> Paint:
    """Colour only where a terminal shows it."""
    if not colour:
        return lambda text, name: text
    return lambda text, name: f"\x1b[{CODES[name]}m{text}\x1b[0m"


def heading(report_command: str, account: str, region: str, step: str, paint: Paint) -> str:
    return paint(f"fc-guard {report_command}", "bold") + f"  {safe(step)} · {region} · account {account}"


def plan_text(plan: Plan, paint: Paint, *, watch: bool = False) -> str:
    """The whole plan. `watch` is drift's view: what moved online, and nothing about what would be done."""
    sections = [
        _section("Changed online since this project last deployed:", _moved_online(plan, paint), paint, "red"),
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


def _moved_online(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        diff = action.diff
        if diff.presence is Presence.DELETED_ONLINE:
            yield f"  {paint('!', 'red')} {safe(str(diff.id))}"
            yield f"      last deployed: there → online: {paint('deleted', 'red')} → yours: there{_since(diff)}"
        elif diff.baseline is not None:
            changes = [c for c in diff.changes if c.cause in (Cause.DRIFT, Cause.CONFLICT, Cause.ONLINE_ONLY)]
            yield from _resource(diff, changes, paint, _three_sides, modified=True)


def _unknown(plan: Plan, paint: Paint) -> Iterator[str]:
    for action in plan.actions:
        if action.diff.baseline is None:
            changes = [change for change in action.diff.changes if change.cause is Cause.UNKNOWN]
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
        if diff.presence is Presence.KEPT_ABSENT:
            since = diff.baseline.kept_absent if diff.baseline is not None else ""
            yield f"    {safe(str(diff.id))}: deleted online, kept so since {since}"
        if diff.presence is Presence.ONLINE_ONLY:
            yield f"    {safe(str(diff.id))}: made online, not in s.yaml"
        kept = [change for change in diff.changes if change.cause is Cause.KEPT]
        if kept:
            yield f"    {safe(str(diff.id))}"
            yield from (f"      {_name(change)}: {_sides_of_kept(change)}" for change in kept)
        adopted = [safe(c.name) for c in diff.changes if c.cause is Cause.ONLINE_ONLY and diff.baseline is None]
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
    line: Callable[[FieldChange, int, Paint], str],
    *,
    modified: bool = False,
) -> Iterator[str]:
    if not changes:
        return
    symbol = paint("!", "red") if modified else paint("~", "yellow")
    yield f"  {symbol} {safe(str(diff.id))}{_since(diff) if modified else ''}"
    width = max(len(_name(change)) for change in changes)
    yield from (line(change, width, paint) for change in changes)
    if any(change.path == CODE for change in changes):
        yield from _files(diff)


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


def _three_sides(change: FieldChange, width: int, paint: Paint) -> str:
    before, now = shown(change.baseline, secret=change.secret), shown(change.live, secret=change.secret)
    text = f"      {_name(change):<{width}}  last deployed {before} → online {paint(now, 'red')}"
    if change.cause is Cause.ONLINE_ONLY:
        return f"{text}  {paint('(not in s.yaml: stays)', 'dim')}"
    text += f" → yours {paint(shown(change.target, secret=change.secret), 'green')}"
    if change.cause is Cause.CONFLICT:
        return f"{text}  {paint('changed on both sides', 'red')}"
    return f"{text}  {paint('changed online only', 'yellow')}"


def _two_sides(change: FieldChange, width: int, paint: Paint) -> str:
    now, yours = shown(change.live, secret=change.secret), shown(change.target, secret=change.secret)
    return f"      {_name(change):<{width}}  online {paint(now, 'red')} → yours {paint(yours, 'green')}"


def _own_change(change: FieldChange, width: int, paint: Paint) -> str:
    now, yours = shown(change.live, secret=change.secret), shown(change.target, secret=change.secret)
    return f"      {_name(change):<{width}}  {now} → {paint(yours, 'green')}"


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
    urls = report.output.get("url")
    if report.error is None and isinstance(urls, Mapping) and urls.get("system_url"):
        lines.append(f"  {paint('→', 'bold')} {safe(str(urls['system_url']))}")
    return "\n".join(lines)


def rescue_text(copies: Iterable[RescueCopy]) -> str:
    return "\n".join(f"  {safe(str(copy.id))} → {safe(copy.directory)}" for copy in copies)


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
    yield from _moved_online(plan, paint)
