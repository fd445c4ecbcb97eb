"""Decides which values an error may repeat: none that is secret, holds something secret, or stands in a secret's
place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from fc_guard.inputs.schema import schema_named
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Layout

WITHHELD: Final = t("the value (hidden)")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Discretion:
    """The secrets of one layout.

    secret   keys below which every value is secret
    leading  keys below which the schema has secrets: what is there in place of the mapping may be one of them
    """

    secret: frozenset[str]
    leading: frozenset[str]

    def may_repeat(self, place: Place, value: Any) -> bool:
        """Says whether an error about this place may repeat the value there."""
        names = [part for part in place if isinstance(part, str)]
        if not self.secret.isdisjoint(names) or self._holds_secret(value):
            return False
        return value in (None, "", [], {}) or (bool(names) and names[-1] not in self.leading)

    def _holds_secret(self, value: Any) -> bool:
        if isinstance(value, Mapping):
            return any(str(key) in self.secret or self._holds_secret(item) for key, item in value.items())
        return isinstance(value, list) and any(map(self._holds_secret, value))


def discretion(layout: Layout) -> Discretion:
    return _discretion(layout.secret_names, layout.schema)


@cache
def _discretion(secret: frozenset[str], name: str) -> Discretion:
    schema = schema_named(name)
    leading = (key for key, below in _properties(schema, schema) if _has_any(secret, below, schema))
    return Discretion(secret, frozenset(leading))


def _has_any(names: frozenset[str], schema: Schema, root: Schema) -> bool:
    return any(name in names for name, _ in _properties(schema, root))


def _properties(schema: Schema, root: Schema) -> Iterator[tuple[str, Schema]]:
    """Yields every key that the schema has, at any depth, with the schema of its value."""
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
