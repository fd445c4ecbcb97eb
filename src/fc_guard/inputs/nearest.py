"""What a key that nobody knows was meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from fc_guard.inputs.schema import props_schema
from fc_guard.inputs.unbuilt import Place
from fc_guard.inputs.unknown import UnknownKey
from fc_guard.kinds.catalog import CATALOG
from fc_guard.kinds.fc2.provider import FC2

SLIPS: Final[Mapping[tuple[str, str], str]] = {
    ("preStop", "preStop"): "timeout",
    ("preFreeze", "preFreeze"): "timeout",
    ("mountPoints", "mountDir"): "fcDir",
    ("function", "filename"): "codeUri",
    ("function", "code"): "codeUri",
    ("function", "bucket"): "ossBucket",
    ("function", "layersArnV2"): "layers",
}
"""Seen in real files: (the key above, the key that is wrong) -> what was meant, where spelling alone does not say."""
ELSEWHERE: Final[Mapping[tuple[str, str], str]] = {("customRuntimeConfig", "port"): "caPort of the function"}


def meant(found: UnknownKey) -> str:
    """'; did you mean …?', '; it belongs under …', or ''."""
    above = next((part for part in reversed(found.place[:-1]) if isinstance(part, str)), "")
    slip = SLIPS.get((above, found.key))
    if slip in found.known:
        return f"; did you mean {slip}?"
    if (above, found.key) in ELSEWHERE:
        return f"; did you mean {ELSEWHERE[above, found.key]}?"
    if _set_by_fc(found.place):
        return "; FC sets it itself"
    spelled = {name.lower(): name for name in found.known}
    if found.key.lower() in spelled:
        return f"; did you mean {spelled[found.key.lower()]}?"
    parents = _parents().get(found.key, ())
    if len(parents) == 1:
        return f"; it belongs {_where(parents[0])}"
    return nearest(found.key, found.known)


def nearest(value: Any, known: Iterable[Any]) -> str:
    """The closest of the known names, if one is close; letter case does not count."""
    spelled = {str(item).lower(): str(item) for item in known}
    close = difflib.get_close_matches(str(value).lower(), spelled, n=1)
    return f"; did you mean {spelled[close[0]]}?" if close else ""


def _set_by_fc(place: Place) -> bool:
    """Exports of what is online carry these."""
    above, *path = place
    kind = CATALOG.named(FC2, str(above))
    return kind is not None and tuple(map(str, path)) in kind.rules.server_owned


def _where(parent: str) -> str:
    return f"under {parent}" if parent else "at the top of props"


@cache
def _parents() -> dict[str, tuple[str, ...]]:
    """Every name of the schema, with the places it is known at."""
    places: dict[str, list[str]] = {}
    for name, parent in _names(props_schema(), props_schema(), ""):
        if parent not in places.setdefault(name, []):
            places[name].append(parent)
    return {name: tuple(parents) for name, parents in places.items()}


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
