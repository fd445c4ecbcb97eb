"""The two pipes to the host: replies out, requests in, and what a signal does meanwhile."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

from fc_guard.errors import Interrupted

HOST_DIED: Final = 75
CALL: Final = re.compile(rb'"id": ?(\d+)')
SIGNALS: Final = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


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
                try:
                    message = json.loads(line)
                except (ValueError, RecursionError):
                    self._refuse(line)
                    continue
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

    def _refuse(self, line: bytes) -> None:
        """Answers a call that cannot be read, or the host would wait for ever."""
        id = CALL.search(line)
        message = "error: bad-props\n  What the host handed over cannot be read: it is nested too deeply."
        told = {"message": message, "status": 2, "data": {"reference": "bad-props"}, "interrupted": False}
        self.channel.send({"t": "error", "id": int(id[1]) if id else 0, **told})

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Keeps the first signal: one Ctrl-C may arrive from the terminal and from the host."""
        self.interrupted = self.interrupted or signal.Signals(number).name
        if self.breakable:
            self.breakable = False
            raise self.interruption()

    def interruption(self) -> Interrupted:
        error = Interrupted("Stopped on request.")
        error.status = SIGNALS.get(self.interrupted, SIGNALS["SIGINT"])
        return error
