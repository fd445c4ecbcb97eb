"""http: the function answers requests."""

from __future__ import annotations

from fc_guard.kinds.spelling import flag, json_text
from fc_guard.kinds.triggers.trigger_type import TriggerType, at, values
from fc_guard.model.rules import FieldRules

HTTP = TriggerType(
    name="http",
    shape=values("authType", "methods", "disableURLInternet", "authConfig"),
    rules=FieldRules(
        sets=frozenset({at("methods")}),
        secret=frozenset({at("authConfig")}),  # a JWT key set may hold symmetric keys
        defaults={at("methods"): ["GET"], at("disableURLInternet"): False},
        cleared={at("methods"): []},
        canonical={at("disableURLInternet"): flag, at("authConfig"): json_text},
    ),
    initial={at("methods"): ("GET",), at("disableURLInternet"): False},
)
