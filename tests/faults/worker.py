"""The real worker, as the host runs it: one process a run, its pipes, its answers. It may be killed at any moment.

It is forked from an interpreter that has imported everything.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from tests.forked import context, python_path

PATIENCE_SECONDS = 100.0
"""No run may take longer, whatever is done to it."""


@dataclass
class Ended:
    """How a run ended. `said` is all that reached a person: texts, messages, both streams. `killed`: it did not end."""

    status: int
    message: str = ""
    value: Any = None
    data: Any = None
    said: list[str] = field(default_factory=list)
    killed: bool = False

    @property
    def text(self) -> str:
        return "\n".join((*self.said, self.message))

    def everything(self) -> str:
        """All of it, as a program would see it."""
        return f"{self.text}\n{json.dumps([self.value, self.data], ensure_ascii=False)}"


def _serve(requests: Any, replies: Any, output: str, folder: str, environment: Mapping[str, str]) -> None:
    from fc_guard.host import serve

    os.setpgrp()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    stream = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (stream, 1), (stream, 2)):
        os.dup2(source, target)
    serve(requests.detach(), replies.detach())
    os._exit(0)


class Worker:
    """A worker that has been started. `call` runs one command."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        ours, theirs = os.pipe(), os.pipe()  # to the worker, from the worker
        self._output = tempfile.NamedTemporaryFile(prefix="worker-", delete=False)  # noqa: SIM115  closed by `end`
        arguments = (DupFd(ours[0]), DupFd(theirs[1]), self._output.name, str(folder), dict(environment))
        self._process = context().Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        os.close(ours[0])
        os.close(theirs[1])
        self._to = os.fdopen(ours[1], "wb", buffering=0)
        self._from = os.fdopen(theirs[0], "rb")
        self._folder = folder
        self._id = 0

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def call(self, line: str, props: Any, credential: Mapping[str, str], step: str = "one") -> Ended:
        self._id += 1
        self._send(
            {
                "t": "call",
                "id": self._id,
                "method": line.split(maxsplit=1)[0],
                "argv": line.split(),
                "inputs": {
                    "props": props,
                    "cwd": str(self._folder),
                    "yaml": str(self._folder / "s.yaml"),
                    "app": "app",
                    "resource": {"name": step, "component": "fc-guard", "access": "default"},
                    "host": "3.1.10",
                },
            }
        )
        late = threading.Timer(PATIENCE_SECONDS, self.kill)
        late.start()
        try:
            return self._ended(credential)
        finally:
            late.cancel()

    def end(self) -> str:
        """Says goodbye. Returns what was written to the two streams."""
        try:
            self._send({"t": "bye"})
        finally:
            self._to.close()
            self._process.join(10)
            if self._process.is_alive():
                self.kill()
                self._process.join()
            self._from.close()
            self._output.close()
        text = Path(self._output.name).read_text(encoding="utf-8", errors="replace")
        Path(self._output.name).unlink()
        return text

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            self._to.write(json.dumps(message).encode() + b"\n")
        except BrokenPipeError:
            return  # it was killed: reading says so

    def _ended(self, credential: Mapping[str, str]) -> Ended:
        said: list[str] = []
        for line in self._from:
            message = json.loads(line)
            match message["t"]:
                case "log":
                    said.append(message["text"])
                case "sync":
                    self._send({"t": "ack", "id": message["id"], "seq": message["seq"]})
                case "cred":
                    self._send({"t": "cred", "id": message["id"], "credential": dict(credential), "error": None})
                case "result":
                    return Ended(message.get("status") or 0, value=message["value"], said=said)
                case "error":
                    return Ended(message["status"], message["message"], data=message["data"], said=said)
        return Ended(-1, said=said, killed=True)


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a worker needs, and nothing of this process's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home), "PYTHONPATH": python_path(), **more}
