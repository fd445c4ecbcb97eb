"""An mns_topic trigger passes on the messages of a topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.triggers.caller import Caller
from fc_guard.kinds.triggers.trigger_type import TriggerType
from fc_guard.model.rows import plain


def _source(config: Mapping[str, Any], account: str, region: str) -> str | None:
    topic = config.get("topicName")
    return f"acs:mns:{config.get('region') or region}:{account}:/topics/{topic}" if topic else None


MNS_TOPIC = TriggerType(
    name="mns_topic",
    rows=plain("filterTag", "notifyContentFormat", "notifyStrategy"),
    source=_source,
    named=("topicName",),
    caller=Caller("mns.aliyuncs.com", "Mns"),
    fixed=((),),  # FC answers "Updating trigger is not supported yet."
)
