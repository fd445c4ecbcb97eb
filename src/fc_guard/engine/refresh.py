"""Live state: read ahead in parallel, answered from memory while it is fresh."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from fc_guard.artifacts.blob import Blob, spool, spooled
from fc_guard.cloud.gateway import Reader, Reply, Stored
from fc_guard.core.normal import normalise
from fc_guard.kinds import REGISTRY
from fc_guard.model.fields import CODE, CodeVersion
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import parent_of
from fc_guard.model.resources import Live

IN_FLIGHT = 16
FRESH_SECONDS = 30.0
"""An answer older than this is read again: a person may have thought about a question in between."""

T = TypeVar("T")
ReadKey = tuple[str, ResourceId | None, str]


@dataclass(frozen=True, slots=True)
class _Remembered:
    answer: Future[Any]
    at: float


def as_live(id: ResourceId, document: Mapping[str, Any], etag: str | None) -> Live:
    """FC's document in normal form. The code is one field, named by its checksum."""
    kind = REGISTRY[id.kind]
    fields: dict[tuple[str, ...], Any] = normalise(document, kind.rules)
    if kind.has_code and document.get("codeChecksum"):
        fields[CODE] = CodeVersion(str(document["codeChecksum"]), None, document.get("codeSize"))
    return Live(id, fields, document, etag)


class Refresh:
    """Reads of one account and region, shared by all steps of a run."""

    def __init__(self, reader: Reader, now: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._now = now
        self._pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="refresh")
        self._remembered: dict[ReadKey, _Remembered] = {}
        self._packages: dict[ResourceId, tuple[str | None, Blob]] = {}
        self._listed: set[ResourceId] = set()  # parents whose children come from a list

    def ahead(self, functions: Iterable[ResourceId]) -> None:
        """Starts every read that these functions will need. A guess: it may only cost or save time."""
        by_service: dict[ResourceId, list[ResourceId]] = {}
        for function in functions:
            by_service.setdefault(_parent(function), []).append(function)
        for service, members in by_service.items():
            self._start(("read", service, ""))
            if len(members) > 1:
                self._listed.add(service)
            if service in self._listed:
                self._start(("list", service, "function"))
            for function in members:
                self._start(("list", function, "trigger"))
                if service not in self._listed:
                    self._start(("read", function, ""))

    def live(self, id: ResourceId) -> Live | None:
        """What FC says, perhaps from a list (then without an ETag), perhaps a few seconds old."""
        if parent_of(REGISTRY, id) in self._listed or id.kind == "trigger":
            return self._from_list(id)
        return self._read(id)

    def exact(self, ids: Iterable[ResourceId]) -> dict[ResourceId, Live | None]:
        """The same, each with the ETag that a write needs."""
        wanted = tuple(ids)
        for id in wanted:
            self._start(("read", id, ""))
        return {id: self._read(id) for id in wanted}

    def children(self, parent: ResourceId, kind: str) -> tuple[Live, ...]:
        """Everything of a kind inside a parent; nothing when there is no parent."""
        name = REGISTRY[kind].name_field
        items = self._answer(("list", parent, kind))
        return tuple(as_live(parent.child(kind, str(item[name])), item, None) for item in items or ())

    def stored(self, bucket: str, key: str) -> Stored | None:
        """An object in the account's OSS."""
        answer: Stored | None = self._answer(("object", None, f"{bucket}/{key}"))
        return answer

    def package(self, id: ResourceId, checksum: str | None) -> Blob:
        """A function's package; fetched once as long as its checksum is the one that was read."""
        known = self._packages.get(id)
        if known is None or checksum is None or known[0] != checksum:
            with spool() as file:
                self._reader.package(id, file)
                known = (checksum, spooled(file, f"the code package of {id}"))
            self._packages[id] = known
        return known[1]

    def forget(self, id: ResourceId) -> None:
        """Drops what is remembered of a resource that was written, of its parent's list and of its children."""
        self._packages.pop(id, None)
        for key in list(self._remembered):
            about = key[1]
            if about is not None and (about == id or about == parent_of(REGISTRY, id) or id.contains(about)):
                del self._remembered[key]

    def forget_all(self) -> None:
        self._remembered.clear()
        self._packages.clear()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _read(self, id: ResourceId) -> Live | None:
        reply: Reply | None = self._answer(("read", id, ""))
        return None if reply is None else as_live(id, reply.document, reply.etag)

    def _from_list(self, id: ResourceId) -> Live | None:
        name = REGISTRY[id.kind].name_field
        items = self._answer(("list", _parent(id), id.kind)) or ()
        return next((as_live(id, item, None) for item in items if str(item[name]) == id.parts[-1]), None)

    def _answer(self, key: ReadKey) -> Any:
        return self._start(key).result()

    def _start(self, key: ReadKey) -> Future[Any]:
        remembered = self._remembered.get(key)
        if remembered is None or self._now() - remembered.at > FRESH_SECONDS or _failed(remembered.answer):
            remembered = _Remembered(self._pool.submit(self._fetch, key), self._now())
            self._remembered[key] = remembered
        return remembered.answer

    def _fetch(self, key: ReadKey) -> Any:
        what, about, kind = key
        if what == "list":
            return self._reader.list(about, kind)
        if what == "object":
            bucket, _, name = kind.partition("/")
            return self._reader.stored(bucket, name)
        return None if about is None else self._reader.read(about)


def _failed(answer: Future[Any]) -> bool:
    """A failed read is tried again by whoever asks next."""
    return answer.done() and answer.exception() is not None


def _parent(id: ResourceId) -> ResourceId:
    parent = parent_of(REGISTRY, id)
    if parent is None:
        raise ValueError(f"{id} has no parent")
    return parent
