"""Runs of script/ask-fc against a local FC."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

from ask_fc.__main__ import main
from ask_fc.questions import QUESTIONS
from fc_local.server import LocalServer
from fc_local.switches import SWITCHES

ROOT = Path(__file__).resolve().parents[3]
KEY, SECRET, ACCOUNT = "AKAskFcTests", "SKAskFcTests0123456789", "1234567890123456"
DOMAIN, PROJECT, ROLE = "ask.example.com", "someproject", f"acs:ram::{ACCOUNT}:role/somerole"
EVERYTHING = ("--domain", DOMAIN, "--log", f"{PROJECT}/somestore", "--role", ROLE, "--eventbridge")
ASKED = tuple(name for question in QUESTIONS for name in question.switches)
NUMBERS = {
    "clock_skew_seconds": (0, 300, 900, 3600),
    "oss_code_size_limit": (524288000, 314572800),
    "max_instance_concurrency": (20, 100, 200),
    "code_url_seconds": (120, 600, 3600),
}


def drawn(seed: int) -> dict[str, Any]:
    """A value for each switch that is asked."""
    random = Random(seed)
    return {name: random.choice(_values(name)) for name in ASKED}


def _values(name: str) -> tuple[Any, ...]:
    switch = SWITCHES[name]
    if isinstance(switch.default, bool):
        return (True, False)
    return NUMBERS.get(name) or switch.choices or (switch.default, switch.other)


class Runs:
    def __init__(self, server: LocalServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.file = folder / "report.json"

    def arguments(self, *more: str) -> list[str]:
        return ["--endpoint", self.server.url, "--report", str(self.file), *more]

    def run(self, *more: str) -> int:
        return main(self.arguments(*more))

    def begun(self, *more: str) -> subprocess.Popen[str]:
        """A run in a process of its own."""
        return self._process(["-m", "ask_fc", *self.arguments("--yes", *more)])

    def killed(self, script: str, at: str) -> int:
        """The status of a run that `script` kills at `at`."""
        process = self._process(["-c", script, at, *self.arguments("--yes", *EVERYTHING)])
        process.communicate(timeout=100)
        return process.returncode

    def _process(self, arguments: list[str]) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def notes(self) -> list[str]:
        return sorted(path.name for path in (self.folder / ".s" / "fc-guard-ask").glob("*"))

    @property
    def online(self) -> dict[str, Any]:
        """All that the account holds."""
        return {name: held for name, held in self.server.admin.state(account=ACCOUNT).items() if held}
