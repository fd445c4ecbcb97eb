"""Puts the entries of several records in one order: that of the serial numbers, never of a clock."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timezone
from heapq import heappop, heappush

from fc_guard.model.moments import moment
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Entry, Record


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """One entry of a record, at its place; the newest is at 0."""

    record: Record
    at: int

    @property
    def entry(self) -> Entry:
        return self.record.entries[self.at]

    @property
    def origin(self) -> Origin | None:
        return self.entry.origin

    @property
    def when(self) -> str:
        if self.origin is not None:
            return self.origin.at
        after = self.entry.after()
        return after.recorded_at if after is not None else ""

    def before(self) -> tuple[bool, Baseline | None]:
        """Says whether there is an older entry, and returns the baseline that it led to."""
        older = self.record.entries[self.at + 1 :]
        return (True, older[0].after()) if older else (False, None)


Turn = tuple[Written, ...]
"""The entries of one run, sorted by resource."""


def turns(records: Iterable[Record]) -> tuple[Turn, ...]:
    """Returns the entries of all records, grouped by the run that wrote them, the newest first.

    In every record the order is that of its serials. What they leave open, the clocks decide. Two runs that wrote in
    turns, here one before the other and there after it, have no order as a whole: a run is then split.
    """
    return tuple(_Order(tuple(records)).newest_first())


def _run(written: Written) -> Hashable:
    """Returns what the entries of one run have in common. While it goes on, a run may come upon folders that are not as
    committed."""
    if written.origin is not None:
        return replace(written.origin, clean=False)
    return written.when or (written.record.id, written.entry.serial)


class _Order:
    """Takes the newest entry of each record, again and again: it may go once all its run's other entries may."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._runs: dict[Hashable, int] = {}
        self._left: list[int] = []
        self._may: list[list[Written]] = []
        self._times: list[float] = []
        self._waiting: list[tuple[bool, float, int]] = []
        heads = []
        for record in sorted(records, key=lambda record: record.id):
            entries = [Written(record, at) for at in range(len(record.entries))]
            for written in entries:
                self._left[self._known(written)] += 1
            heads += entries[:1]
        for written in heads:
            self._let(written)

    def _known(self, written: Written) -> int:
        """Returns the number of the run that an entry is of."""
        run = _run(written)
        if run not in self._runs:
            self._runs[run] = len(self._runs)
            self._left.append(0)
            self._may.append([])
            found = moment(written.when, timezone.utc)
            self._times.append(found.timestamp() if found is not None else float("-inf"))
        return self._runs[run]

    def _let(self, written: Written) -> None:
        """Notes that an entry may go, since nothing newer of its record is left."""
        run = self._known(written)
        self._may[run].append(written)
        heappush(self._waiting, (len(self._may[run]) < self._left[run], -self._times[run], run))

    def newest_first(self) -> Iterable[Turn]:
        while self._waiting:
            *_, run = heappop(self._waiting)
            going, self._may[run] = self._may[run], []
            if not going:
                continue  # it has gone with what came to it later
            self._left[run] -= len(going)
            yield tuple(sorted(going, key=lambda written: written.record.id))
            for written in going:
                if written.at + 1 < len(written.record.entries):
                    self._let(Written(written.record, written.at + 1))
