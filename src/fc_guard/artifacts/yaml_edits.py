"""Edits a YAML text: exactly the intended value changes, every other byte stays.

A round trip through any YAML library rewrites untouched lines. So the parser's nodes give the places of the values, new
values are rendered on their own, and the result is parsed again: unless it says what the edits mean, none of them is
made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from fc_guard.artifacts.yaml_nodes import (
    Alias,
    CannotEdit,
    Document,
    end,
    entries,
    is_empty,
    meaning,
    nodes,
    read,
    start,
)
from fc_guard.artifacts.yaml_values import Layout, in_block, in_line, layout
from fc_guard.core.edits import applied
from fc_guard.core.values import same
from fc_guard.language import t
from fc_guard.model.edits import Edit, Place

SIGN: Final = re.compile(r"[|>][-+\d]*([ \t]+#.*)?")
"""The sign of a block scalar, and the comment behind it."""


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Returns the text after the edits. Raises `CannotEdit` if they would touch anything else."""
    try:
        intended = applied(meaning(text), edits)
    except LookupError as error:
        raise CannotEdit(t("there is no such place")) from error
    result = text
    for edit in edits:
        result = _Editor(read(result)).after(edit)
    if not same(meaning(result), intended):
        raise CannotEdit(t("the edited file would say something else besides"))
    return result


@dataclass(slots=True)
class _Editor:
    document: Document
    _layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self._layout = layout(self.document)

    @property
    def _text(self) -> str:
        return self.document.text

    def after(self, edit: Edit) -> str:
        if not edit.place:
            raise CannotEdit(t("nothing of the file would be left"))
        *way, last = edit.place
        parent = self._at(tuple(way))
        if isinstance(parent, yaml.MappingNode):
            return self._in_mapping(parent, edit)
        if not isinstance(parent, yaml.SequenceNode) or not isinstance(last, int):
            raise CannotEdit(t("there is no such place"))
        size = len(parent.value)
        if edit.inserted and size:
            return self._inserted(parent, last, edit.value)
        if edit.inserted:
            return self.after(Edit(tuple(way), [edit.value]))
        if edit.removes and size == 1:
            return self.after(Edit(tuple(way), []))
        return self._item_removed(parent, last) if edit.removes else self._item_replaced(parent, last, edit.value)

    def _in_mapping(self, parent: yaml.MappingNode, edit: Edit) -> str:
        places = entries(parent, edit.place[-1])
        if len(places) > 1:
            raise CannotEdit(t("the key is there more than once"))
        if edit.removes and not places:
            raise CannotEdit(t("there is no such place"))
        if edit.removes and len(parent.value) == 1:
            return self.after(Edit(edit.place[:-1], {}))
        if edit.removes:
            return self._entry_removed(parent, places[0])
        if places:
            return self._value_replaced(parent, places[0], edit.value)
        if not parent.value:
            return self.after(Edit(edit.place[:-1], {edit.place[-1]: edit.value}))
        return self._entry_added(parent, str(edit.place[-1]), edit.value)

    def _at(self, place: Place) -> yaml.Node:
        """Returns the node at a place. Raises `CannotEdit` if an alias makes it count in several places."""
        node = self.document.root
        for key in place:
            if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
            else:
                places = entries(node, key)
                if len(places) != 1 or not isinstance(node, yaml.MappingNode):
                    raise CannotEdit(t("there is no such place"))
                node = node.value[places[0]][1]
            if isinstance(node, Alias) or id(node) in self.document.aliased:
                raise CannotEdit(t("the value is used in several places of the file"))
        return node

    # mappings

    def _value_replaced(self, parent: yaml.MappingNode, index: int, value: Any) -> str:
        key, old = parent.value[index]
        self._require_own(old)
        text, colon, stop = self._text, self._after_colon(key, old), end(self._text, old)
        if parent.flow_style:
            new = in_line(value, _style(old), self._layout, flow=True)
            return self._spliced(start(old), stop, new if not is_empty(old) else f" {new}")
        column, head = int(key.start_mark.column), self._line_end(colon)
        below = start(old) > head
        behind = text[colon:head] if below else ""
        if not _in_block(value):
            new = self._indented(in_line(value, _style(old), self._layout, flow=False), column)
            if below and isinstance(old, yaml.ScalarNode) and _style(old) not in ("|", ">"):
                return self._spliced(start(old), stop, new)
            if not below and (sign := SIGN.match(text[start(old) : head])) is not None:
                first, *rest = new.split(self._layout.newline)
                new = self._layout.newline.join([first + (sign[1] or ""), *rest])
        if below:
            stop = self._line_end(stop)  # a comment behind its last line is part of a block
        if not _in_block(value):
            if is_empty(old):
                return self._spliced(colon, colon, f" {new}")
            above = text[head : self._line_start(start(old))].rstrip() if below else ""  # comments above a single item
            return self._spliced(colon if below else start(old), stop, f" {new}{behind}{above}" if below else new)
        lines = self._block(value, column + (self._layout.dash if isinstance(value, list) else self._layout.step))
        if not below and stop <= head:
            behind, stop = text[stop:head], head
        return self._spliced(colon, stop, behind + lines)

    def _after_colon(self, key: yaml.Node, value: yaml.Node) -> int:
        """Returns the place right behind the colon of an entry."""
        found = self._text.find(":", end(self._text, key))
        if not 0 <= found <= start(value) or self._text[end(self._text, key) : found].strip():
            raise CannotEdit(t("the key is written in a way that is not understood"))
        return found + 1

    def _entry_added(self, parent: yaml.MappingNode, key: str, value: Any) -> str:
        last = parent.value[-1][1]
        stop = max(end(self._text, node) for node in parent.value[-1])
        quotes = _common_style([item for _, item in parent.value])
        if parent.flow_style:
            entry = f"{in_line(key, None, self._layout, flow=True)}: {in_line(value, quotes, self._layout, flow=True)}"
            return self._spliced(stop, stop, f", {entry}")
        self._require_block_key(parent.value[0][0])
        column = int(parent.value[0][0].start_mark.column)
        if isinstance(last, yaml.ScalarNode) and last.style in ("|", ">"):
            stop = end(self._text, last)
        place = self._line_end(stop)
        return self._spliced(place, place, self._block({key: value}, column, quotes))

    def _entry_removed(self, parent: yaml.MappingNode, index: int) -> str:
        key, value = parent.value[index]
        stop = max(end(self._text, key), end(self._text, value))
        if parent.flow_style:
            return self._separated(
                [(start(k), max(end(self._text, k), end(self._text, v))) for k, v in parent.value], index
            )
        return self._lines_removed(start(key), stop, parent, index)

    # lists

    def _inserted(self, parent: yaml.SequenceNode, index: int, value: Any) -> str:
        text = self._text
        quotes = _common_style(parent.value)
        if parent.flow_style:
            new = in_line(value, quotes, self._layout, flow=True)
            if index == len(parent.value):
                stop = end(text, parent.value[-1])
                return self._spliced(stop, stop, f", {new}")
            place = start(parent.value[index])
            return self._spliced(place, place, f"{new}, ")
        dash = self._dash(parent.value[0])
        column = dash - self._line_start(dash)
        gap = max(int(parent.value[0].start_mark.column) - column, 2) if not is_empty(parent.value[0]) else 2
        lines = self._block([value], column, quotes, gap)
        if index > 0:
            place = self._line_end(end(text, parent.value[index - 1]))
            return self._spliced(place, place, lines)
        first = self._line_start(dash)
        if text[first:dash].strip(" "):
            raise CannotEdit(t("the list begins in the middle of a line"))
        newline = self._layout.newline
        return self._spliced(first, first, lines.removeprefix(newline) + newline)

    def _item_removed(self, parent: yaml.SequenceNode, index: int) -> str:
        if parent.flow_style:
            return self._separated([(start(item), end(self._text, item)) for item in parent.value], index)
        item = parent.value[index]
        dash = self._dash(item)
        stop = max(end(self._text, item), dash + 1)
        if self._text[self._line_start(dash) : dash].strip(" "):
            raise CannotEdit(t("the list begins in the middle of a line"))
        return self._lines_removed(dash, stop, parent, index)

    def _item_replaced(self, parent: yaml.SequenceNode, index: int, value: Any) -> str:
        old = parent.value[index]
        self._require_own(old)
        flow = bool(parent.flow_style)
        if not flow and not is_empty(old) and _in_block(value):
            column = int(old.start_mark.column)
            new = self._block(value, column).removeprefix(self._layout.newline).lstrip(" ")
        else:
            new = in_line(value, _style(old), self._layout, flow=flow)
            new = new if flow else self._indented(new, int(parent.start_mark.column))
        return self._spliced(start(old), end(self._text, old), f" {new}" if is_empty(old) else new)

    def _dash(self, item: yaml.Node) -> int:
        """Returns the place of the dash before an item of a block list."""
        place = start(item) - 1
        while place >= 0 and self._text[place] in " \t\r\n":
            place -= 1
        if place < 0 or self._text[place] != "-":
            raise CannotEdit(t("something stands between the dash and the item"))
        return place

    # text

    def _require_own(self, old: yaml.Node) -> None:
        if isinstance(old, Alias) or any(id(node) in self.document.aliased for node in nodes(old)):
            raise CannotEdit(t("the value is used in several places of the file"))
        if self._text[start(old) : start(old) + 1] in ("&", "!"):
            raise CannotEdit(t("the value has an anchor or a tag"))

    def _require_block_key(self, key: yaml.Node) -> None:
        before = self._text[self._line_start(start(key)) : start(key)]
        if before.strip(" -"):
            raise CannotEdit(t("the mapping begins in the middle of a line"))

    def _block(self, value: Any, column: int, quotes: str | None = None, gap: int = 2) -> str:
        """Returns the lines of a mapping or list at a column, each with a line end before it."""
        lines = in_block(value, quotes, self._layout)
        if gap != 2:
            lines = [f"-{' ' * (gap - 1)}{lines[0][2:]}", *(" " * (gap - 2) + text for text in lines[1:])]
        return "".join(
            f"{self._layout.newline}{' ' * column}{text}" if text else self._layout.newline for text in lines
        )

    def _indented(self, text: str, column: int) -> str:
        """Indents the further lines of a value that may be a block scalar, below a key at a column."""
        first, *rest = text.split("\n")
        return "".join([first, *(f"{self._layout.newline}{' ' * column}{line}" for line in rest)])

    def _separated(self, places: list[tuple[int, int]], index: int) -> str:
        """Removes one of the parts between brackets and one comma, and its line if nothing else is on it."""
        text, (begin, stop) = self._text, places[index]
        first, last = self._line_start(begin), self._line_end(stop)
        behind = text[stop:last].lstrip(" ").removeprefix(",").strip()
        if not text[first:begin].strip(" ") and (not behind or behind.startswith("#")) and last < len(text):
            return self._spliced(first, text.find("\n", last) + 1, "")
        if index > 0:
            return self._spliced(places[index - 1][1], places[index][1], "")
        return self._spliced(places[0][0], places[1][0], "")

    def _lines_removed(self, first: int, stop: int, parent: yaml.Node, index: int) -> str:
        """Removes the whole lines of an entry or item, and a comment behind it."""
        text = self._text
        begin, last = self._line_start(first), self._line_end(stop)
        if not text[begin:first].strip(" "):
            behind = text.find("\n", last) + 1
            if behind:
                return self._spliced(begin, behind, "")
            return self._spliced(len(text[:begin].removesuffix("\n").removesuffix("\r")), last, "")
        # The first entry of a mapping in a list: the dash stays, and the next entry takes its place.
        following = start(parent.value[index + 1][0]) if index + 1 < len(parent.value) else last
        comment = self._comment_of_line(first, stop)
        if text[last:following].strip():
            return self._spliced(len(text[:first].rstrip(" ")), last, comment)  # comments stay where they are
        if not comment or following == last:
            return self._spliced(first, following, "")
        return self._behind_dash(first, following, end(text, parent.value[index + 1][1]), comment)

    def _comment_of_line(self, begin: int, stop: int) -> str:
        """Returns the comment on the line where an entry begins, with the spaces before it; '' if it has none."""
        head = self._line_end(begin)
        behind = self._text[stop:head] if stop <= head else self._text[begin:head].partition(":")[2]
        return behind.rstrip() if behind.lstrip(" ").startswith("#") else ""

    def _behind_dash(self, dash: int, entry: int, stop: int, comment: str) -> str:
        """Moves an entry behind a dash whose line has a comment, which speaks of the whole item and stays on it."""
        text, last = self._text, self._line_end(entry)
        if stop > last or text[stop:last].strip():  # the comment would end up inside the value, or behind another one
            above = self._line_end(self._text.rfind("\n", 0, entry) - 1)
            return self._spliced(len(text[:dash].rstrip(" ")), above, comment)
        return self._spliced(dash, last, text[entry:stop] + comment)

    def _line_start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1

    def _line_end(self, place: int) -> int:
        """Returns the end of the line, before its line end."""
        found = self._text.find("\n", place)
        stop = len(self._text) if found < 0 else found
        return stop - 1 if stop > place and self._text[stop - 1] == "\r" and found >= 0 else stop

    def _spliced(self, begin: int, stop: int, new: str) -> str:
        return self._text[:begin] + new + self._text[stop:]


def _in_block(value: Any) -> bool:
    """Says whether a value takes lines of its own."""
    return isinstance(value, Mapping | list) and bool(value)


def _style(node: yaml.Node) -> str | None:
    return node.style if isinstance(node, yaml.ScalarNode) else None


def _common_style(found: Sequence[yaml.Node]) -> str | None:
    """Returns the quotes that all texts among the nodes have, None if they differ or have none."""
    styles = {node.style for node in found if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":str")}
    return styles.pop() if len(styles) == 1 and styles <= {"'", '"'} else None
