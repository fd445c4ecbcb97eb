"""Asynchronous invocation: retries and destinations of a function at a qualifier (facts 4.4)."""

from __future__ import annotations

from fc_local.errors import FcError, bad_format
from fc_local.kinds import checks
from fc_local.kinds.kind import Making, Setting, View
from fc_local.shape import Document, Flag, Struct, Text, Whole

_DESTINATION = Struct({"destination": Text()}, zero={"destination": ""})
_SHAPE = Struct(
    {
        "destinationConfig": Struct(
            {"onSuccess": _DESTINATION, "onFailure": _DESTINATION}, zero={"onSuccess": None, "onFailure": None}
        ),
        "maxAsyncEventAgeInSeconds": Whole(),
        "maxAsyncRetryAttempts": Whole(),
        "statefulInvocation": Flag(),
    }
)
_ABSENT: Document = {
    "destinationConfig": {"onSuccess": None, "onFailure": None},
    "maxAsyncEventAgeInSeconds": None,
    "maxAsyncRetryAttempts": None,
    "statefulInvocation": None,
}
FILLED: Document = {"maxAsyncEventAgeInSeconds": 86400, "maxAsyncRetryAttempts": 3, "statefulInvocation": False}


def _put(old: Document | None, body: Document, making: Making) -> Document:
    kept = old or _ABSENT
    document = {**(_ABSENT if making.switches["async_put_replaces"] else kept), **body}
    checks.within("MaxAsyncEventAgeInSeconds", document["maxAsyncEventAgeInSeconds"], 1, 2592000)
    checks.within("MaxAsyncRetryAttempts", document["maxAsyncRetryAttempts"], 0, 8)
    for side in ("onSuccess", "onFailure"):
        arn = (document["destinationConfig"][side] or {}).get("destination")
        if arn and not arn.startswith("acs:"):
            raise bad_format("Destination", "^acs:.*$", arn)
    return document


def _show(document: Document, view: View) -> Document:
    service, function, qualifier = view.path
    shown = {"service": service, "function": function, "qualifier": qualifier, **document}
    if view.switches["fill_async_defaults"]:
        shown.update({key: value for key, value in FILLED.items() if shown[key] is None})
    return shown


def _missing(path: tuple[str, ...]) -> FcError:
    return FcError(404, "AsyncConfigNotExists", f"AsyncConfig for {path[0]}:{path[1]} does not exist.")


ASYNC_CONFIG = Setting("async_config", "configs", _SHAPE, _put, _show, _missing)
