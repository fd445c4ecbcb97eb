"""Laws of edits: what is said afterwards is what was meant, and only lines that are meant change."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st

from fc_guard.artifacts.yaml_edits import edited
from fc_guard.artifacts.yaml_nodes import CannotEdit, Document, child, end, entries, line, read, start
from fc_guard.core.edits import applied, edits_between
from fc_guard.core.values import same
from fc_guard.model.edits import Edit, Place
from fc_guard.model.fields import MISSING
from tests.property.written import KEYS, mappings, values, written


def places(value: Any, place: Place = ()) -> list[Place]:
    """Every place inside a document."""
    found: list[Place] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        found += [(*place, key), *places(item, (*place, key))]
    return found


def at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


@st.composite
def edited_texts(draw: st.DrawFn) -> tuple[str, Any, Edit]:
    """A text, what it says, and an edit of it."""
    text, value = draw(written())
    place = draw(st.sampled_from(places(value)))
    parent = at(value, place[:-1])
    match draw(st.integers(0, 3)):
        case 0:
            return text, value, Edit(place, MISSING)
        case 1 if isinstance(parent, list):
            return text, value, Edit((*place[:-1], draw(st.integers(0, len(parent)))), draw(values), inserted=True)
        case 1:
            fresh = [key for key in KEYS if key not in parent] or ["new"]
            return text, value, Edit((*place[:-1], draw(st.sampled_from(fresh))), draw(values))
    return text, value, Edit(place, draw(values))


@given(written())
def test_the_writer_writes_what_it_is_told(document: tuple[str, Any]) -> None:
    text, value = document
    assert same(yaml.safe_load(text), value)


@settings(max_examples=400, deadline=None)
@given(edited_texts())
def test_an_edit_says_what_is_meant_and_leaves_every_other_line(case: tuple[str, Any, Edit]) -> None:
    text, value, edit = case
    try:
        result = edited(text, [edit])
    except CannotEdit as error:
        event(f"refused: {error}")
        assert "between the dash" in str(error) or "middle of a line" in str(error), text
        return
    assert same(yaml.safe_load(result), applied(value, [edit]))
    assert ("\r\n" in result) <= ("\r\n" in text)
    before, after = text.splitlines(), result.splitlines()
    first, last = meant(read(text), edit)
    kept = len(before) - last
    assert after[:first] == before[:first], (edit, text, result)
    assert after[len(after) - kept :] == before[last:], (edit, text, result)


def meant(document: Document, edit: Edit) -> tuple[int, int]:
    """The lines that an edit is about: from the first, counted from 0, up to before the last."""
    parent: Any = document.root
    for key in edit.place[:-1]:
        parent = child(parent, key)
    key = edit.place[-1]
    there = bool(entries(parent, key)) or (isinstance(parent, yaml.SequenceNode) and not edit.inserted)
    if there and not (edit.removes and len(parent.value) == 1):
        node = parent.value[key] if isinstance(parent, yaml.SequenceNode) else parent.value[entries(parent, key)[-1]][0]
        value: Any = child(parent, key)
        stop = last_line(document.text, value)
        if edit.removes and isinstance(parent, yaml.MappingNode) and behind_dash(document.text, node):
            stop = line(parent.value[1][0])  # the next key comes up to the dash
        return line(node) - 1, stop
    if parent.flow_style or not parent.value or there:
        return meant(document, Edit(edit.place[:-1], None)) if len(edit.place) > 1 else (0, len(document.text))
    # Something new in a block: no line goes. Where it is put is behind a line that is there, or before the first.
    if isinstance(key, int) and key < len(parent.value):
        where = last_line(document.text, parent.value[key - 1]) if key else line(parent.value[0]) - 1
    else:
        item = parent.value[-1]
        where = last_line(document.text, item[1] if isinstance(item, tuple) else item)
    return where, where


def behind_dash(text: str, node: yaml.Node) -> bool:
    place = start(node)
    return text[text.rfind("\n", 0, place) + 1 : place].lstrip(" ").startswith("-")


def last_line(text: str, node: yaml.Node) -> int:
    return text.count("\n", 0, end(text, node)) + 1


@settings(max_examples=200, deadline=None)
@given(edited_texts(), st.data())
def test_several_edits_are_as_good_as_one(case: tuple[str, Any, Edit], data: st.DataObject) -> None:
    text, value, _ = case
    target = {**value, "props": data.draw(mappings)}
    edits = list(edits_between(value, target, value))
    assert same(applied(value, edits), target)
    try:
        assert same(yaml.safe_load(edited(text, edits)), target)
    except CannotEdit as error:
        assert "between the dash" in str(error) or "middle of a line" in str(error), text


@given(written())
def test_nothing_to_say_changes_no_byte(document: tuple[str, Any]) -> None:
    text, value = document
    assert list(edits_between(value, value, value)) == []
    assert edited(text, []) == text
