"""Moves what was deployed from a project's folder into a bucket, or back. Run again after an interruption, it goes on.

Serials, entries and their origins stay as they are. The source stays until every record was read back from the target.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from fc_guard.errors import BaselineUnusable, Effect
from fc_guard.language import t
from fc_guard.model.catalog import Catalog
from fc_guard.model.resources import Baseline, Entry, Record
from fc_guard.state import code
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.heads import Heads
from fc_guard.state.history import digests_of
from fc_guard.state.keys import SEAL_KEY, code_key, key_of, place_of
from fc_guard.state.names import is_account
from fc_guard.state.nofollow import CAP, names_in, read_file, write_file
from fc_guard.state.place import Place
from fc_guard.state.record import encode

KEY: Final = "key"
MOST_CODE: Final = code.MOST_KEPT + code.MOST_MANIFEST


@dataclass(frozen=True, slots=True)
class Moved:
    records: int
    packages: int


def into_bucket(root: Place, heads: Heads, catalog: Catalog, named: Callable[[str], str]) -> Moved:
    """Moves a folder's records into a bucket; `named` returns a step's name there. Raises `BaselineUnusable` where the
    bucket has other records of the same resources, or another key."""
    store = DirectoryStore(root, catalog)
    records = [_renamed(record, named) for record in _in_folder(store, root)]
    key = read_file(root / KEY)
    for record in records:
        there = heads.record(record.id)
        if there is not None and not _same(there, record):
            raise _taken(heads.objects.name, str(record.id))
    if key is not None and not heads.objects.create(SEAL_KEY, key):
        raise _taken(heads.objects.name, SEAL_KEY)
    packages = 0
    for digest in sorted({digest for record in records for digest in digests_of(record)}):
        data = read_file(root / code.FOLDER / f"{digest}.zip") if code.DIGEST.fullmatch(digest) else None
        if data is not None:
            heads.objects.create(code_key(digest), data)
            packages += 1
    for record in records:
        if heads.record(record.id) is None:
            data = encode(record, secrets.token_hex(16))
            if not heads.objects.create(key_of(place_of(record.id), max(1, record.serial)), data):
                raise _taken(heads.objects.name, str(record.id))
    heads.renew()
    for record in records:
        there = heads.record(record.id)
        if there is None or not _same(there, record):
            raise _unverified(str(record.id))
    for record in records:
        store.forget(record.id)
    return Moved(len(records), packages)


def into_folder(heads: Heads, root: Place, catalog: Catalog, named: Callable[[str], str]) -> Moved:
    """Copies a bucket's records into a folder. The bucket keeps them: other checkouts may use it."""
    store = DirectoryStore(root, catalog)
    ids = [id for account, region in heads.regions() for id in heads.ids(account, region)]
    records = [_renamed(record, named) for id in ids if (record := heads.record(id)) is not None]
    key = heads.objects.read(SEAL_KEY, CAP)
    for record in records:
        there = store.read(record.id)
        if there is not None and not _same(there, record):
            raise _taken(str(root), str(record.id))
    if key is not None:
        write_file(root / KEY, key, fresh=True)
        if read_file(root / KEY) != key:
            raise _taken(str(root), KEY)
    packages = 0
    for digest in sorted({digest for record in records for digest in digests_of(record)}):
        data = heads.objects.read(code_key(digest), MOST_CODE) if code.DIGEST.fullmatch(digest) else None
        if data is not None:
            store.code.put(digest, data)
            packages += 1
    for record in records:
        store.put(record)
    for record in records:
        there = store.read(record.id)
        if there is None or not _same(there, record):
            raise _unverified(str(record.id))
    return Moved(len(records), packages)


def _in_folder(store: DirectoryStore, root: Place) -> Iterator[Record]:
    for account in filter(is_account, names_in(root)):
        for region in names_in(root / account):
            for id in store.ids(account, region):
                record = store.read(id)
                if record is not None:
                    yield record


def _renamed(record: Record, named: Callable[[str], str]) -> Record:
    """Returns a record whose steps have the names that they have elsewhere."""

    def moved(baseline: Baseline | None) -> Baseline | None:
        if baseline is None:
            return None
        others = {named(step): applied for step, applied in baseline.others.items()}
        return replace(baseline, origin=named(baseline.origin) if baseline.origin else "", others=others)

    pending = record.pending
    return replace(
        record,
        baseline=moved(record.baseline),
        restored=moved(record.restored),
        pending=None if pending is None else replace(pending, leads_to=moved(pending.leads_to)),
        entries=tuple(replace(each, after=_later(each, moved)) for each in record.entries),
    )


def _later(entry: Entry, moved: Callable[[Baseline | None], Baseline | None]) -> Callable[[], Baseline | None]:
    return lambda: moved(entry.after())


def _same(one: Record, other: Record) -> bool:
    plain = (replace(record, ours=False, serial=0) for record in (one, other))
    first, second = (encode(record, "") for record in plain)
    return first == second


def _taken(place: str, what: str) -> BaselineUnusable:
    return BaselineUnusable(
        t("{place} has something else for {what} already.", place=place, what=what),
        hint=t("Name a place without records. Nothing was removed from where they are now."),
        effect=Effect.NOTHING,
        reference="state-taken",
    )


def _unverified(what: str) -> BaselineUnusable:
    return BaselineUnusable(
        t("{what} cannot be read back as it was written.", what=what),
        hint=t("Run it again. Nothing was removed from where the records are now."),
    )
