"""Limits how long a request may take, from outside.

A reader cannot keep a deadline itself: single bytes, or a header line that never ends, hold it inside one call. So one
thread per process watches all requests and shuts the connection of one whose time is up.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from dataclasses import dataclass
from typing import Final, Protocol

from fc_guard.language import t

TICK_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Pace:
    """The slowest stream that is waited for: `rate` bytes a second, counted over `window` seconds."""

    rate: int
    window: float


class TooSlow(OSError):
    """The time is up. It is an OSError because the libraries expect one from a connection."""


class Refused(OSError):
    """The answer was refused: it is a redirect, or too large."""


class Connected(Protocol):
    """A connection, with any wrapper around it."""

    def fileno(self) -> int: ...


class Limit:
    """The time limit of one request. As a context manager it watches only inside the context."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._end = self._began + seconds
        self._pace: Pace | None = None
        self._look_again = 0.0
        self._moved = 0
        self._line: socket.socket | None = None
        self._over = ""

    def __enter__(self) -> Limit:
        return self.start()

    def start(self) -> Limit:
        """Begins the watch, which `close` ends."""
        _WATCH.add(self)
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the watch and leaves the connection to its next user."""
        _WATCH.drop(self)
        self.let_go()

    def hold(self, connection: Connected) -> None:
        """Names the connection to shut. The limit duplicates its handle, so no wrapper or reuse can take it away."""
        line = socket.socket(fileno=os.dup(connection.fileno()))
        self.let_go()
        with self._lock:
            self._line = line

    def let_go(self) -> None:
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def allow(self, seconds: float) -> None:
        """Sets the end to `seconds` from now and drops the pace."""
        with self._lock:
            self._pace = None
            self._end = time.monotonic() + seconds

    def expect(self, pace: Pace, size: int) -> None:
        """Expects `size` bytes from now on, at `pace` or faster."""
        with self._lock:
            now = time.monotonic()
            self._pace, self._moved, self._look_again = pace, 0, now + pace.window
            self._end = now + pace.window + size / pace.rate

    def moved(self, size: int) -> None:
        """Counts bytes that were received or sent."""
        self._moved += size

    def require(self) -> None:
        """Raises `TooSlow` once the time is up: a shut connection looks like the end of the answer."""
        if self._over:
            raise TooSlow(self._over)

    @property
    def left(self) -> float:
        """Seconds until the time is up."""
        return max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> bool:
        return bool(self._over)

    def look(self, now: float) -> None:
        """Shuts the connection if the time is up, at every look, since the connection may be new."""
        with self._lock:
            self._over = self._over or self._judged(now)
            if self._over and self._line is not None:
                with contextlib.suppress(OSError):  # the other side may have ended it already
                    self._line.shutdown(socket.SHUT_RDWR)

    def _judged(self, now: float) -> str:
        if now >= self._end:
            return t("it took too long: it was not complete after {seconds}", seconds=_seconds(now - self._began))
        if self._pace is None or now < self._look_again:
            return ""
        moved, self._moved = self._moved, 0
        self._look_again = now + self._pace.window
        if moved >= self._pace.rate * self._pace.window:
            return ""
        return t(
            "it was too slow: {moved:,} bytes in {seconds}, where at least {rate:,} a second are waited for",
            moved=moved,
            seconds=_seconds(self._pace.window),
            rate=self._pace.rate,
        )


def _seconds(seconds: float) -> str:
    return t("{seconds:.0f} seconds", seconds=seconds) if seconds >= 2 else t("{seconds:.1f} seconds", seconds=seconds)


class _Watch:
    """The thread that watches the limits. It sleeps while there are none."""

    def __init__(self) -> None:
        self._due = threading.Condition()
        self._limits: set[Limit] = set()
        self._thread: threading.Thread | None = None

    def add(self, limit: Limit) -> None:
        with self._due:
            self._limits.add(limit)
            if self._thread is None or not self._thread.is_alive():  # a fork takes no threads along
                self._thread = threading.Thread(target=self._run, name="limits", daemon=True)
                self._thread.start()
            elif len(self._limits) == 1:
                self._due.notify()

    def drop(self, limit: Limit) -> None:
        with self._due:
            self._limits.discard(limit)

    def _run(self) -> None:
        while True:
            with self._due:
                while not self._limits:
                    self._due.wait()
                limits = tuple(self._limits)
            now = time.monotonic()
            for limit in limits:
                limit.look(now)
            time.sleep(TICK_SECONDS)


_WATCH: Final = _Watch()
