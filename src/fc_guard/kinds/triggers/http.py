"""An http trigger lets the function answer requests."""

from __future__ import annotations

from fc_guard.kinds.spelling import json_text
from fc_guard.kinds.triggers.trigger_type import FLAG, TriggerType
from fc_guard.model.rows import UNORDERED, Field, canonical

HTTP = TriggerType(
    name="http",
    rows=(
        Field("authType"),
        Field("methods", default=["GET"], noise=UNORDERED, cleared=[]),
        Field("disableURLInternet", default=False, noise=FLAG),
        Field("authConfig", noise=canonical(json_text), secret=True),  # a JWT key set may hold symmetric keys
    ),
    initial=("methods", "disableURLInternet"),
)
