"""A tablestore trigger reports changed rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.kinds.triggers.caller import ACCOUNT, Caller
from fc_guard.kinds.triggers.trigger_type import TriggerType

READS: Final = ("ots:BatchGet*", "ots:Describe*", "ots:Get*", "ots:List*")


def _source(config: Mapping[str, Any], account: str, region: str) -> str | None:
    instance, table = config.get("instanceName"), config.get("tableName")
    return f"acs:ots:{region}:{account}:instance/{instance}/table/{table}" if instance and table else None


TABLESTORE = TriggerType(
    name="tablestore",
    # No rows: all its config says is which table it is, and that is the sourceArn.
    source=_source,
    named=("instanceName", "tableName"),
    caller=Caller(
        "acs:ram::1604337383174619:root",
        "Ots",
        READS,
        within=ACCOUNT,
    ),
    fixed=((),),  # FC answers "Updating trigger is not supported yet."
)
