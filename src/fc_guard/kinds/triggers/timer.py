"""A timer calls the function by the clock."""

from __future__ import annotations

from fc_guard.kinds.triggers.trigger_type import FLAG, TriggerType
from fc_guard.model.rows import Field, plain

TIMER = TriggerType(
    name="timer",
    rows=(*plain("cronExpression", "payload"), Field("enable", noise=FLAG)),
)
