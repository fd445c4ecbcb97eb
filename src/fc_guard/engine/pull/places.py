"""Where resources stand in a step's props, and what an edit there looks like in lines of YAML."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fc_guard.artifacts.yaml_masks import HIDDEN, HIDDEN_ONLINE, masked
from fc_guard.artifacts.yaml_values import Layout, in_block
from fc_guard.core.values import thawed
from fc_guard.model.edits import Edit, Place
from fc_guard.model.fields import MISSING
from fc_guard.model.ids import ResourceId

ITEMS: Final[Mapping[str, Place]] = {
    "trigger": ("triggers",),
    "customDomain": ("customDomains",),
    "vpcBinding": ("service", "vpcBinding"),
}
"""The kinds that are items of a list in s.yaml, and where."""
SINGLE: Final[Mapping[str, Place]] = {
    "service": ("service",),
    "function": ("function",),
    "asyncConfig": ("function", "asyncConfiguration"),
}
"""Where the others stand."""


def place_of(props: Mapping[str, Any], id: ResourceId) -> Place:
    """Where a resource stands; behind the others of its kind where it is not there."""
    if id.kind in SINGLE:
        return SINGLE[id.kind]
    place = ITEMS[id.kind]
    items = value_at(props, place)
    names = [_name_of(item) for item in items] if isinstance(items, list) else []
    name = id.parts[-1]
    return (*place, names.index(name) if name in names else len(names))


def value_at(value: Any, place: Place) -> Any:
    """What stands at a place; MISSING where nothing does."""
    for key in place:
        if isinstance(value, Mapping):
            value = value.get(key, MISSING)
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return MISSING
    return value


def in_words(props: Mapping[str, Any], place: Place) -> str:
    """A place as it is told: items by their names, as long as they have one."""
    words = []
    for size, key in enumerate(place, 1):
        item = value_at(props, place[:size]) if isinstance(key, int) else MISSING
        named = isinstance(item, Mapping) and not {"name", "domainName"}.isdisjoint(item)
        words.append(_name_of(item) if named else str(key))
    return ".".join(words)


def moved_line(at: str, file: str, seen: str, now: str) -> str:
    """`file:line`, the line being one of `seen`, as it is to be told once the file says `now`."""
    name, _, number = at.rpartition(":")
    if name != file or seen == now or not number.isdigit():
        return at
    line = int(number) - 1
    matcher = difflib.SequenceMatcher(None, seen.split("\n"), now.split("\n"), autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        if i1 <= line < i2:
            return f"{name}:{min(j1 + line - i1, max(j1, j2 - 1)) + 1}"
    return at


def edit_lines(props: Mapping[str, Any], edits: Sequence[Edit]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What edits take away and bring, as lines of YAML, secret values hidden."""
    minus = [_yaml(edit.place, MISSING if edit.inserted else value_at(props, edit.place)) for edit in edits]
    plus = [_yaml(edit.place, edit.value, HIDDEN_ONLINE) for edit in edits]
    return _flat(minus), _flat(plus)


def _name_of(item: Any) -> str:
    if isinstance(item, Mapping):
        return str(item["domainName"]).lower() if "domainName" in item else str(item.get("name"))
    return str(item)


def _yaml(place: Place, value: Any, hidden: str = HIDDEN) -> tuple[str, ...]:
    if value is MISSING:
        return ()
    shown, key = masked(thawed(value), place, hidden), place[-1]
    return tuple(in_block([shown] if isinstance(key, int) else {key: shown}, None, Layout()))


def _flat(parts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(line for part in parts for line in part)
