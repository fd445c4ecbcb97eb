"""Says of what differs how the online side came about, as far as the record knows. Nothing is decided by it."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer, Seal
from fc_guard.model.fields import CODE, Came, FieldChange
from fc_guard.model.resources import Baseline, Record, ResourceDiff
from fc_guard.model.rules import FieldRules


def traced(diff: ResourceDiff, record: Record | None, rules: FieldRules, seal: Seal) -> ResourceDiff:
    """Returns the difference with what an undo put back, what was kept by decision and what was merged told apart from
    what somebody changed online."""
    if record is None or diff.live is None:
        return diff
    comparer, restored = Comparer(rules, seal), record.restored

    def stands(change: FieldChange, after: Baseline) -> bool:
        """Says whether the online value is what it was after that write."""
        return comparer.same(change.path, change.live, effective(after.observed or {}, change.path, rules))

    def came(change: FieldChange) -> Came:
        baseline = diff.baseline
        if baseline is not None and change.path in baseline.kept and stands(change, baseline):
            return Came.MERGED if change.path == CODE and baseline.merged else Came.KEPT
        if restored is not None and change.path in restored.put_back and stands(change, restored):
            return Came.UNDO
        return Came.ELSEWHERE

    remade = diff.baseline is None and restored is not None
    return replace(
        diff,
        changes=tuple(replace(change, came=came(change)) for change in diff.changes),
        came=Came.UNDO if remade else Came.ELSEWHERE,
    )
