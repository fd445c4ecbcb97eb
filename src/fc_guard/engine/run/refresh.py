"""Live state: read ahead in parallel, answered from memory while it is fresh."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from fc_guard.artifacts.blob import Blob, spool, spooled
from fc_guard.cloud.gateway import Item, Odd, Parts, Reader, Reply, Stored
from fc_guard.core.normal import observed
from fc_guard.engine.run.answers import Answers, HeldBy, ListOf, LookupOf, Question, ReadOf, StoredAt
from fc_guard.engine.run.package_view import PackageView
from fc_guard.errors import Unreadable
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import CODE, Json, path_text
from fc_guard.model.kinds import Kind, Lifecycle
from fc_guard.model.resources import Live
from fc_guard.render.known import Secrets
from fc_guard.state.lock import Turn, given_back

ListKey = tuple[Address, str]
"""A parent, and the kind of its children."""


def as_live(kind: Kind, id: Address, document: Mapping[str, Any], etag: str | None) -> Live:
    """Returns the provider's document in normal form. The code is one field, identified by its checksum."""
    fields: dict[tuple[str, ...], Any] = observed(document, kind.rules)
    version = kind.code.version(document) if kind.code is not None else None
    if version is not None:
        fields[CODE] = version
    return Live(id, fields, document, etag)


class Refresh:
    """Reads of one account and region, shared by all steps of a run."""

    def __init__(
        self,
        readers: Callable[[str], Reader],
        catalog: Catalog,
        now: Callable[[], float] = time.monotonic,
        secrets: Secrets | None = None,
    ) -> None:
        """`readers` has one for each provider. `secrets` learns every secret value that is read."""
        self._readers = readers
        self._catalog = catalog
        self._secrets = Secrets() if secrets is None else secrets
        self._answers = Answers(readers, now)
        self._packages: dict[Address, tuple[str | None, Blob]] = {}
        self._views: dict[Address, tuple[str | None, PackageView]] = {}
        self._marks: dict[Address, str] = {}  # marks of roots' locks before the first read
        self._listed: set[tuple[Address, str]] = set()  # lists that answer for several resources
        self._wanted: set[Address] = set()  # everything read ahead

    def expect(self, ids: Iterable[Address]) -> None:
        """Notes what will be read ahead, before any of it is: several resources may be read with one list."""
        wanted = tuple(ids)
        self._wanted.update(wanted)
        self._listed |= self._crowded(wanted)

    def ahead(self, ids: Iterable[Address], lists: Iterable[ListKey]) -> None:
        """Starts every read that these resources will need. It is a guess, which affects speed alone."""
        wanted = tuple(ids)
        self.expect(wanted)
        for parent, kind in lists:
            self._answers.start(self._list_of(parent.child(kind, "")))
        for id in wanted:
            self._answers.start(self._question(id))

    def live(self, id: Address) -> Live | None:
        """Returns the live resource, which may come from a list (then without an ETag) and be a few seconds old."""
        return self._read(id) if isinstance(self._question(id), ReadOf) else self.listed(id)

    def listed(self, id: Address) -> Live | None:
        """Returns a resource as its list has it, or reads it alone if the list says too little. Raises `Unreadable`."""
        items = self._items(id)
        item = next((item for item in items if self._is_named(id, item)), None)
        if not isinstance(item, Odd):
            return None if item is None else self.heard(id, item)
        if not item.short:
            raise item.problem
        for each in items:  # a list that says too little of one does so of all
            other = replace(id, parts=(*id.parts[:-1], self._name(id, each)))
            if isinstance(each, Odd) and other in self._wanted:
                self._answers.start(ReadOf(other))
        return self._read(id)

    def readable(self, ids: Iterable[Address]) -> tuple[dict[Address, Live], tuple[str, ...]]:
        """Returns resources that nothing depends on, as lists have them, and a note on each unreadable one."""
        found: dict[Address, Live] = {}
        notes = []
        for id in ids:
            try:
                live = self.listed(id)
            except Unreadable as error:
                notes.append(t("{id} was left out, since it cannot be read. {message}", id=id, message=error.message))
            else:
                if live is not None:
                    found[id] = live
        return found, tuple(notes)

    def exact(self, ids: Iterable[Address]) -> dict[Address, Live | None]:
        """Returns live resources, each with the ETag that a write needs, if FC has one for its kind."""
        wanted = tuple(ids)
        for id in wanted:
            self._answers.start(self._exact_question(id))
        return {id: self._read(id) if self._catalog.kind(id).operations.read else self.live(id) for id in wanted}

    def glance(self, id: Address) -> Future[Reply | None]:
        """Starts a read now; its answer is not remembered."""
        return self._answers.anew(ReadOf(id))

    def inside(self, parent: Address, kind: str) -> tuple[Address, ...]:
        """Returns the addresses of everything of a kind inside a parent; nothing when there is no parent."""
        inner = parent.child(kind, "")
        names = (self._name(inner, item) for item in self._items(inner))
        blind = self._catalog.kind(inner).blind_to_case
        return tuple(parent.child(kind, name.lower() if blind else name) for name in names)

    def children(self, parent: Address, kind: str) -> tuple[Live, ...]:
        """Returns everything of a kind inside a parent. Raises `Unreadable` if any of it is."""
        return tuple(live for id in self.inside(parent, kind) if (live := self.listed(id)) is not None)

    def everything(self, like: Address) -> tuple[Address, ...]:
        """Returns the addresses of all of a kind that has no parent, in the account and region of `like`."""
        return tuple(replace(like, parts=(self._name(like, item),)) for item in self._items(like))

    def heard(self, id: Address, document: Mapping[str, Any], etag: str | None = None) -> Live:
        """Returns an answer of FC, or a saved one, in normal form. The run knows its secrets from now on."""
        kind = self._catalog.kind(id)
        live, rules = as_live(kind, id, document, etag), kind.rules
        for path, value in live.fields.items():
            if rules.is_secret(path):
                self._secrets.learn(value, path_text(path))
        given = (document.get(path[0]) for path in rules.server_owned if len(path) == 1)
        self._secrets.learn_open(*(text for text in given if isinstance(text, str)))  # FC's own: ids, addresses, times
        return live

    def flaw(self, id: Address, document: Mapping[str, Any]) -> str:
        """Says why a document cannot be an answer about a resource; '' where it can be one."""
        return self._readers(id.provider).flaw(id, document)

    def held_by(self, ids: Iterable[Address]) -> dict[Address, tuple[str, ...]]:
        """Returns what would prevent the deletion of resources. Those that nothing holds are left out."""
        asked = tuple(ids)
        self.held_ahead(asked)
        held = {id: tuple(name for each in self._holding(id) for name in self._answers.to(each) or ()) for id in asked}
        return {id: names for id, names in held.items() if names}

    def held_ahead(self, ids: Iterable[Address]) -> None:
        for id in ids:
            for each in self._holding(id):
                self._answers.start(each)

    def stored(self, provider: str, bucket: str, key: str) -> Stored | None:
        """Returns an object in the account's own storage; None where there is none."""
        answer: Stored | None = self._answers.to(StoredAt(provider, bucket, key))
        return answer

    def lookup(self, provider: str, what: str) -> Json:
        """Returns a value that props leave to the account. `what` is the provider's word for it."""
        return self._answers.to(LookupOf(provider, what))

    def package(self, id: Address, checksum: str | None) -> Blob:
        """Returns a function's package. It is fetched once, as long as its checksum stays the one that was read."""
        known = self._packages.get(id)
        if known is None or checksum is None or known[0] != checksum:
            with spool() as file:
                self._readers(id.provider).package(id, file)
                known = (checksum, spooled(file, t("the code package of {id}", id=id)))
            self._packages[id] = known
        return known[1]

    def view(self, id: Address, checksum: str | None) -> PackageView:
        """Returns the same package to look into: in parts where that is possible and it was not fetched already.

        Raises `LiveMoved` when it is no longer the one with this checksum.
        """
        known = self._views.get(id)
        if known is None or checksum is None or known[0] != checksum:
            known = (checksum, PackageView(self._parts(id, checksum), lambda: self.package(id, checksum)))
            self._views[id] = known
        return known[1]

    def _parts(self, id: Address, checksum: str | None) -> Parts | None:
        if id in self._packages and checksum is not None and self._packages[id][0] == checksum:
            return None
        with spool() as file:
            parts = self._readers(id.provider).parts(id, checksum, file)
            if parts is None:
                self._packages[id] = (checksum, spooled(file, t("the code package of {id}", id=id)))
        return parts

    def forget(self, id: Address) -> None:
        """Forgets a resource whose state is in doubt, with its parent's list and all inside it."""
        self._packages.pop(id, None)
        self._views.pop(id, None)
        self._answers.drop(lambda question: self._is_about(question, id))

    def _is_about(self, question: Question, id: Address) -> bool:
        if isinstance(question, ReadOf | HeldBy):
            return question.id == id or self._catalog.contains(id, question.id)
        if not isinstance(question, ListOf) or question.parent is None:
            return False
        lists_it = question == self._list_of(id)
        return lists_it or question.parent == id or self._catalog.contains(id, question.parent)

    def wrote(self, id: Address, reply: Reply | None) -> None:
        """Takes FC's answer to a write for a read, so that nothing is read again. None says that it was deleted."""
        self._packages.pop(id, None)
        self._views.pop(id, None)
        self._answers.keep(ReadOf(id), reply)
        if self._catalog.kind(id).lifecycle is not Lifecycle.MADE_ONLY:  # it may have used what supports it
            self._answers.drop(self._tells_users)
        around = self._list_of(id)
        if around.parent is not None:
            self._relist(around, id, reply)

    def _relist(self, around: ListOf, id: Address, reply: Reply | None) -> None:
        """Brings a list that has arrived up to date, without a request. Where there was no parent yet, there were no
        items."""
        arrived = self._answers.arrived(around)
        self._answers.drop(lambda question: question == around)
        if arrived is None:
            return
        items: tuple[Item, ...] = arrived.result() or ()
        rest = tuple(item for item in items if not self._is_named(id, item))
        now = () if reply is None else ({around.kind.name_field: id.name, **reply.document},)
        self._answers.keep(around, (*rest, *now))

    def begin(self, root: Address, mark: str) -> None:
        """Notes the mark of the lock on a root before anything of it is read."""
        self._marks.setdefault(root, mark)

    def begin_again(self, root: Address, mark: str) -> None:
        """Forgets what was read of a root, and starts from this mark."""
        self.forget(root)
        self._marks[root] = mark

    def stands(self, root: Address, mark: str) -> bool:
        """Says whether no other run had the lock between the mark noted before the first read and this one."""
        return self._marks.get(root) == mark and given_back(mark)

    def locked(self, root: Address, turn: Turn) -> None:
        """Notes that this run has the lock now, and forgets what another run may have written since it was read."""
        if not self.stands(root, turn.before):
            self.forget(root)
        self._marks[root] = turn.after

    def forget_all(self) -> None:
        self._answers.drop_all()
        self._packages.clear()
        self._views.clear()

    def close(self) -> None:
        self._answers.close()

    def _tells_users(self, question: Question) -> bool:
        """Says whether it is asked who uses what goes only if nobody does."""
        return isinstance(question, HeldBy) and self._catalog.kind(question.id).lifecycle is Lifecycle.MADE_ONLY

    def _question(self, id: Address) -> Question:
        parent = self._catalog.parent(id)
        if parent is not None and (self._catalog.kind(id).listed or (parent, id.kind) in self._listed):
            return self._list_of(id)
        return ReadOf(id)

    def _read(self, id: Address) -> Live | None:
        reply: Reply | None = self._answers.to(ReadOf(id))
        return None if reply is None else self.heard(id, reply.document, reply.etag)

    def _crowded(self, ids: Iterable[Address]) -> set[tuple[Address, str]]:
        """Returns the parents of which several resources of a kind are needed: one list answers for all of them."""
        seen: set[tuple[Address, str]] = set()
        crowded = set()
        for id in ids:
            parent = self._catalog.parent(id)
            if parent is None:
                continue
            if (parent, id.kind) in seen:
                crowded.add((parent, id.kind))
            seen.add((parent, id.kind))
        return crowded

    def _exact_question(self, id: Address) -> Question:
        return ReadOf(id) if self._catalog.kind(id).operations.read else self._list_of(id)

    def _holding(self, id: Address) -> list[HeldBy]:
        return [HeldBy(id, holder) for holder in self._catalog.kind(id).holders]

    def _is_named(self, id: Address, item: Item) -> bool:
        name = self._name(id, item)
        if self._catalog.kind(id).blind_to_case:
            return name.lower() == id.name.lower()
        return name == id.name

    def _name(self, id: Address, item: Item) -> str:
        return item.name if isinstance(item, Odd) else str(item[self._catalog.kind(id).name_field])

    def _items(self, id: Address) -> tuple[Item, ...]:
        return self._answers.to(self._list_of(id)) or ()

    def _list_of(self, id: Address) -> ListOf:
        return ListOf(id.provider, self._catalog.parent(id), id.kind, self._catalog.kind(id))
