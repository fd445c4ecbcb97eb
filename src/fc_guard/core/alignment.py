"""Finds the lines of a text that are still there in a later text."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

# What comparing two texts may cost, in pairs of lines that are looked at: about a second. Lines that are repeated
# thousands of times would cost minutes.
EFFORT: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """The lines from `start` up to `end` of one text, beside those from `other_start` up to `other_end` of another."""

    start: int
    end: int
    other_start: int
    other_end: int

    @property
    def empty(self) -> bool:
        return self.start == self.end or self.other_start == self.other_end

    @property
    def lines(self) -> int:
        return self.end - self.start + self.other_end - self.other_start


def aligned(text: Sequence[str], other: Sequence[str], effort: int = EFFORT) -> dict[int, int]:
    """Maps lines of `text` to the same lines of `other`, in order, both rising.

    Equal lines at both ends are paired first; then lines that occur once on either side; if there are none, the longest
    run. What would cost more than `effort` gets no partner, so that it counts as changed.
    """
    pairs: dict[int, int] = {}
    todo = [Span(0, len(text), 0, len(other))]
    while todo:
        span = _inner(text, other, todo.pop(), pairs)
        effort -= span.lines
        if span.empty or effort < 0:
            continue
        common = _once(text, other, span)
        if not common:
            effort -= _pairs(text, other, span)
            if effort < 0:
                continue
            common = _longest(text, other, span)
        pairs.update(common)
        todo += _between(common, span)
    return dict(sorted(pairs.items()))


def _inner(text: Sequence[str], other: Sequence[str], span: Span, pairs: dict[int, int]) -> Span:
    """Returns the span without the equal lines at its ends, and adds those to `pairs`."""
    start, end, other_start, other_end = span.start, span.end, span.other_start, span.other_end
    while start < end and other_start < other_end and text[start] == other[other_start]:
        pairs[start] = other_start
        start, other_start = start + 1, other_start + 1
    while start < end and other_start < other_end and text[end - 1] == other[other_end - 1]:
        end, other_end = end - 1, other_end - 1
        pairs[end] = other_end
    return Span(start, end, other_start, other_end)


def _once(text: Sequence[str], other: Sequence[str], span: Span) -> list[tuple[int, int]]:
    """Returns the most lines that occur once on either side and in the same order on both."""
    mine, theirs = text[span.start : span.end], other[span.other_start : span.other_end]
    count, other_count = Counter(mine), Counter(theirs)
    places = {line: number for number, line in enumerate(theirs, span.other_start) if other_count[line] == 1}
    common = [
        (number, places[line]) for number, line in enumerate(mine, span.start) if count[line] == 1 and line in places
    ]
    return _rising(common)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Returns the longest part of `pairs` whose second numbers rise as the first ones do."""
    lowest: list[int] = []  # of all rising parts of a length, the one that ends lowest
    ends: list[int] = []  # the place in `pairs` where that one ends
    before: list[int | None] = []
    for place, (_, number) in enumerate(pairs):
        length = bisect_left(lowest, number)
        before.append(ends[length - 1] if length else None)
        lowest[length : length + 1] = [number]
        ends[length : length + 1] = [place]
    result = []
    at = ends[-1] if ends else None
    while at is not None:
        result.append(pairs[at])
        at = before[at]
    return result[::-1]


def _pairs(text: Sequence[str], other: Sequence[str], span: Span) -> int:
    """Returns the number of pairs of equal lines in the span, which is what finding the longest run costs."""
    other_count = Counter(other[span.other_start : span.other_end])
    return sum(other_count[line] for line in text[span.start : span.end])


def _longest(text: Sequence[str], other: Sequence[str], span: Span) -> list[tuple[int, int]]:
    mine, theirs = text[span.start : span.end], other[span.other_start : span.other_end]
    run = SequenceMatcher(None, mine, theirs, autojunk=False).find_longest_match()
    return [(span.start + run.a + number, span.other_start + run.b + number) for number in range(run.size)]


def _between(pairs: Sequence[tuple[int, int]], span: Span) -> list[Span]:
    """Returns what is left of the span before, between and after `pairs`."""
    if not pairs:
        return []
    starts = [(span.start, span.other_start), *((number + 1, other + 1) for number, other in pairs)]
    ends = [*pairs, (span.end, span.other_end)]
    spans = (Span(one[0], end[0], one[1], end[1]) for one, end in zip(starts, ends, strict=True))
    return [gap for gap in spans if not gap.empty]
