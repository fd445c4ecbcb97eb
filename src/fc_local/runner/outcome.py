"""The ways in which a call ends, and FC's words for them: JSON, which for an HTTP call names the error as the
API does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum

from fc_local.runner.model import HttpAnswer, Invocation

UNHANDLED = "UnhandledInvocationError"
TAIL = 4096
# FC sets these itself, whatever the function says.
RESERVED = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})


class Ending(Enum):
    VALUE = "value"  # the handler returned
    ERROR = "error"  # the handler raised
    NOT_LOADED = "not loaded"  # it could not be called: bad package, import, initializer
    TIMEOUT = "timeout"
    LOST = "lost"  # the process ended in the middle
    REFUSED = "refused"  # a runtime this machine does not run


@dataclass(frozen=True, slots=True)
class Outcome:
    """`body` is what the handler returned, or the JSON text of the error."""

    ending: Ending
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    duration_ms: float = 0.0
    memory_mb: float = 0.0
    log: bytes = b""

    @property
    def message(self) -> str:
        """The error's text. It may only be read of an error."""
        return str(json.loads(self.body)["errorMessage"])


def failure(ending: Ending, message: str, log: bytes = b"") -> Outcome:
    return Outcome(ending, json.dumps({"errorMessage": message}).encode(), log=log)


def unexpected_exit(duration_ms: float, memory_mb: float) -> str:
    usage = f"duration: {duration_ms:.0f}ms, maxMemoryUsage: {memory_mb:.2f}MB"
    return f"Process exited unexpectedly before completing request ({usage})"


def to_invocation(outcome: Outcome, request_id: str) -> Invocation:
    failed = outcome.ending is not Ending.VALUE
    end = ", Error: Unhandled function error" if failed else ""
    log = b"FC Invoke Start RequestId: %s\n%sFC Invoke End RequestId: %s%s\n" % (
        request_id.encode(),
        outcome.log if not outcome.log or outcome.log.endswith(b"\n") else outcome.log + b"\n",
        request_id.encode(),
        end.encode(),
    )
    return Invocation(outcome.body, UNHANDLED if failed else None, outcome.duration_ms, log[-TAIL:])


def to_http_answer(outcome: Outcome) -> HttpAnswer:
    if outcome.ending is Ending.VALUE:
        headers = tuple((name, value) for name, value in outcome.headers if not _reserved(name))
        return HttpAnswer(outcome.status, headers, outcome.body, outcome.log, outcome.duration_ms)
    texts = {Ending.ERROR: unexpected_exit(outcome.duration_ms, outcome.memory_mb)}
    text = texts.get(outcome.ending) or outcome.message
    status, code = (501, "NotImplemented") if outcome.ending is Ending.REFUSED else (502, "BadResponse")
    headers = (("Content-Type", "application/json"), ("X-Fc-Error-Type", UNHANDLED))
    # the clients of both APIs read it, each by its own key
    body = {"Code": code, "Message": text, "ErrorCode": code, "ErrorMessage": text}
    return HttpAnswer(status, headers, json.dumps(body, ensure_ascii=False).encode(), outcome.log, outcome.duration_ms)


def _reserved(name: str) -> bool:
    return name.lower() in RESERVED or name.lower().startswith("x-fc-")
