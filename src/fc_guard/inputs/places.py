"""Finds where something stands in s.yaml, for messages. The host alone decides what the file means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from fc_guard.disk import read_bounded

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST = 1024 * 1024
DEEP = re.compile(rb"[\[{]{33}|(?:[-?] ){33}")
"""Nesting deeper than anybody writes (32); at 50,000 levels the C parser kills the process."""


def compose(path: Path) -> yaml.Node | None:
    """Returns the file's node tree; None when it cannot be had, which costs a line number and nothing else."""
    try:
        data = read_bounded(path, LARGEST)
    except OSError:
        return None
    if DEEP.search(data):
        return None
    try:
        node = yaml.compose(data, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return node if isinstance(node, yaml.Node) else None


class Places:
    """Finds `file:line` of a prop of one step, or of the nearest thing above it when the prop comes from elsewhere."""

    def __init__(self, file: Path | None, step: str) -> None:
        self._file = file
        self._step = step
        self._root: yaml.Node | None = None
        self._composed = False

    def of(self, path: Sequence[str | int]) -> str:
        """Returns `s.yaml:12`, without the number where the line is not known; '' when there is no file."""
        if self._file is None:
            return ""
        line = self.line(path)
        return f"{self._file.name}:{line}" if line else self._file.name

    def told(self, path: Sequence[str | int], text: str) -> str:
        """Returns a text about a prop, with its place in front where there is one."""
        where = self.of(path)
        return f"{where}: {text}" if where else text

    def line(self, path: Sequence[str | int]) -> int:
        """Returns the line, counted from 1; 0 when it is not known."""
        if self._file is not None and not self._composed:
            self._root, self._composed = compose(self._file), True
        if self._root is None:
            return 0
        return int(self._nearest(path).start_mark.line) + 1

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
        self.line(path)
        node: Any = self._root
        node = next((child for key in ("resources", "services") if (child := _child(node, key)) is not None), None)
        for key in (self._step, "props", *path):
            node = _child(node, key)
        return node

    def _nearest(self, path: Sequence[str | int]) -> Any:
        node: Any = self._root
        steps = next((child for key in ("resources", "services") if (child := _child(node, key)) is not None), node)
        for key in (self._step, "props", *path):
            below = _child(steps, key, of_key=False)
            if below is None:
                break
            node, steps = _child(steps, key, of_key=True), below
        return node


def _child(node: Any, key: str | int, *, of_key: bool = False) -> Any:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if getattr(name, "value", None) == str(key):
                return name if of_key else value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        return node.value[key]
    return None
