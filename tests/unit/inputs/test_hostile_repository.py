"""A repository that names programs: nothing of it runs when it is asked what it contains."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from fc_guard.inputs.workplace import WorkingFolder
from fc_guard.model.origins import Origin
from fc_guard.state.place import Place
from fc_guard.state.tracked import Tracking
from tests.gits import Repo

SETTINGS = (
    "core.fsmonitor",
    "core.hooksPath",
    "core.sshCommand",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "diff.external",
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "merge.evil.driver",
    "gpg.program",
    "gpg.ssh.program",
    "credential.helper",
    "sequence.editor",
    "uploadpack.packObjectsHook",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "pager.log",
    "pager.status",
    "alias.log",
    "alias.status",
    "alias.rev-parse",
    "submodule.sub.update",
    "trace2.eventTarget",
    "interactive.diffFilter",
)
HOOKS = ("fsmonitor-watchman", "post-index-change", "post-checkout", "pre-commit", "reference-transaction")


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.fixture
def hostile(tmp_path: Path, canary: Path) -> Repo:
    """A repository with a change in its working tree, so that contents have to be compared."""
    repo = Repo.make(tmp_path / "evil")
    repo.commit("first", s_yaml="a: 1\n", code__index_py="one\n", code__big_bin="x")
    repo.write(".gitattributes", "* filter=evil diff=evil merge=evil\n")
    repo.commit("attributes")
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{canary}'\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    for hook in HOOKS:
        target = repo.folder / ".git" / "hooks" / hook
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(program.read_bytes())
        target.chmod(0o755)
    for setting in SETTINGS:
        value = f"!{program}" if setting.startswith("alias") else str(program)
        repo.ask("config", setting, str(program.parent) if setting == "core.hooksPath" else value)
    repo.ask("config", "log.showSignature", "true")
    repo.ask("config", "core.untrackedCache", "true")
    repo.ask("config", "filter.evil.required", "true")
    return repo


def asked(folder: Path, *origins: Origin) -> WorkingFolder:
    """Asks all that is ever asked of a repository."""
    here = WorkingFolder(folder, "s.yaml", lambda make: "x", lambda: datetime(2026, 1, 1, tzinfo=timezone.utc))
    mine = here.origin()
    for origin in (mine, *origins, Origin(commit="a" * 40, tree="b" * 40, clean=True)):
        here.standing(origin)
        here.precedes(origin.commit, mine.commit)
    (folder / ".s" / "fc-guard").mkdir(parents=True, exist_ok=True)
    Tracking(Place(folder, (".s", "fc-guard"))).refuse()
    return here


def test_nothing_of_it_runs(hostile: Repo, canary: Path) -> None:
    (hostile.folder / "code" / "index.py").write_text("two\n", encoding="utf-8")
    (hostile.folder / "code" / "big.bin").touch()
    here = asked(hostile.folder)
    assert not canary.exists()
    assert here.origin().clean is False
    assert here.changed == ("code/index.py",)


def test_the_canary_would_sing(hostile: Repo, canary: Path) -> None:
    """The programs are there: git as one types it runs one of them."""
    (hostile.folder / "code" / "index.py").write_text("two\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        hostile.ask("status")
    assert canary.exists()


def test_settings_that_are_included(hostile: Repo, canary: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.write_text(f"[filter \"other\"]\n\tclean = touch '{canary}'; cat\n\trequired\n", encoding="utf-8")
    hostile.ask("config", "include.path", str(more))
    hostile.write(".gitattributes", "* filter=other\n")
    (hostile.folder / "code" / "index.py").write_text("two\n", encoding="utf-8")
    asked(hostile.folder)
    assert not canary.exists()


def test_a_filter_whose_name_no_option_can_say(hostile: Repo, canary: Path) -> None:
    hostile.ask("config", "filter.a=b.clean", f"touch '{canary}'; cat")
    hostile.write(".gitattributes", "* filter=a=b\n")
    (hostile.folder / "code" / "index.py").write_text("two\n", encoding="utf-8")
    here = asked(hostile.folder)
    assert not canary.exists()
    assert here.origin().clean is False, "which cannot be told"


@pytest.fixture
def own(tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository whose files go through the user's own filter `lfs`, which turns them into capitals."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".gitconfig").write_text(
        f'[filter "lfs"]\n\tclean = "touch \'{canary}\'; tr a-z A-Z"\n\trequired\n', encoding="utf-8"
    )
    repo = Repo.make(tmp_path / "own")
    repo.commit("first", s_yaml="a: 1\n", code__index_py="ONE\n")
    repo.commit("attributes", _gitattributes="code/index.py filter=lfs\n")
    (repo.folder / "code" / "index.py").write_text("one\n", encoding="utf-8")
    return repo


def test_the_users_own_filter_counts(own: Repo, canary: Path) -> None:
    assert asked(own.folder).origin().clean is True
    assert canary.exists()


@pytest.mark.parametrize("setting", ["filter.lfs.clean", "filter.lfs.process", "lfs.extension.evil.clean"])
def test_the_users_own_filter_is_not_turned_against_them(own: Repo, canary: Path, setting: str) -> None:
    own.ask("config", setting, f"touch '{canary}'; cat")
    assert asked(own.folder).origin().clean is False
    assert not canary.exists()


def test_settings_of_one_working_tree(hostile: Repo, canary: Path, tmp_path: Path) -> None:
    hostile.ask("config", "extensions.worktreeConfig", "true")
    hostile.ask("worktree", "add", "-q", "--no-checkout", "--detach", str(tmp_path / "tree"))
    there = Repo(tmp_path / "tree")
    there.ask("-c", "filter.evil.required=false", "reset", "-q")
    there.ask("config", "--worktree", "filter.other.clean", f"touch '{canary}'; cat")
    there.write("s.yaml", "a: 1\n")
    there.write(".gitattributes", "* filter=other\n")
    canary.unlink(missing_ok=True)
    asked(there.folder)
    assert not canary.exists()


def test_a_git_file_that_points_elsewhere(hostile: Repo, canary: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "code").mkdir(parents=True)
    (project / "s.yaml").write_text("a: 1\n", encoding="utf-8")
    (project / ".git").write_text(f"gitdir: {hostile.folder}/.git\n", encoding="utf-8")
    asked(project)
    assert not canary.exists()


def test_a_working_tree_that_is_said_to_be_elsewhere(hostile: Repo, canary: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    hostile.ask("config", "core.worktree", str(tmp_path / "other"))
    here = asked(hostile.folder)
    assert not canary.exists()
    assert here.origin().commit == ""


@pytest.fixture(params=["ext::PROGRAM x", "file:///nowhere", "ssh://host/x"])
def partial(hostile: Repo, tmp_path: Path, request: pytest.FixtureRequest) -> Repo:
    """A clone that fetches an object it does not have, from a remote that is a program."""
    hostile.ask("config", "remote.origin.url", request.param.replace("PROGRAM", str(tmp_path / "program")))
    hostile.ask("config", "--unset", "remote.origin.vcs")
    hostile.ask("config", "core.repositoryFormatVersion", "1")
    hostile.ask("config", "remote.origin.promisor", "true")
    hostile.ask("config", "remote.origin.partialclonefilter", "blob:none")
    hostile.ask("config", "extensions.partialClone", "origin")
    hostile.ask("config", "protocol.allow", "always")
    return hostile


def test_a_partial_clone_fetches_nothing(partial: Repo, canary: Path) -> None:
    asked(partial.folder)
    assert not canary.exists()


def test_a_partial_clone_would_fetch(partial: Repo, canary: Path) -> None:
    """The canary sings when git is asked as one types it. The remote never answers, so git is ended then."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = subprocess.DEVNULL
    line = ("git", "cat-file", "-e", "a" * 40)
    typed = subprocess.Popen(
        line, cwd=partial.folder, env=clean, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    until = time.monotonic() + 20
    while not canary.exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(typed.pid, signal.SIGKILL)
    typed.wait()
    assert canary.exists()


def test_a_submodule_of_its_own(hostile: Repo, canary: Path, tmp_path: Path) -> None:
    around = Repo.make(tmp_path / "around")
    around.commit("first", s_yaml="a: 1\n")
    around.ask("clone", "-q", "--no-checkout", f"file://{hostile.folder}", "sub")
    around.ask("add", "sub")
    around.ask("commit", "-q", "-m", "a submodule")
    (around.folder / "sub" / ".git" / "config").write_bytes((hostile.folder / ".git" / "config").read_bytes())
    Repo(around.folder / "sub").ask("-c", "filter.evil.required=false", "read-tree", "HEAD")
    (around.folder / "sub" / "s.yaml").write_text("a: 2\n", encoding="utf-8")
    (around.folder / "sub" / ".gitattributes").write_text("* filter=evil\n", encoding="utf-8")
    canary.unlink(missing_ok=True)
    here = asked(around.folder)
    assert not canary.exists()
    assert here.changed is not None
    assert "sub/s.yaml" in here.changed


def test_variables_of_whoever_called_us_do_not_count(
    hostile: Repo, canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(tmp_path / "program"))
    monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "program"))
    assert asked(hostile.folder).origin().commit != ""
    assert not canary.exists()
