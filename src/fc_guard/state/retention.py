"""How many rescue copies are kept. What is dropped goes away in one step: half a copy never looks whole."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from fc_guard.model.ids import ResourceId
from fc_guard.model.rescues import DamagedCopy, RescueCopy
from fc_guard.state.files import names_in, sync_directory
from fc_guard.state.rescue import FOLDER
from fc_guard.state.shelf import Kept, shelf

MOST_COPIES: Final = 50
MOST_BYTES: Final = 2 * 1024**3
DROPPED: Final = ".dropped-"
"""Stands before the name of what is on its way out."""
PATIENCE: Final = timedelta(days=1)
"""What is incomplete may be another run's that is being written."""


@dataclass(frozen=True, slots=True)
class Limits:
    copies: int = MOST_COPIES
    size: int = MOST_BYTES  # bytes


def retain(root: Path, limits: Limits, run: str, now: datetime) -> tuple[Kept, ...]:
    """Drops the oldest copies beyond the limits; never the newest of a resource, nor one of the run that asks."""
    _sweep(root)
    kept = shelf(root)
    dropped = tuple(_beyond(kept, limits, run, now))
    for copy in dropped:
        _drop(Path(copy.directory))
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
    """The newest copy of every resource that was put to use, and the newest of those that were not."""
    names: dict[tuple[ResourceId, bool], str] = {}
    for copy in kept:
        if isinstance(copy, RescueCopy):
            names.setdefault((copy.id, copy.unused), copy.name)
    return frozenset(names.values())


def _may_go(copy: Kept, spared: Collection[str], run: str, now: datetime) -> bool:
    if isinstance(copy, DamagedCopy):
        return now - copy.at > PATIENCE
    return copy.name not in spared and copy.run != run and not copy.unfinished


def _drop(folder: Path) -> None:
    gone = folder.with_name(f"{DROPPED}{folder.name}")
    try:
        folder.rename(gone)
        sync_directory(folder.parent)
    except OSError:
        return  # another run was quicker, or it has to stay
    shutil.rmtree(gone, ignore_errors=True)


def _sweep(root: Path) -> None:
    """Ends what an interrupted run began to drop."""
    for name in names_in(root / FOLDER):
        if name.startswith(DROPPED):
            shutil.rmtree(root / FOLDER / name, ignore_errors=True)
