"""An rds trigger reports changed rows of tables in an RDS instance.

The component `fc` has no such type. What the config holds is RdsTriggerConfig of the API (2021-04-06); defaults, ARN
and principal are those of Fun, the tool before it. Nobody here has seen one on the real service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.triggers.caller import Caller
from fc_guard.kinds.triggers.trigger_type import TriggerType, count
from fc_guard.model.rows import UNORDERED, Field


def _source(config: Mapping[str, Any], account: str, region: str) -> str | None:
    instance = config.get("instanceId")
    return f"acs:rds:{region}:{account}:dbinstance/{instance}" if instance else None


RDS = TriggerType(
    name="rds",
    # The instance is part of the sourceArn: FC knows no instanceId in the config.
    rows=(
        Field("subscriptionObjects", noise=UNORDERED, cleared=[]),
        count("retry", default=3),
        count("concurrency", default=1),
        Field("eventFormat", default="protobuf"),
    ),
    source=_source,
    named=("instanceId",),
    caller=Caller("rds.aliyuncs.com", "Rds"),
)
