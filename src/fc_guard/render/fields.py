"""Changed fields, each with its sides and whose change it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from fc_guard.model.fields import CODE, MISSING, Cause, FieldChange
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.paint import Paint
from fc_guard.render.values import safe, shown

OWNERS = {
    Cause.DRIFT: ("changed online only", "yellow"),
    Cause.CONFLICT: ("changed on both sides", "red"),
    Cause.ONLINE_ONLY: ("set online only", "yellow"),
    Cause.KEPT: ("kept online until now", "yellow"),
}
FITS = 100
"""Columns a field may take beside its indent before its sides get a line each."""


@dataclass(frozen=True, slots=True)
class Sides:
    """A field's values on the sides that matter, (label, value, colour) each, and a word on whose change it is."""

    values: tuple[tuple[str, str, str], ...]
    note: str
    colour: str
    paint: Paint


def resource_lines(
    diff: ResourceDiff,
    changes: list[FieldChange],
    paint: Paint,
    sides: Callable[[FieldChange, Paint], Sides],
    *,
    modified: bool = False,
    files: Iterable[str] = (),
) -> Iterator[str]:
    """A resource's changed fields; `files` are lines that belong below its code."""
    if not changes:
        return
    symbol = paint("!", "red") if modified else paint("~", "yellow")
    yield f"  {symbol} {safe(str(diff.id))}{_since(diff) if modified else ''}"
    width = max(len(_name(change)) for change in changes)
    for change in changes:
        yield from _field(_name(change), width, sides(change, paint))
        if change.path == CODE:
            yield from files


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


def _since(diff: ResourceDiff) -> str:
    """When it was last written online: a hint, since any write moves it."""
    modified = diff.live.document.get("lastModifiedTime") if diff.live is not None else None
    return f"  (last written online {safe(str(modified))})" if modified else ""


def three_sides(sends: Collection[FieldChange]) -> Callable[[FieldChange, Paint], Sides]:
    def sides(change: FieldChange, paint: Paint) -> Sides:
        now = ("online", shown(change.live, secret=change.secret), "red")
        before = ("last deployed", shown(change.baseline, secret=change.secret), "")
        values = [now] if change.cause is Cause.KEPT else [before, now]
        if change.cause is Cause.ONLINE_ONLY and change not in sends:
            return Sides(tuple(values), "(not in s.yaml: stays)", "dim", paint)
        yours = MISSING if change.only_online else change.target
        values.append(("yours", shown(yours, secret=change.secret), "green"))
        note, colour = OWNERS[change.cause]
        if change.cause is Cause.CONFLICT and change.since:
            note = f"kept online since {change.since}, changed here"
        return Sides(tuple(values), note, colour, paint)

    return sides


def moved_sides(change: FieldChange, paint: Paint) -> Sides:
    before = ("last deployed", shown(change.baseline, secret=change.secret), "")
    now = ("online", shown(change.live, secret=change.secret), "red")
    return Sides((before, now), "", "", paint)


def two_sides(change: FieldChange, paint: Paint) -> Sides:
    now = ("online", shown(change.live, secret=change.secret), "red")
    yours = MISSING if change.only_online else change.target
    return Sides((now, ("yours", shown(yours, secret=change.secret), "green")), "", "", paint)


def own_change(change: FieldChange, paint: Paint) -> Sides:
    now = ("", shown(change.live, secret=change.secret), "")
    return Sides((now, ("", shown(change.target, secret=change.secret), "green")), "", "", paint)


def kept_text(change: FieldChange) -> str:
    text = f"online {shown(change.live, secret=change.secret)}"
    if change.desired is not MISSING and change.target != change.live:
        text += f", yours {shown(change.target, secret=change.secret)}"
    return f"{text} (kept online since {change.since})"


def _name(change: FieldChange) -> str:
    return safe(change.name)
