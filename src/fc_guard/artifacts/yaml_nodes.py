"""A YAML file as nodes that know their exact place in the text, and where a value is not of its own place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import Resolver
from yaml.scanner import Scanner

LARGEST = 256 * 1024
"""Characters. The parser that tells places needs a second for these."""


class CannotEdit(Exception):
    """Why a text cannot be edited at a place."""


class Alias(yaml.Node):
    """`*name`: a value that stands elsewhere in the file, at `target`."""

    id = "alias"

    def __init__(self, target: yaml.Node, start_mark: Any, end_mark: Any) -> None:
        super().__init__("alias", None, start_mark, end_mark)
        self.target = target


class _Composer(Reader, Scanner, Parser, Composer, Resolver):
    """PyYAML's composer, which forgets where an alias stood."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        Resolver.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> yaml.Node | None:
        if not self.check_event(yaml.AliasEvent):
            return super().compose_node(parent, index)
        event: Any = self.get_event()  # type: ignore[no-untyped-call]
        if event.anchor not in self.anchors:
            raise CannotEdit(f"*{event.anchor} is not defined")
        return Alias(self.anchors[event.anchor], event.start_mark, event.end_mark)


@dataclass(frozen=True, slots=True)
class Document:
    """`aliased` are the nodes that an alias repeats elsewhere, by their identity."""

    text: str
    root: yaml.Node
    aliased: frozenset[int]


def read(text: str) -> Document:
    """Raises `CannotEdit` for what is not one YAML document."""
    if len(text) > LARGEST:
        raise CannotEdit(f"the file is larger than {LARGEST} characters")
    try:
        root = _Composer(text).get_single_node()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CannotEdit(f"it cannot be read: {_short(error)}") from error
    if root is None:
        raise CannotEdit("it is empty")
    return Document(text, root, frozenset(id(node.target) for node in nodes(root) if isinstance(node, Alias)))


def _short(error: Exception) -> str:
    """Without the lines of the file that the parser shows, and without values: they may hold a secret."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return "a value that is none of its type" if isinstance(error, ValueError | TypeError) else str(error)


def meaning(text: str) -> Any:
    """What PyYAML reads. Raises `CannotEdit`."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CannotEdit(f"it cannot be read: {_short(error)}") from error


def value_of(node: yaml.Node) -> Any:
    """What one node says, aliases included. Raises `CannotEdit`."""
    try:
        return SafeConstructor().construct_document(_plain(node))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise CannotEdit(f"it cannot be read: {_short(error)}") from error


def _plain(node: yaml.Node) -> yaml.Node:
    if isinstance(node, Alias):
        return _plain(node.target)
    if isinstance(node, yaml.MappingNode):
        pairs = [(_plain(key), _plain(value)) for key, value in node.value]
        return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark, node.flow_style)
    if isinstance(node, yaml.SequenceNode):
        items = [_plain(item) for item in node.value]
        return yaml.SequenceNode(node.tag, items, node.start_mark, node.end_mark, node.flow_style)
    return node


def nodes(node: yaml.Node) -> Iterator[yaml.Node]:
    """A node and everything in it, in the order of the text."""
    yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from nodes(key)
            yield from nodes(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from nodes(item)


def entries(node: yaml.Node, key: str | int) -> list[int]:
    """Where among a mapping's entries a key stands; more than once where it is repeated."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [i for i, (name, _) in enumerate(node.value) if isinstance(name, yaml.ScalarNode) and name.value == key]


def child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    """The value under a key or index, through an alias as well; None where there is none."""
    if isinstance(node, Alias):
        return child(node.target, key)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        found: yaml.Node = node.value[key]
        return found
    places = entries(node, key) if node is not None else []
    return node.value[places[-1]][1] if node is not None and places else None


def merges(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    """The keys `<<` of a mapping, each with what it merges."""
    return (
        [(key, value) for key, value in node.value if key.value == "<<"] if isinstance(node, yaml.MappingNode) else []
    )


def start(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def line(node: yaml.Node) -> int:
    """Counted from 1."""
    return int(node.start_mark.line) + 1


def end(text: str, node: yaml.Node) -> int:
    """Where a node's last own character ends: PyYAML counts what follows a block, up to the next token, to it."""
    if isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        if not isinstance(last, tuple):
            return end(text, last)
        key, value = last
        return max(end(text, key), end(text, value))
    stop = int(node.end_mark.index)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return start(node) + len(text[start(node) : stop].rstrip())
    return stop


def is_empty(node: yaml.Node) -> bool:
    """Whether there is not a character of it: `key:` and nothing after."""
    return isinstance(node, yaml.ScalarNode) and start(node) == int(node.end_mark.index)
