"""The three kinds of commands, by what their sessions can write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fc_guard.engine.run.session import LocalSession, ReadSession, WriteSession
from fc_guard.inputs.options import Option, PartOption
from fc_guard.language import joined, t
from fc_guard.model.reports import Report
from fc_guard.render.paint import Paint, heading, painter
from fc_guard.render.values import safe, safe_text


@dataclass(frozen=True, slots=True)
class ReadCommand:
    """A command that cannot write: it is never given anything to write with. One that is `quiet` returns its output
    to the host, which prints it below all else, only where somebody asks for it or may refer to it."""

    name: str
    description: str
    summary: str
    options: tuple[Option | PartOption, ...]
    run: Callable[[ReadSession], Report]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class LocalCommand:
    """A command that writes into the project and its state, and cannot write to FC."""

    name: str
    description: str
    summary: str
    options: tuple[Option | PartOption, ...]
    run: Callable[[LocalSession], Report]


@dataclass(frozen=True, slots=True)
class WriteCommand:
    name: str
    description: str
    summary: str
    options: tuple[Option | PartOption, ...]
    run: Callable[[WriteSession], Report]


Command = ReadCommand | LocalCommand | WriteCommand


def announce(command: str, read: ReadSession) -> None:
    """Prints the first line of a step, and where the console is."""
    lines = [heading_of(command, read, painter(read.terminal.colour))]
    if read.console:
        lines.append(t("console: {console}", console=safe(read.console)))
    read.terminal.say(joined(lines))


def say_all_steps(read: ReadSession, line: str) -> None:
    """Says at the end of the last of several steps what each of them found. `line` is what this one found."""
    if text := read.findings.hear(read.step.name, read.others, line):
        read.terminal.say(t("\n{text}", text=safe_text(text)))


def heading_of(command: str, read: ReadSession, paint: Paint) -> str:
    return heading(command, read.step.name, read.region, read.account, read.scope, paint, read.place)
