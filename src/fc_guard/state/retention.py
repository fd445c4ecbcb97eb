"""Limits how many rescue copies are kept. A copy is renamed before it is removed, so half a copy never looks whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fc_guard.errors import BaselineUnusable
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.rescues import DamagedCopy, RescueCopy
from fc_guard.state.copies import FOLDER, OURS
from fc_guard.state.nofollow import names_in, remove_tree, rename
from fc_guard.state.place import Place
from fc_guard.state.shelf import Kept, shelf

MOST_COPIES: Final = 50
MOST_BYTES: Final = 2 * 1024**3
DROPPED: Final = ".dropped-"
"""The prefix of a copy that is being removed."""
PATIENCE: Final = timedelta(days=1)
"""An incomplete copy younger than this may still be written by another run."""


@dataclass(frozen=True, slots=True)
class Limits:
    copies: int = MOST_COPIES
    size: int = MOST_BYTES  # bytes


def retain(root: Place, catalog: Catalog, limits: Limits, run: str, now: datetime) -> tuple[Kept, ...]:
    """Drops and returns the oldest copies beyond the limits; never a resource's newest, nor one of this run."""
    _sweep(root)
    kept = tuple(copy for copy in shelf(root, catalog) if OURS.fullmatch(copy.name))
    dropped = tuple(_beyond(kept, limits, run, now))
    for copy in dropped:
        _drop(root / FOLDER / copy.name)
    return dropped


def _beyond(kept: Sequence[Kept], limits: Limits, run: str, now: datetime) -> Iterator[Kept]:
    count, size = len(kept), sum(copy.size for copy in kept)
    spared = _newest(kept)
    for copy in reversed(kept):
        if count <= limits.copies and size <= limits.size:
            return
        if _may_go(copy, spared, run, now):
            count -= 1
            size -= copy.size
            yield copy


def _newest(kept: Sequence[Kept]) -> frozenset[str]:
    """Returns the newest used and the newest unused copy of every resource."""
    names: dict[tuple[Address, bool], str] = {}
    for copy in kept:
        if isinstance(copy, RescueCopy):
            names.setdefault((copy.id, copy.unused), copy.name)
    return frozenset(names.values())


def _may_go(copy: Kept, spared: Collection[str], run: str, now: datetime) -> bool:
    if isinstance(copy, DamagedCopy):
        return now - copy.at > PATIENCE
    return copy.name not in spared and copy.run != run and not copy.unfinished


def _drop(folder: Place) -> None:
    gone = f"{DROPPED}{folder.name}"
    with suppress(BaselineUnusable):  # another run was quicker, or it has to stay
        rename(folder, gone)
        remove_tree(folder.parent / gone)


def _sweep(root: Place) -> None:
    """Removes what an interrupted run began to drop."""
    for name in names_in(root / FOLDER):
        if name.startswith(DROPPED) and OURS.fullmatch(name.removeprefix(DROPPED)):
            with suppress(BaselineUnusable):
                remove_tree(root / FOLDER / name)
