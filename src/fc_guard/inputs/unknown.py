"""Finds keys that the schema does not know. They are a warning and no error: files written for other tools have
many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jsonschema import Draft7Validator

from fc_guard.model.edits import Place

Schema = Mapping[str, Any]
_TYPES: Final = Draft7Validator.TYPE_CHECKER
_CONDITIONS: Final[dict[int, Draft7Validator]] = {}


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """`place` ends in the key itself; `known` are the names known there."""

    place: Place
    known: tuple[str, ...]

    @property
    def key(self) -> str:
        return str(self.place[-1])


def unknown_keys(value: Any, schema: Schema) -> Iterator[UnknownKey]:
    """Walks a valid value along its schema: references, alternatives and conditions are followed.

    An object for which the schema lists no keys, or allows any, has none that are unknown.
    """
    yield from _walk(value, [schema], schema, ())


def _walk(value: Any, schemas: list[Schema], root: Schema, place: Place) -> Iterator[UnknownKey]:
    applying = [part for schema in schemas for part in _applying(value, schema, root)]
    if isinstance(value, list):
        items = [schema["items"] for schema in applying if isinstance(schema.get("items"), Mapping)]
        for index, item in enumerate(value):
            yield from _walk(item, items, root, (*place, index))
    if not isinstance(value, Mapping):
        return
    known: dict[str, list[Schema]] = {}
    for schema in applying:
        for name, below in schema.get("properties", {}).items():
            known.setdefault(name, []).append(below)
    others = [schema["additionalProperties"] for schema in applying if "additionalProperties" in schema]
    for key, item in value.items():
        if key in known:
            yield from _walk(item, known[key], root, (*place, key))
        elif others:
            yield from _walk(item, [other for other in others if isinstance(other, Mapping)], root, (*place, key))
        elif known:
            yield UnknownKey((*place, str(key)), tuple(known))


def _applying(value: Any, schema: Schema, root: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        yield from _applying(value, _referred(schema["$ref"], root), root)
        return
    yield schema
    for part in schema.get("allOf", ()):
        yield from _applying(value, part, root)
    for word in ("anyOf", "oneOf"):
        for part in schema.get(word, ()):
            if _of_type(value, part, root):
                yield from _applying(value, part, root)
    if "if" in schema:
        branch = "then" if _condition(schema["if"]).is_valid(value) else "else"
        yield from _applying(value, schema.get(branch, {}), root)


def _condition(schema: Schema) -> Draft7Validator:
    """Returns the validator of a condition, made once: it holds the schema, so its identity stays its own."""
    found = _CONDITIONS.get(id(schema))
    if found is None:
        found = _CONDITIONS[id(schema)] = Draft7Validator(schema)
    return found


def _of_type(value: Any, schema: Schema, root: Schema) -> bool:
    """Says whether an alternative is meant for this type of value at all; inside it, conditions decide."""
    if "$ref" in schema:
        schema = _referred(schema["$ref"], root)
    types = schema.get("type", ())
    return not types or any(_TYPES.is_type(value, name) for name in ([types] if isinstance(types, str) else types))


def _referred(reference: str, root: Schema) -> Schema:
    place: Any = root
    for key in reference.removeprefix("#/").split("/"):
        place = place[key]
    found: Schema = place
    return found
