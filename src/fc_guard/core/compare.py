"""Compares three ways: (desired, live, baseline) -> ResourceDiff, by the table of DESIGN §3."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.core.compare_fields import FieldComparison, View, field_moved
from fc_guard.core.values import Comparer, Seal
from fc_guard.model.address import Address
from fc_guard.model.fields import (
    CODE,
    MISSING,
    Cause,
    FieldChange,
    FieldPath,
    Silence,
)
from fc_guard.model.resources import Baseline, Desired, Live, Presence, ResourceDiff
from fc_guard.model.rules import FieldRules


def compare(
    id: Address,
    desired: Desired | None,
    live: Live | None,
    baseline: Baseline | None,
    rules: FieldRules,
    seal: Seal,
    view: View = View.DEPLOYING,
) -> ResourceDiff:
    """Returns how one resource differs. `desired`, `live` and `baseline` may each be None, but not all of them."""
    comparer = Comparer(rules, seal)
    found: list[tuple[FieldPath, FieldChange | Silence]] = []
    if live is not None and (desired is not None or baseline is not None):
        compared = FieldComparison(view, desired, live, baseline, rules, comparer)
        found = [(path, compared.told(path)) for path in compared.paths()]
    moved_here = view is not View.WATCHING and _moved_here(desired, baseline, comparer, rules)
    return ResourceDiff(
        id=id,
        presence=_presence(desired, live, baseline, open=moved_here or view is View.ASKING_AGAIN),
        desired=desired,
        live=live,
        baseline=baseline,
        changes=tuple(told for _, told in found if isinstance(told, FieldChange)),
        moved_here=moved_here,
        silences=tuple((path, told) for path, told in found if isinstance(told, Silence)),
    )


def by_file(diff: ResourceDiff) -> ResourceDiff:
    """Returns the difference with its code judged by its files. That the packages differ on both sides says nothing
    yet: where every file that moved online is here as it is online, deploying undoes nothing."""
    if not diff.files or any(file.at_risk for file in diff.files):
        return diff
    ours = any(file.cause is Cause.CHANGE for file in diff.files)
    cause = Cause.CHANGE if ours else Cause.CONVERGED
    return replace(
        diff,
        changes=tuple(
            replace(change, cause=cause) if change.path == CODE and change.at_risk else change
            for change in diff.changes
        ),
    )


def _presence(desired: Desired | None, live: Live | None, baseline: Baseline | None, *, open: bool) -> Presence:
    """`open` reopens the decision about an accepted deletion. A change of s.yaml is enough for that."""
    if desired is None:
        if live is None:
            return Presence.GONE
        return Presence.ONLINE_ONLY if baseline is None else Presence.ORPHAN
    if live is not None:
        return Presence.PRESENT
    if baseline is None:
        return Presence.NEW
    return Presence.KEPT_ABSENT if baseline.observed is None and not open else Presence.DELETED_ONLINE


def _moved_here(desired: Desired | None, baseline: Baseline | None, comparer: Comparer, rules: FieldRules) -> bool:
    if desired is None or baseline is None:
        return False
    return any(
        field_moved(path, desired.fields.get(path, MISSING), baseline.applied.get(path, MISSING), comparer, rules)
        for path in {*desired.fields, *baseline.applied} - rules.write_only
        if not desired.asks(path)
    )
