"""Finds where something stands in s.yaml, for messages. The host alone decides what the file means."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fc_guard.disk import read_bounded
from fc_guard.language import t

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST = 1024 * 1024
DEEP = re.compile(rb"[\[{]{33}|(?:[-?] ){33}")
"""Nesting deeper than anybody writes (32); at 50,000 levels the C parser kills the process."""


def compose(path: Path) -> yaml.Node | None:
    """Returns the file's node tree; None when it cannot be had, which costs a line number and nothing else."""
    try:
        return composed(read_bounded(path, LARGEST))
    except OSError:
        return None


def composed(data: bytes) -> yaml.Node | None:
    """Returns the node tree of a file with this content; None when it cannot be had."""
    if DEEP.search(data):
        return None
    try:
        node = yaml.compose(data, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return node if isinstance(node, yaml.Node) else None


EXTENDS = ("extend", "extends")
MOST_BASES = 8
"""Files that extend one another: a ring of them ends here."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A file in which a step may be written: s.yaml, or one that it extends. `name` is as messages name it."""

    name: str
    root: yaml.Node | None


class Places:
    """Finds `file:line` of a prop of one step, or of the nearest thing above it when the prop comes from elsewhere.

    What stands in a file that s.yaml extends is found there, unless s.yaml says it itself.
    """

    def __init__(self, file: Path | None, step: str) -> None:
        self._file = file
        self._step = step
        self._composed: tuple[_Source, ...] | None = None

    def of(self, path: Sequence[str | int]) -> str:
        """Returns `s.yaml:12`, without the number where the line is not known; '' when there is no file."""
        if self._file is None:
            return ""
        name, line = self._place(path)
        return f"{name}:{line}" if line else name

    def told(self, path: Sequence[str | int], text: str) -> str:
        """Returns a text about a prop, with its place in front where there is one."""
        where = self.of(path)
        return t("{where}: {text}", where=where, text=text) if where else text

    def order(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Returns what sorts places as somebody reads them: s.yaml first, then what it extends, each by lines."""
        names = [source.name for source in self._sources()]
        name, line = self._place(path)
        return (names.index(name) if name in names else 0), line

    def placeholder(self, path: Sequence[str | int]) -> str:
        """Returns an unquoted `{{ name }}`, which is a mapping with a mapping for a key; else ''."""
        node = self._node(path)
        if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
            outer = node.value[0][0]
            if isinstance(outer, yaml.MappingNode) and len(outer.value) == 1:
                return f"{{{{ {getattr(outer.value[0][0], 'value', '')} }}}}"
        return ""

    def date(self, path: Sequence[str | int]) -> str:
        """Returns an unquoted date as it is written, which the host reads as a moment and not as text; else ''."""
        node = self._node(path)
        is_date = isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:timestamp"
        return str(node.value) if is_date else ""

    def _node(self, path: Sequence[str | int]) -> Any:
        """Returns the value at a place, from the first file that has it."""
        found = (_walked(source.root, (self._step, "props", *path)) for source in self._sources())
        return next((value for depth, _, value in found if depth == len(path) + 2), None)

    def _place(self, path: Sequence[str | int]) -> tuple[str, int]:
        """Returns a file's name and a line, counted from 1; 0 when it is not known."""
        best, name, line = -1, "" if self._file is None else self._file.name, 0
        for source in self._sources():
            depth, named, _ = _walked(source.root, (self._step, "props", *path))
            if depth > best and named is not None:
                best, name, line = depth, source.name, int(named.start_mark.line) + 1
        return name, line

    def _sources(self) -> tuple[_Source, ...]:
        if self._composed is None:
            self._composed = () if self._file is None else tuple(_sources(self._file))
        return self._composed


def line_in(file: Path, path: Sequence[str | int]) -> str:
    """Returns `file:line` of a key of the file, counted from its top; without the number where it is not there."""
    named: Any = None
    value: Any = compose(file)
    for key in path:
        named, value = _child(value, key, of_key=True), _child(value, key)
    return file.name if named is None else f"{file.name}:{named.start_mark.line + 1}"


def _sources(file: Path) -> Iterator[_Source]:
    """Yields the file, and those that it extends."""
    name = file.name
    for _ in range(MOST_BASES):
        root = compose(file.parent / name)
        yield _Source(name, root)
        bases = (_child(root, key) for key in EXTENDS)
        base = next((node.value for node in bases if isinstance(node, yaml.ScalarNode) and node.value), None)
        if base is None:
            return
        name = os.path.normpath(Path(name).parent / base)


def _walked(root: yaml.Node | None, path: Sequence[str | int]) -> tuple[int, Any, Any]:
    """Follows a path below the steps: how far it leads, the node that names the last place, and the value there."""
    named: Any = root
    value = next((child for key in ("resources", "services") if (child := _child(root, key)) is not None), root)
    depth = 0
    for key in path:
        below = _child(value, key)
        if below is None:
            break
        named, value = _child(value, key, of_key=True), below
        depth += 1
    return depth, named, value


def _child(node: Any, key: str | int, *, of_key: bool = False) -> Any:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if getattr(name, "value", None) == str(key):
                return name if of_key else value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        return node.value[key]
    return None
