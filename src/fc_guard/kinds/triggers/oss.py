"""oss: something happened to an object of a bucket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.triggers.trigger_type import TriggerType, at, values
from fc_guard.model.fields import Json
from fc_guard.model.rules import FieldRules


def _source(config: Mapping[str, Any], account: str, region: str) -> str | None:
    bucket = config.get("bucketName")
    return f"acs:oss:{region}:{account}:{bucket}" if bucket else None


def _filter(value: Json) -> Json:
    """`Key.Prefix` as the predecessor's documents spell it, `key.prefix` as FC answers it."""
    return {
        "key" if key.lower() == "key" else key: (
            {inner.lower(): text for inner, text in item.items()}
            if key.lower() == "key" and isinstance(item, Mapping)
            else item
        )
        for key, item in value.items()
    }


OSS = TriggerType(
    name="oss",
    # The bucket is part of the sourceArn: FC knows no bucketName in the config.
    shape={"events": None, "filter": {"key": values("prefix", "suffix")}},
    rules=FieldRules(
        sets=frozenset({at("events")}),
        cleared={at("events"): []},
        canonical={at("filter"): _filter},
    ),
    source=_source,
    named=("bucketName",),
    role="that oss.aliyuncs.com may assume, with fc:InvokeFunction",
)
