"""Reads a YAML file as nodes that know their exact place in the text, and keeps aliases apart."""

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

from fc_guard.language import t

LARGEST = 256 * 1024
"""Characters. The parser that tells places needs a second for these."""


class CannotEdit(Exception):
    """Says why a text cannot be edited at a place."""


class Alias(yaml.Node):
    """`*name`: its value stands elsewhere in the file, at `target`."""

    id = "alias"

    def __init__(self, target: yaml.Node, start_mark: Any, end_mark: Any) -> None:
        super().__init__("alias", None, start_mark, end_mark)
        self.target = target


class _Composer(Reader, Scanner, Parser, Composer, Resolver):
    """PyYAML's composer, but it keeps aliases, whose places PyYAML forgets."""

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
            raise CannotEdit(t("*{anchor} is not defined", anchor=event.anchor))
        return Alias(self.anchors[event.anchor], event.start_mark, event.end_mark)


@dataclass(frozen=True, slots=True)
class Document:
    """`aliased` holds the ids of the nodes that an alias repeats elsewhere."""

    text: str
    root: yaml.Node
    aliased: frozenset[int]


def read(text: str) -> Document:
    """Raises `CannotEdit` if the text is not one YAML document."""
    if len(text) > LARGEST:
        raise CannotEdit(t("the file is larger than {largest} characters", largest=LARGEST))
    try:
        root = _Composer(text).get_single_node()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CannotEdit(t("it cannot be read: {short}", short=_short(error))) from error
    if root is None:
        raise CannotEdit(t("it is empty"))
    return Document(text, root, frozenset(id(node.target) for node in nodes(root) if isinstance(node, Alias)))


def _short(error: Exception) -> str:
    """Shortens the parser's message: the lines and values that it quotes may hold a secret."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return t("line {line}: {problem}", line=error.problem_mark.line + 1, problem=error.problem)
    return t("a value that is none of its type") if isinstance(error, ValueError | TypeError) else str(error)


def meaning(text: str) -> Any:
    """Returns what PyYAML reads. Raises `CannotEdit`."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CannotEdit(t("it cannot be read: {short}", short=_short(error))) from error


def value_of(node: yaml.Node) -> Any:
    """Returns the value of one node, aliases included. Raises `CannotEdit`."""
    try:
        return SafeConstructor().construct_document(_plain(node))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise CannotEdit(t("it cannot be read: {short}", short=_short(error))) from error


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
    """Yields a node and everything in it, in the order of the text."""
    yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from nodes(key)
            yield from nodes(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from nodes(item)


def entries(node: yaml.Node, key: str | int) -> list[int]:
    """Returns the indexes of a key among a mapping's entries; several if it is repeated."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [i for i, (name, _) in enumerate(node.value) if isinstance(name, yaml.ScalarNode) and name.value == key]


def child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    """Returns the value under a key or index, also through an alias; None if there is none."""
    if isinstance(node, Alias):
        return child(node.target, key)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        found: yaml.Node = node.value[key]
        return found
    places = entries(node, key) if node is not None else []
    return node.value[places[-1]][1] if node is not None and places else None


def merges(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    """Returns the keys `<<` of a mapping with the nodes that they merge."""
    return (
        [(key, value) for key, value in node.value if key.value == "<<"] if isinstance(node, yaml.MappingNode) else []
    )


def start(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def line(node: yaml.Node) -> int:
    """Returns the node's line, counted from 1."""
    return int(node.start_mark.line) + 1


def end(text: str, node: yaml.Node) -> int:
    """Returns the place after a node's last own character; PyYAML's end includes all up to the next token."""
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
    """Says whether a node has no character, as after `key:` without a value."""
    return isinstance(node, yaml.ScalarNode) and start(node) == int(node.end_mark.index)
