"""A trigger calls a function. What differs from type to type is in `kinds.triggers`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.normal import nested, normalise
from fc_guard.core.rows import document_of, joined, rules_of
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.kinds.spelling import text_of
from fc_guard.kinds.support import unseen
from fc_guard.kinds.support.grants import role_of_trigger
from fc_guard.kinds.triggers import TYPES
from fc_guard.kinds.triggers.trigger_type import CONFIG, TriggerType
from fc_guard.model.address import Address
from fc_guard.model.edits import Writing
from fc_guard.model.fields import FieldPath, Fields, Json
from fc_guard.model.kinds import Events, Home, Kind, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rows import CASE_BLIND, Field, Shape, canonical, servers
from fc_guard.model.rules import FieldRules

TYPE: FieldPath = ("triggerType",)
SOURCE: FieldPath = ("sourceArn",)
ROLE: FieldPath = ("invocationRole",)

WITHOUT_ROLE = tuple(name for name, of in TYPES.items() if of.caller is None)
WITHOUT_SOURCE = ("http", "timer")


def _given_source(value: Json) -> Json:
    """Drops the source that EventBridge names on its own, after the trigger: nobody asked for it."""
    return "" if str(value).startswith("acs:eventbridge:") else value


COMMON = (
    Field("triggerType", props=("type",)),
    Field("description", text_of),
    Field("qualifier", text_of, default="LATEST"),
    Field("invocationRole", props=("role",), noise=CASE_BLIND),
    Field("sourceArn", noise=canonical(_given_source)),
    *servers("triggerName", "triggerId", "createdTime", "lastModifiedTime", "domainName"),
    *servers("urlInternet", "urlIntranet", "status", "targetArn"),
)
CONFIG_OF_ANY = Field(
    "triggerConfig", props=(), shape=Shape.JSON_TEXT, rows=joined(*(of.rows for of in TYPES.values()))
)
RULES = rules_of((*COMMON, CONFIG_OF_ANY))


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    function = props.get("function") or {}
    path = (props["service"]["name"], function.get("name", ""))
    return tuple(
        _trigger(props, trigger, Address(FC2, account, region, "trigger", (*path, trigger["name"])))
        for trigger in props.get("triggers") or ()
    )


def _trigger(props: Mapping[str, Any], trigger: Mapping[str, Any], id: Address) -> Desired:
    of = TYPES.get(str(trigger.get("type")))
    if of is None:  # others have yet to say the type, and with it what the rest means
        return Desired(id, {})
    config = trigger.get("config") or {}
    document = {**document_of(COMMON, trigger), "triggerConfig": config}
    if not trigger.get("role") or of.name in WITHOUT_ROLE:
        document.pop("invocationRole", None)
    source = document.pop("sourceArn", None) or (of.source(config, id.account, id.region) if of.source else None)
    carried: Fields = {}
    if source and of.name == "eventbridge":
        carried = {SOURCE: source}  # FC answers it with a name of EventBridge's own
    elif source and of.name not in WITHOUT_SOURCE:
        document["sourceArn"] = source
    made = role_of_trigger(props, trigger, id.account, id.region)
    return Desired(
        id,
        _held(of, normalise(document, RULES)),
        initial=of.initial_fields(),
        carried=carried,
        derived={} if made is None else {ROLE: made},
        left=frozenset() if of.caller is None else frozenset((ROLE,)),
    )


def _held(of: TriggerType, fields: Fields) -> Fields:
    return {path: value for path, value in fields.items() if path[:1] != CONFIG or of.holds(path)}


def replaced(live: Fields, path: FieldPath) -> bool:
    """Says whether FC cannot update the field of this trigger, so that another value means to delete and make it anew.

    UpdateTrigger takes triggerConfig, invocationRole, qualifier and description, and of some types not even those.
    """
    of = TYPES.get(str(live.get(TYPE)))
    fixed = of.fixed if of is not None else ()
    return path in (TYPE, SOURCE) or any(path[: len(prefix)] == prefix for prefix in fixed)


def fitting(fields: Fields) -> Fields:
    """Returns the fields without what an earlier type of the trigger left in its config."""
    of = TYPES.get(str(fields.get(TYPE)))
    return fields if of is None else _held(of, fields)


def props_of(fields: Fields) -> dict[str, Any]:
    """Returns live fields as s.yaml spells them in one item of `triggers`, without the name."""
    given = {path: value for path, value in fitting(fields).items() if value is not None}
    item = {prop: given[(row.name,)] for row in COMMON for prop in row.said_as if (row.name,) in given}
    config = {path[len(CONFIG) :]: value for path, value in given.items() if path[:1] == CONFIG}
    return {**item, "config": nested(config, FieldRules())}


TRIGGER = Kind(
    name="trigger",
    provider=FC2,
    api="FC",
    parent="function",
    home=Home(("triggers",), many=True),
    name_field="triggerName",
    list_field="triggers",
    operations=Operations("CreateTrigger", "GetTrigger", "UpdateTrigger", "DeleteTrigger", "ListTriggers"),
    rules=RULES,
    desired=desired,
    props=props_of,
    listed=True,
    writing=Writing(keys={"key": "Key", "prefix": "Prefix", "suffix": "Suffix"}),
    replaced=replaced,
    fitting=fitting,
    tagged=True,
    above=("serviceName", "functionName"),
    needed=lambda document: ("triggerType",),
    absence="TriggerNotFound",
    unseen=unseen.role,
    events=Events(written=frozenset({"CreateTrigger", "UpdateTrigger"}), deleted=frozenset({"DeleteTrigger"})),
)
