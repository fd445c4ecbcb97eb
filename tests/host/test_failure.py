"""What the bridge itself tells of others steers neither a terminal nor a CI system."""

from __future__ import annotations

import json
import subprocess

import pytest
from tests.host.harness import ROOT

PROGRAM = """
const { Failure } = require('./src/bridge/failure.js');
const failure = new Failure(JSON.parse(process.argv[1]), 1);
process.stdout.write(JSON.stringify([failure.message, failure.stack]));
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pip: \x1b[31mno\x1b[0m", "pip: \\u{1b}[31mno\\u{1b}[0m"),
        ("a\rb\x9b\u202e\u200b\u2028", "a\\u{d}b\\u{9b}\\u{202e}\\u{200b}\\u{2028}"),
        ("x\n  ::error::y", "x\n  \\x3a:error::y"),
        (
            "a ##vso[task.complete] ##[error] ##teamcity[x]",
            "a \\x23#vso[task.complete] \\x23#[error] \\x23#teamcity[x]",
        ),
        ("two\nlines\tof 中文 :: ##", "two\nlines\tof 中文 :: ##"),
    ],
)
def test_a_failure_of_the_bridge_steers_nothing(text: str, told: str) -> None:
    done = subprocess.run(["node", "-e", PROGRAM, json.dumps(text)], cwd=ROOT, capture_output=True, text=True)
    assert json.loads(done.stdout) == [told, f"Error: {told}"], done.stderr
