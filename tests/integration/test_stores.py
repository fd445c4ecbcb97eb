"""What both stores promise: the one in a folder, and the one in a bucket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from fc_guard.engine.write.recovery import settled_intents
from fc_guard.errors import BadInput, BaselineUnusable
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CodeVersion
from fc_guard.model.files import FileState, Manifest
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.state.cache import Cache
from fc_guard.state.directory import DirectoryReader, DirectoryStore
from fc_guard.state.heads import Heads
from fc_guard.state.place import Place
from fc_guard.state.shared import SharedReader, SharedStore
from fc_guard.state.store import BaselineReader, BaselineStore
from tests.bucket import Bucket, InMemory
from tests.integration.project import Person

SERVICE = Address("fc2", "123", "cn-hangzhou", "service", ("Svc",))
ID = Address("fc2", "123", "cn-hangzhou", "function", ("Svc", "fn"))
INTENT = Intent("UpdateFunction", "e", frozenset(), None, "now")
ANN, BEN = Origin(by="ann", folder="a"), Origin(by="ben", folder="b")


def baseline(size: int = 1, id: Address = ID, origin: str = "one") -> Baseline:
    return Baseline(id, {("size",): size}, {("size",): size}, etag="e", origin=origin, recorded_at="now")


class Kept:
    """Where stores of one sort keep their records: each store and reader is that of a run of its own."""

    def __init__(self, sort: str, root: Path) -> None:
        self.sort = sort
        self.root = root
        self.bucket = Bucket()

    def heads(self) -> Heads:
        objects = InMemory(self.bucket)
        return Heads(objects, Cache(Place(self.root / "state"), objects.name), CATALOG)

    def store(self, by: Callable[[], Origin | None] = lambda: None) -> BaselineStore:
        if self.sort == "folder":
            return DirectoryStore(Place(self.root / "state"), CATALOG, by=by)
        return SharedStore(self.heads(), Place(self.root / "state"), by)

    def reader(self) -> BaselineReader:
        if self.sort == "folder":
            return DirectoryReader(Place(self.root / "state"), CATALOG)
        return SharedReader(self.heads(), Place(self.root / "state"))


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("serverless_devs_config_home", raising=False)
    return Kept(request.param, tmp_path)


@pytest.fixture
def store(place: Kept) -> BaselineStore:
    return place.store()


def read(store: BaselineReader, id: Address = ID) -> Record:
    record = store.read(id)
    assert record is not None
    return record


def test_absent_is_an_answer(store: BaselineStore) -> None:
    assert store.read(ID) is None
    assert store.ids("123", "cn-hangzhou") == ()
    assert store.unsettled("123", "cn-hangzhou") == ()


def test_what_is_recorded_is_read_and_listed_by_every_later_run(place: Kept, store: BaselineStore) -> None:
    long = Address("fc2", "123", "cn-hangzhou", "trigger", ("s" * 128, "F" * 128, "t"))
    capitals = Address("fc2", "123", "cn-hangzhou", "customDomain", ("www.example.com",))
    everything = tuple(sorted([ID, long, capitals]))
    for id in everything:
        store.record(baseline(id=id))
    for each in (store, place.store(), place.reader()):
        assert (read(each).baseline, read(each).pending) == (baseline(), None)
        assert read(each, long).baseline == baseline(id=long)
        assert each.ids("123", "cn-hangzhou") == everything
        assert each.ids("123", "cn-beijing") == each.ids("124", "cn-hangzhou") == ()


def test_an_intent_stands_beside_the_baseline_until_the_record_replaces_both(place: Kept, store: BaselineStore) -> None:
    store.record(baseline(1))
    store.intend(ID, INTENT)
    for each in (store, place.reader()):
        assert (read(each).baseline, read(each).pending) == (baseline(1), INTENT)
        assert each.unsettled("123", "cn-hangzhou") == (ID,)
    store.record(baseline(2))
    for each in (store, place.reader()):
        assert (read(each).baseline, read(each).pending, read(each).serial) == (baseline(2), None, 3)
        assert each.unsettled("123", "cn-hangzhou") == ()


def test_a_withdrawn_intent_leaves_what_was_there_before(place: Kept, store: BaselineStore) -> None:
    store.intend(ID, INTENT)
    store.withdraw(ID)
    assert store.read(ID) is place.reader().read(ID) is None
    store.record(baseline())
    store.intend(ID, INTENT)
    store.withdraw(ID)
    assert (read(store).baseline, read(store).pending) == (baseline(), None)
    store.withdraw(SERVICE)


def test_what_an_undo_put_back_stands_beside_the_baseline(place: Kept, store: BaselineStore) -> None:
    back = replace(baseline(7), etag=None)
    store.record(baseline(1))
    store.intend(ID, replace(INTENT, restores=True))
    store.restored(back)
    for each in (store, place.reader()):
        assert (read(each).baseline, read(each).restored, read(each).pending) == (baseline(1), back, None)
    store.record(baseline(2))
    assert read(place.reader()).restored is None


def test_what_is_forgotten_has_no_baseline(place: Kept, store: BaselineStore) -> None:
    store.record(baseline())
    store.forget(ID)
    store.forget(SERVICE)
    for each in (store, place.reader()):
        record = each.read(ID)
        assert record is None or record.baseline is None
        assert each.named_by("123", "cn-hangzhou", "one") == ()
    store.record(baseline(2))
    assert read(place.reader()).baseline == baseline(2)


def test_a_step_s_resources_are_found_by_its_name(place: Kept, store: BaselineStore) -> None:
    store.record(baseline(id=SERVICE, origin="two"))
    store.record(baseline())
    shared = replace(baseline(), others={"two": {}})
    for each in (store, place.reader()):
        assert each.named_by("123", "cn-hangzhou", "one") == (ID,)
        assert each.named_by("123", "cn-hangzhou", "two") == (SERVICE,)
    store.record(shared)
    assert store.named_by("123", "cn-hangzhou", "two") == tuple(sorted([SERVICE, ID]))


def test_each_write_is_an_entry_with_whose_it_was(place: Kept) -> None:
    place.store(lambda: ANN).record(baseline(1))
    place.store(lambda: BEN).record(baseline(2))
    dead = place.store(lambda: ANN)
    dead.intend(ID, replace(INTENT, leads_to=baseline(3)))
    settling = place.store(lambda: BEN)
    assert read(settling).pending is not None
    settling.record(baseline(3))
    entries = read(place.reader()).entries
    assert [(entry.origin, entry.after()) for entry in entries] == [
        (ANN, baseline(3)),
        (BEN, baseline(2)),
        (ANN, baseline(1)),
    ]


@pytest.mark.parametrize(("told", "kept"), [("1", 1), ("2", 2), ("", 5)])
def test_so_many_writes_are_remembered(place: Kept, monkeypatch: pytest.MonkeyPatch, told: str, kept: int) -> None:
    monkeypatch.setenv("FC_GUARD_HISTORY", told)
    store = place.store()
    for size in range(5):
        store.record(baseline(size))
    assert len(read(place.reader()).entries) == kept


@pytest.mark.parametrize("told", ["0", "201", "-1", "ten", "1.5", "9" * 5000])
def test_a_number_of_writes_that_is_none_is_refused(place: Kept, monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("FC_GUARD_HISTORY", told)
    with pytest.raises(BadInput, match="FC_GUARD_HISTORY"):
        place.store()


def test_a_reader_has_nothing_to_write_with(place: Kept) -> None:
    reader = place.reader()
    assert not any(hasattr(reader, name) for name in ("record", "intend", "withdraw", "forget", "lock"))
    assert reader.seal(("a",), "b") is not None
    assert not (place.root / "state").exists()
    assert place.bucket.objects == {}


def test_seals_hold_over_runs_and_differ_by_field(place: Kept) -> None:
    first = place.store()
    early = first.seal(("env", "A"), "x")
    first.record(baseline())  # a bucket keeps the key with its first record
    again = place.store()
    assert early == first.seal(("env", "A"), "x") == again.seal(("env", "A"), "x")
    assert early == place.reader().seal(("env", "A"), "x")
    assert first.seal(("env", "A"), "x") != first.seal(("env", "B"), "x")


def package(text: str) -> tuple[Manifest, Callable[[FileState], str | None]]:
    from hashlib import sha256
    from zlib import crc32

    state = FileState("index.py", False, sha256(text.encode()).hexdigest(), len(text), crc32(text.encode()))
    return Manifest((state,)), lambda state: text


def test_code_is_kept_and_read_by_its_digest(place: Kept, store: BaselineStore) -> None:
    manifest, texts = package("print(1)")
    assert store.code.read(manifest.digest) is None
    assert not store.code.has(manifest.digest)
    assert store.code.keep(manifest, texts)
    assert not store.code.keep(manifest, texts)
    for each in (store, place.reader()):
        assert each.code.has(manifest.digest)
        found = each.code.read(manifest.digest)
        assert found is not None
        assert (found.manifest, found.text(manifest.files[0].sha256)) == (manifest, "print(1)")
    assert store.code.read("../../key") is None


def test_the_lock_leaves_a_mark_that_says_that_nobody_came_between(place: Kept) -> None:
    from fc_guard.state.lock import given_back

    store = place.store()
    with store.lock(SERVICE, "deploy one") as turn:
        store.record(baseline())
    with store.lock(SERVICE, "deploy two") as again:
        assert again.before == turn.after
        assert given_back(again.before)
    other = place.store()
    with other.lock(SERVICE, "deploy three"):
        other.record(baseline(2))
    with store.lock(SERVICE, "deploy four") as last:
        assert last.before != again.after


def test_a_damaged_record_is_not_absence(place: Kept, store: BaselineStore) -> None:
    store.record(baseline())
    if place.sort == "folder":
        next((place.root / "state").rglob("fc2.function/*.json")).write_bytes(b"{}")
    else:
        (key,) = place.bucket.objects
        place.bucket.objects[key] = (b"{}", 0.0)
        for cached in (place.root / "state" / "shared").rglob("*"):
            if cached.is_file():
                cached.unlink()
    reader = place.reader()
    with pytest.raises(BaselineUnusable):
        reader.read(ID)
    assert reader.unsettled("123", "cn-hangzhou") == (ID,)


def test_code_without_a_reference_goes_once_it_is_old(place: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.store()
    manifests = []
    for text in ("one", "two", "three"):
        manifest, texts = package(text)
        store.code.keep(manifest, texts)
        manifests.append(manifest.digest)
    for number, digest in enumerate(manifests[:2]):
        sent = {CODE: CodeVersion(str(number), digest)}
        store.record(replace(baseline(), applied=sent, observed=sent))
    store.sweep_code()
    assert [place.reader().code.has(digest) for digest in manifests] == [True] * 3
    for module in ("code", "shared_code"):
        monkeypatch.setattr(f"fc_guard.state.{module}.SETTLED_SECONDS", -1)
    place.store().sweep_code()
    assert [place.reader().code.has(digest) for digest in manifests] == [True, True, False]


def test_a_write_that_has_not_ended_counts_as_news_however_often_one_looks(tmp_path: Path) -> None:
    place = Kept("bucket", tmp_path)
    reader, other = place.reader(), place.store()
    other.intend(ID, INTENT)
    assert [reader.renew([SERVICE]) for _ in range(3)] == [True, True, True]
    other.record(baseline(2))
    assert [reader.renew([SERVICE]) for _ in range(2)] == [True, False]


def test_a_write_of_another_run_that_has_not_ended_is_not_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of a shared state keeps nobody away: whoever compares again may meet a write that was just announced."""
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    place = Kept("bucket", tmp_path)
    other = place.store()
    other.intend(ID, INTENT)

    def meanwhile(seconds: float) -> None:
        other.record(baseline(2))

    here = SharedStore(place.heads(), Place(tmp_path / "state"), sleep=meanwhile)
    reading = SimpleNamespace(account="123", region="cn-hangzhou", catalog=CATALOG, terminal=Person())
    session = SimpleNamespace(store=here, read=reading)
    assert settled_intents(session, (SERVICE,)) == ()  # type: ignore[arg-type]
    assert read(here).baseline == baseline(2)
