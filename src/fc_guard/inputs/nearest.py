"""Guesses what an unknown key was meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from fc_guard.inputs.schema import schema_named
from fc_guard.inputs.unknown import UnknownKey
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Layout


class Meant(NamedTuple):
    """A guess: `words` for the user, '' if there is none; `place` is where the key should stand, if it is known."""

    words: str = ""
    place: Place | None = None


def meant(found: UnknownKey, layout: Layout) -> Meant:
    """Guesses by the mistakes that real files have, by letter case, by where the key belongs, by spelling."""
    around = found.place[:-1]
    above = next((part for part in reversed(around) if isinstance(part, str)), "")
    if (slip := layout.words.slips.get((above, found.key))) in found.known:
        return Meant(_did_you_mean(slip), (*around, str(slip)))
    if (above, found.key) in layout.words.elsewhere:
        return Meant(_did_you_mean(layout.words.elsewhere[above, found.key]))
    if _set_by_fc(found.place, layout):
        return Meant(t("; FC sets it itself"))
    spelled = {name.lower(): name for name in found.known}
    parents = _parents(layout.schema).get(found.key, ())
    if found.key.lower() not in spelled and len(parents) == 1:
        return Meant(t("; it belongs {where}", where=_where(parents[0])), _within(parents[0], found.key))
    close = _closest(found.key, found.known)
    return Meant(_did_you_mean(close), (*around, close)) if close else Meant()


def nearest(value: Any, known: Iterable[Any]) -> str:
    """Suggests the closest of the known names, if one is close; letter case does not count."""
    return _did_you_mean(_closest(value, known))


def _closest(value: Any, known: Iterable[Any]) -> str:
    spelled = {str(item).lower(): str(item) for item in known}
    close = difflib.get_close_matches(str(value).lower(), spelled, n=1)
    return spelled[close[0]] if close else ""


def _did_you_mean(name: str | None) -> str:
    return t("; did you mean {name}?", name=name) if name else ""


def _set_by_fc(place: Place, layout: Layout) -> bool:
    """Says whether FC sets the key itself: exports of what is online have such keys."""
    path = tuple(map(str, place[1:]))
    return any(kind.home.place == place[:1] and path in kind.rules.server_owned for kind in layout.kinds)


def _where(parent: str) -> str:
    return t("under {parent}", parent=parent) if parent else t("at the top of props")


def _within(parent: str, key: str) -> Place | None:
    """Returns the place of a key; None below a list, where it may belong to any item."""
    return None if "[]" in parent else (*(parent.split(".") if parent else ()), key)


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
