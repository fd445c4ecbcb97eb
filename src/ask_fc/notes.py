"""A small file for each run, which names what it makes before it makes anything. It is there until all of that is gone.

A run holds the lock of its file; a killed one loses it, and the next run finds what is to be removed.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def default_folder() -> Path:
    """Returns the folder of the notes, in the host's home."""
    root = os.environ.get("serverless_devs_config_home") or str(Path.home())  # noqa: SIM112  the host's spelling
    return Path(root) / ".s" / "fc-guard-ask"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run makes things."""

    endpoint: str
    account: str
    region: str


class Note:
    """The note of a run, held. `domain` is a custom domain that the run makes, '' if it makes none."""

    def __init__(self, path: Path, descriptor: int, place: Place, domain: str = "") -> None:
        self.path = path
        self.place = place
        self.domain = domain
        self._descriptor = descriptor

    @property
    def prefix(self) -> str:
        return self.path.stem

    def add_domain(self, name: str) -> None:
        """Notes a domain that is not there yet and will be made."""
        self.domain = name
        _append(self._descriptor, {"domain": name})

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


@contextmanager
def new_note(folder: Path, prefix: str, place: Place) -> Iterator[Note]:
    """Writes the note of a new run. When the context begins, it is on the disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{prefix}.json"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _append(descriptor, {"endpoint": place.endpoint, "account": place.account, "region": place.region})
        _sync(folder)
        yield Note(path, descriptor, place)
    finally:
        os.close(descriptor)


@contextmanager
def left_over(path: Path) -> Iterator[Note | None]:
    """Holds the note of a run that has ended. Yields None if that run still goes on, or had made nothing."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        told = _read(path)
        if "endpoint" not in told:  # killed before the note was whole: nothing was made yet
            path.unlink(missing_ok=True)
            yield None
            return
        place = Place(told["endpoint"], told["account"], told["region"])
        yield Note(path, descriptor, place, told.get("domain", ""))
    finally:
        os.close(descriptor)


def _read(path: Path) -> dict[str, Any]:
    """Returns all whole lines of a note as one. The last line may be cut off."""
    told: dict[str, Any] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]:
        told |= json.loads(line)
    return told


def _append(descriptor: int, line: dict[str, str]) -> None:
    os.write(descriptor, (json.dumps(line) + "\n").encode())
    os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
