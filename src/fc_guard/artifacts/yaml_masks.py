"""An s.yaml as it may be shown: without what is secret by its name."""

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
    """Returns the text with every value hidden below the `secret` names. Raises `CannotEdit` when it cannot be read."""
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
    """A value with everything hidden that is secret by its name, or by that of what it stands in."""
    if isinstance(value, Mapping):
        return {key: masked(item, secret, (*place, str(key)), by) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, secret, (*place, index), by) for index, item in enumerate(value)]
    return by if value is not None and not secret.isdisjoint(place) else value


def _properties(text: str, node: yaml.Node) -> str:
    """The anchor and tag in front of a value: the file would be none without them."""
    found = PROPERTIES.match(text, start(node), end(text, node))
    return found[0] if found is not None else ""


def _entries(root: yaml.Node) -> list[tuple[str, yaml.Node]]:
    found = (node for node in nodes(root) if isinstance(node, yaml.MappingNode))
    return [(str(key.value), value) for node in found for key, value in node.value]


def _variables(root: yaml.Node, node: yaml.ScalarNode) -> Iterator[yaml.Node]:
    """What under `vars` a value is made of."""
    for found in REFERENCE.finditer(node.value):
        target: yaml.Node | None = root
        for key in found[1].split("."):
            target = child(target, key)
        if target is not None and found[1].startswith("vars."):
            yield target


def _values(node: yaml.Node) -> list[yaml.ScalarNode]:
    """The values in a node, keys left out."""
    if isinstance(node, Alias):
        return _values(node.target)
    if isinstance(node, yaml.MappingNode):
        return [inner for _, value in node.value for inner in _values(value)]
    if isinstance(node, yaml.SequenceNode):
        return [inner for item in node.value for inner in _values(item)]
    return [node] if isinstance(node, yaml.ScalarNode) else []
