"""A log trigger reports new entries in a logstore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.kinds.triggers.caller import Caller
from fc_guard.kinds.triggers.trigger_type import FLAG, TriggerType, count
from fc_guard.model.rows import Field, plain, servers, struct

READS: Final = (
    "log:Get*",
    "log:List*",
    "log:PostLogStoreLogs",
    "log:CreateConsumerGroup",
    "log:UpdateConsumerGroup",
    "log:DeleteConsumerGroup",
    "log:ListConsumerGroup",
    "log:ConsumerGroupUpdateCheckPoint",
    "log:ConsumerGroupHeartBeat",
    "log:GetConsumerGroupCheckPoint",
)


def _source(config: Mapping[str, Any], account: str, region: str) -> str | None:
    project = (config.get("logConfig") or {}).get("project")
    return f"acs:log:{region}:{account}:project/{project}" if project else None


LOG = TriggerType(
    name="log",
    rows=(
        struct("sourceConfig", Field("logstore"), *servers("startTime")),
        struct("jobConfig", count("maxRetryTime"), count("triggerInterval")),
        struct("logConfig", *plain("project", "logstore")),
        # Free for the user: one value, since FC replaces it as one. It may hold tokens, and often does.
        Field("functionParameter", secret=True, cleared={}),
        Field("enable", noise=FLAG),
        *servers("targetConfig"),
    ),
    source=_source,
    named=("logConfig.project",),
    caller=Caller("log.aliyuncs.com", "Log", READS),
)
