"""Objects in memory, as OSS has them: what is shared between the runs of a test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from fc_guard.errors import BaselineUnusable
from fc_guard.model.objects import Listed


@dataclass
class Bucket:
    """The bucket itself. `now` is its clock, in seconds."""

    now: Callable[[], float] = time.monotonic
    owned: bool = True
    objects: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    removed: list[str] = field(default_factory=list)
    refused: str = ""
    """What is wrong with the bucket."""


@dataclass
class InMemory:
    """One run's way to the bucket. `before` and `after` are called around each creation, and may raise."""

    bucket: Bucket
    before: Callable[[str], None] = lambda key: None
    after: Callable[[str], None] = lambda key: None
    asked: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "oss://bucket/prefix"

    def ours(self) -> bool:
        self._ask("ours")
        return self.bucket.owned

    def create(self, key: str, data: bytes) -> bool:
        self._ask(f"create {key}")
        self.before(key)
        with self.bucket.lock:
            won = self.bucket.objects.setdefault(key, (data, self.bucket.now()))[0] == data
        self.after(key)
        return won

    def read(self, key: str, most: int) -> bytes | None:
        self._ask(f"read {key}")
        with self.bucket.lock:
            found = self.bucket.objects.get(key)
        return None if found is None else found[0]

    def list(self, below: str = "") -> tuple[Listed, ...]:
        self._ask("list")
        with self.bucket.lock:
            now = self.bucket.now()
            found = [(key, data, at) for key, (data, at) in self.bucket.objects.items() if key.startswith(below)]
        return tuple(Listed(key, len(data), now - at) for key, data, at in sorted(found))

    def remove(self, keys: Iterable[str]) -> None:
        self._ask("remove")
        with self.bucket.lock:
            for key in keys:
                self.bucket.objects.pop(key, None)
                self.bucket.removed.append(key)

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.bucket.refused:
            raise BaselineUnusable(self.bucket.refused)
