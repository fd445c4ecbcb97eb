"""What a write changed: the fields of a resource as they were and as they are."""

from __future__ import annotations

import json
from typing import Any

_OF_EVERY_WRITE = ("createdTime", "createTime", "lastModifiedTime", "serviceId", "functionId", "triggerId")
_NOTHING = {"null", '""', "[]", "{}"}


def changes(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Returns [{"field", "before", "after"}] for the fields that differ, in the order of the documents.

    A member of an object is a field of its own, such as environmentVariables.MODE. `before` or `after` is missing
    where there was no such field. A resource that is not there is None, and has no fields; an empty one says nothing.
    """
    old, new = _fields(before), _fields(after)
    found = []
    for field in dict.fromkeys((*old, *new)):
        sides = {side: fields[field] for side, fields in (("before", old), ("after", new)) if field in fields}
        told = {json.dumps(value) for value in sides.values()}
        if told - _NOTHING and (len(sides) == 1 or len(told) == 2):
            found.append({"field": field, **sides})
    return found


def _fields(document: dict[str, Any] | None, above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in (document or {}).items():
        if isinstance(value, dict) and value:
            found.update(_fields(value, f"{above}{name}."))
        elif above or name not in _OF_EVERY_WRITE:
            found[above + name] = value
    return found
