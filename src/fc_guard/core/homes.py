"""Finds resources in a step's props, by the homes of their kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fc_guard.model.address import Address
from fc_guard.model.edits import Place
from fc_guard.model.fields import MISSING, Json
from fc_guard.model.kinds import Kind


def value_at(value: Any, place: Place) -> Any:
    """Returns what stands at a place; MISSING if nothing does."""
    for key in place:
        if isinstance(value, Mapping):
            value = value.get(key, MISSING)
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return MISSING
    return value


def says(props: Any, kind: Kind) -> bool:
    """Says whether props speak of a kind at all, if only to say that there is none."""
    return value_at(props, kind.home.place) is not MISSING


def place_of(props: Any, kind: Kind, id: Address) -> Place:
    """Returns where a resource stands; behind the others of its kind if it is not there."""
    if not kind.home.many:
        return kind.home.place
    names = names_in(props, kind)
    return (*kind.home.place, names.index(id.name) if id.name in names else len(names))


def names_in(props: Any, kind: Kind) -> tuple[str, ...]:
    """Returns the names of what stands at a kind's home; '' for an item without one."""
    value = value_at(props, kind.home.place)
    if not kind.home.many:
        return tuple(_name(item, kind) for item in (value,) if isinstance(item, Mapping))
    return tuple(_name(item, kind) for item in value) if isinstance(value, list) else ()


def entry(kind: Kind, name: str, said: Mapping[str, Json]) -> Json:
    """Returns what a list in props has of a resource: an item with its name, or the bare name."""
    return {kind.home.name: name, **said} if kind.home.name else name


def name_in(item: Any, kinds: Sequence[Kind]) -> str | None:
    """Returns the name of an item of any list, by a member that names the items of one of these kinds, if any."""
    if not isinstance(item, Mapping):
        return None
    kind = next((kind for kind in kinds if kind.home.many and kind.home.name in item), None)
    return None if kind is None else _name(item, kind)


def put(props: dict[str, Any], place: tuple[str, ...], value: Json) -> None:
    """Writes a value into props, and makes the objects on the way."""
    *outer, last = place
    for key in outer:
        props = props.setdefault(key, {})
    props[last] = value


def _name(item: Any, kind: Kind) -> str:
    home = kind.home
    if home.always:
        return home.always
    name = (item.get(home.name) if isinstance(item, Mapping) else None) if home.name else item
    text = "" if name is None else str(name)
    return text.lower() if kind.blind_to_case else text
