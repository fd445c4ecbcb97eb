"""A look over a state directory before anything in it is believed: for links, and for what killed runs left."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from fc_guard.errors import BaselineUnusable
from fc_guard.state import code, conflicts, copies, pulled
from fc_guard.state.nofollow import FILE, FOLDER, LINK, linked, remove_file, sorts_in, status_of
from fc_guard.state.place import Place

TEMPORARY: Final = re.compile(r"\.tmp\..{1,100}\.\d+\.[0-9a-f]{8}", re.DOTALL)
"""The name of a file that is being written."""
ACCOUNT: Final = re.compile(r"[0-9]+")
DEPTHS: Final = {code.FOLDER: 1, copies.FOLDER: 2, pulled.FOLDER: 1, conflicts.FOLDER: 1}
"""So many levels are ours in each folder of a state directory. What a pull has replaced may be links, as it was."""
RECORDS: Final = 3
"""The same in an account's: regions, kinds, records."""
SETTLED_SECONDS: Final = 3600.0
"""No run of ours writes a file for so long without a byte."""


def looked_over(root: Place) -> tuple[Place, ...]:
    """The temporary files that are there, of whichever run. Raises `BaselineUnusable` where there is a link."""
    return tuple(_temporary(root, 0))


def sweep(files: tuple[Place, ...]) -> None:
    """Removes temporary files that no run is writing any more. What cannot be removed stays: it is nobody's."""
    for place in files:
        with suppress(BaselineUnusable):
            status = status_of(place)
            if status is not None and time.time() - status.st_mtime > SETTLED_SECONDS:
                remove_file(place)


def _temporary(folder: Place, levels: int) -> Iterator[Place]:
    """`levels` are those below the folder; at the top, each name has its own."""
    for name, sort in sorts_in(folder):
        top = not folder.below
        below = _levels(name) if top else levels - 1
        if sort == FILE and TEMPORARY.fullmatch(name):
            yield folder / name
        elif below is None:
            continue  # none of ours: the user may have named a folder with other things in it
        elif sort == LINK:
            raise linked(folder / name)
        elif sort == FOLDER and below > 0:
            yield from _temporary(folder / name, below)


def _levels(name: str) -> int | None:
    if name in ("key", "lineage"):
        return 0
    return RECORDS if ACCOUNT.fullmatch(name) else DEPTHS.get(name)
