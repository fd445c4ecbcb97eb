"""The lock on a service's baselines: a kernel flock, so that a killed run never leaves it held.

The file's text is its mark. A run writes its identity when it gets the lock, and another text when it gives it back. No
two marks are alike, so two equal marks, both given back, prove that no run had the lock in between.
"""

from __future__ import annotations

import errno
import fcntl
import getpass
import json
import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from types import TracebackType

from fc_guard.core import strict_json
from fc_guard.errors import BaselineLocked, BaselineUnusable, Effect
from fc_guard.language import t
from fc_guard.render.times import shown_time
from fc_guard.state.nofollow import open_file, open_lock, read_file
from fc_guard.state.place import Place

PATIENCE_SECONDS = 10.0
RETRY_SECONDS = 0.05
BUSY = (errno.EAGAIN, errno.EACCES)


@dataclass(frozen=True, slots=True)
class Turn:
    """One run's time with a lock: the mark that it found, and the mark that it leaves."""

    before: str
    after: str


def mark_of(path: Place) -> str:
    """Returns the mark of a lock file, '' if no run has had the lock yet."""
    return (read_file(path) or b"").decode("utf-8", "replace")


def given_back(mark: str) -> bool:
    """Says whether the run that left this mark gave the lock back. A killed run never does."""
    try:
        return not mark or "ended" in strict_json.read(mark)
    except (ValueError, TypeError):
        return False


def holder(path: Place) -> str:
    """Describes the run that has the lock now, '' if none has it."""
    file = open_file(path)
    if file is None:
        return ""
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            return _owner(file.fileno()) if error.errno in BUSY else ""
    return ""


class Lock:
    """Held from recovery to record. The kernel decides who has it; the owner is written inside only for messages."""

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
        self._patience = patience_seconds() if patience is None else patience
        self._waiting = waiting
        self._fd: int | None = None
        self._command = command
        self._after = ""  # the mark to leave, once the lock is held

    def __enter__(self) -> Turn:
        fd = open_lock(self._path)
        try:
            self._acquire(fd)
            before = mark_of(self._path)
            self._after = self._sign(fd)
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        return Turn(before, self._after)

    def __exit__(
        self, type: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._fd is not None:
            with suppress(OSError):  # the mark then says that the lock was not given back
                _write(self._fd, self._after)
            # The file stays: unlinking it would let two waiters lock two different files.
            os.close(self._fd)
            self._fd = None

    def _sign(self, fd: int) -> str:
        """Writes who has the lock. Returns the mark to leave, which also names the run to help people."""
        owner = _owner_now(self._command)
        try:
            _write(fd, json.dumps({**owner, "turn": secrets.token_hex(8)}))
        except OSError as error:
            raise BaselineUnusable(
                t("{path} cannot be written: {strerror}.", path=self._path, strerror=error.strerror),
                hint=t("Free some space, or name another place in FC_GUARD_CACHE_DIR."),
            ) from error
        return json.dumps({**owner, "ended": secrets.token_hex(8)})

    def _acquire(self, fd: int) -> None:
        deadline = time.monotonic() + max(self._patience, RETRY_SECONDS)  # `holder` takes it for a moment
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in BUSY:
                    raise BaselineUnusable(
                        t("{path} cannot be locked: {strerror}.", path=self._path, strerror=error.strerror),
                        hint=t("This file system has no locks. Name another place in FC_GUARD_CACHE_DIR."),
                    ) from error
            else:
                return
            if time.monotonic() >= deadline:
                raise BaselineLocked(
                    t("The baseline of {what} is in use by {owner}.", what=self._what, owner=_owner(fd)),
                    hint=t("Wait for it to end."),
                    effect=Effect.NOTHING,
                )
            with self._waiting():
                time.sleep(RETRY_SECONDS)


def patience_seconds() -> float:
    """Returns how long to wait for another run, in seconds."""
    text = os.environ.get("FC_GUARD_LOCK_TIMEOUT", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        return PATIENCE_SECONDS


def _write(fd: int, mark: str) -> None:
    """Replaces the mark. A mark that is read halfway is not JSON, so it never counts as given back."""
    data = mark.encode()
    os.pwrite(fd, data, 0)
    os.ftruncate(fd, len(data))


def _owner_now(command: str) -> dict[str, str | int]:
    since = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return {"command": command, "pid": os.getpid(), "host": socket.gethostname(), "user": _user(), "since": since}


def _owner(fd: int) -> str:
    try:
        owner = strict_json.read(os.pread(fd, 4096, 0))
        return t(
            "{command} (pid {pid} of {user} on {host}, since {since})",
            command=owner["command"],
            pid=owner["pid"],
            user=owner["user"],
            host=owner["host"],
            since=shown_time(str(owner["since"])),
        )
    except (ValueError, KeyError, TypeError):
        return t("another run")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())  # no such user in this container
