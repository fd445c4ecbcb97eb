"""One resource as s.yaml says it and as FC answers it: what a plan would list of it, with and without a baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.compare import compare
from fc_guard.core.normal import observed
from fc_guard.core.values import Comparer
from fc_guard.model.fields import Cause
from fc_guard.model.resources import Baseline, Desired, Live, ResourceDiff
from tests.known import kind_named
from tests.unit.sides import seal

ACCOUNT = "1234567890123456"
REGION = "cn-hangzhou"
STEP: dict[str, Any] = {"region": REGION, "service": {"name": "svc"}, "function": {"name": "fn"}}


def wanted(kind: str, item: Mapping[str, Any]) -> Desired:
    """What one item of `triggers` or `customDomains` asks for."""
    of = {"trigger": "triggers", "customDomain": "customDomains"}[kind]
    (desired,) = kind_named(kind).desired({**STEP, of: [item]}, ACCOUNT, REGION)
    return desired


def compared(
    kind: str, item: Mapping[str, Any], answer: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> ResourceDiff:
    """s.yaml against FC's answer. `before`: what FC answered to the last deployment of the same s.yaml, if any."""
    rules = kind_named(kind).rules
    desired = wanted(kind, item)
    comparer = Comparer(rules, seal)
    baseline = None
    if before is not None:
        baseline = Baseline(
            id=desired.id,
            applied={path: comparer.sealed(path, value) for path, value in desired.fields.items()},
            observed={path: comparer.sealed(path, value) for path, value in observed(before, rules).items()},
        )
    live = Live(desired.id, observed(answer, rules), answer, etag="e1")
    return compare(desired.id, desired, live, baseline, rules, seal)


def noise(
    kind: str, item: Mapping[str, Any], answer: Mapping[str, Any], plain: Mapping[str, Any] | None = None
) -> dict[str, dict[str, Cause]]:
    """All that would be listed: on adoption, after a deployment that was answered the same, and after one that was
    answered with `plain`. Nothing, where the answer is quiet."""
    runs = {"adopted": None, "deployed": answer, **({"moved": plain} if plain is not None else {})}
    found = {run: compared(kind, item, answer, before) for run, before in runs.items()}
    listed = {run: {change.name: change.cause for change in diff.changes} for run, diff in found.items()}
    return {run: changes for run, changes in listed.items() if changes}
