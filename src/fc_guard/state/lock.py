"""The lock on a service's baselines: a kernel flock, so that a killed run never leaves it held."""

from __future__ import annotations

import errno
import fcntl
import getpass
import json
import os
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timezone
from types import TracebackType

from fc_guard.errors import BaselineLocked, BaselineUnusable
from fc_guard.state.files import open_lock
from fc_guard.state.place import Place

PATIENCE_SECONDS = 10.0
BUSY = (errno.EAGAIN, errno.EACCES)


class Lock:
    """Held from recovery to record. The owner is written inside for the message only; the kernel decides."""

    def __init__(
        self,
        path: Place,
        what: str,
        command: str,
        patience: float | None = None,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._path = path
        self._what = what
        self._command = command
        self._patience = _patience() if patience is None else patience
        self._waiting = waiting
        self._fd: int | None = None

    def __enter__(self) -> None:
        fd = open_lock(self._path)
        try:
            self._acquire(fd)
        except BaseException:
            os.close(fd)
            raise
        owner = {"command": self._command, "pid": os.getpid(), "host": socket.gethostname(), "user": _user()}
        text = json.dumps({**owner, "since": datetime.now(timezone.utc).isoformat(timespec="seconds")})
        os.ftruncate(fd, 0)
        os.pwrite(fd, text.encode(), 0)
        self._fd = fd

    def __exit__(
        self, type: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._fd is not None:
            # The file stays: unlinking it would let two waiters lock two different files.
            os.close(self._fd)
            self._fd = None

    def _acquire(self, fd: int) -> None:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in BUSY:
                    raise BaselineUnusable(
                        f"{self._path} cannot be locked: {error.strerror}.",
                        hint="This file system has no locks. Name another place in FC_GUARD_CACHE_DIR.",
                    ) from error
            else:
                return
            if time.monotonic() >= deadline:
                raise BaselineLocked(
                    f"The baseline of {self._what} is in use by {_owner(fd)}.",
                    hint="Wait for it to end; nothing was changed.",
                )
            with self._waiting():
                time.sleep(0.05)


def _patience() -> float:
    text = os.environ.get("FC_GUARD_LOCK_TIMEOUT", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        return PATIENCE_SECONDS


def _owner(fd: int) -> str:
    try:
        owner = json.loads(os.pread(fd, 4096, 0))
        return f"{owner['command']} (pid {owner['pid']} of {owner['user']} on {owner['host']}, since {owner['since']})"
    except (ValueError, KeyError, TypeError):
        return "another run"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())  # no such user in this container
