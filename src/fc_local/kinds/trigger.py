"""Triggers: http and timer in full, the other types stored as they come (facts 4.3)."""

from __future__ import annotations

import json
import re

from fc_local.errors import FcError, invalid
from fc_local.kinds import checks
from fc_local.kinds.kind import V2021, Kind, Making, View
from fc_local.shape import Anything, Document, Flag, ListOf, Struct, Text

TYPES = ("http", "timer", "oss", "log", "mns_topic", "cdn_events", "tablestore", "rds", "eventbridge")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_AUTH_TYPES = ("anonymous", "function", "jwt")
_EVERY = re.compile(r"@every [1-9]\d*m\Z")
_CRON_FIELD = re.compile(r"[\d*?/,\-LW#A-Z]+\Z")

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
_CONFIGS = {
    "http": Struct({"authType": Text(), "methods": ListOf(Text()), "disableURLInternet": Flag(), "authConfig": Text()}),
    "timer": Struct({"cronExpression": Text(), "enable": Flag(), "payload": Text()}),
}


def _create(body: Document, making: Making) -> Document:
    checks.name("TriggerName", body.get("triggerName"))
    kind = body.get("triggerType")
    checks.given("TriggerType", kind)
    checks.one_of("TriggerType", kind, TYPES)
    document: Document = {
        "description": body.get("description", ""),
        "triggerType": kind,
        "sourceArn": None if kind == "http" else body.get("sourceArn"),
        "invocationRole": body.get("invocationRole"),
        "qualifier": body.get("qualifier"),
        "triggerConfig": _config(str(kind), body.get("triggerConfig")),
    }
    return _checked(document, making)


def _update(old: Document, body: Document, making: Making) -> Document:
    if old["triggerType"] == "mns_topic":
        raise invalid("Updating trigger is not supported yet.")
    document = dict(old)
    document.update({key: body[key] for key in ("description", "invocationRole", "qualifier") if key in body})
    if "triggerConfig" in body:
        sent = _config(old["triggerType"], body["triggerConfig"])
        merged = making.switches["trigger_config_merge"]
        document["triggerConfig"] = {**old["triggerConfig"], **sent} if merged else sent
    return _checked(document, making)


def _config(kind: str, value: object) -> Document:
    """2021-04-06 sends the configuration as JSON text, 2016-08-15 as an object."""
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError as error:
            raise invalid("TriggerConfig is not valid JSON") from error
    shape = _CONFIGS.get(kind)
    if shape is not None:
        return shape.read(value or {}, "triggerConfig")
    if not isinstance(value or {}, dict):
        raise invalid("TriggerConfig must be an object")
    return dict(value) if isinstance(value, dict) else {}


def _checked(document: Document, making: Making) -> Document:
    config = document["triggerConfig"]
    if document["triggerType"] == "timer":
        checks.given("CronExpression", config.get("cronExpression"))
        _check_cron(config["cronExpression"])
    if document["triggerType"] == "http":
        if "authType" in config:
            checks.one_of("AuthType", config["authType"], _AUTH_TYPES)
        for method in config.get("methods", ()):
            checks.one_of("Methods", method, METHODS)
        _check_only_http_trigger(document, making)
    return document


def _check_cron(expression: str) -> None:
    rest = (
        expression.split(" ", 1)[1] if expression.startswith(("CRON_TZ=", "TZ=")) and " " in expression else expression
    )
    fields = rest.split()
    if not _EVERY.match(rest) and (len(fields) != 6 or not all(_CRON_FIELD.match(field) for field in fields)):
        raise invalid(f"CronExpression is set to an invalid value (actual: '{expression}')")


def _check_only_http_trigger(document: Document, making: Making) -> None:
    for other in making.siblings():
        if other["triggerType"] == "http" and (other["qualifier"] or "LATEST") == (document["qualifier"] or "LATEST"):
            status = making.switches["duplicate_http_trigger_status"]
            raise FcError(status, "InvalidArgument", "only one http trigger is allowed for a version or alias")


def _show(document: Document, view: View) -> Document:
    shown = dict(document)
    if view.api == V2021:
        shown["triggerConfig"] = json.dumps(document["triggerConfig"], separators=(",", ":"), ensure_ascii=False)
    if document["triggerType"] == "http":
        shown.update(_addresses(document, view))
    return shown


def _addresses(document: Document, view: View) -> Document:
    """Where the function answers. Made at every read, so that they hold when the server's port changes."""
    service, function, _ = view.path
    qualifier = f".{document['qualifier']}" if document["qualifier"] else ""
    label = f"{service}-{function}-{str(document['triggerId'])[:8]}".lower().replace("_", "-")
    return {
        "domainName": f"{label}.{view.scope.region}.fcapp.run",
        "urlInternet": f"{view.server}/2016-08-15/proxy/{service}{qualifier}/{function}/",
        "urlIntranet": f"https://{label}.{view.scope.region}-vpc.fcapp.run",
    }


TRIGGER = Kind(
    name="trigger",
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
