"""Says of what differs how the online side came about, as far as the record knows. Nothing is decided by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from fc_guard.core.base import Newer
from fc_guard.core.file_changes import alike
from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer, Seal
from fc_guard.model.fields import CODE, Came, Cause, FieldChange, FieldPath
from fc_guard.model.files import FileChange, Manifest
from fc_guard.model.origins import Since
from fc_guard.model.resources import Baseline, Record, ResourceDiff
from fc_guard.model.rules import FieldRules
from fc_guard.model.theirs import Becomes, Whose

MOVED: Final = frozenset({Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN, Cause.ONLINE_ONLY})


def traced(
    diff: ResourceDiff, record: Record | None, newer: Sequence[Newer], rules: FieldRules, seal: Seal
) -> ResourceDiff:
    """Returns the difference with what others deployed since the base, what an undo put back, what was kept by decision
    and what was merged told apart from what somebody changed online."""
    if record is None:
        return diff
    diff = replace(diff, since=tuple(each.since for each in newer))
    if diff.live is None:
        return replace(_deleted(diff, newer), whose=_kept_whose(record, ()))
    comparer, restored = Comparer(rules, seal), record.restored

    def stands(change: FieldChange, after: Baseline) -> bool:
        """Says whether the online value is what it was after that write."""
        return comparer.same(change.path, change.live, effective(after.observed or {}, change.path, rules))

    def deployed(change: FieldChange) -> Since | None:
        """Returns the deployment since the base that the online value is from."""
        if change.cause not in MOVED:
            return None
        after = ((each.since, each.entry.after()) for each in newer)
        same = takewhile(lambda each: each[1] is not None and stands(change, each[1]), after)
        return _last([since for since, _ in same])

    def came(change: FieldChange) -> Came:
        baseline = diff.baseline
        if change.deployed is not None:
            return Came.DEPLOYED
        if baseline is not None and change.path in baseline.kept and stands(change, baseline):
            return Came.MERGED if change.path == CODE and baseline.merged else Came.KEPT
        if restored is not None and change.path in restored.put_back and stands(change, restored):
            return Came.UNDO
        return Came.ELSEWHERE

    remade = diff.baseline is None and restored is not None
    changes = (replace(change, deployed=deployed(change)) for change in diff.changes)
    known = (replace(change, came=came(change)) for change in changes)
    return replace(
        diff,
        changes=tuple(_of_whom(change, record) for change in known),
        came=Came.UNDO if remade else Came.ELSEWHERE,
    )


def traced_files(diff: ResourceDiff, packages: Sequence[tuple[Since, Manifest]]) -> ResourceDiff:
    """Returns the difference with the files that others deployed since the base. `packages` are theirs, newest first,
    as far as they are known."""
    if not packages:
        return diff
    contents = [(since, manifest.by_name()) for since, manifest in packages]

    def deployed(file: FileChange) -> Since | None:
        if not file.at_risk:
            return None
        online = None if file.live is None else file.live.state
        after = ((since, names.get(file.name)) for since, names in contents)
        return _last([since for since, _ in takewhile(lambda each: alike(each[1], online), after)])

    return replace(diff, files=tuple(replace(file, deployed=deployed(file)) for file in diff.files))


def _of_whom(change: FieldChange, record: Record) -> FieldChange:
    """Returns the change with whose it was, where the online value was kept and the record remembers that."""
    kept = change.came in (Came.KEPT, Came.MERGED)
    return replace(change, whose=_kept_whose(record, change.path)) if kept else change


def _kept_whose(record: Record, path: FieldPath) -> Whose | None:
    """Returns whose it was that the newest write which decided about a field kept; None if none is remembered. () is
    the resource itself."""
    every = (each for entry in record.entries for each in entry.theirs)
    newest = next((each for each in every if each.path == path), None)
    return newest.whose if newest is not None and newest.becomes in (Becomes.KEPT, Becomes.MERGED) else None


def _deleted(diff: ResourceDiff, newer: Sequence[Newer]) -> ResourceDiff:
    """Names the deployment that deleted what is not online any more, if it was one."""
    gone = takewhile(lambda each: each.entry.after() is None, newer)
    return replace(diff, deleted_by=_last([each.since for each in gone]))


def _last(found: Sequence[Since]) -> Since | None:
    """Returns the first of several deployments that all left the same: the last here, since the newest comes first."""
    return found[-1] if found else None
