"""The conditions for reading or writing a resource. Each raises FC's own error."""

from __future__ import annotations

from fc_local import errors
from fc_local.calls import Call
from fc_local.errors import FcError
from fc_local.etags import matches
from fc_local.kinds import FUNCTION, KINDS, PROVISION_CONFIG, TRIGGER, V2016, Kind
from fc_local.kinds.event_sources import EVENT_SOURCES
from fc_local.scope import Scope
from fc_local.shape import Document
from fc_local.store import Row, Store
from fc_local.switches import Switches


def parents(store: Store, scope: Scope, kind: Kind, path: tuple[str, ...]) -> None:
    """Raises NotFound for the outermost missing resource above `path`."""
    if kind.parent is None:
        return
    parent = KINDS[kind.parent]
    above = path[:-1]
    parents(store, scope, parent, above)
    if store.get(scope, parent.name, above) is None:
        raise errors.not_found(parent.name, above)


def absent(store: Store, switches: Switches, scope: Scope, kind: Kind, path: tuple[str, ...]) -> None:
    if store.get(scope, kind.name, path) is not None:
        raise _with_status(switches, errors.already_exists(kind.name, path), "already_exists_status")


def room(store: Store, switches: Switches, call: Call, kind: Kind) -> None:
    limit = kind.account_limit
    if switches["account_limits"] and store.count(call.scope, kind.name, call.names) >= limit:
        raise FcError(400, "LimitExceededError", f"the number of {kind.collection} exceeds the limit {limit}")


def empty(store: Store, switches: Switches, scope: Scope, kind: Kind, path: tuple[str, ...]) -> None:
    for blocker in kind.blockers:
        if store.count(scope, blocker, path):
            raise _with_status(switches, errors.not_empty(kind.name, path[-1], f"{blocker}s"), "not_empty_status")
    if kind is FUNCTION:
        no_provision(store, scope, path, None)


def no_provision(store: Store, scope: Scope, path: tuple[str, ...], qualifier: str | None) -> None:
    """Raises FcError if a function (at any qualifier), or a service's version, has provisioned instances."""
    for at, row in store.everywhere(scope, PROVISION_CONFIG.name):
        below = at[: len(path)] == path and qualifier in (None, at[-1])
        if below and row.document["target"] > 0:
            message = f"function '{at[1]}' of service '{at[0]}' has provisioned instances at '{at[2]}'"
            raise FcError(409, "ProvisionConfigExist", message)


def match(switches: Switches, call: Call, row: Row) -> None:
    """Checks If-Match if the request has one."""
    star, quotes = switches["if_match_star"], switches["if_match_quotes"]
    if call.if_match and not matches(call.if_match, row.etag, star=star, quotes=quotes):
        raise errors.precondition_failed()


def known_type(switches: Switches, call: Call, kind: Kind, body: Document) -> None:
    if kind is TRIGGER and body.get("triggerType") == "eventbridge" and hides_eventbridge(switches, call):
        known = tuple(name for name in EVENT_SOURCES if name != "eventbridge")
        raise errors.not_allowed("TriggerType", known, "eventbridge")


def visible(switches: Switches, call: Call, kind: Kind, row: Row) -> None:
    if kind is TRIGGER and row.document["triggerType"] == "eventbridge" and hides_eventbridge(switches, call):
        raise errors.not_found(kind.name, call.names)


def hides_eventbridge(switches: Switches, call: Call) -> bool:
    """Says whether a client of 2016-08-15 has not said that it knows these triggers."""
    return call.api == V2016 and not call.eventbridge and bool(switches["eventbridge_header"])


def _with_status(switches: Switches, error: FcError, switch: str) -> FcError:
    return FcError(switches[switch], error.code, error.message)
