"""Text from outside that a terminal or a CI system would go by: it reaches neither, whatever command shows it."""

from __future__ import annotations

import re

import pytest

from tests.faults.world import OURS, World

PAYLOADS = (
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGFybQ==\x07",
    "\x9b31m",
    "a\rb",
    "a\x08b",
    "\u202eevil",
    "\u2066x\u2069",
    "\u200f",
    "line\n::error::x",
    "line\n  ::stop-commands::x",
    "line\n##vso[task.setvariable variable=a]b",
    "line\n##[error]x",
    "line\n::set-output name=a::b",
    "line\n##teamcity[x]",
    "\u2028x",
)
LINES = (
    "plan",
    "drift",
    "deploy",
    "pull --dry-run",
    "info",
    "rescue",
    "deploy --on-drift merge",
    "deploy --use-remote",
    "undo -y",
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
COMMAND = re.compile(r"(?m)^\s*(::|##\[|##vso\[|##teamcity\[)")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("payload", PAYLOADS, ids=[repr(text)[:30] for text in PAYLOADS])
def test_no_text_from_outside_is_taken_for_a_command(world: World, payload: str) -> None:
    assert world.clean("deploy").status == 0
    name = "".join(c for c in payload if c not in "\n/\x00") or "x"
    world.edit(
        "UpdateFunction",
        "shop",
        "hello",
        description=payload,
        files={"index.py": f"{OURS}# {payload}\n", f"{name}.py": payload},
    )
    world.edit(
        "UpdateTrigger",
        "shop",
        "hello",
        "tick",
        triggerConfig={"cronExpression": "@every 5m", "enable": False, "payload": payload},
    )
    for line in LINES:
        ended = world.run(line)
        assert not CONTROL.search(ended.text), (line, ended.text)
        assert not COMMAND.search(ended.text), (line, ended.text)
        assert "defect" not in ended.text
