"""Reads request bodies as Go's encoding/json does: keys match regardless of case, except inside free maps; unknown keys
are dropped; a value of the wrong type is an error; null means "not given"."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from fc_local.errors import FcError, invalid

Document = dict[str, Any]


class Field(Protocol):
    """Reads one JSON value. `where` names it in an error."""

    def read(self, value: object, where: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Text:
    def read(self, value: object, where: str) -> str:
        if isinstance(value, str):
            return value
        raise _mismatch(where, "string", value)


@dataclass(frozen=True, slots=True)
class Whole:
    def read(self, value: object, where: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise _mismatch(where, "integer", value)


@dataclass(frozen=True, slots=True)
class Number:
    def read(self, value: object, where: str) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return value
        raise _mismatch(where, "number", value)


@dataclass(frozen=True, slots=True)
class Flag:
    def read(self, value: object, where: str) -> bool:
        if isinstance(value, bool):
            return value
        raise _mismatch(where, "boolean", value)


@dataclass(frozen=True, slots=True)
class Anything:
    def read(self, value: object, where: str) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Field

    def read(self, value: object, where: str) -> list[Any]:
        if isinstance(value, list):
            return [None if item is None else self.item.read(item, f"{where}[]") for item in value]
        raise _mismatch(where, "array", value)


@dataclass(frozen=True, slots=True)
class FreeMap:
    """A map whose keys belong to the user, so their case is kept."""

    item: Field

    def read(self, value: object, where: str) -> Document:
        if isinstance(value, dict):
            return {key: self.item.read("" if item is None else item, where) for key, item in value.items()}
        raise _mismatch(where, "object", value)


@dataclass(frozen=True, slots=True)
class Struct:
    """A JSON object with known fields. With `zero`, absent and null fields take the values there."""

    fields: Mapping[str, Field]
    zero: Mapping[str, Any] | None = None
    _names: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", {name.lower(): name for name in self.fields})

    def read(self, value: object, where: str = "") -> Document:
        if not isinstance(value, dict):
            raise _mismatch(where or "body", "object", value)
        found: Document = {}
        for key, item in value.items():
            name = self._names.get(key.lower())
            if name is not None and item is not None:
                found[name] = self.fields[name].read(item, f"{where}.{name}" if where else name)
        if self.zero is None:
            return found
        filled: Document = copy.deepcopy(dict(self.zero))
        filled.update(found)
        return filled


def texts(*names: str) -> dict[str, Field]:
    return {name: Text() for name in names}


def without_later_twins(field: Field, value: Any) -> Any:
    """Keeps only the first of keys that differ in case only, as a server might that does not work as Go does."""
    if isinstance(field, ListOf) and isinstance(value, list):
        return [without_later_twins(field.item, item) for item in value]
    if not isinstance(field, Struct) or not isinstance(value, dict):
        return value
    kept: Document = {}
    seen: set[str] = set()
    names = {name.lower(): name for name in field.fields}
    for key, item in value.items():
        if key.lower() not in seen:
            seen.add(key.lower())
            name = names.get(key.lower())
            kept[key] = without_later_twins(field.fields[name], item) if name else item
    return kept


def _mismatch(where: str, wanted: str, value: object) -> FcError:
    kinds = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}
    return invalid(f"json: cannot unmarshal {kinds.get(type(value), 'null')} into field {where} of type {wanted}")
