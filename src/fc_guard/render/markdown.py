"""Writes reports as Markdown for a comment on a pull request: the summary first and whole, the rest as far as it fits.

Nothing from outside is Markdown here. Text that could mean anything to a renderer stands in code, where GitHub and
GitLab know no markup, mentions, references, links or HTML; what stands outside of code is letters, or our own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fc_guard.language import joined, t, tn
from fc_guard.render.page import Chapter, Diff, Entry, Field, File, Limits, Point, Section, colon, told
from fc_guard.render.sink import Sink

MOST: Final = 65_536
"""The most characters of a comment on GitHub."""
LIMITS: Final = Limits(value=80, lines=60)
LONGEST_MESSAGE: Final = 2_000
"""The most characters of an error or a hint in the summary."""
FEWER: Final = (20, 5, 1, 0)
"""How many points of a step are named one by one: the first of these with which its summary fits."""
MOST_STEPS: Final = 50
"""The steps that a summary names one by one."""
MOST_DEPLOYMENTS: Final = 3
TICKS: Final = re.compile("`+")
MARKUP: Final = re.compile(r"([\\`*_\[\]<>&|~#@$+-])")
LETTERS: Final = frozenset(" ,()，、（）")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part that is written whole or not at all: the lowest rank first, and in order. A piece of rank 0 is the
    summary's."""

    rank: int
    text: str


def markdown(chapters: Sequence[Chapter], sink: Sink, *, most: int = MOST) -> str:
    """Returns one comment about all steps of a run, of at most so many characters. Its first line is a comment that no
    reader sees, by which a pipeline finds the comment to replace. `chapters` is never empty."""
    command = chapters[0].command
    pages = [told(chapter, sink, LIMITS) for chapter in chapters]
    head = f"<!-- fc-guard {command} -->\n\n## fc-guard {command}\n"
    pieces = [_Piece(0, head), *(_Piece(0, text) for text in _summary(pages, sink, most * 3 // 5))]
    for page in pages:
        pieces += _chapter(page, sink, several=len(pages) > 1)
    kept = _fitting(pieces, most, sink)
    return "".join(kept).rstrip("\n") + "\n"


def _fitting(pieces: Sequence[_Piece], most: int, sink: Sink) -> list[str]:
    """Returns the pieces that fit, in their order, with a note on what was left out."""
    if sum(len(piece.text) for piece in pieces) <= most:
        return [piece.text for piece in pieces]
    room = most - len(_left_out(len(pieces), len(pieces), sink))
    fits: set[int] = set()
    for rank in range(max(piece.rank for piece in pieces) + 1):
        for place, piece in enumerate(pieces):
            if piece.rank != rank:
                continue
            if len(piece.text) > room:
                break
            fits.add(place)
            room -= len(piece.text)
    out = [piece for place, piece in enumerate(pieces) if place not in fits]
    diffs = sum(piece.rank > 1 for piece in out)
    note = _left_out(len(out) - diffs, diffs, sink)
    end = max(place for place, piece in enumerate(pieces) if piece.rank == 0)
    kept = [piece.text + (note if place == end else "") for place, piece in enumerate(pieces) if place in fits]
    return kept if end in fits else [*kept, note]


def _left_out(lines: int, diffs: int, sink: Sink) -> str:
    counts = [
        *([tn("{number:,} line", "{number:,} lines", lines)] if lines else []),
        *([tn("{number:,} difference", "{number:,} differences", diffs)] if diffs else []),
    ]
    whole = t("Left out here, for want of room: {what}. --report FILE.html has the whole.", what=joined(counts, ", "))
    return f"\n> {prose(sink.text(whole))}\n"


def _summary(pages: Sequence[Chapter], sink: Sink, room: int) -> Iterator[str]:
    """Yields a paragraph a step: how it ended, what is to be decided, and what can be done next. Steps for which there
    is no room are counted."""
    for place, page in enumerate(pages):
        texts = ("".join(_step(page, sink, most)) for most in FEWER)
        text = next((text for text in texts if len(text) <= room), "")
        if not text or place >= MOST_STEPS:
            yield _more_steps(pages[place:], sink)
            return
        room -= len(text)
        yield text


def _more_steps(pages: Sequence[Chapter], sink: Sink) -> str:
    worst = max(page.status for page in pages)
    more = sink.text(tn("… and {number:,} more step", "… and {number:,} more steps", len(pages)))
    return f"\n{prose(more)}" + (f" · {_status(worst, sink)}\n" if worst else "\n")


def _step(page: Chapter, sink: Sink, most: int) -> Iterator[str]:
    count = f"{colon(sink)}{prose(page.count)}" if page.count else ""
    status = f" · {_status(page.status, sink)}" if page.status else ""
    where = f" · {code(page.place)}" if page.place else ""
    yield f"\n**{code(page.step)}{count}**{where}{status}\n"
    for points in page.points:
        yield f"\n{prose(points.title)}\n\n"
        yield from (_point(point, sink) for point in points.points[:most])
        if len(points.points) > most:
            yield f"- {prose(sink.text(t('… and {number:,} more', number=len(points.points) - most)))}\n"
    yield from (fenced(_short(text), "text") for text in (page.hint, page.error) if text)


def _status(status: int, sink: Sink) -> str:
    return prose(sink.text(t("exit status {status}", status=status)))


def _point(point: Point, sink: Sink) -> str:
    reason = f"{colon(sink)}{phrase(point.reason)}" if point.reason else ""
    return f"- {code(point.name)}{reason}\n" + "".join(f"  - {phrase(who)}\n" for who in point.whose[:MOST_DEPLOYMENTS])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"


def _chapter(page: Chapter, sink: Sink, *, several: bool) -> Iterator[_Piece]:
    if several and (page.sections or page.found):
        yield _Piece(1, f"\n---\n\n## {code(page.step)}\n")
    for section in page.sections:
        yield from _section(section, sink)
    if page.found:
        yield _Piece(2, _folded(sink.text(t("Result")), fenced(page.found, "json")))


def _section(section: Section, sink: Sink) -> Iterator[_Piece]:
    yield _Piece(1, f"\n### {prose(section.title)}\n" + ("\n" if section.lines else ""))
    for depth, line in depths(section.lines):
        yield _Piece(1, f"{'  ' * depth}- {phrase(line)}\n")
    for entry in section.entries:
        yield from _entry(entry, sink)


def _entry(entry: Entry, sink: Sink) -> Iterator[_Piece]:
    gap = "\n" if entry.notes or entry.fields else ""
    yield _Piece(1, f"\n**{prose(entry.mark)} {code(entry.name)}**\n{gap}")
    for note in entry.notes:
        yield _Piece(1, f"- {phrase(note)}\n")
    for field in entry.fields:
        yield _Piece(1, _field(field, sink))
    for file in entry.files:
        yield from _file(file, sink)


def _field(field: Field, sink: Sink) -> str:
    sides = " → ".join(f"{phrase(label)} {code(value)}" if label else code(value) for label, value in field.sides)
    note = f" — {phrase(field.note)}" if field.note else ""
    return f"- {code(field.name)}{colon(sink) if sides else ''}{sides}{note}\n"


def _file(file: File, sink: Sink) -> Iterator[_Piece]:
    yield _Piece(1, f"\n- {prose(file.mark)} {code(file.name)} — {phrase(file.words)}\n")
    for diff in file.diffs:
        yield _Piece(2, _diff(diff, sink))


def _diff(diff: Diff, sink: Sink) -> str:
    more = tn("… {number:,} more line", "… {number:,} more lines", diff.more)
    lines = [*diff.lines, *([sink.text(more)] if diff.more else [])]
    return _folded(f"{diff.before} → {diff.after}", fenced("\n".join(lines), "diff"))


def _folded(title: str, body: str) -> str:
    return f"\n<details><summary>{_html(title)}</summary>\n{body}\n</details>\n"


def depths(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yields each line with how deep it stands below the ones before it, as its indent says."""
    indents: list[int] = []
    for line in lines:
        bare = line.lstrip(" ")
        indent = len(line) - len(bare)
        while indents and indents[-1] >= indent:
            indents.pop()
        yield len(indents), bare
        indents.append(indent)


def phrase(text: str) -> str:
    """Returns one line as it is if it is only letters, which mean nothing to Markdown; else as code."""
    bare = text.strip()
    return bare if bare and all(c.isalpha() or c in LETTERS for c in bare) else code(bare)


def prose(text: str) -> str:
    """Returns words of our own, in which no character is markup."""
    return MARKUP.sub(r"\\\1", text)


def code(text: str) -> str:
    """Returns one line as a code span, whose end no content can be."""
    ticks = "`" * (1 + max(map(len, TICKS.findall(text)), default=0))
    pad = " " if not text.strip() or "`" in (text[0], text[-1]) or (text[0] == text[-1] == " ") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fenced(text: str, language: str) -> str:
    """Returns lines as a block of code, whose fence no content can close."""
    fence = "`" * max(3, 1 + max(map(len, TICKS.findall(text)), default=0))
    return f"\n{fence}{language}\n{text}\n{fence}\n"


def _html(text: str) -> str:
    """Returns words of our own for a line of HTML in Markdown."""
    return "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)
