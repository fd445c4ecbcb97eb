"""What becomes of a write whose intent another run has settled, before this run could record what FC answered.

FC's answer is true as of that write. What others have recorded above the intent was written later: with the version
that they had read, or against what they saw. So it stays on top, and our entry stands below it.
"""

from __future__ import annotations

from dataclasses import replace

from fc_guard.model.resources import Baseline, Entry, Intent, Record
from fc_guard.state.changes import is_of, remembering


def above(head: Record, announced: Record, result: Record, most: int) -> Record | None:
    """Returns the record to append above `head`, None if there is nothing to add.

    `announced` is the record with this run's intent, `result` what the write made of it.
    """
    ours = result.entries[0] if result.entries != announced.entries else None
    later = any(entry.serial > announced.serial + 1 for entry in head.entries)
    # Whoever appended above an intent that was not settled has carried it along.
    rest = replace(head, pending=None) if _as_kept(head.pending) == _as_kept(announced.pending) else head
    if ours is None:
        changed = _without_entry(rest, result, later=later)
        return None if changed is head else changed
    entries = _with(head.entries, ours)
    if later:
        return remembering(replace(rest, baseline=_shared(head.baseline, ours.after())), entries, most)
    return remembering(replace(rest, baseline=result.baseline, restored=None), entries, most)


def _without_entry(head: Record, result: Record, *, later: bool) -> Record:
    """A refused write left nothing. What an undo put back counts unless somebody has deployed since."""
    if result.restored is None or later or head.restored == result.restored:
        return head
    return replace(head, restored=result.restored)


def _with(entries: tuple[Entry, ...], ours: Entry) -> tuple[Entry, ...]:
    """Returns the entries with ours in its place, instead of what was recorded for it by reading, and of what the same
    run had written before."""
    kept = [entry for entry in entries if entry.serial > ours.serial or not _same_run(entry, ours)]
    kept = [entry for entry in kept if entry.serial != ours.serial]
    return tuple(sorted([*kept, ours], key=lambda entry: -entry.serial))


def _same_run(entry: Entry, ours: Entry) -> bool:
    return ours.origin is not None and is_of(entry.origin, ours.origin)


def _as_kept(pending: Intent | None) -> Intent | None:
    """Returns an intent as it is read back: what it leads to has no version yet."""
    if pending is None or pending.leads_to is None:
        return pending
    return replace(pending, leads_to=replace(pending.leads_to, etag=None))


def _shared(theirs: Baseline | None, ours: Baseline | None) -> Baseline | None:
    """Returns the later baseline with the share that this step has in a resource of several."""
    if theirs is None or ours is None or not ours.origin or ours.origin == theirs.origin:
        return theirs
    return replace(theirs, others={**theirs.others, ours.origin: ours.applied})
