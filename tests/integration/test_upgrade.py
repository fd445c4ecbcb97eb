"""A state directory of format 1: read where it is, listed once, and upgraded by whatever writes a record."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fc_guard.errors import BaselineLocked, BaselineUnusable
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import Baseline, Intent
from fc_guard.state import directory, nofollow
from fc_guard.state.conflicts import write_conflicts
from fc_guard.state.copies import is_name_of, save
from fc_guard.state.directory import DirectoryReader, DirectoryStore
from fc_guard.state.lock import Lock
from fc_guard.state.memory import Memory
from fc_guard.state.place import Place
from fc_guard.state.shelf import shelf
from fc_guard.state.upgrades import COPY_FORMAT
from tests.format1 import as_before
from tests.integration.project import Person, Project
from tests.integration.test_forged_state import DOCUMENT, NOW, OCCASION

ID = Address("fc2", "123", "cn-hangzhou", "function", ("svc", "fn"))
LONG = replace(ID, parts=("s" * 128, "F" * 128))
OTHER = replace(ID, provider="other")
BOTH = Catalog((*CATALOG.kinds, *(replace(kind, provider="other") for kind in CATALOG.kinds)))
INTENT = Intent("UpdateFunction", "e", frozenset(), None, "now")


def baseline(size: int = 1, id: Address = ID) -> Baseline:
    return Baseline(id, {("size",): size}, {("size",): size}, etag="e", origin="one", recorded_at="now")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A state directory of format 1 with two records."""
    root = tmp_path / "state"
    for id in (ID, LONG):
        store(root).record(baseline(id=id))
    as_before(root)
    return root


def store(root: Path) -> DirectoryStore:
    return DirectoryStore(Place(root), CATALOG)


def records(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root / "123" / "cn-hangzhou")) for path in root.rglob("*.json"))


def size(root: Path, id: Address = ID) -> object:
    record = store(root).read(id)
    assert record is not None
    assert record.baseline is not None
    return record.baseline.applied["size",]


# a project


@pytest.fixture(params=[True, False], ids=["sealed", "unsealed"])
def old(deployed: Project, request: pytest.FixtureRequest) -> Project:
    """A project that a release of format 1 deployed."""
    assert len(as_before(deployed.root / ".s" / "fc-guard", sealed=request.param)) == 4
    return deployed


def everything(project: Project) -> dict[str, bytes]:
    state = project.root / ".s" / "fc-guard"
    return {str(path.relative_to(state)): path.read_bytes() for path in state.rglob("*.json")}


def test_a_project_of_format_1_is_planned_without_a_question_and_stays_as_it_is(old: Project) -> None:
    before = everything(old)
    for line in ("plan", "drift", "info", "rescue"):
        report, person = old.run(line, Person(present=True))
        assert (report.status(exit_code=True), person.asked) == (0, []), person.text
    assert everything(old) == before


def test_the_next_deployment_upgrades_what_it_records(old: Project) -> None:
    old.props["function"]["memorySize"] = 256
    person = Person(present=True)
    report, _ = old.run("deploy", person)
    assert (report.status(), person.asked) == (0, []), person.text
    found = {Path(name).parent.name for name in everything(old) if "demo.hello.json" in name}
    assert found == {"fc2.function"}
    assert old.run("plan")[0].status(exit_code=True) == 0


def test_drift_is_found_against_a_baseline_of_format_1(old: Project) -> None:
    old.edit("UpdateFunction", "demo", "hello", memorySize=512)
    assert old.run("drift")[0].status(exit_code=True) == 3
    old.props["function"]["memorySize"] = 256
    assert old.run("deploy")[0].status() == 3


def test_removing_what_format_1_recorded_leaves_no_record(old: Project) -> None:
    report, person = old.run("remove -y")
    assert report.status() == 0, person.text
    assert [name for name in everything(old) if "rescue" not in name] == []


# the two places


@pytest.mark.parametrize("sealed", [True, False])
def test_whose_a_record_of_format_1_is_stays_as_it_was(tmp_path: Path, sealed: bool) -> None:
    store(tmp_path).record(baseline())
    as_before(tmp_path, sealed=sealed)
    store(tmp_path).intend(ID, INTENT)
    (path,) = tmp_path.rglob("fc2.function/*.json")
    assert ("seal" in json.loads(path.read_bytes())) is sealed
    record = store(tmp_path).read(ID)
    assert record is not None
    assert record.ours is sealed


def test_what_format_1_has_is_read_and_listed(root: Path) -> None:
    assert size(root) == size(root, LONG) == 1
    assert store(root).ids("123", "cn-hangzhou") == tuple(sorted([ID, LONG]))


@pytest.mark.parametrize("id", [ID, LONG], ids=["short", "long"])
def test_writing_a_record_moves_it(root: Path, id: Address) -> None:
    (name,) = (path.name for path in root.rglob("*.json") if path.name.startswith("svc") is (id == ID))
    store(root).record(baseline(2, id))
    assert f"fc2.function/{name}" in records(root)
    assert f"function/{name}" not in records(root)
    assert len(records(root)) == 2
    record = store(root).read(id)
    assert record is not None
    assert (record.baseline, record.serial, record.ours) == (baseline(2, id), 2, True)


def test_an_intent_moves_the_baseline_along(root: Path) -> None:
    store(root).intend(ID, INTENT)
    record = store(root).read(ID)
    assert record is not None
    assert (record.baseline, record.pending) == (baseline(1), INTENT)
    store(root).withdraw(ID)
    assert "fc2.function/svc.fn.json" in records(root)
    assert size(root) == 1


class KilledError(Exception):
    pass


@pytest.fixture
def killed(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run wrote the record to its new place, and died before it removed the old one."""

    def dies(place: Place) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(directory, "remove_file", dies)
        with pytest.raises(KilledError):
            store(root).record(baseline(2))
    assert {"fc2.function/svc.fn.json", "function/svc.fn.json"} <= set(records(root))
    return root


def test_killed_in_between_the_new_record_counts_and_is_listed_once(killed: Path) -> None:
    assert size(killed) == 2
    assert store(killed).ids("123", "cn-hangzhou") == tuple(sorted([ID, LONG]))


def test_a_damaged_record_that_is_upgraded_already_stops_nothing(killed: Path) -> None:
    (killed / "123" / "cn-hangzhou" / "function" / "svc.fn.json").write_text("{")
    assert size(killed) == 2


def test_a_damaged_new_record_is_not_replaced_by_the_old_one(killed: Path) -> None:
    (killed / "123" / "cn-hangzhou" / "fc2.function" / "svc.fn.json").write_text("{")
    with pytest.raises(BaselineUnusable, match="damaged"):
        store(killed).read(ID)


def test_the_next_write_removes_what_was_left(killed: Path) -> None:
    store(killed).record(baseline(3))
    assert size(killed) == 3
    assert "function/svc.fn.json" not in records(killed)


def test_forgetting_removes_both(killed: Path) -> None:
    store(killed).forget(ID)
    assert store(killed).read(ID) is None
    assert not [name for name in records(killed) if "svc.fn" in name]


def test_what_is_forgotten_never_comes_back_old(killed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    removed = list[str]()
    monkeypatch.setattr(directory, "remove_file", lambda place: removed.append(place.parent.name))
    store(killed).forget(ID)
    assert removed == ["function", "fc2.function"]


def test_a_record_that_is_upgraded_while_it_is_read_is_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, read = DirectoryReader(Place(root), CATALOG), nofollow.read_file

    def slowly(place: Place) -> bytes | None:
        found = read(place)
        if place.parent.name == "fc2.function" and found is None:
            monkeypatch.setattr(directory, "read_file", read)
            store(root).record(baseline(2))
        return found

    monkeypatch.setattr(directory, "read_file", slowly)
    record = reader.read(ID)
    assert record is not None
    assert record.baseline == baseline(2)


def test_a_record_that_is_upgraded_while_it_is_listed_is_listed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed, names = list[str](), nofollow.names_in
    store(root).record(baseline(id=LONG))  # so that there are both folders

    def slowly(place: Place) -> list[str]:
        found = sorted(names(place))
        listed.append(place.name)
        if listed[2:] == ["function"] or listed[2:] == ["fc2.function"]:
            monkeypatch.setattr(directory, "names_in", names)
            store(root).record(baseline(2))
        return found

    monkeypatch.setattr(directory, "names_in", slowly)
    assert DirectoryReader(Place(root), CATALOG).ids("123", "cn-hangzhou") == tuple(sorted([ID, LONG]))


def test_reading_opens_one_file_a_record_where_nothing_is_of_format_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path).record(baseline())
    opened, read = list[str](), nofollow.read_file
    monkeypatch.setattr(directory, "read_file", lambda place: [opened.append(place.parent.name), read(place)][1])
    assert store(tmp_path).read(ID) is not None
    assert store(tmp_path).read(LONG) is None
    assert opened == ["fc2.function", "fc2.function"]


def test_a_record_of_format_1_is_read_once_while_it_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in root.rglob("*.json"):
        os.utime(path, (1, 1))
    monkeypatch.setattr("fc_guard.state.memory.SETTLED_NS", 0)
    opened, read, memory = list[str](), nofollow.read_file, Memory()
    monkeypatch.setattr(directory, "read_file", lambda place: [opened.append(place.parent.name), read(place)][1])
    first, second = (DirectoryReader(Place(root), CATALOG, memory).read(ID) for _ in range(2))
    assert first == second
    assert opened.count("function") == 1


@pytest.mark.parametrize("name", ["function", "function/svc.fn.json"])
def test_a_link_where_format_1_had_something_is_refused(root: Path, tmp_path: Path, name: str) -> None:
    path = root / "123" / "cn-hangzhou" / name
    path.rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    with pytest.raises(BaselineUnusable, match="is a link"):
        store(root).read(ID)


# two providers


@pytest.fixture
def two(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(Place(tmp_path / "state"), BOTH)


def test_two_providers_resources_of_one_name_are_two_records(two: DirectoryStore, tmp_path: Path) -> None:
    two.record(baseline(1, ID))
    two.record(baseline(2, OTHER))
    assert records(tmp_path / "state") == ["fc2.function/svc.fn.json", "other.function/svc.fn.json"]
    assert two.ids("123", "cn-hangzhou") == (ID, OTHER)
    two.forget(OTHER)
    assert two.ids("123", "cn-hangzhou") == (ID,)


def test_what_format_1_has_is_no_other_provider_s(root: Path) -> None:
    both = DirectoryStore(Place(root), BOTH)
    assert both.read(OTHER) is None
    both.record(baseline(2, OTHER))
    both.forget(OTHER)
    assert size(root) == 1


def test_two_providers_roots_of_one_name_are_locked_apart(two: DirectoryStore) -> None:
    services = [Address(provider, "123", "cn-hangzhou", "service", ("svc",)) for provider in ("fc2", "other")]
    with two.lock(services[0], "deploy"), two.lock(services[1], "deploy"):
        assert [bool(two.holder(id)) for id in services] == [True, True]


@pytest.mark.parametrize(
    ("id", "name"),
    [
        (Address("fc2", "123", "cn-hangzhou", "service", ("svc",)), "svc.lock"),
        (Address("fc2", "123", "cn-hangzhou", "customDomain", ("a.b",)), "custom=44omain~a=2eb.lock"),
    ],
)
def test_a_run_of_an_older_release_and_ours_exclude_each_other(
    two: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, id: Address, name: str
) -> None:
    monkeypatch.setenv("FC_GUARD_LOCK_TIMEOUT", "0")
    theirs = Lock(Place(tmp_path / "state") / f"123/cn-hangzhou/locks/{name}", "svc", "deploy of before")
    with theirs, pytest.raises(BaselineLocked, match="deploy of before"), two.lock(id, "deploy"):
        pass


def copies(root: Path) -> Iterator[RescueCopy]:
    return (kept for kept in shelf(Place(root), BOTH) if isinstance(kept, RescueCopy))


def test_rescue_copies_say_their_provider_and_an_older_release_reads_those_of_the_first(tmp_path: Path) -> None:
    made = [save(Place(tmp_path), id, DOCUMENT, None, occasion=OCCASION, now=NOW, number=1) for id in (ID, OTHER)]
    assert {copy.id for copy in copies(tmp_path)} == {ID, OTHER}
    about = [json.loads((Path(copy.directory) / "rescue.json").read_bytes()) for copy in made]
    assert [(each["provider"], each["format_version"]) for each in about] == [("fc2", 2), ("other", 3)]
    assert [[is_name_of(copy.name, id) for id in (ID, OTHER)] for copy in made] == [[True, False], [False, True]]


def test_a_rescue_copy_without_a_provider_is_the_first_one_s(tmp_path: Path) -> None:
    copy = save(Place(tmp_path), ID, DOCUMENT, None, occasion=OCCASION, now=NOW, number=1)
    path = Path(copy.directory) / "rescue.json"
    about = json.loads(path.read_bytes())
    del about["provider"]
    path.write_text(json.dumps(about))
    assert [found.id for found in copies(tmp_path)] == [ID]
    path.write_text(json.dumps({**about, "format_version": COPY_FORMAT}))  # a format that always has one
    assert [*copies(tmp_path)] == []


def test_conflicts_of_two_providers_lie_in_two_folders(tmp_path: Path) -> None:
    folders = [write_conflicts(Place(tmp_path), id, {"a": id.provider}) for id in (ID, OTHER)]
    assert [(folder.path / "a").read_text() for folder in folders] == ["fc2", "other"]
