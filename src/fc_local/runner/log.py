"""The last 4 KB that a function prints, which FC returns with an invocation."""

from __future__ import annotations

import asyncio
import contextlib
import os

TAIL = 4096
AT_ONCE = 65536
MOST_AT_ONCE = 64 * AT_ONCE  # a function that never stops printing must not hold up the server


class Log:
    """Reads a pipe as long as anything can write to it, so that a function that prints never blocks."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        self._tail = b""
        self._open = True
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._reading, self._read)

    @property
    def writing_end(self) -> int:
        return self._writing

    def hand_over(self) -> None:
        """Closes our copy of the writing end, which would keep the pipe open after the function's process."""
        os.close(self._writing)

    def take(self) -> bytes:
        """Returns the tail of what was printed since the last call. The child flushes before it answers, so what
        belongs to an answer is in the pipe by now."""
        taken = 0
        while self._open and taken < MOST_AT_ONCE and (size := self._read()):
            taken += size
        tail, self._tail = self._tail, b""
        return tail

    def close(self) -> None:
        if self._open:
            self._open = False
            self._loop.remove_reader(self._reading)
            os.close(self._reading)

    def _read(self) -> int:
        chunk = None
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(self._reading, AT_ONCE)
        if chunk is None:
            return 0
        if not chunk:
            self.close()
        self._tail = (self._tail + chunk)[-TAIL:]
        return len(chunk)
