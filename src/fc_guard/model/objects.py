"""The objects that a shared store needs: written once, listed, never replaced. `cloud/` has OSS for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing has it. `age` is in seconds, by the clock of the service; `size` in bytes."""

    key: str
    size: int
    age: float


class Objects(Protocol):
    """Objects under one prefix; keys are relative to it. Every method raises `BaselineUnusable` where the service
    cannot be reached, refuses, or answers what is not understood: that is never "there is nothing"."""

    @property
    def name(self) -> str:
        """What a person is told: oss://bucket/prefix."""

    def ours(self) -> bool:
        """Says whether the bucket belongs to the account that is deployed to. Raises where an object could be written
        twice in it."""

    def create(self, key: str, data: bytes) -> bool:
        """Writes an object that must not exist. Returns False if it exists with other contents. A lost answer is
        settled by reading: the same contents count as written by this call."""

    def read(self, key: str, most: int) -> bytes | None:
        """Returns an object of at most `most` bytes, None if it does not exist."""

    def list(self, below: str = "") -> tuple[Listed, ...]:
        """Returns all objects whose keys begin with `below`, sorted by key."""

    def remove(self, keys: Iterable[str]) -> None:
        """Removes objects; one that does not exist is no error."""
