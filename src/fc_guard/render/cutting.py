"""Cuts texts that are shown beside each other so that what differs is seen, and tells apart those that look alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from fc_guard.language import t

ELIDED: Final = "…"
BEFORE: Final = 4
"""A cut text begins this part of its room, a quarter, before what differs."""
UNSEEN: Final = frozenset(
    chr(code)
    for first, last in (
        *((0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
        *((0x2800, 0x2800), (0x3164, 0x3164), (0xFFA0, 0xFFA0)),
    )
    for code in range(first, last + 1)
)
"""Characters that count as printable but are not seen."""
VARIANTS: Final = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Variation selectors, which belong to many emoji and are seen only by their effect."""
LOOKALIKES: Final = str.maketrans(
    "АВЕЅЗІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ‐‑‒−",
    "ABES3IJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXovp----",
)
"""Maps letters of Cyrillic and Greek to the Latin ones they are drawn as, and other hyphens to the plain one."""

Span = tuple[int, int]


def around(texts: Sequence[str], longest: int) -> tuple[str, ...]:
    """Returns the texts; if one is too long, all are cut around each place at which some of them part.

    Unequal texts stay unequal: all are cut at the same places, and those hold the first character in which any two
    differ.
    """
    if all(len(text) <= longest for text in texts):
        return tuple(texts)
    distinct = sorted(set(texts))
    forks = sorted({shared(*pair) for pair in pairwise(distinct)}) or [0]
    spans = _windows(forks, longest)
    same = _common_end(distinct) if len(distinct) > 1 else longest
    return tuple(_cut(text, spans, same, told=len(distinct) > 1) for text in texts)


def _windows(forks: Sequence[int], longest: int) -> list[Span]:
    windows: list[Span] = []
    for fork in forks:
        start = max(0, fork - longest // BEFORE)
        end = start + longest
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _cut(text: str, spans: Sequence[Span], same: int, *, told: bool) -> str:
    """Cuts one text, whose last `same` characters all texts share. `told` also counts the others that are cut off."""
    parts = []
    at = 0
    for start, end in spans:
        if start >= len(text) > 0:
            break
        parts.append(ELIDED if start > at else "")
        parts.append(text[start:end])
        at = end
    rest = len(text) - at
    differing = rest - same
    if rest > 0:
        more = t(" ({differing:,} more characters differ)", differing=differing) if told and differing > 0 else ""
        parts.append(f"{ELIDED}{more}")
    return "".join(parts)


def _common_end(distinct: Sequence[str]) -> int:
    turned = sorted(text[::-1] for text in distinct)
    return shared(turned[0], turned[-1])


def shared(one: str, other: str) -> int:
    """Returns the number of characters that the two have in common at their beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def look(text: str) -> str:
    """Returns what a reader sees of a text in one line: two that differ and have one look cannot be told apart."""
    if not text.isascii():
        seen = (c for c in unicodedata.normalize("NFKC", text) if c not in UNSEEN and c not in VARIANTS)
        text = "".join(seen).translate(LOOKALIKES)
    return text.expandtabs().rstrip()


def spelled(text: str) -> str:
    """Returns a line in which every character is seen: no two lines are spelled alike."""
    bare = text.rstrip(" ")
    return "".join(map(_spelled, bare)) + "\\x20" * (len(text) - len(bare))


def _spelled(c: str) -> str:
    if c == "\\":
        return "\\\\"
    return c if c.isascii() and c.isprintable() else escaped(c)


def escaped(c: str) -> str:
    """Returns one character as an escape of Python's."""
    short = {"\n": "\\n", "\t": "\\t"}.get(c)
    code = ord(c)
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def apart(lines: Sequence[str], told: Sequence[str]) -> tuple[str, ...]:
    """Returns the shown text of each line; lines that differ and would look alike are spelled out."""
    by_look: dict[str, set[str]] = {}
    for line, text in zip(lines, told, strict=True):
        by_look.setdefault(look(text), set()).add(line)
    return tuple(
        spelled(line) if len(by_look[look(text)]) > 1 else text for line, text in zip(lines, told, strict=True)
    )
