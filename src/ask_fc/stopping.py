"""Ctrl-C and its kin take effect between two requests, never within one, whose fate would be unknown."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SLICE: Final = 0.1


class StoppedError(Exception):
    """Somebody asked this run to end."""


class Stop:
    """Whether somebody asked this run to end, and by which signal. A second signal ends it at once."""

    def __init__(self) -> None:
        self.by: int = 0

    def listen(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self._told)

    def _told(self, number: int, frame: FrameType | None) -> None:
        if self.by:
            raise KeyboardInterrupt
        self.by = number

    def check(self) -> None:
        if self.by:
            raise StoppedError

    def wait(self, seconds: float) -> None:
        """Waits. Raises `StoppedError` as soon as somebody asks for the end."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, _SLICE))
