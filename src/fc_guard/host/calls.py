"""One call of the host: its step and keys, its command, and the answer that it gets in any case."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fc_guard.catalogs import translation
from fc_guard.cloud.gateway import Credential
from fc_guard.commands import COMMANDS
from fc_guard.commands.command import Command, LocalCommand, ReadCommand
from fc_guard.engine.run.session import Step
from fc_guard.engine.run.wiring import Run
from fc_guard.errors import BadInput, Effect, GuardError, Interrupted
from fc_guard.host.channel import Channel, Inbox
from fc_guard.host.keys import credential_of
from fc_guard.host.report_file import ReportFiles
from fc_guard.host.terminal import HostTerminal
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.foreseen import may_refer
from fc_guard.inputs.host_words import runs_alone
from fc_guard.inputs.options import Options
from fc_guard.language import joined, t
from fc_guard.model.layouts import Layout
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Report
from fc_guard.render.known import texts_of
from fc_guard.render.machine import report_document
from fc_guard.render.sink import Sink


def answer(run: Run, call: Mapping[str, Any], channel: Channel, inbox: Inbox, files: ReportFiles) -> None:
    """Runs one call, and sends its result or error in any case."""
    id = int(call["id"])
    sink = Sink(run.secrets, translation(os.environ))
    terminal = HostTerminal(id, channel, inbox, sink)
    ended = _Ended()
    command = COMMANDS.get(str(call["method"]))
    try:
        if command is None:
            raise BadInput(t("There is no command {method!r}.", method=call["method"]), reference="unknown-command")
        step, ended.options = _step(call, command, run.layouts)
        ended.files = _report_files(step, files)
        ended.report = _run(run, command, step, terminal, lambda: _credential(inbox, id))
        ended.error = ended.report.error
    except GuardError as error:
        ended.error = error
    except (OSError, RecursionError, MemoryError) as error:
        terminal.debug(traceback.format_exc())
        ended.error = _surroundings(error, command)
    except Exception as error:  # noqa: BLE001  the one place: a defect of ours must end as a message, not as a hanging host
        terminal.debug(traceback.format_exc())
        ended.error = _defect(error, command)
    if ended.error is not None:
        _after_others(ended.error, run, call)
    report, status = ended.reported(str(call["method"]))
    document = report_document(report, status)
    for file in ended.files:
        _write(files, file, _name(call), report, status, sink, terminal)
    if ended.error is not None:
        _fail(channel, sink, id, ended.error, document, ended.options, terminal.columns)
        return
    value = dict(document["output"])
    run.secrets.learn_open(*texts_of(value.get("url")))  # addresses are for others, who need them whole
    if ended.options.json:
        value["report"] = document
    told = sink.document(value) if _is_wanted(command, call) else None
    channel.send({"t": "result", "id": id, "value": told, "status": document["status"]})


def _is_wanted(command: Command | None, call: Mapping[str, Any]) -> bool:
    """Says whether the host gets a command's output, which it prints: not from a quiet one, unless an option asks for
    it or the file may refer to it."""
    if not (isinstance(command, ReadCommand) and command.quiet):
        return True
    asked = any(str(token).startswith(("-o", "--output")) for token in call.get("argv") or ())
    yaml = call["inputs"].get("yaml")
    return asked or may_refer(Path(yaml) if yaml else None)


@dataclass(slots=True)
class _Ended:
    """What is known of a call when it has ended, however it did. `files` are where its report is asked for."""

    options: Options = field(default_factory=Options)
    files: tuple[Path, ...] = ()
    report: Report | None = None
    error: GuardError | None = None

    def reported(self, command: str) -> tuple[Report, int]:
        """Returns the report, one without a plan where the call failed before it had any, and the exit status."""
        report = self.report or Report(command, account="", region="", plan=Plan(()), error=self.error)
        return report, report.status(exit_code=self.options.exit_code)


def _report_files(step: Step, files: ReportFiles) -> tuple[Path, ...]:
    """Returns the files that `--report` names, once it is certain that they can be written. Raises `BadInput`."""
    named = tuple(dict.fromkeys(step.cwd / name for name in step.options.reports if name))
    for file in named:
        files.begin(file)
    return named


def _write(
    files: ReportFiles, file: Path, step: str, report: Report, status: int, sink: Sink, terminal: HostTerminal
) -> None:
    try:
        files.add(file, step, report, status, sink)
    except OSError as error:
        terminal.warn(t("--report {file}: the report was not written: {strerror}.", file=file, strerror=error.strerror))


def _after_others(error: GuardError, run: Run, call: Mapping[str, Any]) -> None:
    """Adds the names of earlier steps that have written something: that stays, and the user has to know it."""
    error.earlier = tuple(name for name in run.written if name != _name(call))
    if not isinstance(error, Interrupted) or error.in_doubt:
        return
    if _name(call) in run.written:
        error.hint = t("What was done is recorded; run it again to go on.")
    else:
        error.effect = Effect.NOTHING


def _name(call: Mapping[str, Any]) -> str:
    return str((call["inputs"].get("resource") or {}).get("name") or "default")


def _run(
    run: Run, command: Command, step: Step, terminal: HostTerminal, credential: Callable[[], Credential]
) -> Report:
    if isinstance(command, ReadCommand):
        reading = run.reading(step, terminal, credential)
        _warn(terminal, reading.warnings)
        return command.run(reading)
    if isinstance(command, LocalCommand):
        recording = run.recording(step, terminal, credential)
        _warn(terminal, recording.read.warnings)
        return command.run(recording)
    writing = run.writing(step, terminal, credential)
    _warn(terminal, writing.read.warnings)
    return command.run(writing)


def _warn(terminal: HostTerminal, warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        terminal.warn(warning)


def _step(call: Mapping[str, Any], command: Command, layouts: Sequence[Layout]) -> tuple[Step, Options]:
    inputs = call["inputs"]
    resource = inputs.get("resource") or {}
    name = _name(call)
    argv = [str(token) for token in call.get("argv") or ()]
    options = parse(argv, command.name, name, command.options, layouts)
    yaml = inputs.get("yaml")
    step = Step(
        name=name,
        command=command.name,
        props=inputs.get("props") or {},
        yaml=Path(yaml) if yaml else None,
        cwd=Path(inputs.get("cwd") or Path.cwd()),
        options=options,
        host=str(inputs.get("host") or ""),
        app=str(inputs.get("app") or ""),
        component=str(resource.get("component") or ""),
        access=str(resource.get("access") or ""),
        alone=runs_alone(argv, command.name, name),
    )
    return step, options


def _credential(inbox: Inbox, id: int) -> Credential:
    return credential_of(inbox.wait_for("cred", id, {"t": "cred", "id": id}))


def _fail(
    channel: Channel,
    sink: Sink,
    id: int,
    error: GuardError,
    document: dict[str, Any],
    options: Options,
    columns: int | None,
) -> None:
    if options.json:
        # The host prints results of good runs only; a script that asked for JSON gets it for a stop as well.
        print(sink.json(document), flush=True)  # noqa: T201
    channel.send(
        {
            "t": "error",
            "id": id,
            "message": sink.message(str(error), columns=columns),
            "status": error.status,
            "data": sink.document(document),
            "interrupted": isinstance(error, Interrupted),
        }
    )


def _surroundings(error: OSError | RecursionError | MemoryError, command: Command | None) -> GuardError:
    """Returns the error for a refusal of the machine, or endless nesting, that no nearer code has worded."""
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        message, reference = joined((place, error.strerror or str(error)), ""), "file-system"
    elif isinstance(error, MemoryError):
        message, reference = t("There is not enough memory."), "no-memory"
    else:
        message, reference = t("Something that was read is nested too deeply."), "too-deep"
    failure = GuardError(message, hint=t("`s plan` shows what is online now."), reference=reference)
    failure.status = _status_of_the_unforeseen(command)
    return failure


def _status_of_the_unforeseen(command: Command | None) -> int:
    """Returns 6 (outcome unknown) for a command that may have written, else 1."""
    return 1 if command is None or isinstance(command, ReadCommand) else 6


def _defect(error: Exception, command: Command | None) -> GuardError:
    failure = GuardError(
        f"{type(error).__name__}: {error}",
        hint=t(
            "This is a defect of fc-guard. Run again with --debug and report what it prints.\n"
            "`s plan` shows what is online now."
        ),
        reference="internal",
    )
    failure.status = _status_of_the_unforeseen(command)
    return failure
