"""Asks git's own program about a working tree. Nothing that a repository names is run, and nothing is fetched.

A repository's configuration can name programs (hooks, fsmonitor, filters, signatures, transports). Each is switched off
in each call; the user's own configuration stays, since it says which folders git may trust.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

SECONDS: Final = 2.0
"""The longest that one question may take."""
MOST: Final = 16 * 1024 * 1024
"""The most bytes of one answer that are looked at."""
ENVIRONMENT: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
QUIET: Final = (
    *("git", "--no-pager", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "log.showSignature=false"),
    *("-c", "gpg.program=false"),
    *("-c", "submodule.recurse=false"),
    *("-c", "safe.bareRepository=explicit"),
)
NO_FILTER: Final = ("clean=", "smudge=", "process=", "required=false")
LOCAL: Final = (b"local", b"worktree")
"""Where a setting comes from that a repository may have brought."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What git said. `status` is its exit status, -1 if there is no git or it took too long."""

    status: int
    output: bytes = b""
    error: str = ""

    @property
    def text(self) -> str:
        return self.output.decode("utf-8", "replace").rstrip("\n")


@dataclass
class Git:
    """Asks about the repository that a folder lies in."""

    folder: Path

    def ask(self, *question: str, said: str | None = None) -> Answer:
        """Runs one of git's commands that only read. `said` goes to its standard input."""
        return self._run(QUIET, question, said)

    def compare(self, *question: str) -> Answer:
        """Runs a command that may look at contents of the working tree, without the filters that the repository
        names."""
        return self._run((*QUIET, *self._without_filters), question, None)

    @cached_property
    def _without_filters(self) -> Sequence[str]:
        found = self.ask("config", "--show-scope", "--null", "--name-only", "--get-regexp", r"^filter\.")
        if found.status not in (0, 1):
            raise GitSilentError(found)
        told = found.output.split(b"\0")
        names = {
            os.fsdecode(name).rpartition(".")[0]
            for scope, name in zip(told[::2], told[1::2], strict=False)
            if scope in LOCAL
        }
        off = (f"{name}.{what}" for name in sorted(names) for what in NO_FILTER)
        return [part for setting in off for part in ("-c", setting)]

    def _run(self, program: Sequence[str], question: Sequence[str], said: str | None) -> Answer:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        try:
            done = subprocess.run(
                [*program, *question],
                cwd=self.folder,
                env=environment | ENVIRONMENT,
                input=None if said is None else said.encode(),
                stdin=subprocess.DEVNULL if said is None else None,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return Answer(-1, error=type(error).__name__)
        return Answer(done.returncode, done.stdout[:MOST], done.stderr[:1000].decode("utf-8", "replace"))


class GitSilentError(Exception):
    """git did not answer a question that the next one depends on."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.error)
