"""What a run remembers of its state directory, and when it looks again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fc_guard.errors import BaselineUnusable
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.resources import Baseline
from fc_guard.state import directory, memory
from fc_guard.state.directory import DirectoryReader, DirectoryStore
from fc_guard.state.memory import Memory
from fc_guard.state.place import Place
from tests.integration.project import Project

ID = Address("fc2", "123", "cn-hangzhou", "function", ("svc", "fn"))


def baseline(size: int) -> Baseline:
    return Baseline(ID, {("size",): size}, {("size",): size}, etag="e", origin="one", recorded_at="now")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were decoded, in a world where a file has settled as soon as it is written."""
    files: list[str] = []
    real = directory.decode

    def counted(data: bytes, id: Address, place: str, ours: Callable[[bytes, object], bool]) -> object:
        files.append(place)
        return real(data, id, place, ours)

    monkeypatch.setattr(directory, "decode", counted)
    monkeypatch.setattr(memory, "SETTLED_NS", -(10**12))
    return files


def test_readers_of_one_run_decode_a_file_once(tmp_path: Path, decoded: list[str]) -> None:
    DirectoryStore(Place(tmp_path), CATALOG).record(baseline(1))
    shared = Memory()
    found = [DirectoryReader(Place(tmp_path), CATALOG, shared).read(ID) for _ in range(3)]
    assert [record.baseline for record in found if record is not None] == [baseline(1)] * 3
    assert len(decoded) == 1


def test_a_file_that_another_run_replaced_is_read_again(tmp_path: Path, decoded: list[str]) -> None:
    reader = DirectoryReader(Place(tmp_path), CATALOG)
    for size in (1, 2, 1):
        DirectoryStore(Place(tmp_path), CATALOG).record(baseline(size))
        record = reader.read(ID)
        assert record is not None
        assert record.baseline == baseline(size)


def test_a_file_that_went_is_gone(tmp_path: Path, decoded: list[str]) -> None:
    reader = DirectoryReader(Place(tmp_path), CATALOG)
    DirectoryStore(Place(tmp_path), CATALOG).record(baseline(1))
    assert reader.read(ID) is not None
    DirectoryStore(Place(tmp_path), CATALOG).forget(ID)
    assert reader.read(ID) is None


def test_whose_a_record_is_costs_no_look_at_it_as_long_as_its_folder_stands(
    tmp_path: Path, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, reader = DirectoryStore(Place(tmp_path), CATALOG), DirectoryReader(Place(tmp_path), CATALOG)
    others = [replace(ID, parts=("svc", f"fn{number}")) for number in range(5)]
    for id in (ID, *others):
        store.record(replace(baseline(1), id=id, origin="one" if id == ID else "two"))
    assert reader.named_by("123", "cn-hangzhou", "one") == (ID,)
    looked = list[str]()
    monkeypatch.setattr(reader, "read", lambda id: looked.append(str(id)))
    assert reader.named_by("123", "cn-hangzhou", "two") == tuple(others)
    assert reader.named_by("123", "cn-hangzhou", "three") == ()
    assert looked == []


def test_whose_a_record_is_follows_every_write(tmp_path: Path, decoded: list[str]) -> None:
    store, reader = DirectoryStore(Place(tmp_path), CATALOG), DirectoryReader(Place(tmp_path), CATALOG)
    for origin in ("one", "two", "one"):
        store.record(replace(baseline(1), origin=origin, others={"three": {}}))
        assert reader.named_by("123", "cn-hangzhou", origin) == (ID,)
        assert reader.named_by("123", "cn-hangzhou", "three") == (ID,)
    store.forget(ID)
    assert reader.named_by("123", "cn-hangzhou", "one") == ()


def test_a_file_written_a_moment_ago_is_not_relied_on(
    tmp_path: Path, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "SETTLED_NS", 10**12)
    DirectoryStore(Place(tmp_path), CATALOG).record(baseline(1))
    reader = DirectoryReader(Place(tmp_path), CATALOG)
    assert reader.read(ID) == reader.read(ID)
    assert len(decoded) == 2


def test_a_folder_that_cannot_be_looked_into_is_not_empty(tmp_path: Path) -> None:
    DirectoryStore(Place(tmp_path), CATALOG).record(baseline(1))
    folder = tmp_path / "123" / "cn-hangzhou"
    for name in ("x", "y"):
        (folder / name).symlink_to(folder / ("y" if name == "x" else "x"))
    with pytest.raises(BaselineUnusable, match="is a link"):
        DirectoryReader(Place(tmp_path), CATALOG).ids("123", "cn-hangzhou")


def test_steps_that_share_a_service_do_not_record_it_in_turns(project: Project) -> None:
    def deploy(step: str) -> None:
        project.step = step
        project.props["function"]["name"] = step
        report, _ = project.run("deploy")
        assert report.status() == 0

    deploy("one")
    deploy("two")
    [service] = (project.root / ".s").rglob("fc2.service/*.json")
    written = service.read_bytes()
    deploy("one")
    deploy("two")
    assert service.read_bytes() == written


def test_what_has_a_record_is_listed_once_and_again_after_something_came_or_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "SETTLED_NS", 0)
    remembered, listed = Memory(), list[int]()
    folder = tmp_path / "function"
    folder.mkdir()

    def ids() -> tuple[Address, ...]:
        def read() -> list[Address]:
            listed.append(1)
            return [replace(ID, parts=(path.name,)) for path in folder.iterdir()]

        return remembered.ids(str(tmp_path), lambda: ["function"], read)

    assert ids() == ids() == ()
    assert len(listed) == 1
    time.sleep(0.05)  # clocks of file systems are coarse
    (folder / "b").touch()
    (folder / "a").touch()
    assert [id.parts for id in ids()] == [("a",), ("b",)]
    assert len(ids()) == 2
    assert len(listed) == 2
    time.sleep(0.05)
    (folder / "a").unlink()
    assert len(ids()) == 1
    time.sleep(0.05)
    (tmp_path / "service").mkdir()
    ids()
    assert len(listed) == 4
