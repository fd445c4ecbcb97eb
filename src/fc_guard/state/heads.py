"""What a run knows of a shared state: one list of its objects, the newest records, and what the run wrote itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Final, TypeVar

from fc_guard.core import strict_json
from fc_guard.errors import BaselineUnusable, Effect
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.objects import Objects
from fc_guard.model.resources import Record
from fc_guard.state.cache import Cache
from fc_guard.state.directory import kind_in, parts_in
from fc_guard.state.keys import RECORDS, Listing, key_of, listing_of, place_of
from fc_guard.state.names import directory_of
from fc_guard.state.nofollow import CAP
from fc_guard.state.record import decode
from fc_guard.state.seal import Sealer
from fc_guard.state.typed import UNSOUND, members, names

THREADS: Final = 16
"""Records that are fetched at once."""
COARSE_SECONDS: Final = 3.0
"""OSS tells times in whole seconds: twice, and one more for the way."""
TRIES: Final = 3
T = TypeVar("T")


class Heads:
    """The newest record of each resource, as of the last list. All steps of a run share it."""

    def __init__(
        self,
        objects: Objects,
        cache: Cache,
        catalog: Catalog,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.objects = objects
        self.cache = cache
        self.catalog = catalog
        self.now = now
        self.sealer: Sealer | None = None
        self.draft = b""  # the sealer's key, until it is kept
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="fc-guard-state")
        self._asking = ThreadPoolExecutor(2, thread_name_prefix="fc-guard-list")  # whoever fetches may wait for it
        self._lock = Lock()
        self._ours: Future[bool] | None = None
        self._listed: Future[Listing] | None = None
        self._asked_at = 0.0
        self._took = 0.0
        self._records: dict[tuple[str, int], Record] = {}
        self._names: dict[str, Address | None] = {}
        self._own: set[tuple[str, int]] = set()
        self._first_seen: dict[tuple[str, int], float] = {}
        self._made: dict[tuple[str, str, str], Any] = {}

    def start(self) -> None:
        """Starts to ask whose the bucket is and what is in it, unless that was done."""
        with self._lock:
            if self._ours is None:
                self._ours = self._asking.submit(self.objects.ours)
            if self._listed is None:
                self._listed = self._list_anew()

    def renew(self) -> None:
        """Starts a new list. Raises `BaselineUnusable` with what is wrong with the bucket."""
        self.start()
        with self._lock:
            self._listed = self._list_anew()
            self._made.clear()

    def _list_anew(self) -> Future[Listing]:
        self._asked_at = self.now()
        return self._asking.submit(self._list, self._asked_at)

    def _list(self, asked_at: float) -> Listing:
        found = listing_of(self.objects.list())
        self._took = self.now() - asked_at
        return found

    @property
    def ours(self) -> bool:
        """Says whether the bucket is the deploying account's. Raises `BaselineUnusable` for a bucket that is unfit."""
        self.start()
        assert self._ours is not None  # noqa: S101  `start` has set it
        return self._ours.result()

    @property
    def listing(self) -> Listing:
        """Waits for the list. Raises `BaselineUnusable`."""
        self.start()
        assert self._ours is not None  # noqa: S101  `start` has set it
        assert self._listed is not None  # noqa: S101
        self._ours.result()
        return self._listed.result()

    @property
    def since(self) -> float:
        """Returns the seconds since the list was asked for."""
        return self.now() - self._asked_at

    def serial(self, place: str) -> int:
        """Returns the serial of the newest record at a place, 0 if there is none."""
        return max(self.listing.records.get(place, ()), default=0)

    def theirs(self, place: str) -> int:
        """Returns the serial of the newest record there that this run did not write, 0 if there is none."""
        serials = self.listing.records.get(place, {})
        return max((serial for serial in serials if (place, serial) not in self._own), default=0)

    def is_own(self, place: str, serial: int) -> bool:
        return (place, serial) in self._own

    def is_young(self, place: str) -> bool:
        """Says whether somebody else may have written the newest record after the list was asked for, or right before:
        then what was read online meanwhile may be older than it."""
        serial = self.serial(place)
        age = self.listing.records.get(place, {}).get(serial)
        return age is not None and not self.is_own(place, serial) and age < self._took + COARSE_SECONDS

    def age(self, place: str, serial: int) -> float:
        """Returns how old a listed object is now, in seconds."""
        return self.listing.records[place][serial] + self.since

    def seen_for(self, place: str, serial: int) -> float:
        """Returns for how many seconds this run has known a record."""
        return self.now() - self._first_seen.setdefault((place, serial), self.now())

    def wrote(self, place: str, serial: int, record: Record, data: bytes) -> None:
        """Notes a record that this run has written."""
        self._own.add((place, serial))
        self._records[place, serial] = record
        self.listing.records.setdefault(place, {})[serial] = -self.since
        self._made.clear()
        self.cache.write(place, _stamped(serial, data))

    def dropped(self, keys: Iterable[tuple[str, int]]) -> None:
        for place, serial in keys:
            self.listing.records[place].pop(serial, None)

    def record(self, id: Address) -> Record | None:
        """Returns the newest record, None if there is none. Raises `BaselineUnusable` for anything else."""
        place = place_of(id)
        for _ in range(TRIES):
            serial = self.serial(place)
            if not serial:
                return None
            known = self._records.get((place, serial))
            if known is not None:
                return known
            data = self._bytes(place, serial)
            if data is not None:
                return self._decoded(id, place, serial, data)
            self.renew()  # others have written since, and removed this one
        raise _unsound(self.objects.name, key_of(place, serial), t("it is listed, and cannot be read"))

    def _decoded(self, id: Address, place: str, serial: int, data: bytes) -> Record:
        where = f"{self.objects.name}/{key_of(place, serial)}"
        record = decode(data, id, where, lambda message, seal: self.ours)
        if record.serial != serial:
            raise _unsound(self.objects.name, key_of(place, serial), t("it is another one's copy"))
        self._records[place, serial] = record
        return record

    def _bytes(self, place: str, serial: int) -> bytes | None:
        """Returns a record's bytes, from this machine's cache if they are there."""
        stamp, _, known = (self.cache.read(place) or b"").partition(b"\n")
        if stamp == b"%d" % serial:
            return known
        data = self.objects.read(key_of(place, serial), CAP)
        if data is not None:
            self.cache.write(place, _stamped(serial, data))
        return data

    def ids(self, account: str, region: str) -> tuple[Address, ...]:
        """Returns every resource with a record, sorted. All of these are fetched, many at once."""

        def found() -> tuple[Address, ...]:
            base = f"{RECORDS}/{directory_of(account, region)}/"
            places = sorted(place for place in self.listing.records if place.startswith(base))
            ids = self._each(places, lambda place: self._id_at(place, account, region))
            known = sorted({id for id in ids if id is not None and self.catalog.is_of(id)})
            self._each(known, self._try)
            return tuple(known)

        return self.overall("ids", account, region, found)

    def overall(self, what: str, account: str, region: str, make: Callable[[], T]) -> T:
        """Returns what is made of all records of a region. Calls `make` again once a record has changed."""
        key = (what, account, region)
        if key not in self._made:
            made = make()
            self._made[key] = made
        found: T = self._made[key]
        return found

    def regions(self) -> Mapping[tuple[str, str], None]:
        """Returns the accounts and regions that have records."""
        return {(account, region): None for _, account, region, _, _ in map(_split, self.listing.records)}

    def _each(self, items: Iterable[Any], call: Callable[[Any], T]) -> list[T]:
        return list(self._pool.map(call, items))

    def _try(self, id: Address) -> None:
        """Reads a record ahead. Whoever needs it is told what is wrong with it."""
        try:
            self.record(id)
        except BaselineUnusable:
            return

    def _id_at(self, place: str, account: str, region: str) -> Address | None:
        if place not in self._names:
            _, _, _, folder, stem = _split(place)
            kind = kind_in(folder)
            parts = self._parts_inside(place) if "~" in stem else parts_in(stem)
            if kind is None or parts is None:
                self._names[place] = None  # nothing that is named by us
            else:
                self._names[place] = Address(kind[0], account, region, kind[1], parts)
        return self._names[place]

    def _parts_inside(self, place: str) -> tuple[str, ...]:
        """Returns the name parts from inside a record whose name was cut. Raises `BaselineUnusable`."""
        serial = self.serial(place)
        try:
            return names(members(strict_json.read(self._bytes(place, serial) or b"{}"))["id"])
        except UNSOUND as error:
            raise _unsound(self.objects.name, key_of(place, serial), str(error)) from error


def _split(place: str) -> tuple[str, str, str, str, str]:
    records, account, region, folder, stem = place.split("/")
    return records, account, region, folder, stem


def _stamped(serial: int, data: bytes) -> bytes:
    return b"%d\n" % serial + data


def _unsound(name: str, key: str, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        t("{name}/{key} is damaged: {why}.", name=name, key=key, why=why),
        hint=t(
            "Remove that object: the record before it counts then. If there is none, the resource counts as never\n"
            "deployed from here, and you are shown what differs online before anything is written."
        ),
        effect=Effect.NOTHING,
        reference="baseline-corrupt",
    )
