"""The two protocols of the cloud. A read-only run is given a `Reader` and cannot write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fc_guard.model.ids import ResourceId
from fc_guard.model.plans import Call


@dataclass(frozen=True, slots=True)
class Credential:
    """Keys of one account. Never printed, logged or stored."""

    account: str
    access_key_id: str
    access_key_secret: str
    security_token: str = ""

    def __repr__(self) -> str:
        return f"Credential(account={self.account!r})"


@dataclass(frozen=True, slots=True)
class Reply:
    """FC's answer to a call: its JSON as it came ({} for a deletion), and the ETag if it carries one."""

    document: Mapping[str, Any]
    etag: str | None = None


class Reader(Protocol):
    """Reads. None means that FC said NotFound; any other failure is raised (`Unreadable`)."""

    def read(self, id: ResourceId) -> Reply | None: ...

    def list(self, parent: ResourceId | None, kind: str) -> tuple[Mapping[str, Any], ...] | None:
        """Every resource of a kind inside its parent, all pages; None when the parent does not exist."""

    def package(self, id: ResourceId) -> bytes:
        """A function's code package as FC stores it."""


class Gateway(Reader, Protocol):
    """Writes too. Raises `CallFailed` when FC refused, `OutcomeUnknown` when its answer is lost."""

    def send(self, call: Call, code: bytes | None = None) -> Reply: ...
