"""Values that an error may repeat: nothing that is secret, holds something secret, or stands where that belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from fc_guard.inputs.schema import props_schema
from fc_guard.inputs.unbuilt import Place
from fc_guard.kinds.catalog import CATALOG

SECRET_NAMES: Final = CATALOG.secret_names
WITHHELD: Final = "the value (hidden)"
Schema = Mapping[str, Any]


def may_repeat(place: Place, value: Any) -> bool:
    """Whether an error about this place may repeat what stands there."""
    names = [part for part in place if isinstance(part, str)]
    if not SECRET_NAMES.isdisjoint(names) or _holds_secret(value):
        return False
    return value in (None, "", [], {}) or (bool(names) and names[-1] not in _leading())


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(str(key) in SECRET_NAMES or _holds_secret(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_holds_secret, value))


@cache
def _leading() -> frozenset[str]:
    """Keys below which the schema has secrets: what is there in place of the mapping may be one of them."""
    schema = props_schema()
    return frozenset(name for name, below in _properties(schema, schema) if _has_secret(below, schema))


def _has_secret(schema: Schema, root: Schema) -> bool:
    return any(name in SECRET_NAMES for name, _ in _properties(schema, root))


def _properties(schema: Schema, root: Schema) -> Iterator[tuple[str, Schema]]:
    """Every key that the schema speaks of, at any depth, with what it says of it."""
    for below in _parts(schema, root):
        yield from _properties(below, root)
    for name, below in schema.get("properties", {}).items():
        yield name, below
        yield from _properties(below, root)


def _parts(schema: Schema, root: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        place: Any = root
        for key in schema["$ref"].removeprefix("#/").split("/"):
            place = place[key]
        yield place
    for word in ("allOf", "anyOf", "oneOf"):
        yield from schema.get(word, ())
    for word in ("if", "then", "else", "items", "additionalProperties"):
        if isinstance(schema.get(word), Mapping):
            yield schema[word]
