"""Checks a state directory before it is read: for links, and for temporary files that killed runs left."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from fc_guard.errors import BaselineUnusable
from fc_guard.state import cache, code, conflicts, copies, pulled
from fc_guard.state.nofollow import FILE, FOLDER, LINK, linked, remove_file, sorts_in, status_of
from fc_guard.state.place import Place

TEMPORARY: Final = re.compile(r"\.tmp\..{1,100}\.\d+\.[0-9a-f]{8}", re.DOTALL)
"""The name of a file that is being written."""
ACCOUNT: Final = re.compile(r"[0-9]+")
DEPTHS: Final = {code.FOLDER: 1, copies.FOLDER: 2, pulled.FOLDER: 1, conflicts.FOLDER: 1, cache.FOLDER: 2}
"""The levels of each folder that are ours. Below them, files that a pull has replaced may be links."""
RECORDS: Final = 3
"""The levels of an account's folder that are ours: regions, kinds, records."""
SETTLED_SECONDS: Final = 3600.0
"""The longest time that a run writes a file without adding a byte."""


def looked_over(root: Place) -> tuple[Place, ...]:
    """Returns the temporary files of all runs. Raises `BaselineUnusable` if there is a link."""
    return tuple(_temporary(root, 0))


def sweep(files: tuple[Place, ...]) -> None:
    """Removes temporary files that no run is writing any more. A file that cannot be removed stays."""
    for place in files:
        with suppress(BaselineUnusable):
            status = status_of(place)
            if status is not None and time.time() - status.st_mtime > SETTLED_SECONDS:
                remove_file(place)


def _temporary(folder: Place, levels: int) -> Iterator[Place]:
    """`levels` counts those below the folder; at the top, each name has its own count."""
    for name, sort in sorts_in(folder):
        top = not folder.below
        below = _levels(name) if top else levels - 1
        if sort == FILE and TEMPORARY.fullmatch(name):
            yield folder / name
        elif below is None:
            continue  # not ours: the user may have named a folder with other files
        elif sort == LINK:
            raise linked(folder / name)
        elif sort == FOLDER and below > 0:
            yield from _temporary(folder / name, below)


def _levels(name: str) -> int | None:
    if name in ("key", "lineage"):
        return 0
    return RECORDS if ACCOUNT.fullmatch(name) else DEPTHS.get(name)
