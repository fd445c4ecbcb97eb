"""`fc-guard state move`: from a folder into a bucket and back, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fc_guard.errors import BaselineUnusable
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CodeVersion
from fc_guard.model.files import FileState, Manifest
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.shell import state_command
from fc_guard.state.cache import Cache
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.heads import Heads
from fc_guard.state.moving import Moved, into_bucket, into_folder
from fc_guard.state.place import Place
from fc_guard.state.shared import SharedReader
from tests.bucket import Bucket, InMemory

SERVICE = Address("fc2", "123", "cn-hangzhou", "service", ("shop",))
ID = SERVICE.child("function", "pay")
LONG = SERVICE.child("function", "F" * 128).child("trigger", "t" * 100)
TEXT = "print(1)"
STATE = FileState("index.py", False, "a" * 64, len(TEXT), 1)
MANIFEST = Manifest((STATE,))


def there(step: str) -> str:
    return f"apps/shop/{step}"


def back(step: str) -> str:
    return step.removeprefix("apps/shop/")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))


def baseline(id: Address, size: int) -> Baseline:
    code = CodeVersion("1", MANIFEST.digest)
    sent = {("size",): size, CODE: code} if id == ID else {("size",): size}
    return Baseline(id, sent, sent, etag="e", origin="s.yaml#one", others={"s.yaml#two": {("size",): 9}})


def filled(root: Path) -> DirectoryStore:
    for by in ("ann", "ben"):
        origin = Origin(by=by)
        store = DirectoryStore(Place(root), CATALOG, by=lambda origin=origin: origin)
        for size, id in enumerate((SERVICE, ID, LONG)):
            store.record(baseline(id, size), request=f"{by}-{size}")
    store.code.keep(MANIFEST, lambda state: TEXT)
    store.intend(LONG, Intent("UpdateTrigger", "e", frozenset(), baseline(LONG, 7), "now"))
    assert store.seal(("a",), "b")
    return store


def heads(bucket: Bucket, root: Path, objects: InMemory | None = None) -> Heads:
    way = objects or InMemory(bucket)
    return Heads(way, Cache(Place(root), way.name), CATALOG)


def told(record: Record | None) -> list[object]:
    assert record is not None
    entries = [(entry.serial, entry.origin, entry.after(), entry.requests) for entry in record.entries]
    return [record.serial, record.baseline, record.pending, record.restored, entries]


def test_records_code_and_key_move_there_and_back(tmp_path: Path) -> None:
    store, bucket = filled(tmp_path / "a"), Bucket()
    before = {id: told(store.read(id)) for id in (SERVICE, ID, LONG)}
    seal = store.seal(("a",), "b")
    assert into_bucket(Place(tmp_path / "a"), heads(bucket, tmp_path / "c"), CATALOG, there) == Moved(3, 1)
    assert DirectoryStore(Place(tmp_path / "a"), CATALOG).ids("123", "cn-hangzhou") == ()

    shared = SharedReader(heads(bucket, tmp_path / "c"), Place(tmp_path / "c"))
    assert shared.ids("123", "cn-hangzhou") == tuple(sorted(before))
    assert shared.named_by("123", "cn-hangzhou", "apps/shop/s.yaml#two") == tuple(sorted(before))
    assert shared.seal(("a",), "b") == seal
    assert shared.code.read(MANIFEST.digest) is not None

    moved = into_folder(heads(bucket, tmp_path / "d"), Place(tmp_path / "d"), CATALOG, back)
    assert moved == Moved(3, 1)
    again = DirectoryStore(Place(tmp_path / "d"), CATALOG)
    assert {id: told(again.read(id)) for id in before} == before
    assert again.seal(("a",), "b") == seal
    assert again.code.read(MANIFEST.digest) is not None
    assert len(bucket.objects) == 5, "others may use the bucket"


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", range(10))
def test_an_interrupted_move_goes_on_and_loses_nothing(tmp_path: Path, at: int) -> None:
    store, bucket, done = filled(tmp_path / "a"), Bucket(), [0]
    before = {id: told(store.read(id)) for id in (SERVICE, ID, LONG)}

    def kill(key: str) -> None:
        done[0] += 1
        if done[0] == at + 1:
            raise Killed

    way = InMemory(bucket, before=kill, after=kill)
    try:
        into_bucket(Place(tmp_path / "a"), heads(bucket, tmp_path / "c", way), CATALOG, there)
    except Killed:
        assert {id: told(store.read(id)) for id in before} == before, "the source stays until all is read back"
    assert done[0] == at + 1
    into_bucket(Place(tmp_path / "a"), heads(bucket, tmp_path / "c"), CATALOG, there)
    into_folder(heads(bucket, tmp_path / "d"), Place(tmp_path / "d"), CATALOG, back)
    again = DirectoryStore(Place(tmp_path / "d"), CATALOG)
    assert {id: told(again.read(id)) for id in before} == before


def test_a_target_with_other_records_or_another_key_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    filled(tmp_path / "a"), filled(tmp_path / "b").record(replace(baseline(ID, 5)))
    bucket = Bucket()
    into_bucket(Place(tmp_path / "a"), heads(bucket, tmp_path / "c"), CATALOG, there)
    before = dict(bucket.objects)
    for other in ("b", "keyed"):
        root = Place(tmp_path / other)
        if other == "keyed":
            assert DirectoryStore(root, CATALOG).seal(("a",), "b")
        with pytest.raises(BaselineUnusable, match="already"):
            into_bucket(root, heads(bucket, tmp_path / "c"), CATALOG, there)
        with pytest.raises(BaselineUnusable, match="already"):
            into_folder(heads(bucket, tmp_path / "c"), root, CATALOG, back)
    assert bucket.objects == before
    assert DirectoryStore(Place(tmp_path / "b"), CATALOG).read(ID) is not None


@pytest.mark.parametrize(
    "words", [("a", "b"), ("oss://one/x", "oss://two/x"), ("missing", "oss://one/x"), (".", "oss://one/x")]
)
def test_what_cannot_be_moved_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ACCOUNT_ID", "ACCESS_KEY_ID", "ACCESS_KEY_SECRET"):
        monkeypatch.delenv(f"ALIBABA_CLOUD_{name}", raising=False)
    assert state_command(["move", *words, "--region", "cn-hangzhou"]) == 2
    assert capsys.readouterr().err.startswith("error: ")
