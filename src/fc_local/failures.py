"""Remembers the last calls that failed, with what the function printed: an HTTP answer has no room for that."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

from fc_local.runner.model import FunctionSpec

MOST: Final = 100
"""Calls that are remembered, of all functions together."""


@dataclass(slots=True)
class Failures:
    _calls: deque[tuple[tuple[str, ...], dict[str, Any]]] = field(default_factory=lambda: deque(maxlen=MOST))

    def note(self, spec: FunctionSpec, request_id: str, said: bytes, log: bytes) -> None:
        """Notes a call. `said` is what the caller was told, `log` the tail of what the function printed."""
        call = {"at": time.time(), "requestId": request_id, "message": _message(said), "log": _text(log)}
        self._calls.append(((spec.account, spec.region, spec.service, spec.function), call))

    def of(self, *names: str) -> list[dict[str, Any]]:
        """Returns the failed calls of a function, named by account, region, service and name; the newest first."""
        return [call for whose, call in reversed(self._calls) if whose == names]


def _message(said: bytes) -> str:
    """Returns the message in an answer: an HTTP trigger and an invocation each have a key of their own for it."""
    try:
        answer = json.loads(said)
    except ValueError:
        return _text(said)
    named = answer if isinstance(answer, dict) else {}
    return str(named.get("ErrorMessage") or named.get("errorMessage") or _text(said))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").rstrip()
