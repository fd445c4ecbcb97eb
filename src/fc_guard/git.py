"""Asks git's own program about a working tree. Nothing that a repository names is run, and nothing is fetched.

A repository's configuration can name programs (hooks, fsmonitor, filters, signatures, transports). Each is switched off
in each call; the user's own configuration stays, since it says which folders git may trust.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Final, cast

SECONDS: Final = 2.0
"""The longest that one question may take."""
ALL_SECONDS: Final = 10.0
"""The longest that all questions about a working tree may take together."""
MOST: Final = 16 * 1024 * 1024
"""The most bytes of one answer. One that is longer is none."""
MOST_ERROR: Final = 1000
CHUNK: Final = 64 * 1024
LATE: Final = "TimeoutExpired"
LONG: Final = "OverflowError"
ENVIRONMENT: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
QUIET: Final = (
    *("--no-pager", "--literal-pathspecs"),
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
FILTERS: Final = r"^(filter|lfs\.extension)\."
LFS_EXTENSION: Final = "lfs.extension."
"""Programs that the user's own filter `lfs` would run, by the repository's word."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What git said. `status` is its exit status, -1 if it gave no whole answer: there is no git, it took too long, or
    said too much. `output` is then what came until that."""

    status: int
    output: bytes = b""
    error: str = ""

    @property
    def text(self) -> str:
        return os.fsdecode(self.output).rstrip("\n")


@dataclass
class Clock:
    """The seconds that questions took together."""

    spent: float = 0.0


@dataclass
class Git:
    """Asks about the repository that a folder lies in."""

    folder: Path
    clock: Clock = field(default_factory=Clock)

    def within(self, folder: Path) -> Git:
        """Returns who asks about another repository, in what is left of the time."""
        return Git(folder, self.clock)

    def ask(self, *question: str, said: str = "") -> Answer:
        """Runs one of git's commands that only read. `said` goes to its standard input."""
        return self._run((*QUIET, *question), said)

    def compare(self, *question: str) -> Answer:
        """Runs a command that may look at contents of the working tree, without the filters that the repository
        names. Raises `GitSilentError` if they cannot all be switched off."""
        return self._run((*QUIET, *self._without_filters, *question), "")

    @cached_property
    def _without_filters(self) -> Sequence[str]:
        found = self.ask(
            "config", "--show-scope", "--null", "--name-only", "--get-regexp", r"^(filter|lfs\.extension)\."
        )
        if found.status not in (0, 1):
            raise GitSilentError(found)
        told = found.output.split(b"\0")
        settings = [os.fsdecode(name) for scope, name in zip(told[::2], told[1::2], strict=False) if scope in LOCAL]
        names = {"filter.lfs" if name.startswith(LFS_EXTENSION) else name.rpartition(".")[0] for name in settings}
        if any("=" in name for name in names):  # git reads the name in `-c name=value` up to its first =
            raise GitSilentError(found)
        off = (f"{name}.{what}" for name in sorted(names) for what in NO_FILTER)
        return [part for setting in off for part in ("-c", setting)]

    def _run(self, line: Sequence[str], said: str) -> Answer:
        seconds = min(SECONDS, ALL_SECONDS - self.clock.spent)
        if seconds <= 0:
            return Answer(-1, error=LATE)
        begun = time.monotonic()
        try:
            return _answer(line, self.folder, said, seconds)
        except (OSError, ValueError) as error:
            return Answer(-1, error=type(error).__name__)
        finally:
            self.clock.spent += time.monotonic() - begun


class GitSilentError(Exception):
    """git did not answer a question that the next one depends on."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.error)


def _answer(line: Sequence[str], folder: Path, said: str, seconds: float) -> Answer:
    """Runs git. Its output is read through a pipe, and cut off there; the other two streams are files, since a pipe
    that nobody empties would hold it up."""
    places = os.pathsep.join(filter(os.path.isabs, os.get_exec_path()))  # others would lie in the folder
    program = shutil.which("git", path=places)
    if program is None:
        raise FileNotFoundError("git")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as complaints:
        told.write(os.fsencode(said))
        told.seek(0)
        with subprocess.Popen(
            [program, *line],
            cwd=folder,
            env=clean | ENVIRONMENT | {"PATH": places},
            stdin=told,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        ) as process:
            output, reason = _output(process, seconds)
        complaints.seek(0)
        error = complaints.read(MOST_ERROR).decode("utf-8", "replace")
    return Answer(-1 if reason else process.returncode, output, reason or error)


def _output(process: subprocess.Popen[bytes], seconds: float) -> tuple[bytes, str]:
    """Returns what a program writes, and why that is not all of it, else ''. The program has ended then."""
    stream, until = cast(IO[bytes], process.stdout), time.monotonic() + seconds
    output = bytearray()
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while selector.select(max(0.0, until - time.monotonic())):
                some = os.read(stream.fileno(), CHUNK)
                output += some
                if len(output) > MOST:
                    return bytes(output[:MOST]), LONG
                if not some:
                    process.wait(max(0.0, until - time.monotonic()))
                    return bytes(output), ""
        return bytes(output), LATE
    except subprocess.TimeoutExpired:
        return bytes(output), LATE
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # and what it started
