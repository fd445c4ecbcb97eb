"""Wraps text at the width of a terminal: a line goes on under its own text, and breaks at spaces alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from fc_guard.language import then
from fc_guard.render.paint import COLOUR

NARROWEST: Final = 40
"""Below as many columns nothing is wrapped: indents would leave no room."""
SIGN: Final = re.compile(r"(?:[!~+\-±=✔✖?·→….@]|\[\w\]|hint:) +|提示：")
"""Matches what stands before the text of a line: its symbol, the key of an answer."""
COLUMN: Final = re.compile(r"(?<=\S) {2,}(?=\S)")
"""Matches the gap between a name and what is told of it."""
BREAK: Final = re.compile(r"((?<=\S)(?<!→) (?=\S))")
"""Matches where a line may end: an arrow stays with what it points to, and wider gaps stay as they are quoted."""
BREAK_OF_CHINESE: Final = re.compile(rf"{BREAK.pattern[:-1]}|(?<=[，。；：])(?=[^\s，。；：）]))")
"""Matches also the end of a part of a sentence, which no space follows."""
PART: Final = re.compile(r"(?<=\S)  (?=\S)")
"""Matches the gap before a part of a line that is better not broken, such as a note."""
DEEPEST: Final = 2
"""A line goes on under its second column if that begins within this part of the width, a half."""
DEEPER: Final = 2
"""The columns by which it goes on below the name else."""


def wrapped(text: str, columns: int | None, ends: re.Pattern[str] = BREAK) -> str:
    """Returns the text in lines of at most so many columns; `None` for a place that is no terminal. A word that is
    longer, such as a path, has a line of its own. `ends` matches where a line may end."""
    if columns is None or columns < NARROWEST:
        return text
    return "\n".join(_wrapped(line, columns, ends) if width(line) > columns else line for line in text.split("\n"))


def width(text: str) -> int:
    """Returns the columns that a line takes, in which colours take none."""
    bare = COLOUR.sub("", text).expandtabs()
    return len(bare) if bare.isascii() else sum(map(_columns, bare))


def padded(text: str, columns: int) -> str:
    """Returns the text with spaces up to so many columns."""
    return then(text, lambda said: said + " " * (columns - width(said)))


def _columns(c: str) -> int:
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def _wrapped(line: str, columns: int, ends: re.Pattern[str]) -> str:
    indent = " " * _hanging(COLOUR.sub("", line), columns)
    first, *rest = _pieces(line, columns - len(indent), ends)
    lines, current = [], first[1]
    for gap, piece in rest:
        longer = f"{current}{gap}{piece}"
        if width(longer) <= columns or width(current) < len(indent):  # a sign is no line
            current = longer
        else:
            lines.append(current)
            current = f"{indent}{piece}"
    return "\n".join([*lines, current])


def _pieces(line: str, room: int, ends: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yields what is not broken, each with the gap before it: parts that fit into a line, and the words of others."""
    for part in PART.split(line):
        pieces = [part] if width(part) <= room else ends.split(part)
        yield from zip(["  ", *pieces[1::2]], pieces[::2], strict=True)


def _hanging(line: str, columns: int) -> int:
    """Returns the column under which a line goes on: its text, or what is told of the name that it begins with."""
    start = len(line) - len(line.lstrip(" "))
    if sign := SIGN.match(line, start):
        start = sign.end()
    gap = COLUMN.search(line, start)
    if gap is None:
        return width(line[:start])
    column = width(line[: gap.end()])
    return column if column * DEEPEST <= columns else width(line[:start]) + DEEPER
