"""Edits between two states of a document are made in the spelling that a third one has."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.core.edits import applied, edits_between
from fc_guard.model.edits import Edit, Writing
from fc_guard.model.fields import MISSING

WRITING = Writing({"name": str, "fcDir": lambda folder: folder.rstrip("/")}, {"vswitchIds": "vSwitchIds"})

CASES: dict[str, tuple[Any, Any, Any, Any]] = {
    # what s.yaml meant, what it is to mean, what it says, what it says then
    "only what differs": ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": "1", "b": 2}, {"a": "1", "b": 3}),
    "a number stays text": ({"a": 1}, {"a": 20}, {"a": "1"}, {"a": "20"}),
    "text stays a number": ({"a": "1"}, {"a": "20"}, {"a": 1}, {"a": 20}),
    "text that becomes a number does": ({"a": "1e3"}, {"a": 0.05}, {"a": "1e3"}, {"a": 0.05}),
    "a number that becomes text does": ({"a": 1}, {"a": "1"}, {"a": 1}, {"a": "1"}),
    "so it is in a sequence": ({"l": ["1", "-d", 2]}, {"l": [1, "-D", 2]}, {"l": ["1", "-d", 2]}, {"l": [1, "-D", 2]}),
    "letter case matters in a set": ({"l": ["a", "b"]}, {"l": ["A", "b"]}, {"l": ["b", "a"]}, {"l": ["b", "A"]}),
    "text that is no number does not": ({"a": "1"}, {"a": "1e3"}, {"a": 1}, {"a": "1e3"}),
    "true stays true": ({"a": "true"}, {"a": "false"}, {"a": True}, {"a": False}),
    "a list stays a list": ({"a": '["x"]'}, {"a": '["x","y"]'}, {"a": ["x"]}, {"a": ["x", "y"]}),
    "another spelling of a key": (
        {"vswitchIds": ["a"]},
        {"vswitchIds": ["a", "b"]},
        {"vSwitchIds": ["a"]},
        {"vSwitchIds": ["a", "b"]},
    ),
    "a set keeps its order": (
        {"m": ["GET", "POST"]},
        {"m": ["GET", "PUT"]},
        {"m": ["POST", "get"]},
        {"m": ["get", "PUT"]},
    ),
    "a sequence has its own": ({"l": ["a", "b"]}, {"l": ["z", "a", "c"]}, {"l": ["a", "b"]}, {"l": ["z", "a", "c"]}),
    "items are known by their names": (
        [{"fcDir": "/a", "n": 1}, {"fcDir": "/b", "n": 2}],
        [{"fcDir": "/b", "n": 3}, {"fcDir": "/c", "n": 4}],
        [{"fcDir": "/b/", "n": "2"}, {"fcDir": "/a", "n": 1}],
        [{"fcDir": "/b/", "n": "3"}, {"fcDir": "/c", "n": 4}],
    ),
    "a key that is not spelled out goes quietly": ({"a": 1, "b": 2}, {"b": 2}, {"b": 2}, {"b": 2}),
    "what was nothing appears": ({}, {"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1}}),
    "a whole goes": ({"a": {"b": 1}}, {}, {"a": {"b": 1, "unknown": 2}}, {}),
    "text gives way to a mapping": ({}, {"a": {"b": 1}}, {"a": "Disable"}, {"a": {"b": 1}}),
}


@pytest.mark.parametrize("case", CASES)
def test_edits_are_made_in_the_spelling_there_is(case: str) -> None:
    before, after, now, then = CASES[case]
    assert applied(now, edits_between(before, after, now, writing=WRITING)) == then


def test_several_edits_follow_each_other() -> None:
    edits = [Edit((0,), MISSING), Edit((0,), "c", inserted=True), Edit((1,), "d")]
    assert applied(["a", "b"], edits) == ["c", "d"]


@pytest.mark.parametrize("edit", [Edit(("a", "b"), 1), Edit(("l", 5), 1), Edit(("l", "x"), 1), Edit(("c",), MISSING)])
def test_there_must_be_such_a_place(edit: Edit) -> None:
    with pytest.raises(LookupError):
        applied({"a": 1, "l": [1]}, [edit])
