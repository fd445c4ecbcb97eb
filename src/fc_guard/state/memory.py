"""Remembers what a run has read of the state directory, since every step reads all of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from fc_guard.model.address import Address
from fc_guard.model.resources import Record
from fc_guard.state.nofollow import seen

SETTLED_NS: Final = 1_000_000_000
"""A file younger than this may change again under the same stamp, since clocks of file systems are coarse."""

T = TypeVar("T")
Stamp = tuple[int, int, int, int]
Stamps = Mapping[str, Stamp | None]


class Memory:
    """Records by file and listings by folder. Each is valid while its stamp is unchanged."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stamp, Record]] = {}
        self._listed: dict[str, tuple[Stamps, tuple[Address, ...]]] = {}
        self._made: dict[tuple[str, str], tuple[Stamps, Any]] = {}

    def ids(
        self, base: str, folders: Callable[[], Iterable[str]], read: Callable[[], Iterable[Address]]
    ) -> tuple[Address, ...]:
        """Returns what has a record below `base`, sorted. Calls `read` only if `base` or one of `folders` changed."""
        known = self._listed.get(base)
        if known is not None and _unchanged(known[0]):
            return known[1]
        stamps = {path: _stamp(path) for path in (base, *(f"{base}/{name}" for name in folders()))}
        found = tuple(sorted(set(read())))
        self._listed[base] = (stamps, found)
        return found

    def overall(self, what: str, base: str, make: Callable[[], T]) -> T:
        """Returns what is made of all records that were listed below `base`. Calls `make` unless no folder changed: a
        record is replaced, which changes its folder."""
        stamps = self._listed[base][0]
        known = self._made.get((what, base))
        if known is not None and known[0] == stamps and _unchanged(stamps):
            made: T = known[1]
            return made
        found = make()
        self._made[what, base] = (stamps, found)
        return found

    def record(self, path: str, read: Callable[[], Record | None]) -> Record | None:
        """Returns the record in a file. Calls `read` if the file has changed."""
        stamp = _stamp(path)  # before reading: a file replaced in between is read again the next time
        known = self._known.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        record = read()
        if stamp is not None and record is not None:
            self._known[path] = (stamp, record)
        return record


def _unchanged(stamps: Stamps) -> bool:
    return all(stamp is not None and _stamp(path) == stamp for path, stamp in stamps.items())


def _stamp(path: str) -> Stamp | None:
    """Returns a value that changes with the file, None if that is not certain."""
    status = seen(path)
    if status is None:
        return None  # reading says what is wrong
    if time.time_ns() - status.st_ctime_ns < SETTLED_NS:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
