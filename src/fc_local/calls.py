"""Requests to the API and their outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fc_local.backend import Answer
from fc_local.operations import Operation
from fc_local.scope import Scope
from fc_local.shape import Document


@dataclass(frozen=True, slots=True)
class Call:
    operation: Operation
    names: tuple[str, ...]
    body: Document
    query: Mapping[str, Any]
    scope: Scope
    api: str
    server: str
    who: str
    client: str
    source: str
    if_match: str | None = None
    checksum: str | None = None
    files: Mapping[str, str | None] | None = None  # only from inside: text files to write over the package's
    eventbridge: bool = True  # the caller says it knows eventbridge triggers
    inside: bool = False  # from the console or an admin edit: such answers carry no noise
    request_id: str = ""
    agent: str = ""  # the user agent, as it was sent

    @property
    def qualifier(self) -> str:
        return str(self.query.get("qualifier") or "LATEST")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an operation. `etag_before` is the resource's ETag before it, for the journal."""

    status: int
    body: Document | None
    etag: str | None = None
    etag_before: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self) -> Answer:
        return Answer(self.status, self.body, self.etag)
