"""Baselines that this user did not write: believed for what to show and send, never for leaving out a rescue copy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fc_guard.artifacts.folder import entries, left_out
from fc_guard.engine.write.rounds import FOREIGN
from fc_guard.errors import BaselineUnusable
from fc_guard.host.standard import standard_run
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.resources import Baseline, Intent
from fc_guard.state import tracked
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place
from fc_guard.state.record import MAGIC
from tests.integration.project import Person, Project
from tests.integration.test_documents import valid

pytestmark = pytest.mark.whatever_fc_answers

HOME = "serverless_devs_config_home"
ID = Address("fc2", "123", "cn-hangzhou", "function", ("svc", "fn"))


@contextmanager
def at_home(folder: Path) -> Iterator[Path]:
    """Another user, or another machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME, str(folder))
        yield folder / ".s" / "fc-guard" / "seal.key"


@pytest.fixture
def forged(deployed: Project, tmp_path: Path) -> Project:
    """Somebody edits online, and the project comes with baselines in which that is what was deployed."""
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512, files={"index.py": "# bob's"})
    mine = {name: dict(deployed.props[name]) for name in ("service", "function")}
    deployed.props["function"]["memorySize"] = 512
    deployed.write({"index.py": "# bob's"})
    shutil.rmtree(deployed.root / ".s")
    with at_home(tmp_path / "theirs"):
        assert deployed.run("deploy")[0].status() == 0
    deployed.props |= mine
    deployed.write(deployed.code)
    deployed.server.admin.clear_journal()
    return deployed


def live(project: Project) -> dict[str, Any]:
    function: dict[str, Any] = project.run("info")[0].output["function"]
    return function


def records(project: Project) -> list[dict[str, Any]]:
    texts = (path.read_text() for path in (project.root / ".s").rglob("*.json"))
    return [found for found in map(json.loads, texts) if found.get("magic") == MAGIC]


def test_what_a_foreign_baseline_makes_look_accepted_is_saved_before_it_is_overwritten(forged: Project) -> None:
    report, person = forged.run("deploy")
    assert report.status() == 0, person.text
    assert person.asked == []
    (copy,) = report.rescues
    assert copy.directory in person.text
    assert person.said.count(FOREIGN) == 1
    assert sorted(path.name for path in Path(copy.directory).iterdir()) == ["code.zip", "live.json", "rescue.json"]
    report, person = forged.run("undo -y")
    assert report.status() == 0, person.text
    pulled = forged.run("sync --target-dir there")[0].output["files"]
    assert "memorySize: 512" in Path(pulled["s.yaml"]).read_text()
    assert (Path(pulled["code"]) / "index.py").read_text() == "# bob's"


def test_what_a_foreign_baseline_makes_look_ours_is_saved_before_it_is_deleted(
    deployed: Project, tmp_path: Path
) -> None:
    """All of it says that this project made it, and nothing was changed: it could come with a repository just so."""
    with at_home(tmp_path / "another"):
        report, person = deployed.run("remove -y")
    assert report.status() == 0, person.text
    assert {copy.id.kind for copy in report.rescues} == {"service", "function", "trigger"}
    assert person.said.count(FOREIGN) == 1


def test_what_was_saved_once_is_this_user_s_from_then_on(forged: Project) -> None:
    forged.run("deploy")
    forged.props["function"]["timeout"] = 33
    report, person = forged.run("deploy")
    assert (report.status(), report.rescues) == (0, ())
    assert FOREIGN not in person.said


def test_own_baselines_save_nothing_and_say_nothing(deployed: Project) -> None:
    deployed.props["function"]["timeout"] = 33
    report, person = deployed.run("deploy")
    assert (report.status(), report.rescues) == (0, ())
    assert FOREIGN not in person.said
    for record in records(deployed):
        valid("baseline", record)
        assert record["seal"].startswith("hmac-sha256:")


def test_a_run_that_writes_nothing_says_nothing_of_a_restored_cache(deployed: Project, tmp_path: Path) -> None:
    with at_home(tmp_path / "ci"):
        before = records(deployed)
        for line in ("deploy", "plan", "drift"):
            report, person = deployed.run(line)
            assert report.status() == 0
            assert FOREIGN not in person.said
        assert deployed.writes() == []
        assert records(deployed) == before


def test_it_is_said_once_for_all_steps(deployed: Project, tmp_path: Path) -> None:
    other = Project(deployed.root, deployed.server, step="two")
    other.props["service"]["name"] = "elsewhere"
    other.run("deploy")
    run, said = standard_run(), []
    with at_home(tmp_path / "ci"):
        for project in (deployed, other):
            project.props["function"]["timeout"] = 33
            project.make_run = lambda: run
            report, person = project.run("deploy")
            assert len(report.rescues) == 1
            said += person.said
    assert said.count(FOREIGN) == 1


def test_baselines_of_an_older_release_count_as_not_sealed(deployed: Project) -> None:
    store = DirectoryStore(Place(deployed.root / ".s" / "fc-guard"), CATALOG)
    store._owner.seal = lambda message: None  # type: ignore[method-assign]
    for record in list(store._records()):
        store._write(record)
    assert all("seal" not in record for record in records(deployed))
    deployed.props["function"]["timeout"] = 33
    report, person = deployed.run("deploy")
    assert len(report.rescues) == 1
    assert FOREIGN in person.said


def test_a_home_that_cannot_be_written_stops_no_deployment(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with at_home(tmp_path / "file"):
        assert project.run("deploy")[0].status() == 0
        assert all("seal" not in record for record in records(project))
        project.props["function"]["timeout"] = 33
        report, _ = project.run("deploy")
        assert (report.status(), len(report.rescues)) == (0, 1)


def test_a_user_without_a_home_deploys_all_the_same(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME)
    monkeypatch.setattr(
        os.path, "expanduser", lambda path: path
    )  # what it says of a user whom the system does not know
    assert project.run("deploy")[0].status() == 0
    assert all("seal" not in record for record in records(project))
    assert not Path(".s").exists()


def baseline(size: int) -> Baseline:
    return Baseline(ID, {("size",): size}, {("size",): size}, etag="e", origin="one", recorded_at="now")


def test_only_a_key_that_its_owner_alone_may_read_is_one(tmp_path: Path) -> None:
    with at_home(tmp_path / "home") as key:
        DirectoryStore(Place(tmp_path / "state"), CATALOG).record(baseline(1))
        assert key.stat().st_mode & 0o777 == 0o600
        for mode, ours in ((0o600, True), (0o644, False), (0o604, False)):
            key.chmod(mode)
            record = DirectoryStore(Place(tmp_path / "state"), CATALOG).read(ID)
            assert record is not None
            assert record.ours is ours


def test_an_intent_beside_a_foreign_baseline_does_not_make_it_ours(tmp_path: Path) -> None:
    with at_home(tmp_path / "theirs"):
        DirectoryStore(Place(tmp_path / "state"), CATALOG).record(baseline(1))
    with at_home(tmp_path / "mine"):
        store = DirectoryStore(Place(tmp_path / "state"), CATALOG)
        intent = Intent("UpdateFunction", "e", frozenset(), baseline(2), "now")
        for write in (
            lambda: store.intend(ID, intent),
            lambda: store.withdraw(ID),
            lambda: store.restored(baseline(2)),
            lambda: store.record(baseline(2)),
        ):
            write()
            record = DirectoryStore(Place(tmp_path / "state"), CATALOG).read(ID)
            assert record is not None
            assert not record.ours
        store.record(baseline(2), saved=True)
        record = DirectoryStore(Place(tmp_path / "state"), CATALOG).read(ID)
        assert record is not None
        assert record.ours


def test_a_sealed_baseline_that_was_edited_has_no_valid_seal(tmp_path: Path) -> None:
    from fc_guard.state.record import _checksum, _message

    with at_home(tmp_path / "home"):
        store = DirectoryStore(Place(tmp_path / "state"), CATALOG)
        store.record(baseline(1))
        (path,) = (tmp_path / "state").rglob("*.json")
        envelope = json.loads(path.read_text())
        envelope["serial"] = 7
        checksum = _checksum(
            _message({key: envelope[key] for key in envelope if key not in ("checksum", "seal")}), envelope["seal"]
        )
        path.write_text(json.dumps({**envelope, "checksum": checksum}))
        record = DirectoryStore(Place(tmp_path / "state"), CATALOG).read(ID)
        assert record is not None
        assert (record.serial, record.ours) == (7, False)


# tracked by git


def git(folder: Path, *argv: str) -> str:
    name = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    argv = ("git", *name, *argv)
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=True, env=environment)
    return done.stdout


LINES = ("deploy --use-remote", "plan", "drift", "pull -y", "undo -y", "remove -y --use-remote")


@pytest.fixture
def repository(deployed: Project) -> Project:
    """A project inside of a repository, not at its top."""
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    deployed.run("deploy --use-remote")
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=256)
    git(deployed.root.parent, "init", "-q")
    deployed.server.admin.clear_journal()
    return deployed


def test_a_state_directory_that_git_tracks_is_refused_with_the_way_out(repository: Project) -> None:
    git(repository.root, "add", "-f", ".s")
    before = {path: path.stat().st_mtime_ns for path in (repository.root / ".s").rglob("*.json")}
    for line in (*LINES, "history"):
        with pytest.raises(BaselineUnusable) as refused:
            repository.run(line)
        assert (refused.value.reference, refused.value.status) == ("state-tracked", 8), line
        assert "git tracks a/.s/fc-guard/" in refused.value.message
    assert repository.writes() == []
    assert {path: path.stat().st_mtime_ns for path in (repository.root / ".s").rglob("*.json")} == before
    way_out = refused.value.hint.splitlines()[-1]
    git(repository.root, *way_out.split()[1:])
    assert repository.run("plan")[0].status() == 0


def test_a_state_directory_ignores_itself(repository: Project) -> None:
    (repository.root / ".s" / "fc-guard" / ".gitignore").rename(repository.root / "kept")
    assert (repository.root / "kept").read_text() == "*\n"
    repository.run("deploy --use-remote")  # one of an older release
    git(repository.root, "add", ".")
    assert "fc-guard" not in git(repository.root, "ls-files")
    (repository.root / ".s" / "fc-guard" / ".gitignore").write_text("# mine\n")
    repository.edit("UpdateFunction", "demo", "hello", memorySize=640)
    repository.run("deploy --use-remote")
    assert (repository.root / ".s" / "fc-guard" / ".gitignore").read_text() == "# mine\n"


def test_a_folder_that_the_user_named_and_made_gets_no_gitignore(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, made in (("there", True), ("new", False)):
        folder = tmp_path / name
        if made:
            folder.mkdir()
        monkeypatch.setenv("FC_GUARD_CACHE_DIR", str(folder))
        project.run("deploy --use-remote")
        assert (folder / ".gitignore").exists() is not made


@pytest.mark.parametrize("bare", [False, True], ids=["of the repository", "of a repository inside"])
def test_asking_git_runs_nothing_that_a_repository_names(repository: Project, tmp_path: Path, bare: bool) -> None:
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    script.chmod(0o755)
    folder = repository.root.parent
    if bare:
        folder = repository.root / ".s" / "fc-guard"
        git(folder, "init", "-q", "--bare", ".")
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "alias.ls-files"):
        git(folder, "--git-dir", "." if bare else ".git", "config", key, str(script))
    assert repository.run("plan")[0].status() == 0
    assert not (tmp_path / "ran").exists()


def test_without_git_or_its_answer_the_run_goes_on(
    repository: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(repository.root, "add", "-f", ".s")
    monkeypatch.setattr(tracked, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert repository.run("plan")[0].status() == 0
    (tmp_path / "git").write_text("#!/bin/sh\nexec /bin/sleep 30\n")
    (tmp_path / "git").chmod(0o755)
    began = time.monotonic()
    report, person = repository.run("plan")
    assert report.status() == 0
    assert time.monotonic() - began < 10
    assert isinstance(person, Person)


def test_a_state_directory_of_before_is_in_no_package(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = project.root / project.props["function"]["codeUri"]
    monkeypatch.setenv("FC_GUARD_CACHE_DIR", str(code / "cache"))
    project.run("deploy --use-remote")
    assert (code / "cache" / "key").is_file()
    monkeypatch.setenv("FC_GUARD_CACHE_DIR", str(tmp_path / "other"))
    assert [entry.name for entry in entries(code) if entry.name.startswith("cache")] == []
    assert left_out(code)("cache/key")
    (code / "cache" / "lineage").unlink()
    assert [entry.name for entry in entries(code) if entry.name.startswith("cache")] != []
