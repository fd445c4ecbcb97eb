"""Hides the values of an s.yaml that are secret by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any, Final

import yaml

from fc_guard.artifacts.yaml_nodes import Alias, child, end, nodes, read, start
from fc_guard.language import t
from fc_guard.model.fields import Reveal
from fc_guard.render.looks import looks_secret

REFERENCE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")
HIDDEN: Final = "(hidden)"
HIDDEN_ONLINE: Final = t("hidden (as online)")


@dataclass(frozen=True, slots=True)
class Veil:
    """Hides what is secret by its own name or that of a parent, as far as `reveal` does not show it."""

    names: frozenset[str]
    reveal: Reveal = Reveal.NOTHING

    def hides(self, place: Sequence[str | int], value: Any) -> bool:
        """Says whether to hide a scalar value at this place of a document."""
        below = [*dropwhile(lambda key: key not in self.names, place)]
        if value is None or not below or self.reveal is Reveal.ALL:
            return False
        return self.reveal is Reveal.NOTHING or looks_secret(".".join(map(str, below)), value)


def masked_text(text: str, veil: Veil) -> str:
    """Returns the text with every value hidden that the veil hides. Raises `CannotEdit` if it cannot be read."""
    document = read(text)
    named = [found for name, value in _entries(document.root) if name in veil.names for found in _values(value, name)]
    led_to = [
        inner for place, node in named for found in _variables(document.root, node) for inner in _values(found, *place)
    ]
    spans = [
        (start(node) + len(_properties(text, node)), end(text, node))
        for place, node in (*named, *led_to)
        if veil.hides(place, node.value)
        and start(node) < end(text, node)
        and REFERENCE.fullmatch(node.value.strip()) is None
    ]
    for begin, stop in sorted(set(spans), reverse=True):
        text = text[:begin] + HIDDEN + text[stop:]
    return text


def masked(value: Any, veil: Veil, place: tuple[str | int, ...] = (), by: str = HIDDEN) -> Any:
    """Returns a value with everything hidden that the veil hides."""
    if isinstance(value, Mapping):
        return {key: masked(item, veil, (*place, str(key)), by) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, veil, (*place, index), by) for index, item in enumerate(value)]
    return by if veil.hides(place, value) else value


def hidden_places(value: Any, veil: Veil, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yields the places of all that the veil hides in a value."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from hidden_places(item, veil, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from hidden_places(item, veil, (*place, index))
    elif veil.hides(place, value):
        yield place


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


def _values(node: yaml.Node, *place: str) -> list[tuple[tuple[str, ...], yaml.ScalarNode]]:
    """Returns the scalar values in a node, each with the keys that lead to it, without the keys themselves."""
    if isinstance(node, Alias):
        return _values(node.target, *place)
    if isinstance(node, yaml.MappingNode):
        return [found for key, value in node.value for found in _values(value, *place, str(key.value))]
    if isinstance(node, yaml.SequenceNode):
        return [found for item in node.value for found in _values(item, *place)]
    return [(place, node)] if isinstance(node, yaml.ScalarNode) else []
