"""A worker that does what a test tells it: it speaks protocol 1 and knows nothing of Function Compute.

The bridge starts it in place of Python (FC_GUARD_PYTHON names a wrapper). What a call does stands in its props:
`props.on.<method>` (or `props.on.any`) is a list of steps, each `{"do": ...}`. Everything it receives is appended to
FAKE_WORKER_LOG.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

VERSION = "0.1.0"  # a test compares it with package.json
HELLO = {"t": "hello", "protocol": 1, "version": os.environ.get("FAKE_VERSION", VERSION), "python": "3.11.7"}


class FakeWorker:
    def __init__(self) -> None:
        receive, send = (int(number) for number in os.environ["FC_GUARD_FDS"].split(","))
        os.set_inheritable(receive, False)
        os.set_inheritable(send, False)
        self.rx = os.fdopen(receive, encoding="utf-8")
        self.tx = os.fdopen(send, "w", encoding="utf-8")
        self.arrived = threading.Condition()
        self.messages: list[dict[str, Any]] = []
        self.interrupted = threading.Event()
        self.seq = 0

    def record(self, what: str, **fields: Any) -> None:
        if log := os.environ.get("FAKE_WORKER_LOG"):
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"what": what, "pid": os.getpid(), **fields}) + "\n")

    def send(self, **message: Any) -> None:
        self.tx.write(json.dumps(message) + "\n")
        self.tx.flush()

    def read(self) -> None:
        bye = False
        for line in self.rx:
            message = json.loads(line)
            self.record(message["t"], message=message)
            if message["t"] == "interrupt":
                self.interrupted.set()
            elif message["t"] == "bye":
                bye = True
            with self.arrived:
                self.messages.append(message)
                self.arrived.notify_all()
        if not bye:
            self.record("orphaned")
            os._exit(75)
        with self.arrived:
            self.messages.append({"t": "end"})
            self.arrived.notify_all()

    def take(self, kind: str, call: int | None = None) -> dict[str, Any]:
        """The next message of a kind; `end` too ends the wait for a call."""
        with self.arrived:
            while True:
                for message in self.messages:
                    if message["t"] == kind and (call is None or message["id"] == call):
                        self.messages.remove(message)
                        return message
                    if kind == "call" and message["t"] == "end":
                        return message
                self.arrived.wait()

    def serve(self) -> None:
        self.record("start", cwd=str(Path.cwd()), argv=sys.argv[1:], python_path=os.environ.get("PYTHONPATH"))
        if seconds := os.environ.get("FAKE_SLOW_START"):
            time.sleep(float(seconds))
        if code := os.environ.get("FAKE_DIES_AT_START"):
            print("fake: no module named anything", file=sys.stderr)
            sys.exit(int(code))
        signal.signal(signal.SIGINT, lambda *_: self.interrupted.set())
        signal.signal(signal.SIGTERM, lambda *_: self.interrupted.set())
        self.send(**HELLO)
        threading.Thread(target=self.read, daemon=True).start()
        while (call := self.take("call"))["t"] == "call":
            props = call["inputs"]["props"]
            steps = props.get("on", {}).get(call["method"]) or props.get("on", {}).get("any")
            self.perform(call, steps or [{"do": "echo"}])
        self.record("ended")
        os._exit(0)

    def perform(self, call: dict[str, Any], steps: list[dict[str, Any]]) -> None:
        for step in steps:
            getattr(self, f"do_{step['do']}")(call, step)

    def do_echo(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        value = {"method": call["method"], "inputs": call["inputs"], "argv": call["argv"], "pid": os.getpid()}
        self.send(t="result", id=call["id"], value=value, status=step.get("status", 0))

    def do_result(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        self.send(t="result", id=call["id"], value=step.get("value", {}), status=step.get("status", 0))

    def do_error(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        self.send(
            t="error",
            id=call["id"],
            message=step["message"],
            status=step["status"],
            data=step.get("data", {}),
            interrupted=step.get("interrupted", False),
        )

    def do_log(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        for _ in range(step.get("times", 1)):
            self.send(t="log", id=call["id"], level=step.get("level", "write"), text=step["text"])

    def do_cred(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        self.send(t="cred", id=call["id"])
        answer = self.take("cred", call["id"])
        if answer["error"] and not step.get("tolerant"):
            self.send(t="error", id=call["id"], message=answer["error"], status=2, data={}, interrupted=False)
        else:
            self.send(t="result", id=call["id"], value=answer, status=0)

    def do_leak(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        """Says the secret it was given, as a bug would."""
        self.send(t="cred", id=call["id"])
        secret = self.take("cred", call["id"])["credential"]["AccessKeySecret"]
        self.send(t="log", id=call["id"], level="info", text=f"the secret is {secret}")
        self.send(t="error", id=call["id"], message=f"bad secret {secret}", status=1, data={}, interrupted=False)

    def do_ask(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        self.seq += 1
        self.send(t="sync", id=call["id"], seq=self.seq)
        self.take("ack", call["id"])
        try:
            answer = input(step["text"])
        except EOFError:
            message = "It needs a terminal."
            self.send(t="error", id=call["id"], message=message, status=3, data={}, interrupted=False)
            return
        self.send(t="result", id=call["id"], value={"answer": answer}, status=0)

    def do_wait(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        """Works until interrupted, then cleans up and says so."""
        if not self.interrupted.wait(step.get("seconds", 20)):
            self.send(t="result", id=call["id"], value={"waited": True}, status=0)
            return
        time.sleep(step.get("cleanup", 0.2))
        self.record("cleaned")
        message = "Interrupted; cleaned up."
        self.send(t="error", id=call["id"], message=message, status=step.get("status", 130), interrupted=True)

    def do_deaf(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        """Does not listen to interruptions."""
        time.sleep(step.get("seconds", 30))

    def do_sleep(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        time.sleep(step["seconds"])

    def do_exit(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        os._exit(step["code"])

    def do_kill(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def do_close(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        """Closes its side of the pipe and goes on living."""
        os.close(self.tx.fileno())
        time.sleep(30)

    def do_garbage(self, call: dict[str, Any], step: dict[str, Any]) -> None:
        self.tx.write("this is not JSON\n")
        self.tx.flush()
        time.sleep(30)


if __name__ == "__main__":
    FakeWorker().serve()
