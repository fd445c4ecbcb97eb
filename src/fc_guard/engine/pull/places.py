"""Finds resources in a step's props, and shows edits there as lines of YAML."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from fc_guard.artifacts.yaml_masks import HIDDEN, HIDDEN_ONLINE, Veil, masked
from fc_guard.artifacts.yaml_values import Layout, in_block
from fc_guard.core.homes import name_in, value_at
from fc_guard.core.values import thawed
from fc_guard.model.edits import Edit, Place
from fc_guard.model.fields import MISSING
from fc_guard.model.kinds import Kind


def in_words(props: Mapping[str, Any], place: Place, kinds: Sequence[Kind]) -> str:
    """Returns a place as it is told: items by their names, where they have one."""
    words = []
    for size, key in enumerate(place, 1):
        name = name_in(value_at(props, place[:size]), kinds) if isinstance(key, int) else None
        words.append(str(key) if name is None else name)
    return ".".join(words)


def moved_line(at: str, file: str, seen: str, now: str) -> str:
    """Returns `at` (`file:line`, a line of the text `seen`) as it will be once the file says `now`."""
    name, _, number = at.rpartition(":")
    if name != file or seen == now or not number.isdigit():
        return at
    line = int(number) - 1
    matcher = difflib.SequenceMatcher(None, seen.split("\n"), now.split("\n"), autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        if i1 <= line < i2:
            return f"{name}:{min(j1 + line - i1, max(j1, j2 - 1)) + 1}"
    return at


def edit_lines(props: Mapping[str, Any], edits: Sequence[Edit], veil: Veil) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the lines of YAML that edits remove and add, without what the veil hides."""
    minus = [_yaml(edit.place, MISSING if edit.inserted else value_at(props, edit.place), veil) for edit in edits]
    plus = [_yaml(edit.place, edit.value, veil, HIDDEN_ONLINE) for edit in edits]
    return _flat(minus), _flat(plus)


def _yaml(place: Place, value: Any, veil: Veil, hidden: str = HIDDEN) -> tuple[str, ...]:
    if value is MISSING:
        return ()
    shown, key = masked(thawed(value), veil, place, hidden), place[-1]
    return tuple(in_block([shown] if isinstance(key, int) else {key: shown}, None, Layout()))


def _flat(parts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(line for part in parts for line in part)
