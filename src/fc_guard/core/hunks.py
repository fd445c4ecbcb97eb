"""Three-way merge of texts, per hunk. The only user of merge3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from merge3 import Merge3

from fc_guard.model.files import lines_of

YOURS: Final = "<<<<<<< yours"
BASE: Final = "||||||| last deployed"
MIDDLE: Final = "======="
ONLINE: Final = ">>>>>>> online"


@dataclass(frozen=True, slots=True)
class Text:
    """Both sides' changes in one text. Hunks that overlap stand in it with the usual markers; `conflicts` counts
    them."""

    text: str
    conflicts: int = 0


def merged_text(base: str, local: str, live: str) -> Text:
    """Merges what became of `base` on two sides."""
    if live in (local, base):
        return Text(local)
    if local == base:
        return Text(live)
    end = "\r\n" if "\r\n" in local else "\n"
    conflicts = 0
    parts: list[str] = []
    for kind, *groups in Merge3(lines_of(base), lines_of(local), lines_of(live)).merge_groups():
        if kind == "conflict":
            conflicts += 1
            parts += _marked(groups, end)
        else:
            parts += groups[0]
    return Text("".join(parts), conflicts)


def _marked(groups: Sequence[Sequence[str]], end: str) -> Iterator[str]:
    base, local, live = groups
    for marker, lines in ((YOURS, local), (BASE, base), (MIDDLE, live)):
        yield marker + end
        yield from lines
        if lines and not lines[-1].endswith("\n"):
            yield end
    yield ONLINE + end
