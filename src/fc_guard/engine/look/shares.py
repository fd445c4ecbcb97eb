"""Which steps have a share in what several of them use."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.engine.run.session import Step
from fc_guard.inputs.foreseen import names_of
from fc_guard.model.resources import Baseline


def without_renamed(baseline: Baseline, step: Step) -> Baseline:
    """Returns a baseline without the shares of steps that this s.yaml has no more: they were renamed, or left it. In
    other checkouts they may still be, so a shared history keeps them."""
    names = None if step.shared or not baseline.others else names_of(step.yaml)
    if names is None:
        return baseline
    file = step.origin.removesuffix(step.name)
    gone = {other for other in baseline.others if other.startswith(file) and other.removeprefix(file) not in names}
    return replace(baseline, others={other: said for other, said in baseline.others.items() if other not in gone})
