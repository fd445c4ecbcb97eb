"""Guesses what an unknown key was meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from fc_guard.inputs.schema import schema_named
from fc_guard.inputs.unknown import UnknownKey
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Layout


def meant(found: UnknownKey, layout: Layout) -> str:
    """Returns '; did you mean …?', '; it belongs under …', '; FC sets it itself', or ''."""
    above = next((part for part in reversed(found.place[:-1]) if isinstance(part, str)), "")
    slip = layout.words.slips.get((above, found.key))
    if slip in found.known:
        return f"; did you mean {slip}?"
    if (above, found.key) in layout.words.elsewhere:
        return f"; did you mean {layout.words.elsewhere[above, found.key]}?"
    if _set_by_fc(found.place, layout):
        return "; FC sets it itself"
    spelled = {name.lower(): name for name in found.known}
    if found.key.lower() in spelled:
        return f"; did you mean {spelled[found.key.lower()]}?"
    parents = _parents(layout.schema).get(found.key, ())
    if len(parents) == 1:
        return f"; it belongs {_where(parents[0])}"
    return nearest(found.key, found.known)


def nearest(value: Any, known: Iterable[Any]) -> str:
    """Suggests the closest of the known names, if one is close; letter case does not count."""
    spelled = {str(item).lower(): str(item) for item in known}
    close = difflib.get_close_matches(str(value).lower(), spelled, n=1)
    return f"; did you mean {spelled[close[0]]}?" if close else ""


def _set_by_fc(place: Place, layout: Layout) -> bool:
    """Says whether FC sets the key itself: exports of what is online have such keys."""
    path = tuple(map(str, place[1:]))
    return any(kind.home.place == place[:1] and path in kind.rules.server_owned for kind in layout.kinds)


def _where(parent: str) -> str:
    return f"under {parent}" if parent else "at the top of props"


@cache
def _parents(name: str) -> dict[str, tuple[str, ...]]:
    """Returns every key of a schema, with the places that have it."""
    schema = schema_named(name)
    places: dict[str, list[str]] = {}
    for key, parent in _names(schema, schema, ""):
        if parent not in places.setdefault(key, []):
            places[key].append(parent)
    return {key: tuple(parents) for key, parents in places.items()}


def _names(schema: Mapping[str, Any], root: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    if "$ref" in schema:
        yield from _names(root["definitions"][schema["$ref"].rsplit("/", 1)[1]], root, place)
        return
    for name, below in schema.get("properties", {}).items():
        yield name, place
        yield from _names(below, root, f"{place}.{name}" if place else name)
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *([schema["then"]] if "then" in schema else ())):
        yield from _names(part, root, place)
    if isinstance(schema.get("items"), Mapping):
        yield from _names(schema["items"], root, f"{place}[]")
