"""Trigger: what calls a function. Built: http and timer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.normal import nested, normalise
from fc_guard.kinds.text import text_of
from fc_guard.model.fields import Fields
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import Kind, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules

CONFIG = ("triggerConfig",)
CONFIGS = {
    "http": ("authType", "methods", "disableURLInternet"),
    "timer": ("cronExpression", "enable", "payload"),
}
"""What each type's config may say; anything else in s.yaml is warned about and left out."""

RULES = FieldRules(
    server_owned=frozenset(
        {
            ("triggerName",),
            ("triggerId",),
            ("createdTime",),
            ("lastModifiedTime",),
            ("domainName",),
            ("urlInternet",),
            ("urlIntranet",),
            ("status",),
            ("targetArn",),
            # FC answers null here for http and timer even when one was sent: GetTrigger, 2016-08-15.
            ("sourceArn",),
        }
    ),
    structs=frozenset({CONFIG}),
    sets=frozenset({(*CONFIG, "methods")}),
    case_blind=frozenset({("invocationRole",)}),
    fixed=frozenset({("triggerType",)}),
    defaults={
        ("qualifier",): "LATEST",
        (*CONFIG, "disableURLInternet"): False,
    },
    json_text=frozenset({CONFIG}),
)


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    function = props.get("function") or {}
    path = (props["service"]["name"], function.get("name", ""))
    return tuple(
        _trigger(trigger, ResourceId(account, region, "trigger", (*path, trigger["name"])))
        for trigger in props.get("triggers") or ()
    )


def _trigger(trigger: Mapping[str, Any], id: ResourceId) -> Desired:
    config = {name: trigger["config"][name] for name in CONFIGS[trigger["type"]] if name in trigger["config"]}
    document: dict[str, Any] = {"triggerType": trigger["type"], "triggerConfig": config}
    if "description" in trigger:
        document["description"] = trigger["description"]
    if "qualifier" in trigger:
        document["qualifier"] = text_of(trigger["qualifier"])
    return Desired(id, normalise(document, RULES))


def props_of(fields: Fields) -> dict[str, Any]:
    """Live fields as s.yaml spells them in one item of `triggers`."""
    return nested({path: value for path, value in fields.items() if value is not None}, RULES)


TRIGGER = Kind(
    name="trigger",
    rank=2,
    parent="function",
    name_field="triggerName",
    list_field="triggers",
    operations=Operations("CreateTrigger", "GetTrigger", "UpdateTrigger", "DeleteTrigger", "ListTriggers"),
    rules=RULES,
    desired=desired,
    props=props_of,
    listed=True,
)
