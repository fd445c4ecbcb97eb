"""log: new entries in a logstore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.spelling import flag, number
from fc_guard.kinds.triggers.trigger_type import TriggerType, at, values
from fc_guard.model.rules import FieldRules


def _source(config: Mapping[str, Any], account: str, region: str) -> str | None:
    project = (config.get("logConfig") or {}).get("project")
    return f"acs:log:{region}:{account}:project/{project}" if project else None


LOG = TriggerType(
    name="log",
    shape={
        "sourceConfig": values("logstore"),
        "jobConfig": values("maxRetryTime", "triggerInterval"),
        "logConfig": values("project", "logstore"),
        "functionParameter": None,  # free for the user: one value, since FC replaces it as one
        "enable": None,
    },
    rules=FieldRules(
        server_owned=frozenset({at("targetConfig"), at("sourceConfig", "startTime")}),
        secret=frozenset({at("functionParameter")}),  # what the function is given: tokens, as often as not
        cleared={
            at("functionParameter"): {},
            at("jobConfig", "maxRetryTime"): None,
            at("jobConfig", "triggerInterval"): None,
        },
        canonical={
            at("enable"): flag,
            at("jobConfig", "maxRetryTime"): number,
            at("jobConfig", "triggerInterval"): number,
        },
    ),
    source=_source,
    named=("logConfig.project",),
    role="that log.aliyuncs.com may assume, with fc:InvokeFunction and the reading of the log project",
)
