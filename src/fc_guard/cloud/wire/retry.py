"""Decides which failed calls are tried again, and when."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from fc_guard.cloud.wire.faults import Fault

ATTEMPTS = 4
BASE_SECONDS = 0.2
CAP_SECONDS = 10.0
HINT_CAP_SECONDS = 30.0

T = TypeVar("T")


class FaultError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def retried(
    call: Callable[[], T],
    *,
    repeats: Callable[[Fault], bool],
    sleep: Callable[[float], None] = time.sleep,
    uniform: Callable[[float, float], float] = random.uniform,
) -> T:
    """Runs a call, again after a fault that `repeats` accepts: with full jitter, after the server's hint."""
    for attempt in range(ATTEMPTS):
        try:
            return call()
        except FaultError as error:
            if attempt + 1 == ATTEMPTS or not repeats(error.fault):
                raise
            sleep(_delay(attempt, error.fault, uniform))
    raise AssertionError  # the last attempt returns or raises


def _delay(attempt: int, fault: Fault, uniform: Callable[[float, float], float]) -> float:
    backoff = uniform(0, min(CAP_SECONDS, BASE_SECONDS * 2**attempt))
    if fault.retry_after_ms is None:
        return backoff
    return min(HINT_CAP_SECONDS, fault.retry_after_ms / 1000) + backoff
