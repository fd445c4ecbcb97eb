"""Renders new values as YAML text in the style of their surroundings, with ruamel.yaml."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    PlainScalarString,
    SingleQuotedScalarString,
)

from fc_guard.artifacts.yaml_nodes import Document, nodes
from fc_guard.artifacts.yaml_text import is_plain

WIDEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """A file's indentation and line end. `step` is that of a mapping below a key, `dash` that of a list's dash."""

    step: int = 2
    dash: int = 2
    newline: str = "\n"


def layout(document: Document) -> Layout:
    """Returns the layout that most of the file has."""
    steps: Counter[int] = Counter()
    dashes: Counter[int] = Counter()
    for node in nodes(document.root):
        if not isinstance(node, yaml.MappingNode) or node.flow_style:
            continue
        for key, value in node.value:
            column = value.start_mark.column - key.start_mark.column
            if isinstance(value, yaml.MappingNode) and not value.flow_style and value.value:
                steps[value.value[0][0].start_mark.column - key.start_mark.column] += 1
            elif isinstance(value, yaml.SequenceNode) and not value.flow_style:
                dashes[column] += 1
    step = max(steps.most_common(1)[0][0], 1) if steps else 2
    dash = max(dashes.most_common(1)[0][0], 0) if dashes else step
    windows = document.text.count("\r\n") * 2 > document.text.count("\n")
    return Layout(step, dash, "\r\n" if windows else "\n")


def in_line(value: Any, style: str | None, around: Layout, *, flow: bool) -> str:
    """Renders a value on one line, or text as a block scalar with indented further lines if `style` says so.

    `style` is that of a scalar node: ', ", |, > or None.
    """
    wrapped = _wrapped(value, style, flow=True)
    if flow:
        return _dumped([wrapped], around, flow=True)[1:-1]
    return _dumped({"k": wrapped}, around, flow=False)[len("k: ") :]


def in_block(value: Any, quotes: str | None, around: Layout) -> list[str]:
    """Returns the lines of a mapping or list, without indentation and line ends. A list's dashes are included."""
    if isinstance(value, Mapping):
        return _dumped(_wrapped(value, quotes, flow=False), around, flow=False).split("\n")
    lines = []
    for item in value:
        if isinstance(item, Mapping | list) and item:
            inner = in_block(item, quotes, around)
            lines += [f"- {inner[0]}", *(f"  {text}" for text in inner[1:])]
        else:
            lines.append(f"- {in_line(item, quotes, around, flow=False)}")
    return lines


def _wrapped(value: Any, style: str | None, *, flow: bool) -> Any:
    if isinstance(value, str):
        return _text(value, style)
    made: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        made = CommentedMap((_text(str(key), None), _wrapped(item, style, flow=flow)) for key, item in value.items())
    elif isinstance(value, list | tuple):
        made = CommentedSeq(_wrapped(item, style, flow=flow) for item in value)
    else:
        return value
    if flow or not value:
        made.fa.set_flow_style()
    return made


def _text(text: str, style: str | None) -> Any:
    """Returns text in the quotes that it had, if it can stand in them."""
    lines = text.split("\n")
    printable = all(line.isprintable() and line == line.strip() for line in lines)
    if style == "|" and printable and all(lines[:-1]):
        return LiteralScalarString(text)
    if style == ">" and printable and len(lines) == 1 and text:
        return FoldedScalarString(text)
    if style == "'" and printable and len(lines) == 1:
        return SingleQuotedScalarString(text)
    if style != '"' and is_plain(text):
        return PlainScalarString(text)
    return DoubleQuotedScalarString(text)


def _dumped(value: Any, around: Layout, *, flow: bool) -> str:
    writer = YAML()
    writer.width = WIDEST
    writer.brace_single_entry_mapping_in_flow_sequence = True
    writer.indent(mapping=around.step, sequence=around.dash + 2, offset=around.dash)
    if flow:
        writer.default_flow_style = True
        value = CommentedSeq(value)
        value.fa.set_flow_style()
    stream = io.StringIO()
    writer.dump(value, stream)
    return stream.getvalue().removesuffix("\n")
