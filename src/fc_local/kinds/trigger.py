"""Triggers (facts 4.3). `event_sources` holds the differences between the types."""

from __future__ import annotations

import json

from fc_local.addresses import PROXY
from fc_local.errors import FcError, invalid
from fc_local.kinds import checks
from fc_local.kinds.event_sources import EVENT_SOURCES, check_change, check_source, not_updatable
from fc_local.kinds.eventbridge import generated_arn
from fc_local.kinds.kind import V2021, Kind, Making, View
from fc_local.shape import Anything, Document, Struct, Text

_SHAPE = Struct(
    {
        "triggerName": Text(),
        "triggerType": Text(),
        "description": Text(),
        "triggerConfig": Anything(),
        "sourceArn": Text(),
        "invocationRole": Text(),
        "qualifier": Text(),
    }
)

_RDS: Document = {"retry": 3, "concurrency": 1, "eventFormat": "protobuf"}


def _create(body: Document, making: Making) -> Document:
    checks.name("TriggerName", body.get("triggerName"))
    kind = body.get("triggerType")
    checks.given("TriggerType", kind)
    checks.one_of("TriggerType", kind, tuple(EVENT_SOURCES))
    document: Document = {
        "description": body.get("description", ""),
        "triggerType": kind,
        "sourceArn": body.get("sourceArn"),
        "invocationRole": body.get("invocationRole"),
        "qualifier": body.get("qualifier"),
        "triggerConfig": _config(str(kind), body.get("triggerConfig")),
    }
    if kind == "http":
        document["sourceArn"] = None
    elif kind == "eventbridge":
        document["sourceArn"] = generated_arn(making, document["triggerConfig"])
    check_source(str(kind), document, making)
    return _checked(document, making)


def _update(old: Document, body: Document, making: Making) -> Document:
    kind = old["triggerType"]
    if not EVENT_SOURCES[kind].updatable:
        raise not_updatable()
    document = dict(old)
    document.update({key: body[key] for key in ("description", "invocationRole", "qualifier") if key in body})
    if "triggerConfig" in body:
        sent = _config(kind, body["triggerConfig"])
        merged = making.switches["trigger_config_merge"]
        document["triggerConfig"] = {**old["triggerConfig"], **sent} if merged else sent
    check_source(kind, document, making)
    _checked(document, making)
    check_change(kind, old["triggerConfig"], document["triggerConfig"], making)
    return document


def _config(kind: str, value: object) -> Document:
    """Reads the configuration, which 2021-04-06 sends as JSON text and 2016-08-15 as an object."""
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError as error:
            raise invalid("TriggerConfig is not valid JSON") from error
    return EVENT_SOURCES[kind].config.read(value or {}, "triggerConfig")


def _checked(document: Document, making: Making) -> Document:
    making.require_qualifier(making.path[0], document["qualifier"])
    kind = document["triggerType"]
    EVENT_SOURCES[kind].check(document["triggerConfig"])
    if kind == "http":
        _check_only_http_trigger(document, making)
    return document


def _check_only_http_trigger(document: Document, making: Making) -> None:
    for other in making.siblings():
        if other["triggerType"] == "http" and (other["qualifier"] or "LATEST") == (document["qualifier"] or "LATEST"):
            status = making.switches["duplicate_http_trigger_status"]
            code = making.switches["duplicate_http_trigger_code"]
            raise FcError(status, code, "only one http trigger is allowed for a version or alias")


def _show(document: Document, view: View) -> Document:
    shown = dict(document)
    if document["triggerType"] == "log" and view.switches["fill_log_trigger"]:
        shown["triggerConfig"] = _filled(document["triggerConfig"])
    if document["triggerType"] == "rds" and view.switches["fill_rds_trigger"]:
        shown["triggerConfig"] = {**_RDS, **document["triggerConfig"]}
    if view.api == V2021:
        shown["triggerConfig"] = json.dumps(shown["triggerConfig"], separators=(",", ":"), ensure_ascii=False)
    if document["triggerType"] == "http":
        shown.update(_addresses(document, view))
    return shown


def _filled(config: Document) -> Document:
    """Adds the keys that recorded diffs of log triggers show beside the user's own."""
    return {"targetConfig": None, **config, "sourceConfig": {"startTime": None, **config["sourceConfig"]}}


def _addresses(document: Document, view: View) -> Document:
    """Returns the function's addresses, made at every read so that they hold when the server's port changes."""
    service, function, _ = view.path
    qualifier = f".{document['qualifier']}" if document["qualifier"] else ""
    label = f"{service}-{function}-{str(document['triggerId'])[:8]}".lower().replace("_", "-")
    return {
        "domainName": f"{label}.{view.scope.region}.fcapp.run",
        "urlInternet": f"{view.server}{PROXY}{service}{qualifier}/{function}/",
        "urlIntranet": f"https://{label}.{view.scope.region}-vpc.fcapp.run",
    }


TRIGGER = Kind(
    name="trigger",
    label="Trigger",
    collection="triggers",
    parent="function",
    child=None,
    shape=_SHAPE,
    name_field="triggerName",
    id_field="triggerId",
    account_limit=10,
    create=_create,
    update=_update,
    show=_show,
)
