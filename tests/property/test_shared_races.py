"""Four deployers at once on one bucket: nothing that was deployed is lost, whoever is killed and whatever answer is.

Each deployer works as the stages do: it reads the newest record and what is online, announces its write, sends it tied
to the version that it compared, and records the answer. Online is a resource with a version, as FC has it.

A write that takes longer than others wait for it is the one exception (docs/decisions/0017-shared-state.md): they take
it for given up, so until it is recorded it looks like somebody else's.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fc_guard.errors import BaselineLocked, BaselineUnusable, PreconditionFailed
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Intent
from fc_guard.state.cache import Cache
from fc_guard.state.heads import Heads
from fc_guard.state.keys import place_of
from fc_guard.state.place import Place
from fc_guard.state.record import decode
from fc_guard.state.shared import SharedStore
from tests.bucket import Bucket, InMemory

SERVICE = Address("fc2", "123", "cn-hangzhou", "service", ("shop",))
ID = SERVICE.child("function", "pay")
FIELD = ("value",)
PATIENCE = 0.5


class Killed(BaseException):
    """The process ends here, without another word."""


@dataclass
class Online:
    """The resource in FC: who wrote it last, and its version."""

    value: str = ""
    version: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    history: list[str] = field(default_factory=list)

    def read(self) -> tuple[str, int]:
        with self.lock:
            return self.value, self.version

    def write(self, value: str, version: int) -> int:
        with self.lock:
            if version != self.version:
                raise PreconditionFailed("412", code="PreconditionFailed", http_status=412)
            self.value, self.version = value, self.version + 1
            self.history.append(value)
            return self.version


def after(value: str, version: int) -> Baseline:
    return Baseline(ID, {FIELD: value}, {FIELD: value}, etag=str(version), origin="s.yaml#one")


@dataclass
class Deployer:
    name: str
    bucket: Bucket
    online: Online
    root: Path
    seed: int
    strangers: list[str] = field(default_factory=list)
    late: set[str] = field(default_factory=set)

    def work(self, rounds: int) -> None:
        chance = random.Random(self.seed)
        for number in range(rounds):
            value = f"{self.name}-{number}"
            try:
                self._deploy(value, chance)
            except (Killed, PreconditionFailed, BaselineUnusable, BaselineLocked):
                continue

    def _store(self, value: str, chance: random.Random) -> SharedStore:
        """Returns a run of its own, as a fresh machine has it: killed now and then, with answers that get lost."""

        def sometimes(key: str) -> None:
            draw = chance.random()
            if draw < 0.03:
                raise Killed
            if draw < 0.06:
                raise BaselineUnusable("the answer was lost, and so was the reading of it")

        objects = InMemory(self.bucket, before=sometimes, after=sometimes)
        heads = Heads(objects, Cache(Place(self.root), objects.name), CATALOG)
        origin = Origin(by=value, folder=self.name)
        return SharedStore(heads, Place(self.root), lambda: origin)

    def _deploy(self, value: str, chance: random.Random) -> None:
        store = self._store(value, chance)
        with store.lock(SERVICE, "deploy"):
            for _ in range(3):
                try:
                    return self._round(store, value, chance)
                except PreconditionFailed:
                    continue

    def _round(self, store: SharedStore, value: str, chance: random.Random) -> None:
        self._settle(store)
        live, version = self.online.read()
        record = store.read(ID)
        baseline = record.baseline if record is not None else None
        if (baseline.observed or {}).get(FIELD) != live if baseline is not None else version > 0:
            if store.renew([SERVICE]):
                raise PreconditionFailed("moved", code="", http_status=0)
            if self.online.read() == (live, version):
                self.strangers.append(live)
            raise PreconditionFailed("moved", code="", http_status=0)
        intent = Intent("UpdateFunction", str(version), frozenset({FIELD}), after(value, 0), "now")
        announced = time.monotonic()
        store.intend(ID, intent)
        if chance.random() < 0.05:
            raise Killed
        try:
            written = self.online.write(value, version)
            if time.monotonic() - announced > PATIENCE / 2:
                self.late.add(value)
        except PreconditionFailed:
            store.withdraw(ID)
            raise
        if chance.random() < 0.05:
            raise Killed
        store.record(after(value, written), saved=True)
        if time.monotonic() - announced > PATIENCE / 2:
            self.late.add(value)

    def _settle(self, store: SharedStore) -> None:
        for id in store.unsettled("123", "cn-hangzhou"):
            store.wait(id)
            record = store.read(id)
            if record is None or record.pending is None:
                continue
            live, version = self.online.read()
            intended = record.pending.leads_to
            assert intended is not None
            if str(version) != record.pending.etag and live == intended.applied[FIELD]:
                store.record(after(live, version))
            else:
                store.withdraw(id)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("seed", "rounds"), [(0, 100), (1, 25)])
def test_no_record_is_lost_and_no_run_of_ours_is_a_stranger(
    seed: int, rounds: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    monkeypatch.setenv("FC_GUARD_LOCK_TIMEOUT", str(PATIENCE))
    monkeypatch.setattr("fc_guard.state.shared.POLL_SECONDS", 0.01)
    bucket, online = Bucket(), Online()
    people = [Deployer(name, bucket, online, tmp_path / name, seed * 10 + at) for at, name in enumerate("abcd")]
    threads = [threading.Thread(target=each.work, args=(rounds,)) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    last = Deployer("z", bucket, online, tmp_path / "z", 0)
    heads = Heads(InMemory(bucket), Cache(Place(tmp_path / "z"), "z"), CATALOG)
    with (store := SharedStore(heads, Place(tmp_path / "z"))).lock(SERVICE, "settle"):
        last._settle(store)
    place = place_of(ID)
    keys = sorted(key for key in bucket.objects if key.startswith(place))
    assert [int(key[-15:-5]) for key in keys] == list(range(1, len(keys) + 1)), "each serial once, none missing"
    records = [decode(bucket.objects[key][0], ID, key) for key in keys]
    assert [record.serial for record in records] == list(range(1, len(keys) + 1))

    entries = {entry.serial: entry.origin for record in records for entry in record.entries}
    remembered = [origin.by for _, origin in sorted(entries.items()) if origin is not None]
    assert len(online.history) > rounds
    assert len(remembered) == len(set(remembered))
    late = {value for each in people for value in each.late}
    assert len(late) < len(online.history) / 4, "this machine is too slow for what is tested here"
    history = [value for value in online.history if value not in late]
    assert [who for who in remembered if who not in late] == history, "every write that FC carried out, in order"
    assert [stranger for each in people for stranger in each.strangers if stranger not in late] == []
