"""Values that s.yaml leaves to the account, looked up when they are about to be sent."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.engine.run.refresh import Refresh
from fc_guard.kinds.service import TRACER, TRACING_PARAMS, TRACING_TYPE
from fc_guard.model.resources import Desired, Live


def completed_by_lookups(refresh: Refresh, desired: Desired, live: Live | None) -> Desired:
    """The desired side with what goes along with it. Where tracing is on already, FC knows where traces go.

    Raises `Unreadable` when that cannot be had: before anything is written.
    """
    if desired.id.kind != "service" or desired.fields.get(TRACING_TYPE) != TRACER:
        return desired
    if live is not None and live.fields.get(TRACING_TYPE) == TRACER:
        return desired
    return replace(desired, carried={**desired.carried, TRACING_PARAMS: {"endpoint": refresh.traces()}})
