"""timer: the function is called by the clock."""

from __future__ import annotations

from fc_guard.kinds.spelling import flag
from fc_guard.kinds.triggers.trigger_type import TriggerType, at, values
from fc_guard.model.rules import FieldRules

TIMER = TriggerType(
    name="timer",
    shape=values("cronExpression", "enable", "payload"),
    rules=FieldRules(canonical={at("enable"): flag}),
)
