"""The store as a directory: `<root>/<account>/<region>/<provider>.<kind>/<name>.json`, one file for each resource.

An older release wrote to `<kind>/`. Such a record is read there until it is written again: the new file counts as soon
as it exists, then the old one is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath

from fc_guard.core import strict_json
from fc_guard.core.values import Seal
from fc_guard.errors import BaselineUnusable
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import FieldPath, Json, Sealed
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.model.theirs import Theirs
from fc_guard.state import changes
from fc_guard.state.code import CodeReader, CodeStore
from fc_guard.state.history import digests_of, most_entries
from fc_guard.state.lineage import open_lineage
from fc_guard.state.lock import Lock, Turn, holder, mark_of
from fc_guard.state.memory import Memory
from fc_guard.state.names import directory_of, file_stem, folder_of
from fc_guard.state.nofollow import names_in, read_file, remove_file, seen, write_file
from fc_guard.state.owner import Owner
from fc_guard.state.place import Place
from fc_guard.state.record import decode, encode
from fc_guard.state.resealed import resealed
from fc_guard.state.seal import Sealer, open_sealer, read_sealer, stranger
from fc_guard.state.typed import UNSOUND, members, names
from fc_guard.state.upgrades import FIRST_PROVIDER, folder_before, is_of_today, lock_stem


def nobody_known() -> None:
    """Stands for a writer that nobody asked for."""


class DirectoryReader:
    """Reads a state directory. It has no method that writes."""

    def __init__(self, root: Place, catalog: Catalog, memory: Memory | None = None) -> None:
        """The readers of one run share `memory`."""
        self._root = root
        self._catalog = catalog
        self._name = str(root)
        self._memory = Memory() if memory is None else memory
        self._owner = Owner()
        self._sealer: Sealer | None = None

    @property
    def dated(self) -> bool:
        return False

    @property
    def code(self) -> CodeReader:
        return CodeReader(self._root)

    @property
    def seal(self) -> Seal:
        if self._sealer is None:
            self._sealer = read_sealer(self._root)
        return self._sealer or stranger()  # a first deployment beside this run may be about to make the key

    def read(self, id: Address) -> Record | None:
        place, before = _place(id), _place_before(id)
        found = self._record(place, id)
        if found is not None or before is None or seen(f"{self._name}/{PurePosixPath(before).parent}") is None:
            return found
        return self._record(before, id) or self._record(place, id)  # another run may have upgraded it in between

    def _record(self, place: str, id: Address) -> Record | None:
        return self._memory.record(f"{self._name}/{place}", lambda: self._decoded(place, id))

    def _decoded(self, place: str, id: Address) -> Record | None:
        data = read_file(self._root / place)
        return None if data is None else decode(data, id, f"{self._name}/{place}", self._owner.wrote)

    def ids(self, account: str, region: str) -> tuple[Address, ...]:
        base = self._root / directory_of(account, region)
        return self._memory.ids(str(base), lambda: names_in(base), lambda: self._ids(base, account, region))

    def named_by(self, account: str, region: str, step: str) -> tuple[Address, ...]:
        listed = self.ids(account, region)
        base = str(self._root / directory_of(account, region))
        return self._memory.overall("steps", base, lambda: self._by_step(listed)).get(step, ())

    def _by_step(self, ids: Iterable[Address]) -> Mapping[str, tuple[Address, ...]]:
        found: dict[str, list[Address]] = {}
        for id in ids:
            record = self.read(id)
            baseline = record.baseline if record is not None else None
            for step in () if baseline is None else {baseline.origin, *baseline.others}:
                found.setdefault(step, []).append(id)
        return {step: tuple(named) for step, named in found.items()}

    def unsettled(self, account: str, region: str) -> tuple[Address, ...]:
        listed = self.ids(account, region)
        base = str(self._root / directory_of(account, region))
        return self._memory.overall("unsettled", base, lambda: tuple(filter(self._is_unsettled, listed)))

    def _is_unsettled(self, id: Address) -> bool:
        try:
            record = self.read(id)
        except BaselineUnusable:
            return True  # whoever needs this one reads it, and is told
        return record is not None and record.pending is not None

    def renew(self, roots: Collection[Address]) -> bool:
        return False

    def mark(self, id: Address) -> str:
        return mark_of(self._lock_path(id))

    def holder(self, id: Address) -> str:
        return holder(self._lock_path(id))

    def _ids(self, base: Place, account: str, region: str) -> Iterator[Address]:
        # Older folders come first: a record that moves meanwhile is then found in its new place.
        for folder in sorted(names_in(base), key=is_of_today):
            for name in names_in(base / folder):
                stem = name.removesuffix(".json")
                if stem == name:
                    continue
                kind = kind_in(folder)
                parts = _parts_inside(base / folder / name) if "~" in stem else parts_in(stem)
                if kind is None or parts is None:
                    continue
                id = Address(kind[0], account, region, kind[1], parts)
                if self._catalog.is_of(id):
                    yield id  # anything else is not named by us

    def _lock_path(self, id: Address) -> Place:
        return lock_place(self._root, id, self._catalog)


class SealingReader(DirectoryReader):
    """Reads a state directory, and makes its key if there is none: what it seals is to be compared by a later run."""

    @property
    def seal(self) -> Seal:
        if self._sealer is None:
            self._sealer = open_sealer(self._root)
        return self._sealer


class DirectoryStore(SealingReader):
    def __init__(
        self,
        root: Place,
        catalog: Catalog,
        memory: Memory | None = None,
        by: Callable[[], Origin | None] = nobody_known,
    ) -> None:
        """`by` says who writes, and is called when something is written. Raises `BadInput` like `most_entries`."""
        super().__init__(root, catalog, memory)
        self._lineage: str | None = None
        self._by = by
        self._most = most_entries()

    @property
    def code(self) -> CodeStore:
        return CodeStore(self._root)

    def sweep_code(self) -> None:
        with suppress(BaselineUnusable):  # the run that needs the record reports it; until then nothing is dropped
            self.code.sweep(lambda: {digest for record in self._records() for digest in digests_of(record)})

    def _records(self) -> Iterator[Record]:
        """Yields the records of all accounts and regions."""
        for account in names_in(self._root):
            for region in names_in(self._root / account) if account.isdigit() else ():
                for id in self.ids(account, region):
                    record = self.read(id)
                    if record is not None:
                        yield record

    def _there(self, id: Address) -> Record:
        return self.read(id) or Record(id, None, ours=True)

    def intend(self, id: Address, intent: Intent) -> None:
        self._write(changes.intended(self._there(id), intent, self._by()))

    def record(
        self, baseline: Baseline, *, saved: bool = False, request: str = "", theirs: tuple[Theirs, ...] = ()
    ) -> None:
        there, by = self._there(baseline.id), self._by()
        self._write(changes.recorded(there, baseline, by, self._most, saved=saved, request=request, theirs=theirs))

    def restored(self, written: Baseline) -> None:
        self._write(changes.restored(self._there(written.id), written))

    def withdraw(self, id: Address) -> None:
        record = self.read(id)
        if record is None:
            return
        if record.baseline is None and record.restored is None:
            self.forget(id)
        else:
            self._write(changes.withdrawn(record))

    def forget(self, id: Address) -> None:
        self._remove_before(id)  # first: without the new file it would count again
        remove_file(self._root / _place(id))

    def put(self, record: Record) -> None:
        """Writes a record as it is, with its serial."""
        write_file(self._root / _place(record.id), encode(record, self._lineage_of_root(), self._owner.seal))

    def lock(
        self, id: Address, command: str, waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> AbstractContextManager[Turn]:
        return Lock(self._lock_path(id), id.full, command, waiting=waiting)

    def wait(self, id: Address, waiting: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """Under the lock nobody else writes: what did has ended."""

    def _sealed(self, path: FieldPath, value: Json) -> Sealed:
        return self.seal(path, value)  # whose key is made at its first use

    def _write(self, record: Record) -> None:
        record = resealed(replace(record, serial=record.serial + 1), self._catalog, self._sealed)
        data = encode(record, self._lineage_of_root(), self._owner.seal)
        write_file(self._root / _place(record.id), data)
        self._remove_before(record.id)

    def _remove_before(self, id: Address) -> None:
        """Removes the file that an older release wrote."""
        before = _place_before(id)
        if before is not None and seen(f"{self._name}/{before}") is not None:
            remove_file(self._root / before)

    def _lineage_of_root(self) -> str:
        if self._lineage is None:
            self._lineage = open_lineage(self._root)
        return self._lineage


def lock_place(root: Place, id: Address, catalog: Catalog) -> Place:
    """Returns the lock of a resource without a parent, in a state directory."""
    return root / directory_of(id.account, id.region) / "locks" / f"{lock_stem(id, catalog)}.lock"


@lru_cache(maxsize=10_000)
def _place(id: Address) -> str:
    """Returns the path of a record's file below the root."""
    return f"{directory_of(id.account, id.region)}/{folder_of(id)}/{file_stem(id)}.json"


@lru_cache(maxsize=10_000)
def _place_before(id: Address) -> str | None:
    """Returns the path that an older release used, None if it can have written no such record."""
    folder = folder_before(id)
    return None if folder is None else f"{directory_of(id.account, id.region)}/{folder}/{file_stem(id)}.json"


def kind_in(folder: str) -> tuple[str, ...] | None:
    """Returns the provider and the kind whose records are in a folder."""
    names = parts_in(folder)
    if names is None or len(names) > 2:
        return None
    return (FIRST_PROVIDER, *names)[-2:]


@lru_cache(maxsize=10_000)
def parts_in(stem: str) -> tuple[str, ...] | None:
    """Returns the name parts in a file's name, None if fc-guard does not name files so."""
    try:
        return tuple(_decoded(part) for part in stem.split("."))
    except ValueError:
        return None  # not named by us


def _decoded(text: str) -> str:
    data, rest = bytearray(), text
    while rest:
        if rest[0] == "=":
            data.append(int(rest[1:3], 16))
            rest = rest[3:]
        else:
            data += rest[0].encode("ascii")
            rest = rest[1:]
    return data.decode()


def _parts_inside(path: Place) -> tuple[str, ...]:
    """Returns the name parts from inside a file whose name was cut. Raises `BaselineUnusable`."""
    data = read_file(path) or b"{}"
    try:
        return names(members(strict_json.read(data))["id"])
    except UNSOUND as error:
        raise BaselineUnusable(
            t("{path} is damaged: {error}.", path=path, error=error), reference="baseline-corrupt"
        ) from error
