"""Objects that mean nothing by halves: half a network is refused."""

from __future__ import annotations

from collections.abc import Iterable

from fc_guard.model.fields import MISSING, Cause, FieldChange, FieldPath
from fc_guard.model.resources import ResourceDiff
from fc_guard.model.rules import FieldRules


def kept_along(kept: Iterable[FieldChange], diff: ResourceDiff, rules: FieldRules) -> frozenset[FieldPath]:
    """Returns the changes that would take the rest of an object away, of which a part is kept and s.yaml says nothing
    any more. The rest stays with it."""
    desired = {} if diff.desired is None else diff.desired.fields
    before = {} if diff.baseline is None else diff.baseline.kept
    theirs = [change.path for change in kept if change.at_risk or change.cause is Cause.KEPT or change.path in before]
    left = {_object(path, rules) for path in theirs} - {_object(path, rules) for path in desired} - {None}
    return frozenset(
        change.path for change in diff.changes if change.desired is MISSING and _object(change.path, rules) in left
    )


def _object(path: FieldPath, rules: FieldRules) -> FieldPath | None:
    """Returns the outermost object that a field is in. The entries of a map have nothing to do with each other."""
    return next((path[:size] for size in range(1, len(path)) if path[:size] in rules.structs), None)
