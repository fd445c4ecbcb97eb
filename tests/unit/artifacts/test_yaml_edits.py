"""An edit of an s.yaml changes the lines that are meant, and no other byte."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from fc_guard.artifacts.yaml_edits import edited
from fc_guard.artifacts.yaml_nodes import CannotEdit
from fc_guard.model.edits import Edit
from fc_guard.model.fields import MISSING

TEXT = """\
# 顶部注释
vars:   
  region: cn-hangzhou # r
resources:
    one:
        component: fc
        props:
            region: ${vars.region}
            service: {name: demo, description: 'x'}
            function:
                name: hello   # the name
                timeout: 10 # 秒
                # memory
                memorySize: 128
                environmentVariables: {} # none
                description: >-
                    a long
                    text
                layers:
                    - "a"
                    - 'b'   # second
                codeUri:

            triggers:
                - name: http
                  type: http
                  config:
                      methods: [GET, POST]
                      # who
                      authType: anonymous
                # the second
                - name: tick
                  type: timer
                  config: {enable: false}"""  # noqa: W291

PROPS = ("resources", "one", "props")
FUNCTION = (*PROPS, "function")
TRIGGERS = (*PROPS, "triggers")
SERVICE = (*PROPS, "service")


def changed(text: str, *edits: Edit) -> str:
    """The lines that went and came."""
    lines = difflib.unified_diff(text.split("\n"), edited(text, edits).split("\n"), lineterm="", n=0)
    return "\n".join(line for line in lines if line[:3] not in ("---", "+++") and line[:2] != "@@")


def at(place: tuple[Any, ...], *more: str | int) -> tuple[Any, ...]:
    return (*place, *more)


CASES: dict[str, tuple[list[Edit], str]] = {
    "a number keeps its comment": (
        [Edit(at(FUNCTION, "timeout"), 30)],
        "-                timeout: 10 # 秒\n+                timeout: 30 # 秒",
    ),
    "a key goes with its line": ([Edit(at(FUNCTION, "timeout"), MISSING)], "-                timeout: 10 # 秒"),
    "text that could be a number is quoted": (
        [Edit(at(FUNCTION, "environmentVariables", "A"), "1e3")],
        "-                environmentVariables: {} # none\n"
        "+                environmentVariables: # none\n"
        '+                    A: "1e3"',
    ),
    "folded text stays folded": (
        [Edit(at(FUNCTION, "description"), "other: text")],
        "-                    a long\n-                    text\n+                    other: text",
    ),
    "text of several lines goes into quotes where folding would lose it": (
        [Edit(at(FUNCTION, "description"), "two\nlines\n")],
        "-                description: >-\n-                    a long\n-                    text\n"
        '+                description: "two\\nlines\\n"',
    ),
    "what was empty gets a value": (
        [Edit(at(FUNCTION, "codeUri"), "./code")],
        "-                codeUri:\n+                codeUri: ./code",
    ),
    "an item of a list": (
        [Edit(at(FUNCTION, "layers", 1), "acs:fc:x")],
        "-                    - 'b'   # second\n+                    - 'acs:fc:x'   # second",
    ),
    "a list gets a first and a last item, in the quotes around them": (
        [Edit(at(FUNCTION, "layers", 0), "z", inserted=True), Edit(at(FUNCTION, "layers", 3), "c", inserted=True)],
        "+                    - z\n+                    - c",
    ),
    "a list goes with its key": (
        [Edit(at(FUNCTION, "layers"), MISSING)],
        "-                layers:\n-                    - \"a\"\n-                    - 'b'   # second",
    ),
    "between braces": (
        [Edit(at(SERVICE, "description"), "it's"), Edit(at(SERVICE, "role"), "acs:ram::1:role/x")],
        "-            service: {name: demo, description: 'x'}\n"
        "+            service: {name: demo, description: 'it''s', role: acs:ram::1:role/x}",
    ),
    "the last one between braces goes": (
        [Edit(at(SERVICE, "description"), MISSING)],
        "-            service: {name: demo, description: 'x'}\n+            service: {name: demo}",
    ),
    "the first one between braces goes": (
        [Edit(at(SERVICE, "name"), MISSING)],
        "-            service: {name: demo, description: 'x'}\n+            service: {description: 'x'}",
    ),
    "between brackets": (
        [Edit(at(TRIGGERS, 0, "config", "methods", 2), "PUT", inserted=True)],
        "-                      methods: [GET, POST]\n+                      methods: [GET, POST, PUT]",
    ),
    "the first key of an item goes": (
        [Edit(at(TRIGGERS, 0, "name"), MISSING)],
        "-                - name: http\n-                  type: http\n+                - type: http",
    ),
    "an item is added after the last line, which has no end": (
        [Edit(at(TRIGGERS, 2), {"name": "n", "type": "timer", "config": {"methods": ["A"], "e": {}}}, inserted=True)],
        '+                - name: "n"\n+                  type: timer\n+                  config:\n'
        "+                      methods:\n+                          - A\n+                      e: {}",
    ),
    "an item goes, the comment above it stays": (
        [Edit(at(TRIGGERS, 1), MISSING)],
        "-                - name: tick\n-                  type: timer\n-                  config: {enable: false}",
    ),
    "a new mapping": (
        [Edit(at(FUNCTION, "vpcConfig"), {"vpcId": "v", "vswitchIds": ["a", "b"]})],
        "+                vpcConfig:\n+                    vpcId: v\n+                    vswitchIds:\n"
        "+                        - a\n+                        - b",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_exactly_the_lines_that_are_meant_change(case: str) -> None:
    edits, expected = CASES[case]
    assert changed(TEXT, *edits) == expected


@pytest.mark.parametrize("case", CASES)
def test_so_they_do_where_lines_end_as_on_windows(case: str) -> None:
    edits, _ = CASES[case]
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    assert edited(text, edits) == "\ufeff" + edited(TEXT, edits).replace("\n", "\r\n")


def test_all_items_go_and_an_empty_list_stays() -> None:
    text = "a:  # c\n  - x\n  - y: 1\nb: 2\n"
    assert edited(text, [Edit(("a", 1), MISSING), Edit(("a", 0), MISSING)]) == "a: []  # c\nb: 2\n"


def test_the_dashes_of_a_list_stay_where_they_are() -> None:
    text = "a:\n- x\n-   y: 1\n    z: 2\n"
    assert edited(text, [Edit(("a", 2), "q", inserted=True)]) == text + "- q\n"
    assert edited("a:\n-   y: 1\n", [Edit(("a", 1), {"w": 2, "z": 3}, inserted=True)]) == (
        "a:\n-   y: 1\n-   w: 2\n    z: 3\n"
    )


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("a: &x\n  b: 1\nc: *x\n", Edit(("a", "b"), 2)),
        ("a: &x\n  b: 1\nc: *x\n", Edit(("c", "b"), 2)),
        ("a: &x\n  b: 1\nc: *x\n", Edit(("c",), 2)),
        ("a: &x 1\nc: *x\n", Edit(("a",), 2)),
        ("a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1\n", Edit(("c", "b"), MISSING)),
        ("a: &x\n  b: 1\nc:\n  <<: *x\n  b: 2\n  d: 1\n", Edit(("c", "b"), MISSING)),
        ("a: !!str 1\n", Edit(("a",), 2)),
        ("a: 1\na: 2\n", Edit(("a",), 3)),
        ("a: 1\n", Edit(("b", "c"), 3)),
        ("a: [1]\n", Edit(("a", 4), 3)),
        ("a: |+\n  x\n\n", Edit(("b",), 3)),
        ("a: {{ b }}\n", Edit(("a",), 3)),
        ("- - a\n  - b\n", Edit((0, 0), MISSING)),
    ],
)
def test_what_would_touch_anything_else_is_not_done(text: str, edit: Edit) -> None:
    with pytest.raises(CannotEdit):
        edited(text, [edit])


def test_a_comment_in_brackets_stays_with_its_item() -> None:
    text = "a: [\n  x, # of x\n  y, # of y\n  z  # of z\n]\n"
    assert "x, # of x" in edited(text, [Edit(("a", 1), MISSING)])


def test_a_comment_behind_the_sign_of_a_block_stays() -> None:
    assert "# why" in edited("a: >-   # why\n  one\n  two\n", [Edit(("a",), "three")])
    assert "# why" in edited("a: |   # why\n  one\n  two\n", [Edit(("a",), "one\nthree\n")])


def test_a_comment_behind_a_value_on_its_own_line_stays() -> None:
    assert "# s" in edited("a:\n  10  # s\n", [Edit(("a",), 30)])


def test_a_comment_above_the_only_item_stays_as_above_any_other() -> None:
    assert "# c" in edited("a:\n  - x\n  # c\n  - y\n", [Edit(("a", 1), MISSING)])
    assert "# c" in edited("a:\n  # c\n  - y\n", [Edit(("a", 0), MISSING)])


def test_no_space_is_left_at_the_end_of_a_line() -> None:
    after = edited("a:\n  - x: 1   # why\n    # c\n    y: 2\n", [Edit(("a", 0, "x"), MISSING)])
    assert all(line == line.rstrip() for line in after.splitlines())


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a:\n  - x: 1   # why\n    y: 2\n    z: 3\n", "a:\n  - y: 2   # why\n    z: 3\n"),
        ("a:\n  - x: 1   # why\n    y: 2 # too\n", "a:\n  -   # why\n    y: 2 # too\n"),
        ("a:\n  - x: 1   # why\n    y:\n      z: 3\n", "a:\n  -   # why\n    y:\n      z: 3\n"),
        ("a:\n  - x: 1   # why\n    # c\n    y: 2\n", "a:\n  -   # why\n    # c\n    y: 2\n"),
        ("a:\r\n  - x: 1   # why\r\n    y: 2\r\n", "a:\r\n  - y: 2   # why\r\n"),
        ("a:\n  - x:\n      z: 1 # of z\n    y: 2\n", "a:\n  - y: 2\n"),
        ("a:\n  - x:   # why\n      z: 1\n    y: 2\n", "a:\n  - y: 2   # why\n"),
    ],
)
def test_the_comment_on_the_first_line_of_an_item_stays_when_its_first_entry_goes(text: str, after: str) -> None:
    assert edited(text, [Edit(("a", 0, "x"), MISSING)]) == after
