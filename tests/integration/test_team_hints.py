"""What a run without a terminal says to do, and what a merge that cannot be settled names."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_local.server import LocalServer
from tests.integration.checkouts import begun, cloned, git
from tests.integration.project import Person, Project

FUNCTION = ("demo", "hello")


@pytest.fixture
def ann(tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    project = begun(tmp_path / "ann", server)
    assert project.run("deploy")[0].status() == 0
    return project


def hint(project: Project, line: str, person: Person | None = None) -> str:
    report, _ = project.run(line, person)
    assert report.status() == 3
    return str(report.error)


def test_a_run_without_a_terminal_names_the_terminal_and_a_pull(ann: Project) -> None:
    ann.edit("UpdateFunction", *FUNCTION, timeout=77)
    told = hint(ann, "deploy")
    (line,) = (line for line in told.splitlines() if "at a terminal" in line)
    assert "s pull -y" in line
    assert "at a terminal" not in hint(ann, "deploy", Person(present=True)), "who sits at one is told of it by nobody"


def test_a_merge_names_the_fields_and_the_files_that_it_cannot_settle(ann: Project) -> None:
    ann.edit("UpdateFunction", *FUNCTION, timeout=77, memorySize=256, files={"index.py": "theirs\n"})
    ann.props["function"]["timeout"] = 31
    ann.write({"index.py": "mine\n"})
    told = hint(ann, "deploy --on-drift merge")
    assert "function demo/hello (config): timeout\n" in told
    assert "function demo/hello (code): index.py\n" in told
    assert "git" not in told, "it was edited in the console"


def test_a_merge_with_a_commit_that_is_not_here_says_git_pull_first(ann: Project, tmp_path: Path) -> None:
    ben = cloned(ann, tmp_path / "ben")
    git(ben.root.parent, "checkout", "-q", "-b", "main")
    git(ann.root.parent, "checkout", "-q", "-b", "main")
    ben.props["function"]["timeout"] = 77
    (ben.root / "s.yaml").write_text("timeout: 77\n", encoding="utf-8")
    git(ben.root.parent, "commit", "-q", "-a", "-m", "theirs")
    assert ben.run("deploy")[0].status() == 0
    ann.props["function"]["timeout"] = 31
    told = hint(ann, "deploy --on-drift merge")
    assert "(config): timeout\n" in told
    assert told.index("git pull, and deploy again") < told.index("Take one side")
