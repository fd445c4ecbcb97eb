"""A tablestore trigger reports changed rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.triggers.trigger_type import TriggerType
from fc_guard.language import t


def _source(config: Mapping[str, Any], account: str, region: str) -> str | None:
    instance, table = config.get("instanceName"), config.get("tableName")
    return f"acs:ots:{region}:{account}:instance/{instance}/table/{table}" if instance and table else None


TABLESTORE = TriggerType(
    name="tablestore",
    # No rows: all its config says is which table it is, and that is the sourceArn.
    source=_source,
    named=("instanceName", "tableName"),
    role=t("that acs:ram::1604337383174619:root may assume, with ots:BatchGet*, Describe*, Get* and List*"),
    fixed=((),),  # FC answers "Updating trigger is not supported yet."
)
