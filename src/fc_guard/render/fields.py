"""Shows changed fields, each with its sides and whose change it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fc_guard.language import joined, t, then
from fc_guard.model.fields import CODE, MISSING, Came, Cause, CodeVersion, FieldChange, FieldPath, Value
from fc_guard.model.resources import ResourceDiff
from fc_guard.model.theirs import Becomes
from fc_guard.render.edits import edit_lines
from fc_guard.render.paint import Paint
from fc_guard.render.theirs import known_whose
from fc_guard.render.times import shown_time
from fc_guard.render.values import safe, shown_sides
from fc_guard.render.whose import deployed_by, deployer, deployments_of
from fc_guard.render.wrapping import padded

OWNERS = {
    Cause.DRIFT: (t("changed online only"), "yellow"),
    Cause.CONFLICT: (t("changed on both sides"), "red"),
    Cause.ONLINE_ONLY: (t("set online only"), "yellow"),
    Cause.KEPT: (Came.KEPT.value, "yellow"),
}
BECOMES: Final = {
    Becomes.KEPT: t("stays as online"),
    Becomes.OVERWRITTEN: t("overwritten with yours"),
    Becomes.MERGED: t("merged with yours"),
    Becomes.DELETED: t("deleted"),
    Becomes.UNDECIDED: "",
}
"""What becomes of somebody else's change; what is undecided is asked or listed as such."""
FITS = 100
"""The columns that a field may take beside its indent before its sides get a line each."""


Side = tuple[str, Value, str]


@dataclass(frozen=True, slots=True)
class Sides:
    """A field's values on the sides that matter, (label, value, colour) each, and a note on whose change it is."""

    values: tuple[Side, ...]
    note: str = ""
    colour: str = ""


def resource_lines(
    diff: ResourceDiff,
    changes: Collection[FieldChange],
    paint: Paint,
    sides: Callable[[FieldChange], Sides],
    *,
    full: bool,
    modified: bool = False,
    files: Iterable[str] = (),
) -> Iterator[str]:
    """Yields a resource's changed fields; `files` are lines that belong below its code. `modified` adds when and
    by whom it was changed online; `full` cuts no value."""
    if not changes:
        return
    symbol = paint("!", "red") if modified else paint("~", "yellow")
    written = last_written(diff) if modified else ""
    yield t("  {symbol} {id}{since}", symbol=symbol, id=safe(str(diff.id)), since="  " + written if written else "")
    if modified:
        yield from ("      " + paint(source, "dim") for source in sources_of(diff, changes))
        yield from edit_lines(diff)
    yield from field_lines(changes, paint, sides, full=full, files=files)


def sources_of(diff: ResourceDiff, changes: Iterable[FieldChange]) -> tuple[str, ...]:
    """Returns the deployments that put these changes online and that this checkout does not contain, a line each."""
    return tuple(map(deployed_by, deployments_of(diff, {change.aspect for change in changes})))


def field_lines(
    changes: Collection[FieldChange],
    paint: Paint,
    sides: Callable[[FieldChange], Sides],
    *,
    full: bool,
    files: Iterable[str] = (),
) -> Iterator[str]:
    """Yields the fields alone, those of one line below each other. Code whose files are listed needs no checksums: the
    files tell the sides apart."""
    listed = list(files)
    fields = [(change, sides(change)) for change in changes]
    told = {change.path: _told(change, each, full) for change, each in fields if change.path != CODE or not listed}
    lengths = {path: sum(len(label) + len(text) + 4 for label, text, _ in each) for path, each in told.items()}
    fit = [change for change, each in fields if change.path in told and _fits(change, each, lengths, 0)]
    width = max((len(_name(change)) for change in fit), default=0)
    for change, each in fields:
        if change.path not in told:
            yield f"      {_name(change)}" + _note(each, paint)
            yield from listed
        elif _fits(change, each, lengths, width):
            yield f"      {_name(change):<{width}}  " + _in_a_line(told[change.path], paint) + _note(each, paint)
        else:
            yield f"      {_name(change)}" + _note(each, paint)
            yield from _below(told[change.path], paint)


def _told(change: FieldChange, sides: Sides, full: bool) -> list[tuple[str, str, str]]:
    """Returns (label, text, colour) of each side."""
    texts = side_texts(change, sides, full=full)
    return [(label, text, colour) for (label, _, colour), text in zip(sides.values, texts, strict=True)]


def _fits(change: FieldChange, sides: Sides, lengths: Mapping[FieldPath, int], width: int) -> bool:
    return max(width, len(_name(change))) + lengths[change.path] + len(sides.note) <= FITS


def _in_a_line(told: Iterable[tuple[str, str, str]], paint: Paint) -> str:
    return joined((_beside(label, text, paint(text, colour)) for label, text, colour in told), " → ")


def _beside(label: str, text: str, painted: str) -> str:
    """Returns a value behind its label. There is no space before the parenthesis of another language."""
    gap = then(text, lambda said: "" if said.startswith("（") else " ")
    return joined((label, gap, painted), "") if label else painted


def _below(told: Iterable[tuple[str, str, str]], paint: Paint) -> Iterator[str]:
    for index, (label, text, colour) in enumerate(told):
        told_label = padded(("→ " if index else "") + label, 17)
        yield then("        " + told_label + paint(text, colour), str.rstrip)


def _note(sides: Sides, paint: Paint) -> str:
    return "  " + paint(sides.note, sides.colour) if sides.note else ""


def side_texts(change: FieldChange, sides: Sides, *, full: bool) -> tuple[str, ...]:
    """Returns the texts of a field's values, in the order of its sides."""
    labels = [label for label, _, _ in sides.values]
    return shown_sides([value for _, value, _ in sides.values], labels=labels, secret=change.secret, full=full)


def last_written(diff: ResourceDiff) -> str:
    """Returns when it was last written online, '' if that is not known: a hint, since any write moves it."""
    modified = diff.live.document.get("lastModifiedTime") if diff.live is not None else None
    return t("(last written online {modified})", modified=shown_time(str(modified))) if modified else ""


Fate = Callable[[FieldChange], Becomes | None]
"""Returns what a plan does with somebody else's change."""


def never(path: FieldPath) -> bool:
    return False


def three_sides(
    becomes: Fate, kept: Collection[FieldPath], leaves: Callable[[FieldPath], bool] = never
) -> Callable[[FieldChange], Sides]:
    """Shows all three sides. `kept` are the fields whose online value was kept when this project last deployed.
    `leaves` says whether s.yaml leaves a field to us."""

    def sides(change: FieldChange) -> Sides:
        now = _online(change)
        values = [now] if change.cause is Cause.KEPT else [_before(change, kept), now]
        if change.cause is Cause.ONLINE_ONLY and becomes(change) is Becomes.KEPT:
            note = t("(s.yaml leaves it open: stays)") if leaves(change.path) else t("(not in s.yaml: stays)")
            return Sides(tuple(values), note, "dim")
        values.append((t("yours"), _yours(change), "green"))
        whose, colour = _whose(change)
        return Sides(tuple(values), _with_fate(whose, becomes(change)), colour)

    return sides


def _with_fate(whose: str, becomes: Becomes | None) -> str:
    fate = "" if becomes is None else BECOMES[becomes]
    return t("{whose}: {fate}", whose=whose, fate=fate) if whose and fate else whose or fate


def _whose(change: FieldChange) -> tuple[str, str]:
    """Returns the note on whose change it is, with its colour."""
    note, colour = OWNERS[change.cause]
    if change.cause is Cause.CONFLICT and change.since:
        note = t("{kept_since}, changed here", kept_since=kept_since(change))
    elif change.came is not Came.ELSEWHERE:
        note = _how(change) + (t(", changed here") if change.cause is Cause.CONFLICT else "")
    return note, colour


def _how(change: FieldChange) -> str:
    """Returns how the online value came about; '' where somebody changed it online."""
    if change.deployed is not None:
        return t("deployed by {who}", who=deployer(change.deployed))
    return "" if change.came is Came.ELSEWHERE else change.came.value


def two_of_three(becomes: Fate, kept: Collection[FieldPath]) -> Callable[[FieldChange], Sides]:
    """Shows what was last deployed beside what is online, where s.yaml does not name the resource."""

    def sides(change: FieldChange) -> Sides:
        whose, colour = _whose(change)
        return Sides((_before(change, kept), _online(change)), _with_fate(whose, becomes(change)), colour)

    return sides


def moved_sides(kept: Collection[FieldPath]) -> Callable[[FieldChange], Sides]:
    def sides(change: FieldChange) -> Sides:
        return Sides((_before(change, kept), _online(change)), _how(change), "yellow")

    return sides


def two_sides(becomes: Fate) -> Callable[[FieldChange], Sides]:
    """Shows what is online beside what is here, where nobody knows what was last deployed."""
    return lambda change: Sides(
        (_online(change), (t("yours"), _yours(change), "green")), _with_fate("", becomes(change)), "yellow"
    )


def own_change(change: FieldChange) -> Sides:
    return Sides((("", change.live, ""), ("", change.target, "green")))


def new_value(change: FieldChange) -> Sides:
    """Shows what a new field will be. New code has no other side to be told apart from by a checksum."""
    value = change.target
    if isinstance(value, CodeVersion):
        value = CodeVersion(size=value.size, source=value.source)
    return Sides((("", value, "green"),))


def kept_text(change: FieldChange, *, full: bool) -> str:
    differs = change.desired is not MISSING and change.target != change.live
    values = [change.live, *((change.target,) if differs else ())]
    labels = (t("online"), t("yours"))[: len(values)]
    online, *yours = shown_sides(values, labels=labels, secret=change.secret, full=full)
    told = joined((t(", {yours}", yours=_beside(t("yours"), text, text)) for text in yours), "")
    online = _beside(t("online"), online, online)
    return t("{online}{told} ({kept_since})", online=online, told=told, kept_since=kept_since(change))


def kept_since(change: FieldChange) -> str:
    """Returns when the online value was kept and whose it was, as far as that is known, without the value."""
    how = t("merged, and kept") if change.came is Came.MERGED else t("kept")
    kept = t("{how} online since {since}", how=how, since=shown_time(change.since))
    by = known_whose(change.whose)
    return t("{kept}, {by}", kept=kept, by=by) if by else kept


def _before(change: FieldChange, kept: Collection[FieldPath]) -> Side:
    """Returns the side that both came from. If the online value was kept, ours of then may never have been deployed."""
    label = (
        t("last deployed")
        if change.path not in kept
        else t("kept online")
        if change.path == CODE
        else t("yours before")
    )
    return label, change.baseline, ""


def _online(change: FieldChange) -> Side:
    return t("online"), change.live, "red"


def _yours(change: FieldChange) -> Value:
    return MISSING if change.only_online else change.target


def _name(change: FieldChange) -> str:
    return safe(change.name)
