"""Which steps have a share in what several of them use."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.core.base import Base
from fc_guard.core.values import Comparer
from fc_guard.engine.run.session import ReadSession, Step
from fc_guard.inputs.foreseen import names_of
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Baseline, Live, Record


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
    if baseline is not None and kind.shared:
        baseline = without_renamed(baseline, session.step)
    return replace(baseline, made=False) if baseline is not None and given_up else baseline


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
