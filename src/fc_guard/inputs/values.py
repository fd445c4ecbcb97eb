"""Walks the values of props, of any type and depth, each with its place."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fc_guard.model.edits import Place


def texts(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    for key, item in inner(value):
        yield from texts(item, (*place, key))


def empties(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yields the places of empty mappings."""
    if isinstance(value, Mapping) and not value:
        yield place
    for key, item in inner(value):
        yield from empties(item, (*place, key))


def inner(value: Any) -> Iterator[tuple[str | int, Any]]:
    """Yields the direct members of a mapping or list; nothing for another value."""
    if isinstance(value, Mapping):
        yield from ((str(key), item) for key, item in value.items())
    elif isinstance(value, list):
        yield from enumerate(value)


def without_nulls(value: Any) -> Any:
    """Drops keys without a value: the host drops them from s.yaml, and `s cli -p` should mean the same."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def without_line_ends(value: Any, kept: Collection[str]) -> Any:
    """Drops the line end behind a single line, which a file or a variable of the environment often brings along. What
    stands below the keys `kept` is left as it is."""
    if isinstance(value, str):
        line = value.rstrip("\r\n")
        return value if "\n" in line or "\r" in line else line
    if isinstance(value, Mapping):
        return {key: item if key in kept else without_line_ends(item, kept) for key, item in value.items()}
    return [without_line_ends(item, kept) for item in value] if isinstance(value, list) else value


def dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)


def as_number(value: Any) -> float | None:
    """Returns a finite number, also if it is written as text; None for what is none."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
