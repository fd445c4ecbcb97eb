"""The store in a bucket that several machines share: every write of a record is an object of its own.

The highest serial is the newest record, and serial n+1 can be written once: whoever loses compares again, as after a
412 of FC. There is no lock: an intent is a serial too, so everybody sees a write that is under way.
docs/decisions/0017-shared-state.md has the reasons.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from hashlib import sha256
from typing import Final

from fc_guard.core.values import Seal
from fc_guard.errors import BaselineUnusable, PreconditionFailed
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath, Json, Sealed
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.model.theirs import Theirs
from fc_guard.render.times import shown_time
from fc_guard.state import changes
from fc_guard.state.directory import lock_place, nobody_known
from fc_guard.state.heads import Heads
from fc_guard.state.history import digests_of, most_entries
from fc_guard.state.keys import SEAL_KEY, key_of, place_of
from fc_guard.state.lock import Lock, Turn, patience_seconds
from fc_guard.state.overtaken import above
from fc_guard.state.place import Place
from fc_guard.state.record import encode
from fc_guard.state.resealed import resealed
from fc_guard.state.seal import Sealer, new_key, sealer_of, stranger
from fc_guard.state.shared_code import SharedCode, SharedCodeReader

KEPT: Final = 3
"""Serials of each record that stay, whatever their age."""
SETTLED_SECONDS: Final = 3600.0
"""Older serials stay this long: whoever listed before and writes late must find them taken."""
RECENT_SECONDS: Final = 1200.0
"""A list this old is no ground for a write."""
LATE_SECONDS: Final = 3000.0
"""A write this long after its list may have found a serial free that was removed: that is looked at."""
ABANDONED_SECONDS: Final = 900.0
"""A write that was announced this long ago is under way no more: no call takes so long."""
POLL_SECONDS: Final = 0.5
MOST_KEY: Final = 1024


class SharedReader:
    """Reads a shared state. It has no method that writes there."""

    def __init__(self, heads: Heads, root: Place) -> None:
        """`root` is the project's state directory, for what belongs to this machine."""
        self._heads = heads
        self._root = root

    @property
    def dated(self) -> bool:
        return True

    @property
    def code(self) -> SharedCodeReader:
        return SharedCodeReader(self._heads, self._root)

    @property
    def seal(self) -> Seal:
        return self._read_sealer() or stranger()

    def _read_sealer(self) -> Sealer | None:
        heads = self._heads
        if heads.sealer is None and heads.listing.sealed:
            data = heads.cache.read(SEAL_KEY)
            heads.sealer = self._fetched_sealer() if data is None else self._sealer_of(data)
        return heads.sealer

    def _fetched_sealer(self) -> Sealer:
        data = self._heads.objects.read(SEAL_KEY, MOST_KEY) or b""
        sealer = self._sealer_of(data)
        self._heads.cache.write(SEAL_KEY, data)
        return sealer

    def _sealer_of(self, data: bytes) -> Sealer:
        return sealer_of(data, f"{self._heads.objects.name}/{SEAL_KEY}")

    def read(self, id: Address) -> Record | None:
        record = self._heads.record(id)
        return None if record is None or _is_empty(record) else record

    def ids(self, account: str, region: str) -> tuple[Address, ...]:
        return self._heads.ids(account, region)

    def named_by(self, account: str, region: str, step: str) -> tuple[Address, ...]:
        def by_step() -> dict[str, tuple[Address, ...]]:
            found: dict[str, list[Address]] = {}
            for id in self.ids(account, region):
                record = self.read(id)
                baseline = record.baseline if record is not None else None
                for name in () if baseline is None else {baseline.origin, *baseline.others}:
                    found.setdefault(name, []).append(id)
            return {name: tuple(ids) for name, ids in found.items()}

        return self._heads.overall("steps", account, region, by_step).get(step, ())

    def unsettled(self, account: str, region: str) -> tuple[Address, ...]:
        def found() -> tuple[Address, ...]:
            return tuple(filter(self._is_unsettled, self.ids(account, region)))

        return self._heads.overall("unsettled", account, region, found)

    def _is_unsettled(self, id: Address) -> bool:
        try:
            record = self._heads.record(id)
        except BaselineUnusable:
            return True  # whoever needs this one reads it, and is told
        return record is not None and record.pending is not None

    def start(self) -> None:
        """Starts to ask for what every run needs, without waiting for it."""
        self._heads.start()

    def renew(self, roots: Collection[Address]) -> bool:
        before = [self._traces(root) for root in roots]
        self._heads.renew()
        return before != [self._traces(root) for root in roots] or any(map(self.holder, roots))

    def mark(self, id: Address) -> str:
        """Returns a text made from the newest records below a root that this run did not write. It does not count as
        given back while a write of somebody else is under way, or may have been while something was read online."""
        traces = self._traces(id)
        told = sha256(json.dumps(traces).encode()).hexdigest()
        busy = any(self._heads.is_young(place) for place, _ in traces) or any(map(self._foreign, self._below(id)))
        return json.dumps({"busy" if busy else "ended": told})

    def holder(self, id: Address) -> str:
        return next((self._writer(each) for each in self._below(id) if self._is_under_way(each)), "")

    def _traces(self, root: Address) -> list[tuple[str, int]]:
        """Returns the newest serial below a root that others wrote, for each place that has one."""
        places = map(place_of, self._below(root))
        return [(place, serial) for place in places if (serial := self._heads.theirs(place))]

    def _below(self, root: Address) -> list[Address]:
        listed = self.ids(root.account, root.region)
        return [id for id in listed if self._heads.catalog.root(id) == root]

    def _foreign(self, id: Address) -> Intent | None:
        """Returns a write that another run has announced and not ended."""
        record = self._heads.record(id)
        if record is None or record.pending is None or self._heads.is_own(place_of(id), record.serial):
            return None
        return record.pending

    def _is_under_way(self, id: Address) -> bool:
        """Says whether another run may be writing. One that ended without a trace is waited for once, by our clock."""
        if self._foreign(id) is None:
            return False
        place = place_of(id)
        serial = self._heads.serial(place)
        seen = self._heads.seen_for(place, serial)
        return seen < patience_seconds() and self._heads.age(place, serial) < ABANDONED_SECONDS

    def _writer(self, id: Address) -> str:
        pending = self._foreign(id)
        by = pending.by if pending is not None else None
        if pending is None or by is None or not by.by:
            return t("another run")
        return t("{who} (since {at})", who=by.run or by.by, at=shown_time(pending.at))


class SealingSharedReader(SharedReader):
    """Reads a shared state, and makes its key if there is none: what it seals is to be compared by a later run."""

    @property
    def seal(self) -> Seal:
        sealer = self._read_sealer()
        if sealer is None:
            self._heads.objects.create(SEAL_KEY, new_key())  # whoever comes second reads the first one's
            sealer = self._heads.sealer = self._fetched_sealer()
        return sealer


class SharedStore(SharedReader):
    def __init__(
        self,
        heads: Heads,
        root: Place,
        by: Callable[[], Origin | None] = nobody_known,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`by` says who writes, and is called when something is written. Raises `BadInput` like `most_entries`."""
        super().__init__(heads, root)
        self._by = by
        self._most = most_entries()
        self._sleep = sleep
        self._announced: dict[Address, Record] = {}  # this store's own intents that have not ended

    @property
    def code(self) -> SharedCode:
        return SharedCode(self._heads, self._root)

    @property
    def seal(self) -> Seal:
        """A key of a state without one is kept with the first record: a bucket that a run has only looked at can still
        take a folder's history, with the key of that."""
        heads = self._heads
        sealer = self._read_sealer()
        if sealer is None:
            heads.draft = new_key()
            sealer = heads.sealer = self._sealer_of(heads.draft)
        return sealer

    def _is_key_kept(self) -> bool:
        """Keeps a key that was made here. Returns False where somebody else's came first; that one counts then."""
        heads = self._heads
        if not heads.draft:
            return True
        kept = heads.objects.create(SEAL_KEY, heads.draft)
        if kept:
            heads.cache.write(SEAL_KEY, heads.draft)
        else:
            heads.sealer = None
            heads.renew()
        heads.draft = b""
        return kept

    def sweep_code(self) -> None:
        with suppress(BaselineUnusable):  # the run that needs the record reports it; until then nothing is dropped
            self.code.sweep(self._digests)

    def _digests(self) -> Collection[str]:
        ids = [id for account, region in self._heads.regions() for id in self.ids(account, region)]
        records = (self._heads.record(id) for id in ids)
        return {digest for record in records if record is not None for digest in digests_of(record)}

    def intend(self, id: Address, intent: Intent) -> None:
        """Raises `PreconditionFailed` where another run has written since this one compared, or is writing."""
        there = self._there(id)
        by = self._by()
        if self._foreign(id) is not None:
            self.wait(id)
            raise _overtaken(id)
        announced = changes.intended(there, intent, by)
        if not self._append(announced):
            self.wait(id)
            raise _overtaken(id)
        self._announced[id] = replace(announced, serial=there.serial + 1)

    def record(
        self, baseline: Baseline, *, saved: bool = False, request: str = "", theirs: tuple[Theirs, ...] = ()
    ) -> None:
        by = self._by()

        def recorded(there: Record) -> Record:
            return changes.recorded(there, baseline, by, self._most, saved=False, request=request, theirs=theirs)

        self._ended(baseline.id, recorded)

    def restored(self, written: Baseline) -> None:
        self._ended(written.id, lambda there: changes.restored(there, written))

    def withdraw(self, id: Address) -> None:
        if self.read(id) is not None:
            self._ended(id, changes.withdrawn)

    def forget(self, id: Address) -> None:
        by = self._by()
        if self.read(id) is not None:
            self._ended(id, lambda there: changes.removed(there, by, self._most))

    def _there(self, id: Address) -> Record:
        return self._heads.record(id) or Record(id, None, ours=self._heads.ours)

    def _ended(self, id: Address, change: Callable[[Record], Record]) -> None:
        """Appends what a write has led to. Raises `PreconditionFailed` where nothing was announced, and others have
        written since this run compared."""
        announced = self._announced.pop(id, None)
        there = self._there(id)
        settles = there.pending is not None
        if announced is None or there.serial == announced.serial:
            if self._append(change(there)):
                return
            if announced is None and settles:
                return  # somebody else settled it meanwhile, or the run came back and did
            if announced is None:
                raise _overtaken(id)
            there = self._there(id)
        while (result := above(there, announced, change(announced), self._most)) is not None:
            if self._append(result):
                return
            there = self._there(id)

    def _sealed(self, path: FieldPath, value: Json) -> Sealed:
        return self.seal(path, value)  # whose key is made at its first use

    def _append(self, record: Record) -> bool:
        """Writes a record as the serial after its own. Returns False where somebody else has; then the list is new."""
        heads, place = self._heads, place_of(record.id)
        if heads.since > RECENT_SECONDS:
            heads.renew()
        if heads.serial(place) != record.serial:
            return False
        new = resealed(
            replace(record, serial=record.serial + 1, ours=heads.ours),
            heads.catalog,
            self._sealed,
        )
        if not self._is_key_kept():
            return False
        key = key_of(place, new.serial)
        data = encode(new, secrets.token_hex(16))  # no two writers have equal bytes: it says who won
        won = heads.objects.create(key, data)
        if won and heads.since > LATE_SECONDS:
            heads.renew()
            won = heads.serial(place) == new.serial
            if not won:  # a serial that was taken once, and removed since
                heads.objects.remove([key])
                heads.dropped([(place, new.serial)])
        if won:
            heads.wrote(place, new.serial, new, data)
        else:
            heads.renew()
        return won

    @contextmanager
    def lock(
        self, id: Address, command: str, waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> Iterator[Turn]:
        """Keeps other runs of this machine away, and waits for what others are writing. Nothing keeps those away: every
        write of a record finds out whether another came first."""
        with Lock(lock_place(self._root, id, self._heads.catalog), id.full, command, waiting=waiting):
            self._heads.renew()
            for each in self._below(id):
                self.wait(each, waiting)
            mark = self.mark(id)
            yield Turn(mark, mark)
            self._prune(id)

    def wait(self, id: Address, waiting: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        while self._is_under_way(id):
            with waiting():
                self._sleep(POLL_SECONDS)
            self._heads.renew()

    def _prune(self, root: Address) -> None:
        """Removes old serials. What cannot be removed stays until another run."""
        places = [place_of(id) for id in self._below(root)]
        old = [(place, serial) for place in places for serial in self._old(place)]
        if old:
            with suppress(BaselineUnusable):
                self._heads.objects.remove([key_of(place, serial) for place, serial in old])
                self._heads.dropped(old)

    def _old(self, place: str) -> Iterator[int]:
        for serial in sorted(self._heads.listing.records.get(place, ()))[:-KEPT]:
            if self._heads.age(place, serial) > SETTLED_SECONDS:
                yield serial


def _is_empty(record: Record) -> bool:
    """Says whether nothing was ever written but an intent that had no effect."""
    return record.baseline is None and record.pending is None and record.restored is None and not record.entries


def _overtaken(id: Address) -> PreconditionFailed:
    return PreconditionFailed(
        t("{id} was deployed by another run meanwhile.", id=id),
        code="Overtaken",
        http_status=0,
        hint=t("Run it again: it is compared with what that run deployed."),
    )
