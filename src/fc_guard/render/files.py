"""The files of a code package that differ: each with its owner, and what differs in it, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fc_guard.model.fields import Cause
from fc_guard.model.files import FileChange, FileSide, lines_of
from fc_guard.render.paint import Paint
from fc_guard.render.values import safe

MOST_FILES: Final = 20
MOST_LINES: Final = 20
"""Lines of one file's difference that are shown unless all were asked for."""
MOST_IN_ALL: Final = 120
LONGEST_LINE: Final = 160
ORDER: Final = (Cause.CONFLICT, Cause.DRIFT, Cause.UNKNOWN, Cause.CHANGE, Cause.KEPT, Cause.CONVERGED)
THEIRS: Final = (Cause.CONFLICT, Cause.DRIFT, Cause.UNKNOWN)
TOLD: Final = (*THEIRS, Cause.CHANGE)
SYMBOLS: Final = {
    Cause.CONFLICT: ("!", "red"),
    Cause.DRIFT: ("!", "yellow"),
    Cause.UNKNOWN: ("!", "yellow"),
    Cause.CHANGE: ("~", "green"),
    Cause.KEPT: (" ", "dim"),
    Cause.CONVERGED: ("=", "dim"),
}
COLOURS: Final = {"-": "red", "+": "green", "@": "blue"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two sides of one file, as lines of a unified diff, or in one word where it is no text."""

    before: str
    after: str
    lines: tuple[str, ...]


def file_lines(
    files: Iterable[FileChange],
    paint: Paint,
    *,
    full: bool = False,
    watch: bool = False,
    words: Callable[[FileChange], str] | None = None,
) -> Iterator[str]:
    """Files with their owners and differences; long ones folded with a count, unless `full`. `words` say something
    else than the owner."""
    listed = sorted(files, key=lambda file: (ORDER.index(file.cause), file.name))
    shown = listed if full else listed[:MOST_FILES]
    room = MOST_IN_ALL
    for file in shown:
        symbol, colour = SYMBOLS[file.cause]
        yield f"        {paint(symbol, colour)} {safe(file.name)}  {paint((words or owner)(file), colour)}"
        several = differences(file, watch=watch)
        for difference in several:
            if len(several) > 1:
                yield f"            {difference.before} → {difference.after}:"
            most = min(MOST_LINES, max(room, 0))
            yield from folded_lines(difference.lines, paint, full=full, indent=12, most=most)
            room -= most
    if len(listed) > len(shown):
        yield f"        … and {len(listed) - len(shown)} more files (--full-diff shows them)"


def folded_lines(
    lines: Sequence[str], paint: Paint, *, full: bool, indent: int, most: int = MOST_LINES
) -> Iterator[str]:
    """Lines of a difference; what is more than `most` folded with a count, unless `full`."""
    for line in lines if full else lines[:most]:
        yield f"{' ' * indent}{paint(line, COLOURS.get(line[:1], ''))}".rstrip()
    if len(lines) > most and not full:
        yield f"{' ' * indent}… {len(lines) - most} more lines (--full-diff shows them)"


def owner(file: FileChange) -> str:
    """Whose change it is, in words."""
    if not file.based:
        if file.cause is Cause.KEPT:
            return "kept as it is online"
        return "only online" if file.local is None else "only yours" if file.live is None else "differs"
    online, here = happened(file.base, file.live), happened(file.base, file.local)
    match file.cause:
        case Cause.DRIFT:
            return f"{online} online"
        case Cause.CHANGE:
            return f"{here} here"
        case Cause.KEPT if online and here:
            return f"{online} online, {here} here: left as it is online"
        case Cause.KEPT:
            return f"{online} online, kept" if online else f"{here} here, not deployed"
        case Cause.CONVERGED:
            return f"{online} on both sides alike"
    return f"{online} on both sides" if online == here else f"{online} online, {here} here"


def happened(before: FileSide | None, after: FileSide | None) -> str:
    """What became of a file; '' for nothing."""
    if before is None or after is None:
        return "" if before is after else "added" if before is None else "removed"
    if before.state.sha256 != after.state.sha256 or before.state.link != after.state.link:
        return "changed"
    if before.state.executable == after.state.executable:
        return ""
    return "made executable" if after.state.executable else "made not executable"


def differences(file: FileChange, *, watch: bool = False) -> tuple[Difference, ...]:
    """What differs in it, between the sides that matter."""
    if file.cause in (Cause.KEPT, Cause.CONVERGED):
        return ()
    if not file.based:
        return _between("online", file.live, "yours", file.local)
    theirs = _between("last deployed", file.base, "online", file.live)
    ours = _between("last deployed", file.base, "yours", file.local)
    if watch or file.cause is Cause.DRIFT:
        return theirs
    return ours if file.cause is Cause.CHANGE else theirs + ours


def unified(before: str, after: str) -> tuple[str, ...]:
    """The lines of a unified diff, harmless to a terminal, without the two lines that name the files."""
    lines = difflib.unified_diff(lines_of(before), lines_of(after), n=3, lineterm="")
    return tuple(line for each in list(lines)[2:] for line in _shown(each))


def _between(label: str, before: FileSide | None, other: str, after: FileSide | None) -> tuple[Difference, ...]:
    if happened(before, after) not in ("added", "removed", "changed"):
        return ()
    texts = ["" if side is None else side.text for side in (before, after)]
    if texts[0] is None or texts[1] is None:
        return (Difference(label, other, (_sizes(before, after),)),)
    return (Difference(label, other, unified(texts[0], texts[1])),)


def _sizes(before: FileSide | None, after: FileSide | None) -> str:
    sizes = ["nothing" if side is None else f"{side.state.size:,} B" for side in (before, after)]
    return f"({' → '.join(sizes)}; not shown as text)"


def _shown(line: str) -> Sequence[str]:
    text = safe(line.removesuffix("\n"))
    cut = text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
    ended = line.endswith("\n") or line.startswith("@@")
    return (cut,) if ended else (cut, "\\ no newline at the end")
