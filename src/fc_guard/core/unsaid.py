"""What s.yaml leaves unsaid, while others may still say it: taken as it was last deployed."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.model.fields import FieldPath
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Baseline, Desired


def unsaid(kind: Kind, desired: Desired | None, baseline: Baseline | None) -> frozenset[FieldPath]:
    """Returns the fields that were deployed from here, that s.yaml does not say, and that go with what it says."""
    if baseline is None:
        return frozenset()
    said = desired.fields if desired is not None else {}
    fitting = kind.fitting({**baseline.applied, **said}).keys() - said.keys()
    return frozenset(path for path in fitting if desired is None or not desired.asks(path))


def as_deployed(kind: Kind, desired: Desired | None, baseline: Baseline | None) -> Desired | None:
    """Returns the desired side with what it leaves unsaid. A resource that s.yaml does not name is as it was deployed,
    with its secrets sealed."""
    if baseline is None:
        return desired
    whole = desired if desired is not None else Desired(baseline.id, {})
    more = {path: baseline.applied[path] for path in unsaid(kind, desired, baseline)}
    return replace(whole, fields={**whole.fields, **more})
