"""What each write does to a record, as values. Every store goes by these."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fc_guard.core.joining import carried_over
from fc_guard.model.fields import ASPECTS
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Entry, Intent, Record
from fc_guard.model.theirs import Theirs

MOST_PASSED: Final = 20
"""The commits that are remembered of older writes: a rollback is known by them."""


def intended(record: Record, intent: Intent, by: Origin | None) -> Record:
    return replace(record, pending=replace(intent, by=by))


def recorded(
    record: Record,
    baseline: Baseline,
    by: Origin | None,
    most: int,
    *,
    saved: bool,
    request: str = "",
    theirs: tuple[Theirs, ...] = (),
) -> Record:
    """Returns the record after a write, with one entry more. `most` is the number of entries to keep. `saved`,
    `request` and `theirs` are those of `BaselineStore.record`."""
    before = record.baseline
    if before is not None and before.made and baseline.observed is not None and record.restored is None:
        baseline = replace(baseline, made=True)  # also where the writer's checkout contains nothing of it
    baseline = carried_over(baseline, before)
    entries = _appended(record, baseline, by, request, theirs)
    written = replace(record, baseline=baseline, pending=None, restored=None, ours=record.ours or saved)
    return remembering(written, entries, most)


def restored(record: Record, written: Baseline) -> Record:
    return replace(record, restored=written, pending=None)


def withdrawn(record: Record) -> Record:
    return replace(record, pending=None)


def removed(record: Record, by: Origin | None, most: int) -> Record:
    """Returns the record of a resource that is not ours any more."""
    entries = _appended(record, None, by)
    return remembering(replace(record, baseline=None, pending=None, restored=None), entries, most)


def remembering(record: Record, entries: tuple[Entry, ...], most: int) -> Record:
    """Returns the record with the newest of these entries, which are newest first, and the newest about each aspect. Of
    the others it keeps where they came from."""
    kept = list(entries[:most])
    for entry in entries[most:]:
        if not entry.about <= frozenset().union(*(each.about for each in kept)):
            kept.append(entry)
    gone = [entry.origin for entry in entries if entry not in kept and entry.origin is not None]
    passed = {(origin.commit, origin.clean, origin.folder): origin for origin in (*record.passed[::-1], *gone[::-1])}
    newest = [origin for origin in reversed(passed.values()) if origin.commit]
    return replace(record, entries=tuple(kept), passed=tuple(newest[:MOST_PASSED]))


def _appended(
    record: Record, baseline: Baseline | None, by: Origin | None, request: str = "", theirs: tuple[Theirs, ...] = ()
) -> tuple[Entry, ...]:
    """An interrupted write is its own run's, whoever settles it. Writes of one run are one entry: its last."""
    if record.pending is not None:
        by = by if record.pending.by is None else record.pending.by
        theirs = (*record.pending.theirs, *theirs)
    older, requests = record.entries, (request,) if request else ()
    about = ASPECTS if baseline is None else baseline.about
    if older and by is not None and is_of(older[0].origin, by):
        requests = (*older[0].requests, *requests)
        about |= older[0].about
        theirs = (*older[0].theirs, *theirs)
        older = older[1:]
    return (Entry(record.serial + 1, by, lambda: baseline, requests, about, tuple(dict.fromkeys(theirs))), *older)


def is_of(one: Origin | None, other: Origin) -> bool:
    """Says whether two origins are of one run, which may find its folder changed between two of its writes."""
    return one == other or (one is not None and bool(other.id) and one.id == other.id)
