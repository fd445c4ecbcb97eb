"""A project and its user, in process: the real commands and the real SDK, over HTTP to a local FC."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from fc_guard.cloud.gateway import Credential
from fc_guard.commands import COMMANDS
from fc_guard.commands.command import LocalCommand, ReadCommand
from fc_guard.engine.run.session import Step
from fc_guard.engine.run.wiring import Run
from fc_guard.host.standard import standard_run
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.host_words import runs_alone
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.model.fields import Reveal
from fc_guard.model.reports import Report
from fc_local.server import LocalServer
from tests.props import PROPS, REGION

ACCOUNT = "1234567890123456"
KEYS = ("AKTEST", "SKTEST", ACCOUNT)
CODE = {"index.py": "def handler(environ, start_response):\n    start_response('200 OK', [])\n    return [b'one']\n"}


@dataclass
class Person:
    """Whoever sits at the terminal: remembers what was said, answers from a list."""

    answers: list[str] = field(default_factory=list)
    present: bool = False
    said: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    offered: list[tuple[str, ...]] = field(default_factory=list)
    on_question: Callable[[], None] | None = None

    @property
    def can_ask(self) -> bool:
        return self.present

    @property
    def private(self) -> bool:
        return self.present

    @property
    def colour(self) -> bool:
        return False

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def pause_point(self) -> None:
        return

    def interruptible(self) -> AbstractContextManager[None]:
        return nullcontext()

    def say(self, text: str, reveal: Reveal = Reveal.NOTHING) -> None:
        self.said.append(text)

    def show(self, text: str) -> None:
        self.shown.append(text)

    def warn(self, text: str) -> None:
        self.said.append(text)

    def ask(self, question: str, keys: Mapping[str, str], default: str) -> str:
        self.asked.append(question)
        self.offered.append(tuple(keys))
        if self.on_question is not None:
            self.on_question()
        answer = self.answers.pop(0) if self.answers else ""
        return answer if answer in keys else default


@dataclass
class Project:
    """One checkout: s.yaml's props, a code folder, a state directory."""

    root: Path
    server: LocalServer
    props: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(PROPS))
    step: str = "one"
    file: str = "s.yaml"
    make_run: Callable[[], Run] = standard_run
    code: Mapping[str, str] = field(default_factory=lambda: CODE)
    endpoint: str = ""

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.write(self.code)

    def write(self, files: Mapping[str, str], folder: str = "code") -> None:
        for name, text in files.items():
            path = self.root / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def run(
        self,
        line: str,
        person: Person | None = None,
        clock: datetime | None = None,
        argv: Sequence[str] | None = None,
    ) -> tuple[Report, Person]:
        """Runs `deploy --use-remote` and the like. Errors of input are raised, as the host would see them.

        `argv` is what was typed, where that is not the line alone.
        """
        someone = person or Person()
        command = COMMANDS[line.split(maxsplit=1)[0]]
        typed = argv or line.split()
        options = parse(typed, command.name, self.step, command.options, LAYOUTS)
        alone = runs_alone(typed, command.name, self.step)
        props = {**self.props, "endpoint": self.endpoint or self.server.url}
        step = Step(self.step, command.name, props, self.root / self.file, self.root, options, alone=alone)
        run = self.make_run()
        if clock is not None:
            run.now = lambda: clock.astimezone(timezone.utc)
        credential = Credential(ACCOUNT, KEYS[0], KEYS[1])
        if isinstance(command, ReadCommand):
            report = command.run(run.reading(step, someone, lambda: credential))
        elif isinstance(command, LocalCommand):
            report = command.run(run.recording(step, someone, lambda: credential))
        else:
            report = command.run(run.writing(step, someone, lambda: credential))
        return report, someone

    def edit(self, op: str, *path: str, **body: Any) -> None:
        """Somebody's change in the console, which must succeed."""
        answer = self.server.admin.edit(op, path, body, who="bob", account=ACCOUNT, region=REGION, client="console")
        assert answer["status"] < 300, answer

    def try_edit(self, op: str, *path: str, **body: Any) -> None:
        """The same where there may be nothing to change any more."""
        self.server.admin.edit(op, path, body, who="bob", account=ACCOUNT, region=REGION, client="console")

    def writes(self) -> list[str]:
        """The write requests since the journal was cleared."""
        return [entry["op"] for entry in self.server.admin.writes()]
