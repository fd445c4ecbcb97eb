"""The store in a bucket: what becomes of old serials, late writers, foreign writes, and of what a repository brings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fc_guard.errors import BaselineUnusable, PreconditionFailed
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.state.cache import Cache
from fc_guard.state.heads import Heads
from fc_guard.state.keys import key_of, place_of
from fc_guard.state.lock import given_back
from fc_guard.state.place import Place
from fc_guard.state.shared import SharedStore
from tests.bucket import Bucket, InMemory

SERVICE = Address("fc2", "123", "cn-hangzhou", "service", ("shop",))
ID = SERVICE.child("function", "pay")
ANN, BEN = Origin(by="ann", folder="a"), Origin(by="ben", folder="b")
HOUR = 3600.0


@dataclass
class Clock:
    """One clock for OSS and every machine."""

    time: float = 1_000_000.0

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bucket(clock: Clock) -> Bucket:
    return Bucket(clock)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    monkeypatch.setenv("FC_GUARD_LOCK_TIMEOUT", "10")
    yield


def baseline(size: int, step: str = "one") -> Baseline:
    return Baseline(ID, {("size",): size}, {("size",): size}, etag=f"e{size}", origin=step)


def intent(size: int) -> Intent:
    return Intent("UpdateFunction", "e", frozenset(), baseline(size), "now")


class Run:
    """One run on a machine of its own."""

    def __init__(self, bucket: Bucket, clock: Clock, root: Path, by: Origin) -> None:
        self.objects = InMemory(bucket)
        self.heads = Heads(self.objects, Cache(Place(root), "state"), CATALOG, clock)
        self.store = SharedStore(self.heads, Place(root), lambda: by, clock.sleep)


@pytest.fixture
def ann(bucket: Bucket, clock: Clock, tmp_path: Path) -> Run:
    return Run(bucket, clock, tmp_path / "ann", ANN)


@pytest.fixture
def ben(bucket: Bucket, clock: Clock, tmp_path: Path) -> Run:
    return Run(bucket, clock, tmp_path / "ben", BEN)


def head(bucket: Bucket, clock: Clock, tmp_path: Path) -> Record:
    found = Run(bucket, clock, tmp_path / "reader", ANN).store.read(ID)
    assert found is not None
    return found


def serials(bucket: Bucket) -> list[int]:
    return sorted(int(key[-15:-5]) for key in bucket.objects if key.startswith(place_of(ID)))


def told(record: Record) -> list[tuple[int, str, object]]:
    found = []
    for entry in record.entries:
        after = entry.after()
        found.append(
            (entry.serial, entry.origin.by if entry.origin else "", after.applied[("size",)] if after else None)
        )
    return found


def test_whoever_compared_with_an_older_record_writes_nothing(ann: Run, ben: Run, bucket: Bucket) -> None:
    assert ann.store.read(ID) is None
    ben.store.record(baseline(1))
    with pytest.raises(PreconditionFailed, match="deployed by another run meanwhile"):
        ann.store.intend(ID, intent(2))
    assert ann.store.read(ID) is not None, "the list is new"
    ben.store.record(baseline(3))
    with pytest.raises(PreconditionFailed):
        ann.store.record(baseline(2))
    assert serials(bucket) == [1, 2]


def test_a_write_under_way_is_waited_for_and_then_compared_with(
    ann: Run, ben: Run, clock: Clock, bucket: Bucket
) -> None:
    ben.store.intend(ID, intent(1))
    started = clock.time
    with pytest.raises(PreconditionFailed):
        ann.store.intend(ID, intent(2))
    assert clock.time - started == pytest.approx(10, abs=1)
    assert serials(bucket) == [1]


def test_a_write_that_was_announced_long_ago_is_not_waited_for(ann: Run, ben: Run, clock: Clock) -> None:
    ben.store.intend(ID, intent(1))
    clock.time += 1000
    assert ann.store.holder(SERVICE) == ""
    with ann.store.lock(SERVICE, "deploy") as turn:
        assert not given_back(turn.before)
        assert ann.store.unsettled("123", "cn-hangzhou") == (ID,)
    assert clock.time == 1_001_000.0


def test_a_write_under_way_has_somebody_s_name(ann: Run, ben: Run) -> None:
    ben.store.intend(ID, intent(1))
    assert ann.store.holder(SERVICE) == "ben (since now)"
    assert ben.store.holder(SERVICE) == "", "not of its own"


def test_the_mark_tells_of_what_was_written_while_things_were_read_online(ann: Run, ben: Run, clock: Clock) -> None:
    ben.store.record(baseline(1))
    assert not given_back(ann.store.mark(SERVICE)), "it may be newer than what was read"
    clock.time += 10
    ann.heads.renew()
    mark = ann.store.mark(SERVICE)
    assert given_back(mark)
    clock.time += 10
    ann.store.record(baseline(2))
    assert ann.store.mark(SERVICE) == mark, "its own writes are known to the run"
    assert not ann.store.renew([SERVICE])
    ben.heads.renew()
    ben.store.record(baseline(3))
    assert ann.store.renew([SERVICE])
    assert ann.store.mark(SERVICE) != mark


def test_old_serials_go_and_the_newest_three_stay(ann: Run, bucket: Bucket, clock: Clock) -> None:
    for size in range(6):
        ann.store.record(baseline(size))
    with ann.store.lock(SERVICE, "deploy"):
        pass
    assert serials(bucket) == [1, 2, 3, 4, 5, 6], "whoever listed before may still write"
    clock.time += 2 * HOUR
    with ann.store.lock(SERVICE, "deploy"):
        pass
    assert serials(bucket) == [4, 5, 6]


def test_a_late_writer_does_not_win_a_serial_that_was_removed(ann: Run, ben: Run, bucket: Bucket, clock: Clock) -> None:
    ann.store.record(baseline(1))
    assert ben.store.read(ID) is not None
    for size in range(2, 8):
        ann.store.record(baseline(size))
    clock.time += 2 * HOUR
    with ann.store.lock(SERVICE, "deploy"):
        pass
    assert serials(bucket) == [5, 6, 7]
    with pytest.raises(PreconditionFailed):
        ben.store.record(baseline(99))
    assert serials(bucket) == [5, 6, 7]


def test_a_write_that_takes_hours_is_taken_back_where_others_have_gone_on(
    ann: Run, ben: Run, bucket: Bucket, clock: Clock
) -> None:
    ann.store.record(baseline(1))
    assert ben.store.read(ID) is not None

    def asleep(key: str) -> None:
        ben.objects.before = lambda key: None
        for size in range(2, 8):
            ann.store.record(baseline(size))
        clock.time += 2 * HOUR
        with ann.store.lock(SERVICE, "deploy"):
            pass

    ben.objects.before = asleep
    with pytest.raises(PreconditionFailed):
        ben.store.record(baseline(99))
    assert serials(bucket) == [5, 6, 7]


def test_a_write_settled_by_another_run_takes_its_place_in_the_history(
    ann: Run, ben: Run, bucket: Bucket, clock: Clock, tmp_path: Path
) -> None:
    ann.store.record(baseline(1))
    ann.store.intend(ID, intent(2))
    clock.time += 1000
    ben.store.withdraw(ID)  # by reading it seemed that nothing had happened
    ben.store.intend(ID, intent(3))
    ben.store.record(baseline(3, "two"))
    ann.store.record(baseline(2))
    found = head(bucket, clock, tmp_path)
    assert told(found) == [(5, "ben", 3), (3, "ann", 2)]
    assert found.baseline == replace(baseline(3, "two"), others={"one": {("size",): 2}})
    assert serials(bucket) == [1, 2, 3, 4, 5, 6]


def test_a_write_settled_as_done_is_recorded_as_fc_answered_it(
    ann: Run, ben: Run, bucket: Bucket, clock: Clock, tmp_path: Path
) -> None:
    ann.store.intend(ID, intent(2))
    clock.time += 1000
    ben.store.record(replace(baseline(2), etag="guessed"))
    ann.store.record(baseline(2))
    found = head(bucket, clock, tmp_path)
    assert told(found) == [(2, "ann", 2)]
    assert found.baseline == baseline(2)


def test_a_late_record_leaves_the_other_run_s_write_under_way(
    ann: Run, ben: Run, bucket: Bucket, clock: Clock, tmp_path: Path
) -> None:
    ann.store.intend(ID, intent(2))
    clock.time += 1000
    ben.store.withdraw(ID)
    ben.store.intend(ID, intent(3))
    ann.store.record(baseline(2))
    under_way = head(bucket, clock, tmp_path)
    assert (under_way.baseline, under_way.pending) == (
        baseline(2),
        replace(intent(3), by=BEN, leads_to=replace(baseline(3), etag=None)),
    )
    ben.store.record(baseline(3))
    found = head(bucket, clock, tmp_path)
    assert (found.baseline, found.pending) == (baseline(3), None)
    assert told(found) == [(4, "ben", 3), (2, "ann", 2)]


def test_a_refused_write_that_another_run_has_settled_adds_nothing(
    ann: Run, ben: Run, bucket: Bucket, clock: Clock
) -> None:
    ann.store.record(baseline(1))
    ann.store.intend(ID, intent(2))
    clock.time += 1000
    ben.store.withdraw(ID)
    ann.store.withdraw(ID)
    assert serials(bucket) == [1, 2, 3]


def test_a_record_counts_as_ours_in_the_account_s_own_bucket_alone(ann: Run, ben: Run, bucket: Bucket) -> None:
    ann.store.record(baseline(1))
    record = ann.store.read(ID)
    assert record is not None
    assert record.ours
    bucket.owned = False
    record = ben.store.read(ID)
    assert record is not None
    assert not record.ours


def test_a_cache_that_a_repository_brought_is_not_believed(
    ann: Run, bucket: Bucket, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann.store.record(baseline(1))
    again = Run(bucket, clock, tmp_path / "ann", ANN)
    assert again.store.read(ID) is not None
    assert not [what for what in again.objects.asked if what.startswith("read")]
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "somebody"))
    other = Run(bucket, clock, tmp_path / "ann", ANN)
    assert other.store.read(ID) is not None
    assert f"read {key_of(place_of(ID), 1)}" in other.objects.asked


def test_a_link_in_the_cache_is_refused(ann: Run, bucket: Bucket, clock: Clock, tmp_path: Path) -> None:
    ann.store.record(baseline(1))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "ann" / "shared").rename(tmp_path / "elsewhere" / "shared")
    (tmp_path / "ann" / "shared").symlink_to(tmp_path / "elsewhere" / "shared")
    with pytest.raises(BaselineUnusable, match="is a link"):
        Run(bucket, clock, tmp_path / "ann", ANN).store.read(ID)


def test_what_is_wrong_with_the_bucket_is_told_by_every_answer(ann: Run, bucket: Bucket) -> None:
    bucket.refused = "it is gone"
    for ask in (
        lambda: ann.store.read(ID),
        lambda: ann.store.ids("123", "cn-hangzhou"),
        lambda: ann.store.mark(SERVICE),
        lambda: ann.store.intend(ID, intent(1)),
        lambda: ann.store.seal(("a",), "b"),
    ):
        with pytest.raises(BaselineUnusable, match="it is gone"):
            ask()


def test_objects_of_others_below_the_prefix_are_left_alone(ann: Run, bucket: Bucket) -> None:
    place = place_of(ID)
    for name in ("readme.txt", f"{place}/notes.json", "records/x/y/z", f"{place}/1.json", "code/short.zip"):
        bucket.objects[name] = (b"mine", 0.0)
    assert ann.store.read(ID) is None
    assert ann.store.ids("123", "cn-hangzhou") == ()
    ann.store.sweep_code()
    assert len(bucket.objects) == 5
