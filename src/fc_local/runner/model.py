"""The values between server and runner, without any HTTP framework."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function to run: its settings and the zip that holds its code."""

    account: str
    region: str
    service: str
    function: str
    runtime: str
    handler: str
    initializer: str
    timeout: int
    memory: int
    environment: dict[str, str]
    checksum: str
    package: Path


@dataclass(frozen=True, slots=True)
class Invocation:
    """The outcome of an event call. `error_type` is the X-Fc-Error-Type value, None without an error."""

    body: bytes
    error_type: str | None
    duration_ms: float
    log_tail: bytes


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request for an HTTP function. `path` is the part after the function's name, percent-decoded; `request_uri` is
    the whole target as it was sent."""

    method: str
    path: str
    query_string: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    request_uri: str
    client_addr: str
    request_id: str


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The outcome of an HTTP call. `log_tail` is what the function printed; the caller does not get it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    log_tail: bytes = field(default=b"", compare=False)
    duration_ms: float = field(default=0.0, compare=False)

    @property
    def error_type(self) -> str | None:
        return next((value for name, value in self.headers if name == "X-Fc-Error-Type"), None)
