"""Values that s.yaml leaves to the account, looked up when they are about to be sent."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.engine.run.refresh import Refresh
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Desired, Live


def completed_by_lookups(refresh: Refresh, kind: Kind, desired: Desired, live: Live | None) -> Desired:
    """Returns the desired side with the values that its kind looks up. Raises `Unreadable` when one cannot be read."""
    asked = kind.lookups(desired.fields, {} if live is None else live.fields)
    found = {path: refresh.lookup(kind.provider, what) for path, what in asked.items()}
    return replace(desired, carried={**desired.carried, **found}) if found else desired
