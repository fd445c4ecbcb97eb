"""The operations of the API: name, verb, path. Both API versions share them; routing is by table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from fc_local.kinds import KINDS, Kind

Action = Literal["create", "get", "list", "update", "delete", "code", "invoke", "settings"]
_WRITES = ("create", "update", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    verb: str
    pattern: tuple[str, ...]
    action: Action
    kind: Kind | None

    @property
    def writes(self) -> bool:
        return self.action in _WRITES


def _collection(kind: Kind) -> tuple[str, ...]:
    above = (*_collection(KINDS[kind.parent]), "*") if kind.parent else ()
    return (*above, kind.collection)


def _of_kind(kind: Kind) -> tuple[Operation, ...]:
    many, one = _collection(kind), (*_collection(kind), "*")
    return (
        Operation(f"Create{kind.label}", "POST", many, "create", kind),
        Operation(f"List{kind.label}s", "GET", many, "list", kind),
        Operation(f"Get{kind.label}", "GET", one, "get", kind),
        Operation(f"Update{kind.label}", "PUT", one, "update", kind),
        Operation(f"Delete{kind.label}", "DELETE", one, "delete", kind),
    )


_FUNCTION = ("services", "*", "functions", "*")

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        *(operation for kind in KINDS.values() for operation in _of_kind(kind)),
        Operation("GetFunctionCode", "GET", (*_FUNCTION, "code"), "code", KINDS["function"]),
        Operation("InvokeFunction", "POST", (*_FUNCTION, "invocations"), "invoke", KINDS["function"]),
        Operation("GetAccountSettings", "GET", ("account-settings",), "settings", None),
    )
}
_BY_SHAPE = {(operation.verb, operation.pattern): operation for operation in OPERATIONS.values()}


@dataclass(frozen=True, slots=True)
class Route:
    operation: Operation
    names: tuple[str, ...]


def route(verb: str, path: str) -> Route | None:
    """`path` is what follows the API version, still percent-encoded: /services/svc/functions/fn."""
    segments = path[1:].split("/")
    pattern = tuple(part if index % 2 == 0 else "*" for index, part in enumerate(segments))
    operation = _BY_SHAPE.get((verb, pattern))
    if operation is None:
        return None
    names = tuple(unquote(part) for part in segments[1::2])
    return Route(operation, names) if all(names) else None
