"""The worker: one Python process behind one host process. Requests come on one descriptor, replies go on another.

The standard streams stay the user's own, for prompts; everything else that people read goes through the host's logger,
which masks keys, writes the log file and honours --silent. docs/architecture.md has the protocol.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

from fc_guard import __version__
from fc_guard.cloud.gateway import Credential
from fc_guard.commands import COMMANDS
from fc_guard.commands.command import Command, ReadCommand
from fc_guard.engine.session import Run, Step
from fc_guard.errors import BadInput, GuardError, Interrupted
from fc_guard.inputs.options import Options, parse
from fc_guard.model.reports import Report
from fc_guard.render.machine import report_document

PROTOCOL: Final = 1
HOST_DIED: Final = 75
SIGNALS: Final = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


def serve(requests: int, replies: int) -> None:
    """Answers the host until it says bye. Never returns when the host dies: then the process ends at once."""
    for descriptor in (requests, replies):
        os.set_inheritable(descriptor, False)  # else a grandchild would keep the host waiting
    channel = Channel(replies)
    inbox = Inbox(requests, channel)
    channel.send({"t": "hello", "protocol": PROTOCOL, "version": __version__, "python": sys.version.split()[0]})
    inbox.start()
    threading.Thread(target=_warm_up, daemon=True, name="warm-up").start()
    run = Run()
    while (call := inbox.calls.get()) is not None:
        _answer(run, call, channel, inbox)


def _warm_up() -> None:
    """Imports what the first call will need while the host is still busy with s.yaml."""
    try:
        import fc_guard.cloud.sdk  # noqa: F401, PLC0415
    finally:
        gc.freeze()  # modules live as long as we do
        gc.enable()


class Channel:
    """Replies as JSON lines, one at a time."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        self._lock = threading.Lock()

    def send(self, message: Mapping[str, Any]) -> None:
        data = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            while data:
                data = data[self._file.write(data) or 0 :]


@dataclass
class Inbox:
    """Requests, sorted by a reader thread: calls for the main thread, answers for whoever waits for them."""

    descriptor: int
    channel: Channel
    calls: queue.SimpleQueue[dict[str, Any] | None] = field(default_factory=queue.SimpleQueue)
    interrupted: str = ""
    breakable: bool = False
    _answers: dict[tuple[str, int], queue.SimpleQueue[dict[str, Any]]] = field(default_factory=dict)

    def start(self) -> None:
        for name in SIGNALS:
            signal.signal(getattr(signal, name), self._on_signal)
        threading.Thread(target=self._read, daemon=True, name="requests").start()

    def wait_for(self, kind: str, id: int, request: Mapping[str, Any]) -> dict[str, Any]:
        """Sends a request of our own and waits for its answer."""
        answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._answers[(kind, id)] = answers
        self.channel.send(request)
        return answers.get()

    def _read(self) -> None:
        with os.fdopen(self.descriptor, "rb") as lines:
            for line in lines:
                message = json.loads(line)
                match message["t"]:
                    case "call":
                        self.calls.put(message)
                    case "cred" | "ack":
                        self._answers.pop((message["t"], message["id"])).put(message)
                    case "interrupt":
                        self.interrupted = str(message.get("signal") or "SIGINT")
                        os.kill(os.getpid(), signal.SIGINT)  # breaks into a prompt that the main thread waits at
                    case "bye":
                        self.calls.put(None)
                        return
        # The host is gone without a word. State files are safe at every point; nobody reads what we would print.
        os._exit(HOST_DIED)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Several signals may tell of one Ctrl-C: the terminal's and the host's."""
        self.interrupted = self.interrupted or signal.Signals(number).name
        if self.breakable:
            self.breakable = False
            raise self.interruption()

    def interruption(self) -> Interrupted:
        error = Interrupted("Stopped on request.", hint="What was done is recorded; deploy again to go on.")
        error.status = SIGNALS.get(self.interrupted, SIGNALS["SIGINT"])
        return error


class HostTerminal:
    """The user, seen through the host: text goes to its logger, questions straight to the terminal."""

    def __init__(self, id: int, channel: Channel, inbox: Inbox) -> None:
        self._id = id
        self._channel = channel
        self._inbox = inbox
        self._syncs = 0

    @property
    def can_ask(self) -> bool:
        return os.isatty(0) and (os.isatty(1) or os.isatty(2)) and not _truthy("CI")

    @property
    def colour(self) -> bool:
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or os.environ.get("FORCE_COLOR") == "0"
        return os.isatty(1) and not plain

    def pause_point(self) -> None:
        if self._inbox.interrupted:
            raise self._inbox.interruption()

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        self._inbox.breakable = True
        try:
            self.pause_point()
            yield
        finally:
            self._inbox.breakable = False

    def say(self, text: str) -> None:
        self._log("write", text)

    def warn(self, text: str) -> None:
        self._log("warn", text)

    def debug(self, text: str) -> None:
        self._log("debug", text)

    def ask(self, question: str, keys: Mapping[str, str], default: str) -> str:
        self.pause_point()
        self._sync()
        screen = sys.stdout if os.isatty(1) else sys.stderr
        width = max(len(key) for key in keys) + 2
        choices = "\n".join(f"  {f'[{key}]':<{width}} {word}" for key, word in keys.items())
        print(f"\n{question}\n{choices}", file=screen)
        while True:
            print(f"{'/'.join(keys)}, Enter = {default}: ", end="", file=screen, flush=True)
            answer = self._line().strip().lower()
            if not answer:
                return default
            if answer in keys:
                return answer

    def _line(self) -> str:
        """One line from the user. The end of input is an Enter: the safe answer."""
        try:
            with self.interruptible():
                return sys.stdin.readline()
        except Interrupted:
            print(file=sys.stdout if os.isatty(1) else sys.stderr, flush=True)  # what is told next begins a line
            raise

    def _log(self, level: str, text: str) -> None:
        self._channel.send({"t": "log", "id": self._id, "level": level, "text": text})

    def _sync(self) -> None:
        """Waits until everything said so far is on the screen."""
        self._syncs += 1
        self._inbox.wait_for("ack", self._id, {"t": "sync", "id": self._id, "seq": self._syncs})


def _answer(run: Run, call: Mapping[str, Any], channel: Channel, inbox: Inbox) -> None:
    """One call, whatever becomes of it."""
    id = int(call["id"])
    terminal = HostTerminal(id, channel, inbox)
    command = COMMANDS.get(str(call["method"]))
    options = Options()
    try:
        if command is None:
            raise BadInput(f"There is no command {call['method']!r}.", reference="unknown-command")
        step, options = _step(call, command)
        report = _run(run, command, step, terminal, lambda: _credential(inbox, id))
    except GuardError as error:
        _fail(channel, id, error, None, options)
    except Exception as error:  # noqa: BLE001  the one place: a defect of ours must end as a message, not as a hanging host
        terminal.debug(traceback.format_exc())
        _fail(channel, id, _defect(error, command), None, options)
    else:
        status = report.status(exit_code=options.exit_code)
        if report.error is not None:
            _fail(channel, id, report.error, report, options)
            return
        value = dict(report.output)
        if options.json:
            value["report"] = report_document(report, status)
        channel.send({"t": "result", "id": id, "value": value, "status": status})


def _run(
    run: Run, command: Command, step: Step, terminal: HostTerminal, credential: Callable[[], Credential]
) -> Report:
    if isinstance(command, ReadCommand):
        reading = run.reading(step, terminal, credential)
        _warn(terminal, reading.warnings)
        return command.run(reading)
    writing = run.writing(step, terminal, credential)
    _warn(terminal, writing.read.warnings)
    return command.run(writing)


def _warn(terminal: HostTerminal, warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        terminal.warn(warning)


def _step(call: Mapping[str, Any], command: Command) -> tuple[Step, Options]:
    inputs = call["inputs"]
    resource = inputs.get("resource") or {}
    name = str(resource.get("name") or "default")
    options = parse([str(token) for token in call.get("argv") or ()], command.name, name, command.options)
    yaml = inputs.get("yaml")
    step = Step(
        name=name,
        command=command.name,
        props=inputs.get("props") or {},
        yaml=Path(yaml) if yaml else None,
        cwd=Path(inputs.get("cwd") or Path.cwd()),
        options=options,
        host=str(inputs.get("host") or ""),
    )
    return step, options


def _credential(inbox: Inbox, id: int) -> Credential:
    """The keys of the step's access: the host's, else the usual environment variables."""
    answer = inbox.wait_for("cred", id, {"t": "cred", "id": id})
    told = answer.get("credential") or {}
    if told.get("AccessKeyID") and told.get("AccessKeySecret"):
        keys = tuple(str(told.get(name) or "") for name in ("AccessKeyID", "AccessKeySecret", "SecurityToken"))
        account = told.get("AccountID") or _from_environment("ACCOUNT_ID")
    else:
        keys = tuple(_from_environment(name) for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"))
        account = _from_environment("ACCOUNT_ID")
    if not (keys[0] and keys[1]):
        why = answer.get("error") or "the host knows none for this access"
        raise BadInput(
            f"No credentials: {why}.",
            hint="Add them with `s config add`, name the access in s.yaml or with -a, or set\n"
            "ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_ACCOUNT_ID.",
            reference="no-credentials",
        )
    if not account:
        raise BadInput(
            "The account id of these credentials is not known.",
            hint="Set AccountID with `s config add`, or ALIBABA_CLOUD_ACCOUNT_ID.",
            reference="no-account",
        )
    return Credential(str(account), *keys)


def _from_environment(name: str) -> str:
    return os.environ.get(f"ALIBABA_CLOUD_{name}", "")


def _fail(channel: Channel, id: int, error: GuardError, report: Report | None, options: Options) -> None:
    data = report_document(report, error.status) if report is not None else None
    if options.json and data is not None:
        # The host prints results of good runs only; a script that asked for JSON gets it for a stop as well.
        print(json.dumps(data, ensure_ascii=True), flush=True)  # noqa: T201
    channel.send(
        {
            "t": "error",
            "id": id,
            "message": str(error),
            "status": error.status,
            "data": data or {"reference": error.reference},
            "interrupted": isinstance(error, Interrupted),
        }
    )


def _defect(error: Exception, command: Command | None) -> GuardError:
    failure = GuardError(
        f"{type(error).__name__}: {error}",
        hint="This is a defect of fc-guard. Run again with --debug and report what it prints.\n"
        "`s plan` shows what is online now.",
        reference="internal",
    )
    failure.status = 1 if command is None or isinstance(command, ReadCommand) else 6
    return failure


def _truthy(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no")
