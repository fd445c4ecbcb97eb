"""An oss trigger reports what happens to an object of a bucket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.triggers.caller import Caller
from fc_guard.kinds.triggers.trigger_type import TriggerType, filter_of
from fc_guard.model.rows import UNORDERED, Field, plain, struct


def _source(config: Mapping[str, Any], account: str, region: str) -> str | None:
    bucket = config.get("bucketName")
    return f"acs:oss:{region}:{account}:{bucket}" if bucket else None


OSS = TriggerType(
    name="oss",
    # The bucket is part of the sourceArn: FC knows no bucketName in the config.
    rows=(Field("events", noise=UNORDERED, cleared=[]), filter_of(struct("key", *plain("prefix", "suffix")))),
    source=_source,
    named=("bucketName",),
    caller=Caller("oss.aliyuncs.com", "Oss"),
)
