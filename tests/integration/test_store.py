"""The store on a real disk."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fc_guard.errors import BaselineLocked, BaselineUnusable
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.resources import Baseline, Intent
from fc_guard.state.directory import DirectoryReader, DirectoryStore
from fc_guard.state.lock import Lock
from fc_guard.state.place import Place

ID = Address("fc2", "123", "cn-hangzhou", "function", ("Svc", "fn"))
INTENT = Intent("UpdateFunction", "e", frozenset(), None, "now")


def baseline(size: int = 1, id: Address = ID) -> Baseline:
    return Baseline(id, {("size",): size}, {("size",): size}, etag="e", origin="one", recorded_at="now")


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(Place(tmp_path / "state"), CATALOG)


def test_absent_is_an_answer(store: DirectoryStore) -> None:
    assert store.read(ID) is None
    assert store.ids("123", "cn-hangzhou") == ()


def test_what_is_recorded_is_read_and_listed(store: DirectoryStore) -> None:
    store.record(baseline())
    long = Address("fc2", "123", "cn-hangzhou", "trigger", ("s" * 128, "F" * 128, "t"))
    capitals = Address("fc2", "123", "cn-hangzhou", "customDomain", ("www.example.com",))
    for id in (long, capitals):
        store.record(baseline(id=id))
    record = store.read(ID)
    assert record is not None
    assert (record.baseline, record.pending) == (baseline(), None)
    assert store.ids("123", "cn-hangzhou") == tuple(sorted([ID, long, capitals]))


def test_an_intent_stands_beside_the_baseline_until_the_record_replaces_both(store: DirectoryStore) -> None:
    store.record(baseline(1))
    store.intend(ID, INTENT)
    record = store.read(ID)
    assert record is not None
    assert (record.baseline, record.pending) == (baseline(1), INTENT)
    store.record(baseline(2))
    record = store.read(ID)
    assert record is not None
    assert (record.baseline, record.pending, record.serial) == (baseline(2), None, 3)


def test_a_withdrawn_intent_leaves_what_was_there_before(store: DirectoryStore) -> None:
    store.intend(ID, INTENT)
    store.withdraw(ID)
    assert store.read(ID) is None
    store.record(baseline())
    store.intend(ID, INTENT)
    store.withdraw(ID)
    record = store.read(ID)
    assert record is not None
    assert (record.baseline, record.pending) == (baseline(), None)


def test_a_reader_has_nothing_to_write_with(tmp_path: Path) -> None:
    reader = DirectoryReader(Place(tmp_path), CATALOG)
    assert not any(hasattr(reader, name) for name in ("record", "intend", "withdraw", "forget", "lock"))
    assert reader.seal(("a",), "b") is not None
    assert list(tmp_path.iterdir()) == []


def test_seals_hold_over_runs_and_differ_between_projects(tmp_path: Path) -> None:
    first, again, other = (DirectoryStore(Place(tmp_path / name), CATALOG) for name in ("a", "a", "b"))
    assert first.seal(("env", "A"), "x") == again.seal(("env", "A"), "x")
    assert first.seal(("env", "A"), "x") != first.seal(("env", "B"), "x")
    assert first.seal(("env", "A"), "x") != other.seal(("env", "A"), "x")
    assert DirectoryReader(Place(tmp_path / "a"), CATALOG).seal(("env", "A"), "x") == first.seal(("env", "A"), "x")


def path_of(store: DirectoryStore) -> Path:
    store.record(baseline())
    return next(store._root.path.rglob("fc2.function/*.json"))


@pytest.mark.parametrize("made", ["empty", "directory", "fifo", "link"])
def test_a_damaged_file_is_not_absence(store: DirectoryStore, made: str, tmp_path: Path) -> None:
    path = path_of(store)
    data = path.read_bytes()
    path.unlink()
    if made == "empty":
        path.touch()
    elif made == "directory":
        path.mkdir()
    elif made == "fifo":
        os.mkfifo(path)
    else:
        (tmp_path / "elsewhere").write_bytes(data)
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BaselineUnusable):
        store.read(ID)


def test_a_full_disk_leaves_the_old_record(store: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    path = path_of(store)
    before = path.read_bytes()

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BaselineUnusable, match="No space left"):
        store.record(baseline(2))
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_one_writer_at_a_time_and_the_message_names_the_other(tmp_path: Path) -> None:
    path = Place(tmp_path) / "locks/svc.lock"
    with Lock(path, "svc", "deploy one"), pytest.raises(BaselineLocked, match=f"deploy one .pid {os.getpid()}"):
        Lock(path, "svc", "deploy two", patience=0).__enter__()
    with Lock(path, "svc", "deploy two", patience=0):
        pass


def test_a_waiting_run_gets_the_lock_when_the_other_ends(tmp_path: Path) -> None:
    path = Place(tmp_path) / "svc.lock"
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with Lock(path, "svc", "first"):
            held.set()
            release.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    threading.Timer(0.1, release.set).start()
    with Lock(path, "svc", "second", patience=5):
        thread.join()


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    path = Place(tmp_path) / "svc.lock"
    script = (
        "import sys, time; from pathlib import Path; from fc_guard.state.lock import Lock\n"
        "from fc_guard.state.place import Place\n"
        f"with Lock(Place(Path({str(tmp_path)!r})) / 'svc.lock', 'svc', 'other'):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        other.kill()
        with Lock(path, "svc", "mine", patience=5):
            pass
