"""The types of what FC answers, as the SDK's models have them."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from alibabacloud_fc_open20210406 import models

from fc_guard.core.values import is_empty
from fc_guard.model.fields import FieldPath

Tells = Callable[[FieldPath], bool]
"""Says whether a member is checked. A member that no stage reads may have any type."""


def misfit(operation: str, document: Mapping[str, Any], counts: Tells) -> str:
    """Names the first member that does not have its type, '' if there is none. Members may be missing or null."""
    return _misfit(document, getattr(models, f"{operation}ResponseBody"), (), counts)


def _misfit(value: Any, kind: Any, path: FieldPath, counts: Tells) -> str:
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    name = ".".join(path)
    if value is None or kind is Any:
        return ""
    if kind in _SCALARS:
        fits = isinstance(value, _SCALARS[kind]) and (kind is bool or not isinstance(value, bool))
        return "" if fits or (kind is str and is_empty(value)) else name
    if is_empty(value):  # FC answers null, '', {} and [] for the same thing
        return ""
    if origin is list:
        if not isinstance(value, list):
            return name
        return _first(_item(item, of[0], (*path, str(place))) for place, item in enumerate(value))
    if not isinstance(value, dict):
        return name
    if origin is dict:
        return _first(_misfit(item, of[1], (*path, key), _all) for key, item in value.items())
    members = _members(kind)
    known = ((key, item) for key, item in value.items() if key in members and counts((*path, key)))
    return _first(_misfit(item, members[key], (*path, key), counts) for key, item in known)


def _item(value: Any, kind: Any, path: FieldPath) -> str:
    """Checks one item of a list like `_misfit`, but an empty value is a misfit here, except '' in a list of texts."""
    fits = isinstance(value, str) if kind is str else not is_empty(value)
    return _misfit(value, kind, path, _all) if fits else ".".join(path)


_SCALARS: Final[Mapping[Any, Any]] = {str: str, int: int, float: (int, float), bool: bool}


def _all(path: FieldPath) -> bool:
    return True


def _first(found: typing.Iterable[str]) -> str:
    return next((each for each in found if each), "")


@cache
def _members(model: Any) -> Mapping[str, Any]:
    """Maps the names that a model's members have on the wire to their types."""
    without = model().to_map()
    found = {}
    for name, kind in typing.get_type_hints(model.__init__).items():
        filled = model()
        setattr(filled, name, _some(kind))
        (key,) = (key for key, value in filled.to_map().items() if key not in without or without[key] != value)
        found[key] = kind
    return found


def _some(kind: Any) -> Any:
    """Returns a value of a type, which shows under which name the model sends it."""
    if typing.get_origin(kind) is list:
        return [_some(typing.get_args(kind)[0])]
    return kind() if hasattr(kind, "from_map") else 0
