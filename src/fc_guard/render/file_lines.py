"""Shows the files of a code package that differ: each with its owner, and what differs in it, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from fc_guard.language import joined, t, tn
from fc_guard.model.fields import Came, Cause
from fc_guard.model.files import FileChange, FileSide, is_secret_file, lines_of
from fc_guard.render.counting import more_files
from fc_guard.render.cutting import apart, around, look, spelled
from fc_guard.render.paint import Paint
from fc_guard.render.values import safe, safe_text
from fc_guard.render.whose import deployer

MOST_FILES: Final = 20
MOST_LINES: Final = 20
"""The lines of one file's difference that are shown unless all were asked for."""
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
CHANGED: Final = ("-", "+", "\\")
"""The signs with which lines of a change begin; the last says that a line has no end."""
LAST_DEPLOYED: Final = t("last deployed")
NOT_QUOTED: Final = t("secret by its name: not quoted")
COLOURS: Final = {"-": "red", "+": "green", "@": "blue"}


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference between two sides of one file: lines of a unified diff, or one remark if it is not text."""

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
    base: str = LAST_DEPLOYED,
) -> Iterator[str]:
    """Yields files with their owners and differences; long ones are folded with a count, unless `full`. `words` replace
    the owner, `base` is what the package that both sides come from is called."""
    listed = in_order(files)
    shown = listed if full else listed[:MOST_FILES]
    room = MOST_IN_ALL
    names = shown_names([file.name for file in listed])
    for file in shown:
        symbol, colour = SYMBOLS[file.cause]
        yield t(
            "        {mark} {names}  {words}",
            mark=paint(symbol, colour),
            names=names[file.name],
            words=paint((words or owner)(file), colour),
        )
        several = differences(file, watch=watch, base=base)
        for difference in several:
            if len(several) > 1:
                yield "            " + t("{before} → {after}:", before=difference.before, after=difference.after)
            most = min(MOST_LINES, max(room, 0))
            yield from folded_lines(difference.lines, paint, full=full, indent=12, most=most)
            room -= most
    if len(listed) > len(shown):
        yield "        " + more_files(len(listed) - len(shown))


def in_order(files: Iterable[FileChange]) -> list[FileChange]:
    """Returns the files, those that need a decision first."""
    return sorted(files, key=lambda file: (ORDER.index(file.cause), file.name))


def shown_names(names: Sequence[str]) -> dict[str, str]:
    """Returns the names as shown; spelled out if two look alike, or if one ends in what is not seen."""
    told = apart(names, [safe(name) for name in names])
    pairs = zip(names, told, strict=True)
    return {name: text if text == text.strip() else spelled(name) for name, text in pairs}


def folded_lines(
    lines: Sequence[str], paint: Paint, *, full: bool, indent: int, most: int = MOST_LINES
) -> Iterator[str]:
    """Yields lines of a difference. Unless `full`, long ones are cut around what differs, and lines after the first
    `most` are folded with a count."""
    for line in lines if full else cut_lines(lines[:most]):
        yield f"{' ' * indent}{paint(line, COLOURS.get(line[:1], ''))}".rstrip()
    if len(lines) > most and not full:
        yield " " * indent + tn(
            "… {number:,} more line (--full-diff shows it)",
            "… {number:,} more lines (--full-diff shows them)",
            len(lines) - most,
        )


def cut_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Returns lines of a unified diff, the long ones cut: around what differs if lines were replaced."""
    if all(len(line) <= LONGEST_LINE for line in lines):
        return tuple(lines)
    cut: list[str] = []
    for changed, group in groupby(lines, key=lambda line: line[:1] in CHANGED):
        block = list(group)
        cut += _cut_block(block) if changed else (around([line], LONGEST_LINE)[0] for line in block)
    return tuple(cut)


def _cut_block(block: Sequence[str]) -> Sequence[str]:
    """Cuts the removed and the added lines of a block, each around what differs from its counterpart. If two that
    differ would be left alike, all of them are cut around whatever differs in any."""
    bodies = [line[1:] for line in block]
    sides = [[place for place, line in enumerate(block) if line.startswith(sign)] for sign in "-+"]
    cut = [around([body], LONGEST_LINE)[0] for body in bodies]
    for minus, plus in zip(*sides, strict=False):
        cut[minus], cut[plus] = around([bodies[minus], bodies[plus]], LONGEST_LINE)
    if _alike(cut, bodies):
        cut = list(around(bodies, LONGEST_LINE))
    if _alike(cut, bodies):
        cut = list(around([spelled(body) for body in bodies], LONGEST_LINE))
    return [line[:1] + body for line, body in zip(block, cut, strict=True)]


def _alike(cut: Sequence[str], bodies: Sequence[str]) -> bool:
    return len({look(text) for text in cut}) < len(set(bodies))


def owner(file: FileChange, came: Came = Came.ELSEWHERE) -> str:
    """Says in words whose change it is. `came` says how the package that is online came about."""
    if not file.based:
        if file.cause is Cause.KEPT:
            return t("kept as it is online")
        return t("only online") if file.local is None else t("only yours") if file.live is None else t("differs")
    moved, here = happened(file.base, file.live), happened(file.base, file.local)
    online = _where(moved, came, file)
    match file.cause:
        case Cause.DRIFT:
            return online
        case Cause.CHANGE:
            return t("{here} here", here=here)
        case Cause.KEPT if moved and here:
            return t("{online}, {here} here: left as it is online", online=online, here=here)
        case Cause.KEPT if moved:
            return online if came is Came.MERGED else t("{online}, kept", online=online)
        case Cause.KEPT:
            return t("{here} here, not deployed", here=here)
        case Cause.CONVERGED:
            return t("{moved} on both sides alike", moved=moved)
    return (
        t("{moved} on both sides", moved=moved)
        if moved == here and came is Came.ELSEWHERE
        else t("{online}, {here} here", online=online, here=here)
    )


def _where(moved: str, came: Came, file: FileChange) -> str:
    if file.deployed is not None:
        return t("{moved} by {who}", moved=moved, who=deployer(file.deployed))
    match came:
        case Came.UNDO:
            return t("{moved} by undo", moved=moved)
        case Came.MERGED:
            return t("{moved} by the merge", moved=moved)
        case _:
            return t("{moved} online", moved=moved)


def happened(before: FileSide | None, after: FileSide | None) -> str:
    """Says what became of a file; '' for nothing."""
    if before is None or after is None:
        return "" if before is after else t("added") if before is None else t("removed")
    if before.state.sha256 != after.state.sha256 or before.state.link != after.state.link:
        return t("changed")
    if before.state.executable == after.state.executable:
        return ""
    return t("made executable") if after.state.executable else t("made not executable")


def differences(file: FileChange, *, watch: bool = False, base: str = LAST_DEPLOYED) -> tuple[Difference, ...]:
    """Returns what differs in the file, between the sides that matter."""
    if file.cause in (Cause.KEPT, Cause.CONVERGED):
        return ()
    if not file.based:
        return _between(t("online"), file.live, t("yours"), file.local)
    theirs = _between(base, file.base, t("online"), file.live)
    ours = _between(base, file.base, t("yours"), file.local)
    if watch or file.cause is Cause.DRIFT:
        return theirs
    return ours if file.cause is Cause.CHANGE else theirs + ours


def unified(before: str, after: str) -> tuple[str, ...]:
    """Returns a unified diff, whole and harmless to a terminal, without the two lines that name the files."""
    lines = list(difflib.unified_diff(lines_of(before), lines_of(after), n=3, lineterm=""))[2:]
    bare = [line.removesuffix("\n") for line in lines]
    told = told_apart(bare)
    return tuple(text for line, one in zip(lines, told, strict=True) for text in _ended(line, one))


def merged_lines(name: str, before: str, after: str) -> tuple[str, ...]:
    """Returns the difference of a merged file; for a file that is secret by its name, only a remark."""
    return (t("({not_quoted})", not_quoted=NOT_QUOTED),) if is_secret_file(name) else unified(before, after)


def told_apart(lines: Sequence[str]) -> tuple[str, ...]:
    """Returns lines of a unified diff as shown: a change of nothing but unseen characters is spelled out."""
    changed = [line[1:] for line in lines if line[:1] in CHANGED]
    told = iter(apart(changed, [safe_text(line) for line in changed]))
    return tuple(line[0] + next(told) if line[:1] in CHANGED else safe_text(line) for line in lines)


def _between(label: str, before: FileSide | None, other: str, after: FileSide | None) -> tuple[Difference, ...]:
    if happened(before, after) not in ("added", "removed", "changed"):
        return ()
    name = next(side.state.name for side in (before, after) if side is not None)
    if is_secret_file(name):
        return (Difference(label, other, (_marks(before, after),)),)
    texts = ["" if side is None else side.text for side in (before, after)]
    if texts[0] is None or texts[1] is None:
        return (Difference(label, other, (_sizes(before, after),)),)
    return (Difference(label, other, unified(texts[0], texts[1])),)


def _sizes(before: FileSide | None, after: FileSide | None) -> str:
    sizes = [t("nothing") if side is None else t("{size:,} B", size=side.state.size) for side in (before, after)]
    return t("({sizes}; not shown as text)", sizes=joined(sizes, " → "))


def _marks(before: FileSide | None, after: FileSide | None) -> str:
    return t("({sides}; {not_quoted})", sides=joined(map(_mark, (before, after)), " → "), not_quoted=NOT_QUOTED)


def _mark(side: FileSide | None) -> str:
    return (
        t("nothing")
        if side is None
        else t("{size:,} B, sha256 {sha256}", size=side.state.size, sha256=side.state.sha256[:12])
    )


def _ended(line: str, told: str) -> Sequence[str]:
    ended = line.endswith("\n") or line.startswith("@@")
    return (told,) if ended else (told, t("\\ no newline at the end"))
