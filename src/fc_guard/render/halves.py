"""Finds what is left of a secret where a text was cut before secrets were hidden in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from fc_guard.render.cutting import ELIDED, Span

SHORTEST: Final = 6
"""The fewest characters of a secret that tell anything of it."""
WIDEST: Final = 400
"""The most characters that are looked at beside a cut: more than a text that is cut keeps in one piece."""
LONG: Final = 40
"""The length of a secret of which a cut text may show a part from inside."""


class Halves:
    """Knows secrets by their beginnings and by their ends."""

    def __init__(self, forms: Iterable[str] = ()) -> None:
        known = [form for form in forms if len(form) > SHORTEST]
        self._forward = sorted(known)
        self._backward = sorted(form[::-1] for form in known)
        self._starts = {form[:SHORTEST] for form in known}
        self._ends = {form[-SHORTEST:] for form in known}
        self._long = [form for form in known if len(form) >= LONG]

    def found(self, text: str) -> Iterator[Span]:
        """Yields where a part of a secret stands beside a cut: its beginning before one, its end after one, or any part
        between two."""
        if ELIDED not in text:
            return
        pieces = [(at, text[at : at + SHORTEST]) for at in range(len(text) - SHORTEST + 1)]
        starts = [at for at, piece in pieces if piece in self._starts]
        ends = [at + SHORTEST for at, piece in pieces if piece in self._ends]
        at = text.find(ELIDED)
        while at >= 0:
            following = text.find(ELIDED, at + 1)
            for start in starts[bisect_left(starts, at - WIDEST) : bisect_right(starts, at - SHORTEST)]:
                if _begins(self._forward, text[start:at]):
                    yield start, at
                    break
            for end in reversed(ends[bisect_left(ends, at + 1 + SHORTEST) : bisect_right(ends, at + 1 + WIDEST)]):
                if _begins(self._backward, text[at + 1 : end][::-1]):
                    yield at + 1, end
                    break
            if at + SHORTEST < following <= at + WIDEST and self._is_inside(text[at + 1 : following]):
                yield at + 1, following
            at = following

    def _is_inside(self, part: str) -> bool:
        return any(part in form for form in self._long)


def _begins(texts: Sequence[str], part: str) -> bool:
    """Says whether one of some sorted texts begins with the part."""
    place = bisect_left(texts, part)
    return place < len(texts) and texts[place].startswith(part)
