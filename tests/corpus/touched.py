"""Which lines of an edited s.yaml were meant to change: those of the entries whose values are not the same."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import yaml

from fc_guard.artifacts.yaml_nodes import Alias, end, line, read, value_of


def unmeant(before: str, after: str) -> list[str]:
    """Lines that came or went and are not of an entry whose value changed; none is expected."""
    old, new = read(before), read(after)
    old_lines, new_lines = before.split("\n"), after.split("\n")
    old_spans, new_spans = set[int](), set[int]()
    for gone, come in _changed(old.root, new.root):
        old_spans |= _lines(before, gone)
        new_spans |= _lines(after, come)
    meant_old = {old_lines[number] for number in old_spans}
    meant_new = {new_lines[number] for number in new_spans}
    found = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        # Two lines alike may be matched either way: what counts is what the line says.
        found += [f"- {text}" for text in old_lines[i1:i2] if text not in meant_old]
        found += [f"+ {text}" for text in new_lines[j1:j2] if text not in meant_new]
    return found


Entry = tuple[yaml.Node, yaml.Node] | None
"""A key, or an item, with its value."""


def _changed(old: Any, new: Any) -> Iterator[tuple[Entry, Entry]]:
    """The smallest entries that are not the same."""
    left, right = _entries(old), _entries(new)
    for key in [*left, *(key for key in right if key not in left)]:
        gone, come = left.get(key), right.get(key)
        if gone is None or come is None:
            yield gone, come
            if isinstance(key, int):  # the items behind it have other numbers now
                continue
        elif value_of(gone[1]) != value_of(come[1]):
            alike = type(gone[1]) is type(come[1]) and not isinstance(gone[1], yaml.ScalarNode | Alias)
            if alike and _entries(gone[1]) and _entries(come[1]) and not _flow(gone[1]) and not _flow(come[1]):
                yield from _changed(gone[1], come[1])
            else:
                yield gone, come


def _entries(node: Any) -> dict[Any, tuple[yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return {key.value: (key, value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return dict(enumerate((item, item) for item in node.value))
    return {}


def _flow(node: Any) -> bool:
    return bool(node.flow_style)


def _lines(text: str, entry: Entry) -> set[int]:
    if entry is None:
        return set()
    return set(range(line(entry[0]) - 1, text.count("\n", 0, end(text, entry[1])) + 1))
