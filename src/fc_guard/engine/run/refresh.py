"""Live state: read ahead in parallel, answered from memory while it is fresh."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from fc_guard.artifacts.blob import Blob, spool, spooled
from fc_guard.cloud.gateway import Item, Odd, Parts, Reader, Reply, Stored
from fc_guard.core.normal import observed
from fc_guard.engine.run.package_view import Look
from fc_guard.errors import Unreadable
from fc_guard.kinds import REGISTRY
from fc_guard.model.fields import CODE, CodeVersion
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import parent_of
from fc_guard.model.resources import Live
from fc_guard.render.known import Secrets
from fc_guard.state.lock import Turn, given_back

IN_FLIGHT = 16
FRESH_SECONDS = 30.0
"""An answer older than this is read again: a person may have thought about a question in between."""

T = TypeVar("T")
ListKey = tuple[ResourceId, str]
"""A parent, and the kind of its children."""
ReadKey = tuple[str, ResourceId | None, str]


@dataclass(frozen=True, slots=True)
class _Remembered:
    answer: Future[Any]
    at: float


def as_live(id: ResourceId, document: Mapping[str, Any], etag: str | None) -> Live:
    """FC's document in normal form. The code is one field, named by its checksum."""
    kind = REGISTRY[id.kind]
    fields: dict[tuple[str, ...], Any] = observed(document, kind.rules)
    if kind.has_code and document.get("codeChecksum"):
        fields[CODE] = CodeVersion(str(document["codeChecksum"]), None, document.get("codeSize"))
    return Live(id, fields, document, etag)


class Refresh:
    """Reads of one account and region, shared by all steps of a run."""

    def __init__(
        self, reader: Reader, now: Callable[[], float] = time.monotonic, secrets: Secrets | None = None
    ) -> None:
        """`secrets` learns every secret value that is read."""
        self._reader = reader
        self._secrets = Secrets() if secrets is None else secrets
        self._now = now
        self._pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="refresh")
        self._remembered: dict[ReadKey, _Remembered] = {}
        self._packages: dict[ResourceId, tuple[str | None, Blob]] = {}
        self._looks: dict[ResourceId, tuple[str | None, Look]] = {}
        self._marks: dict[ResourceId, str] = {}  # of the locks of roots, as they were before the first read
        self._listed: set[ResourceId] = set()  # services whose functions come from a list
        self._wanted: set[ResourceId] = set()  # all that was said to be needed

    def ahead(self, ids: Iterable[ResourceId], lists: Iterable[ListKey]) -> None:
        """Starts every read that these resources will need. A guess: it may only cost or save time."""
        wanted = tuple(ids)
        self._wanted.update(wanted)
        for service in {_parent(id) for id in wanted if id.kind == "function"}:
            if sum(1 for id in wanted if id.kind == "function" and _parent(id) == service) > 1:
                self._listed.add(service)
        for parent, kind in lists:
            self._start(("list", parent, kind))
        for id in wanted:
            self._start(self._key(id))

    def live(self, id: ResourceId) -> Live | None:
        """What FC says, perhaps from a list (then without an ETag), perhaps a few seconds old."""
        return self._read(id) if self._key(id)[0] == "read" else self.listed(id)

    def listed(self, id: ResourceId) -> Live | None:
        """What its list says of a resource, or a read of its own where the list says too little."""
        items = self._items(parent_of(REGISTRY, id), id.kind)
        item = next((item for item in items if _name(id.kind, item) == id.parts[-1]), None)
        if not isinstance(item, Odd):
            return None if item is None else self.heard(id, item)
        if not item.short:
            raise item.problem
        for each in items:  # what is short of one will be short of all
            other = replace(id, parts=(*id.parts[:-1], _name(id.kind, each)))
            if isinstance(each, Odd) and other in self._wanted:
                self._start(("read", other, ""))
        return self._read(id)

    def readable(self, ids: Iterable[ResourceId]) -> tuple[dict[ResourceId, Live], tuple[str, ...]]:
        """What lists say of things of others, on which nothing depends, and a word on each that cannot be read."""
        found: dict[ResourceId, Live] = {}
        notes = []
        for id in ids:
            try:
                live = self.listed(id)
            except Unreadable as error:
                notes.append(f"{id} was left out, since it cannot be read. {error.message}")
            else:
                if live is not None:
                    found[id] = live
        return found, tuple(notes)

    def exact(self, ids: Iterable[ResourceId]) -> dict[ResourceId, Live | None]:
        """The same, each with the ETag that a write needs, if FC has one for its kind."""
        wanted = tuple(ids)
        for id in wanted:
            self._start(_exact_key(id))
        return {id: self._read(id) if REGISTRY[id.kind].operations.read else self.live(id) for id in wanted}

    def glance(self, id: ResourceId) -> Future[Reply | None]:
        """A read that starts now and is not remembered."""
        return self._pool.submit(self._reader.read, id)

    def inside(self, parent: ResourceId, kind: str) -> tuple[ResourceId, ...]:
        """The names of everything of a kind inside a parent; nothing when there is no parent."""
        return tuple(parent.child(kind, _name(kind, item)) for item in self._items(parent, kind))

    def children(self, parent: ResourceId, kind: str) -> tuple[Live, ...]:
        """Everything of a kind inside a parent. Raises `Unreadable` if one of it is."""
        return tuple(live for id in self.inside(parent, kind) if (live := self.listed(id)) is not None)

    def everything(self, kind: str, account: str, region: str) -> tuple[ResourceId, ...]:
        """The names of everything of a kind that lives in no other resource, in the whole account and region."""
        return tuple(ResourceId(account, region, kind, (_name(kind, item),)) for item in self._items(None, kind))

    def heard(self, id: ResourceId, document: Mapping[str, Any], etag: str | None = None) -> Live:
        """An answer of FC, or a saved one, in normal form. Its secrets are known from now on."""
        live = as_live(id, document, etag)
        rules = REGISTRY[id.kind].rules
        for path, value in live.fields.items():
            if rules.is_secret(path):
                self._secrets.learn(value)
        given = (document.get(path[0]) for path in rules.server_owned if len(path) == 1)
        self._secrets.learn_open(*(text for text in given if isinstance(text, str)))  # FC's own: ids, addresses, times
        return live

    def held_by(self, ids: Iterable[ResourceId]) -> dict[ResourceId, tuple[str, ...]]:
        """What would hold resources in being were they to be deleted, for those that anything would."""
        asked = tuple(ids)
        self.held_ahead(asked)
        held = {id: tuple(name for key in _held_keys(id) for name in self._answer(key) or ()) for id in asked}
        return {id: names for id, names in held.items() if names}

    def held_ahead(self, ids: Iterable[ResourceId]) -> None:
        """Starts the reads for that."""
        for id in ids:
            for key in _held_keys(id):
                self._start(key)

    def stored(self, bucket: str, key: str) -> Stored | None:
        """An object in the account's OSS."""
        answer: Stored | None = self._answer(("object", None, f"{bucket}/{key}"))
        return answer

    def traces(self) -> str:
        """Where traces of the region go."""
        answer: str = self._answer(("traces", None, ""))
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

    def look(self, id: ResourceId, checksum: str | None) -> Look:
        """The same package, to be looked into: in parts where that is possible and it was not fetched already.

        Raises `LiveMoved` when it is no longer the one with this checksum.
        """
        known = self._looks.get(id)
        if known is None or checksum is None or known[0] != checksum:
            known = (checksum, Look(self._parts(id, checksum), lambda: self.package(id, checksum)))
            self._looks[id] = known
        return known[1]

    def _parts(self, id: ResourceId, checksum: str | None) -> Parts | None:
        if id in self._packages and checksum is not None and self._packages[id][0] == checksum:
            return None
        with spool() as file:
            parts = self._reader.parts(id, checksum, file)
            if parts is None:
                self._packages[id] = (checksum, spooled(file, f"the code package of {id}"))
        return parts

    def forget(self, id: ResourceId) -> None:
        """Drops what is remembered of a resource whose state is in doubt, of its parent's list and of its children."""
        self._packages.pop(id, None)
        self._looks.pop(id, None)
        parent = parent_of(REGISTRY, id)
        for key in list(self._remembered):
            what, about, kind = key
            if about is None:
                continue  # an object in OSS
            if about == id or id.contains(about) or (what == "list" and (about, kind) == (parent, id.kind)):
                del self._remembered[key]

    def wrote(self, id: ResourceId, reply: Reply | None) -> None:
        """Takes FC's answer to a write for a reading of it; None: it was deleted. So nothing has to be read again."""
        self._packages.pop(id, None)
        self._looks.pop(id, None)
        self._keep(("read", id, ""), reply)
        parent, kind = parent_of(REGISTRY, id), REGISTRY[id.kind]
        if parent is None or ("list", parent, id.kind) not in self._remembered:
            return
        items = _items(self._remembered.pop(("list", parent, id.kind)))
        if items is None:
            return
        rest = tuple(item for item in items if _name(id.kind, item) != id.parts[-1])
        now = () if reply is None else (reply.document or {kind.name_field: id.parts[-1]},)
        self._keep(("list", parent, id.kind), (*rest, *now))

    def begin(self, root: ResourceId, mark: str) -> None:
        """Says the mark of the lock on a root before anything of it is read."""
        self._marks.setdefault(root, mark)

    def begin_again(self, root: ResourceId, mark: str) -> None:
        """Drops what was read of a root, and starts from this mark."""
        self.forget(root)
        self._marks[root] = mark

    def stands(self, root: ResourceId, mark: str) -> bool:
        """Whether no other run had the lock between the mark that was said before the first read and this one."""
        return self._marks.get(root) == mark and given_back(mark)

    def locked(self, root: ResourceId, turn: Turn) -> None:
        """Says that this run has the lock now: what another run may have written since it was read is read again."""
        if not self.stands(root, turn.before):
            self.forget(root)
        self._marks[root] = turn.after

    def forget_all(self) -> None:
        self._remembered.clear()
        self._packages.clear()
        self._looks.clear()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _key(self, id: ResourceId) -> ReadKey:
        """The request that answers for a resource."""
        parent = parent_of(REGISTRY, id)
        if parent is not None and (REGISTRY[id.kind].listed or parent in self._listed):
            return ("list", parent, id.kind)
        return ("read", id, "")

    def _read(self, id: ResourceId) -> Live | None:
        reply: Reply | None = self._answer(("read", id, ""))
        return None if reply is None else self.heard(id, reply.document, reply.etag)

    def _items(self, parent: ResourceId | None, kind: str) -> tuple[Item, ...]:
        return self._answer(("list", parent, kind)) or ()

    def _answer(self, key: ReadKey) -> Any:
        return self._start(key).result()

    def _start(self, key: ReadKey) -> Future[Any]:
        remembered = self._remembered.get(key)
        if remembered is None or self._now() - remembered.at > FRESH_SECONDS or _failed(remembered.answer):
            remembered = _Remembered(self._pool.submit(self._fetch, key), self._now())
            self._remembered[key] = remembered
        return remembered.answer

    def _keep(self, key: ReadKey, answer: Any) -> None:
        done: Future[Any] = Future()
        done.set_result(answer)
        self._remembered[key] = _Remembered(done, self._now())

    def _fetch(self, key: ReadKey) -> Any:
        what, about, kind = key
        if what == "object":
            bucket, _, name = kind.partition("/")
            return self._reader.stored(bucket, name)
        if what == "traces":
            return self._reader.traces()
        if what == "list":
            return self._reader.list(about, kind)
        if what == "held" and about is not None:
            return self._reader.held_by(about, next(h for h in REGISTRY[about.kind].holders if h.list == kind))
        return None if about is None else self._reader.read(about)


def _exact_key(id: ResourceId) -> ReadKey:
    if REGISTRY[id.kind].operations.read:
        return ("read", id, "")
    return ("list", _parent(id), id.kind)


def _held_keys(id: ResourceId) -> list[ReadKey]:
    return [("held", id, holder.list) for holder in REGISTRY[id.kind].holders]


def _name(kind: str, item: Item) -> str:
    return item.name if isinstance(item, Odd) else str(item[REGISTRY[kind].name_field])


def _items(known: _Remembered) -> tuple[Item, ...] | None:
    """The items of a list that has arrived; where there was no parent yet there were none."""
    if not known.answer.done() or _failed(known.answer):
        return None
    return known.answer.result() or ()


def _failed(answer: Future[Any]) -> bool:
    """A failed read is tried again by whoever asks next."""
    return answer.done() and answer.exception() is not None


def _parent(id: ResourceId) -> ResourceId:
    parent = parent_of(REGISTRY, id)
    if parent is None:
        raise ValueError(f"{id} has no parent")
    return parent
