"""The API's operations without a signature, for the web console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the API: status, JSON body (None for a 204) and ETag."""

    status: int
    body: dict[str, Any] | None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What a function is given when it is invoked."""

    body: bytes


@dataclass(frozen=True, slots=True)
class WebRequest:
    """A request for an HTTP function, through its trigger at `qualifier`. `target` is a path, perhaps with a query."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    qualifier: str | None


@dataclass(frozen=True, slots=True)
class Called:
    """How a call ended. `error` is the X-Fc-Error-Type, None if the function did not fail; `log` is the log's tail."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    error: str | None
    duration_ms: float
    log: bytes
    request_id: str


class Backend(Protocol):
    """The store for the console and /__admin/edit."""

    async def perform(  # noqa: PLR0913 - one argument for each part of a request
        self,
        op: str,
        path: tuple[str, ...],
        body: dict[str, Any],
        *,
        who: str,
        client: str,
        account: str,
        region: str,
        if_match: str | None = None,
    ) -> Answer:
        """Carries out one API operation, for instance ("UpdateFunction", ("svc", "fn"), {"timeout": 5}).

        `path` holds the path parameters of the operation; reads take their query parameters in `body`. Errors are
        answers with the API's own status and error body. CreateFunction and UpdateFunction also take body["files"],
        {"path": "text" or None}, which writes files over the present package, or removes them.
        """

    async def package(self, account: str, region: str, service: str, function: str) -> bytes:
        """Returns the zip of a function's code, empty if it has none. Raises FcError if there is no such function."""

    async def call(self, account: str, region: str, service: str, function: str, asked: Event | WebRequest) -> Called:
        """Calls a function. Raises FcError if there is no such function, or its trigger does not take the request."""

    def failures(self, account: str, region: str, service: str, function: str) -> list[dict[str, Any]]:
        """Returns the last calls of a function that failed, newest first: at, requestId, message and log."""

    def regions(self) -> list[tuple[str, str]]:
        """Returns the (account, region) pairs that hold something, and the default pair."""

    def audit(self, since: int) -> list[dict[str, Any]]:
        """Returns the audit events with a sequence number above `since`, oldest first."""
