"""Hides the values of an s.yaml that are secret by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from fc_guard.artifacts.yaml_nodes import Alias, child, end, nodes, read, start

REFERENCE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")
HIDDEN: Final = "(hidden)"
HIDDEN_ONLINE: Final = "hidden (as online)"


def masked_text(text: str, secret: frozenset[str]) -> str:
    """Returns the text with every value hidden below the `secret` names. Raises `CannotEdit` if it cannot be read."""
    document = read(text)
    named = [node for name, value in _entries(document.root) if name in secret for node in _values(value)]
    led_to = [inner for node in named for found in _variables(document.root, node) for inner in _values(found)]
    spans = [
        (start(node) + len(_properties(text, node)), end(text, node))
        for node in (*named, *led_to)
        if start(node) < end(text, node) and REFERENCE.fullmatch(node.value.strip()) is None
    ]
    for begin, stop in sorted(set(spans), reverse=True):
        text = text[:begin] + HIDDEN + text[stop:]
    return text


def masked(value: Any, secret: frozenset[str], place: tuple[str | int, ...] = (), by: str = HIDDEN) -> Any:
    """Returns a value with everything hidden that is secret by its own name or that of a parent."""
    if isinstance(value, Mapping):
        return {key: masked(item, secret, (*place, str(key)), by) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, secret, (*place, index), by) for index, item in enumerate(value)]
    return by if value is not None and not secret.isdisjoint(place) else value


def _properties(text: str, node: yaml.Node) -> str:
    """Returns the anchor and tag before a value, which have to stay for the file to be valid."""
    found = PROPERTIES.match(text, start(node), end(text, node))
    return found[0] if found is not None else ""


def _entries(root: yaml.Node) -> list[tuple[str, yaml.Node]]:
    found = (node for node in nodes(root) if isinstance(node, yaml.MappingNode))
    return [(str(key.value), value) for node in found for key, value in node.value]


def _variables(root: yaml.Node, node: yaml.ScalarNode) -> Iterator[yaml.Node]:
    """Yields the nodes under `vars` that a value refers to."""
    for found in REFERENCE.finditer(node.value):
        target: yaml.Node | None = root
        for key in found[1].split("."):
            target = child(target, key)
        if target is not None and found[1].startswith("vars."):
            yield target


def _values(node: yaml.Node) -> list[yaml.ScalarNode]:
    """Returns the scalar values in a node, without keys."""
    if isinstance(node, Alias):
        return _values(node.target)
    if isinstance(node, yaml.MappingNode):
        return [inner for _, value in node.value for inner in _values(value)]
    if isinstance(node, yaml.SequenceNode):
        return [inner for item in node.value for inner in _values(item)]
    return [node] if isinstance(node, yaml.ScalarNode) else []
