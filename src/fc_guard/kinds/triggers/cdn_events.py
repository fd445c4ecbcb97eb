"""A cdn_events trigger reports what happens to a domain of the CDN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.triggers.caller import Caller
from fc_guard.kinds.triggers.trigger_type import TriggerType, at, filter_of
from fc_guard.model.rows import UNORDERED, Field, plain


def _source(config: Mapping[str, Any], account: str, region: str) -> str:
    return f"acs:cdn:*:{account}"


CDN_EVENTS = TriggerType(
    name="cdn_events",
    rows=(*plain("eventName", "eventVersion", "notes"), filter_of(Field("domain", noise=UNORDERED, cleared=[]))),
    source=_source,
    caller=Caller("cdn.aliyuncs.com", "Cdn"),
    fixed=(at("eventName"), at("eventVersion")),
)
