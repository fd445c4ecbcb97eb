"""Reveals values of secret fields in a plan that a person looks at."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.model.fields import MISSING, CodeVersion, FieldChange, Reveal, Sealed
from fc_guard.model.plans import Action, Plan
from fc_guard.render.looks import looks_secret


def revealed(plan: Plan, reveal: Reveal) -> Plan:
    """Returns the plan as it is to be shown: what may be read in it is no secret any more."""
    if reveal is Reveal.NOTHING:
        return plan
    return replace(plan, actions=tuple(_action(action, reveal) for action in plan.actions))


def _action(action: Action, reveal: Reveal) -> Action:
    changes, sets = _changes(action.diff.changes, reveal), _changes(action.sets, reveal)
    if (changes, sets) == (action.diff.changes, action.sets):
        return action
    diff = replace(action.diff, changes=changes)
    return replace(action, diff=diff, sends=_changes(action.sends, reveal), sets=sets)


def _changes(changes: tuple[FieldChange, ...], reveal: Reveal) -> tuple[FieldChange, ...]:
    return tuple(replace(each, secret=False) if _may_be_read(each, reveal) else each for each in changes)


def _may_be_read(change: FieldChange, reveal: Reveal) -> bool:
    return change.secret and (reveal is Reveal.ALL or not _looks_secret(change))


def _looks_secret(change: FieldChange) -> bool:
    """One side that looks secret hides the others: beside it they would tell what kind of secret it is."""
    sides = (change.baseline, change.live, change.desired, change.target)
    known = (side for side in sides if side is not MISSING and not isinstance(side, Sealed | CodeVersion))
    return any(looks_secret(change.name, side) for side in known)
