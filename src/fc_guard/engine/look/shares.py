"""Which steps have a share in what several of them use."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.core.base import Base
from fc_guard.core.values import Comparer
from fc_guard.engine.run.session import ReadSession, Step
from fc_guard.inputs.foreseen import names_of
from fc_guard.model.fields import FieldPath, Fields
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Baseline, Desired, Live, Record


def share_of(session: ReadSession, kind: Kind) -> str:
    """Returns the step's name in a resource that several share, else ''."""
    return session.step.origin if kind.shared else ""


def baseline_of(
    session: ReadSession, kind: Kind, record: Record | None, base: Base, found: Live | None
) -> Baseline | None:
    """Returns the step's share of the base. What an undo created anew is not ours to delete."""
    online = None if found is None else found.fields
    baseline = base.baseline(online, Comparer(kind.rules, session.baselines.seal), share_of(session, kind))
    given_up = record is not None and record.restored is not None and not record.restored.made
    if baseline is not None and kind.shared and baseline.others:
        baseline = _as_said_now(without_renamed(baseline, session.step), session)
    return replace(baseline, made=False) if baseline is not None and given_up else baseline


def _as_said_now(baseline: Baseline, session: ReadSession) -> Baseline:
    """Returns a baseline in which each earlier step of the run has what it says now: a plan writes nothing, and by the
    time this step is deployed they were. It matters where this step says less than before, too."""
    said_now, name = dict(session.said(baseline.id)), session.step.name
    own = said_now.pop(name, None)
    if own is None or all(_says(own, path) for path in baseline.applied):
        return baseline
    now = {session.step.origin.removesuffix(name) + step: desired for step, desired in said_now.items()}
    others = {
        other: _share(now[other], said, baseline.observed or {}) if other in now else said
        for other, said in baseline.others.items()
    }
    return replace(baseline, others=others)


def _share(desired: Desired, before: Fields, observed: Fields) -> Fields:
    """Returns what a step will have said once it is deployed, with what was online before that."""
    kept = {path: value for path, value in before.items() if _says(desired, path)}
    return {**{path: observed[path] for path in desired.fields if path in observed}, **kept}


def _says(desired: Desired, path: FieldPath) -> bool:
    return path in desired.fields or desired.leaves(path)


def without_renamed(baseline: Baseline, step: Step) -> Baseline:
    """Returns a baseline without the shares of steps that this s.yaml has no more: they were renamed, or left it. In
    other checkouts they may still be, so a shared history keeps them."""
    return baseline if step.shared else spoken_here(baseline, step)


def spoken_here(baseline: Baseline, step: Step) -> Baseline:
    """Returns a baseline with what s.yaml says here: what another step said that it has no more, is said by nobody."""
    names = names_of(step.yaml) if baseline.others else None
    if names is None:
        return baseline
    file = step.origin.removesuffix(step.name)
    gone = {other for other in baseline.others if other.startswith(file) and other.removeprefix(file) not in names}
    return replace(baseline, others={other: said for other, said in baseline.others.items() if other not in gone})
