"""What is remembered of deployed code: kept once, durable, for the owner alone, bounded, and never missed."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from fc_guard.artifacts.archive import open_folder
from fc_guard.state import code as state_code
from fc_guard.state.code import CodeReader, CodeStore
from fc_guard.state.place import Place, beside
from tests.integration.project import CODE, Person, Project

TEXTS = {"index.py": "one\n", "lib/ü.py": "zwei\n", "empty": "", "bootstrap": "#!/bin/sh\n"}


def folder(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "logo.png").write_bytes(b"\x89PNG\0")
    (root / "large.txt").write_text("x" * 300_000)
    (root / "link").symlink_to("index.py")
    return root


@pytest.fixture
def store(tmp_path: Path) -> CodeStore:
    return CodeStore(Place(tmp_path / "state"))


def test_files_and_small_texts_are_kept_and_read_again(tmp_path: Path, store: CodeStore) -> None:
    package = open_folder(folder(tmp_path / "c", TEXTS))
    assert store.keep(package.manifest, package.text)
    found = CodeReader(Place(tmp_path / "state")).read(package.manifest.digest)
    assert found is not None
    assert found.manifest == package.manifest
    texts = {file.name: found.text(file.sha256) for file in found.manifest.files}
    assert texts == {**TEXTS, "logo.png": None, "large.txt": None, "link": None}


def test_nothing_is_written_twice(tmp_path: Path, store: CodeStore) -> None:
    package = open_folder(folder(tmp_path / "c", TEXTS))
    store.keep(package.manifest, package.text)
    assert not store.keep(package.manifest, package.text)
    assert store.has(package.manifest.digest)


def test_it_is_for_the_owner_alone(tmp_path: Path, store: CodeStore) -> None:
    package = open_folder(folder(tmp_path / "c", TEXTS))
    store.keep(package.manifest, package.text)
    (file,) = (tmp_path / "state" / "code").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["cut", "empty", "other"])
def test_a_damaged_one_counts_as_none_and_is_kept_anew(tmp_path: Path, store: CodeStore, damage: str) -> None:
    package = open_folder(folder(tmp_path / "c", TEXTS))
    store.keep(package.manifest, package.text)
    (file,) = (tmp_path / "state" / "code").iterdir()
    if damage == "other":
        other = open_folder(folder(tmp_path / "d", {**TEXTS, "index.py": "two\n"}))
        store.keep(other.manifest, other.text)
        file.write_bytes((file.parent / f"{other.manifest.digest}.zip").read_bytes())
    else:
        file.write_bytes(file.read_bytes()[:100] if damage == "cut" else b"")
    assert store.read(package.manifest.digest) is None
    assert store.keep(package.manifest, package.text)
    assert store.read(package.manifest.digest) is not None


def test_beyond_its_bound_only_the_list_of_files_is_kept(
    tmp_path: Path, store: CodeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_code, "MOST_KEPT", 3000)
    package = open_folder(folder(tmp_path / "c", {**TEXTS, "noise.txt": os.urandom(4000).hex()}))
    store.keep(package.manifest, package.text)
    found = store.read(package.manifest.digest)
    assert found is not None
    assert found.manifest == package.manifest
    assert [found.text(file.sha256) for file in found.manifest.files] == [None] * len(package.manifest.files)


def test_what_is_no_longer_spoken_of_goes_once_it_is_old(tmp_path: Path, store: CodeStore) -> None:
    digests = []
    for number in range(3):
        package = open_folder(folder(tmp_path / str(number), {"index.py": f"{number}\n"}))
        store.keep(package.manifest, package.text)
        digests.append(package.manifest.digest)
    past = time.time() - 2 * state_code.SETTLED_SECONDS
    for digest in digests[:2]:
        os.utime(tmp_path / "state" / "code" / f"{digest}.zip", (past, past))
    store.sweep(lambda: {digests[0]})
    assert [store.has(digest) for digest in digests] == [True, False, True]


def test_a_digest_is_never_a_way_out_of_the_folder(store: CodeStore) -> None:
    assert store.read("../../etc/passwd") is None


def remembered(project: Project) -> set[str]:
    """The texts of index.py that are remembered."""
    reader, texts = CodeReader(beside(project.root)), set()
    for file in (project.root / ".s" / "fc-guard" / "code").iterdir():
        code = reader.read(file.stem)
        assert code is not None
        texts.add(code.text(code.manifest.by_name()["index.py"].sha256) or "")
    return texts


def test_a_deployment_remembers_what_it_sent(deployed: Project) -> None:
    assert remembered(deployed) == {CODE["index.py"]}


def test_an_adoption_remembers_what_it_found(deployed: Project, tmp_path: Path) -> None:
    again = Project(tmp_path / "b", deployed.server)
    assert again.run("deploy")[0].status() == 0
    assert remembered(again) == {CODE["index.py"]}


def test_keeping_theirs_remembers_theirs_too(deployed: Project) -> None:
    theirs = CODE["index.py"].replace("one", "mended")
    deployed.edit("UpdateFunction", "demo", "hello", files={"index.py": theirs})
    assert deployed.run("deploy", Person(["k"], present=True))[0].status() == 0
    assert remembered(deployed) == {CODE["index.py"], theirs}


def test_a_baseline_of_before_is_given_its_memory_by_an_idle_deployment(deployed: Project) -> None:
    for file in (deployed.root / ".s" / "fc-guard" / "code").iterdir():
        file.unlink()
    assert deployed.run("deploy")[0].status() == 0
    assert deployed.writes() == []
    assert remembered(deployed) == {CODE["index.py"]}


def test_reading_commands_write_none_of_it(deployed: Project) -> None:
    for file in (deployed.root / ".s" / "fc-guard" / "code").iterdir():
        file.unlink()
    deployed.edit("UpdateFunction", "demo", "hello", files={"index.py": "# mended\n"})
    for command in ("plan", "drift"):
        deployed.run(command)
    assert list((deployed.root / ".s" / "fc-guard" / "code").iterdir()) == []
