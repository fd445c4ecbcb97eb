"""Merges texts three ways, per hunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fc_guard.core.alignment import aligned
from fc_guard.model.files import lines_of

YOURS: Final = "<<<<<<< yours"
BASE: Final = "||||||| last deployed"
MIDDLE: Final = "======="
ONLINE: Final = ">>>>>>> online"


@dataclass(frozen=True, slots=True)
class MergedText:
    """Both sides' changes in one text. Hunks that overlap have the usual markers in it; `conflicts` counts them."""

    text: str
    conflicts: int = 0


def merged_text(base: str, local: str, live: str) -> MergedText:
    """Merges what became of `base` on two sides."""
    if live in (local, base):
        return MergedText(local)
    if local == base:
        return MergedText(live)
    end = "\r\n" if "\r\n" in local else "\n"
    conflicts = 0
    parts: list[str] = []
    for region in _regions(lines_of(base), lines_of(local), lines_of(live)):
        lines = region.merged
        if lines is None:
            conflicts += 1
            parts += _marked(region, end)
        else:
            parts += lines
    return MergedText("".join(parts), conflicts)


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of all three texts between two lines that are in all of them, or one such line."""

    base: Sequence[str]
    local: Sequence[str]
    live: Sequence[str]

    @property
    def merged(self) -> Sequence[str] | None:
        """Returns the lines of the side that changed it. None if both did, and not alike."""
        if self.live in (self.local, self.base):
            return self.local
        if self.local == self.base:
            return self.live
        return None


def _regions(base: Sequence[str], local: Sequence[str], live: Sequence[str]) -> Iterator[Region]:
    """Cuts the three texts at each line of the base that both sides still have."""
    in_local, in_live = aligned(base, local), aligned(base, live)
    at = at_local = at_live = 0
    for number in sorted(in_local.keys() & in_live.keys()):
        local_number, live_number = in_local[number], in_live[number]
        yield Region(base[at:number], local[at_local:local_number], live[at_live:live_number])
        at, at_local, at_live = number + 1, local_number + 1, live_number + 1
        yield Region(base[number:at], local[local_number:at_local], live[live_number:at_live])
    yield Region(base[at:], local[at_local:], live[at_live:])


def _marked(region: Region, end: str) -> Iterator[str]:
    for marker, lines in ((YOURS, region.local), (BASE, region.base), (MIDDLE, region.live)):
        yield marker + end
        yield from lines
        if lines and not lines[-1].endswith("\n"):
            yield end
    yield ONLINE + end
