"""Cuts a difference down to the part of a step that a run is about."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.model.fields import ASPECTS, Fields, aspect_of
from fc_guard.model.resources import Desired, Presence, ResourceDiff
from fc_guard.model.scope import Scope

WHOLE = (Presence.NEW, Presence.PRESENT, Presence.DELETED_ONLINE, Presence.KEPT_ABSENT)
"""Presences in which configuration and code are told apart; the others are about a resource's existence."""


def within(diff: ResourceDiff, scope: Scope) -> ResourceDiff | None:
    """Returns the part of a difference that the run is about; None if it is not about this resource."""
    if not scope.holds(diff.id):
        return None
    if scope.aspects == ASPECTS:
        return diff
    if diff.presence not in WHOLE:
        return None
    desired = None if diff.desired is None else _part_of(diff.desired, scope)
    changes = tuple(change for change in diff.changes if change.aspect in scope.aspects)
    silences = tuple((path, rule) for path, rule in diff.silences if aspect_of(path) in scope.aspects)
    return replace(diff, desired=desired, changes=changes, silences=silences, aspects=scope.aspects)


def _part_of(desired: Desired, scope: Scope) -> Desired:
    def of(fields: Fields) -> Fields:
        return {path: value for path, value in fields.items() if aspect_of(path) in scope.aspects}

    return replace(
        desired,
        fields=of(desired.fields),
        initial=of(desired.initial),
        derived=of(desired.derived),
        declared=frozenset(path for path in desired.declared if aspect_of(path) in scope.aspects),
    )
