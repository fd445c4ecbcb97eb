"""Sequences of a team that were found by attacking it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fc_guard.shell import state_command
from fc_local.server import LocalServer
from tests.integration.checkouts import STATE, begun, cloned, git
from tests.integration.project import KEYS, Project
from tests.integration.team import Team


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    monkeypatch.setenv("FC_GUARD_LOCK_TIMEOUT", "0.3")


@pytest.fixture
def ann(tmp_path: Path, server: LocalServer) -> Project:
    return begun(tmp_path / "ann", server)


@pytest.fixture
def ben(tmp_path: Path, ann: Project) -> Project:
    return cloned(ann, tmp_path / "ben")


def commit(project: Project, subject: str, **code: str) -> None:
    """Commits code files (`index_py` is index.py), and s.yaml with a line more, as a change of props would have it."""
    project.write({name.replace("_", "."): text for name, text in code.items()})
    yaml = project.root / "s.yaml"
    yaml.write_text(yaml.read_text(encoding="utf-8") + f"# {subject}\n", encoding="utf-8")
    git(project.root.parent, "add", "-A")
    git(project.root.parent, "commit", "-q", "-m", subject)


def pull(project: Project, other: Project) -> None:
    git(project.root.parent, "pull", "-q", "--no-rebase", "--no-edit", str(other.root.parent), "HEAD")


def status(project: Project, line: str = "deploy") -> int:
    return project.run(line)[0].status()


def test_a_rollback_over_my_own_deployment_is_not_undone(ann: Project, ben: Project) -> None:
    assert status(ann) == 0
    commit(ann, "next", index_py="2")
    assert status(ann) == 0
    assert status(ben, "deploy --use-remote") == 0
    assert status(ann) == 3


def test_a_commit_over_my_own_uncommitted_work_is_not_undone(ann: Project, ben: Project) -> None:
    assert status(ann) == 0
    ann.write({"index.py": "not committed"})
    assert status(ann) == 0
    assert status(ben, "deploy --use-remote") == 0
    assert status(ann) == 3


def test_what_i_amended_and_git_has_dropped_makes_nothing_a_rollback(ann: Project, ben: Project) -> None:
    assert status(ann) == 0
    commit(ann, "next", index_py="2")
    assert status(ann) == 0
    git(ann.root.parent, "commit", "-q", "--amend", "-m", "next, in better words")
    git(ann.root.parent, "-c", "gc.reflogExpire=now", "reflog", "expire", "--expire=now", "--all")
    git(ann.root.parent, "gc", "-q", "--prune=now")
    pull(ben, ann)
    commit(ben, "more", index_py="3")
    assert status(ben) == 0
    pull(ann, ben)
    ann.write({"index.py": "4"})
    assert status(ann) == 0


def test_a_branch_without_a_colleagues_fix_does_not_undo_it(ann: Project, ben: Project) -> None:
    assert status(ann) == 0
    git(ann.root.parent, "branch", "feature")
    commit(ben, "fix", index_py="fixed")
    assert status(ben) == 0
    pull(ann, ben)
    commit(ann, "more", more_py="1")
    assert status(ann) == 0
    git(ann.root.parent, "checkout", "-q", "feature")
    commit(ann, "feature", feature_py="1")
    assert status(ann) == 3


def test_the_same_commit_with_other_values_of_the_environment(ann: Project, ben: Project) -> None:
    """As with ${env(KEY)} in s.yaml: ann rotates a key in her environment, ben's is the old one."""
    ben.props["function"]["environmentVariables"] = {"KEY": "old"}
    assert status(ben) == 0
    ann.props["function"]["environmentVariables"] = {"KEY": "rotated"}
    report, _ = ann.run("deploy")
    assert report.status() == 3, "nothing tells which of the two is newer"
    assert "out of another environment" in str(report.error)
    assert status(ann, "deploy --use-remote") == 0
    assert status(ben) == 3
    commit(ben, "next", index_py="2")
    git(ben.root.parent, "checkout", "-q", "HEAD~1", "--", "shop/s.yaml")
    git(ben.root.parent, "commit", "-q", "-m", "s.yaml as it was")
    assert status(ben) == 3, "and no commit of code makes it newer"
    commit(ben, "and s.yaml says something else")
    assert status(ben) == 0


def test_what_i_change_in_my_own_environment_is_my_own(ann: Project, ben: Project) -> None:
    ann.props["function"]["environmentVariables"] = {"KEY": "old"}
    assert status(ann) == 0
    ann.props["function"]["environmentVariables"] = {"KEY": "rotated"}
    assert status(ann) == 0
    ben.props["function"]["environmentVariables"] = {"KEY": "rotated"}
    assert status(ben) == 0


def test_a_rollback_is_known_however_few_deployments_are_remembered(
    ann: Project, ben: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FC_GUARD_HISTORY", "1")
    assert status(ann) == 0
    commit(ann, "next", index_py="2")
    assert status(ann) == 0
    assert status(ben, "deploy --use-remote") == 0
    assert status(ann) == 3


def test_a_rollback_after_ten_deployments_of_the_older_commit(ann: Project, ben: Project) -> None:
    assert status(ann) == 0
    commit(ann, "next", index_py="2")
    assert status(ann) == 0
    for number in range(10):  # the older commit again and again, built anew each time
        ben.props["function"]["environmentVariables"] = {"BUILD": str(number)}
        assert status(ben, "deploy --use-remote") == 0
    assert status(ann) == 3


def test_a_history_that_was_moved_is_still_my_own(ann: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    ann.props.pop("state")
    shutil.rmtree(ann.root.parent / ".git")
    assert status(ann) == 0
    monkeypatch.chdir(ann.root)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", KEYS[0])
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEYS[1])
    monkeypatch.setenv("ALIBABA_CLOUD_ACCOUNT_ID", KEYS[2])
    monkeypatch.setenv("FC_GUARD_OSS_ENDPOINT", ann.server.url)
    assert state_command(["move", ".s/fc-guard", STATE]) == 0
    ann.props["state"] = STATE
    ann.write({"index.py": "2"})
    assert status(ann) == 0


def test_a_part_deployed_by_one_who_is_behind_names_nobody_wrongly(ann: Project, ben: Project) -> None:
    assert status(ann) == 0
    commit(ben, "fix", index_py="fixed")
    assert status(ben) == 0
    ann.props["function"]["timeout"] = 31
    commit(ann, "timeout")
    assert status(ann, "deploy --type config") == 0
    report, person = ann.run("deploy")
    assert report.status() == 3
    assert "Changed online since" not in person.text


@pytest.fixture
def team(tmp_path: Path, server: LocalServer) -> Team:
    return Team(tmp_path / "team", server)


def said(team: Team, who: str, line: str = "deploy") -> int:
    return team.run(who, line)[0].status()


def behind(team: Team, key: str, value: object, own: str, mine: object, line: str) -> None:
    """ben deploys a change; ann, who has not pulled it, deploys one of her own; ci then has both, and goes on."""
    assert said(team, "ann") == 0
    team.edit("ben", key, value)
    assert said(team, "ben") == 0
    team.edit("ann", own, mine)
    assert said(team, "ann", line) == 0
    team.merge("ci", "ann")
    team.merge("ci", "ben")


BEHIND = [
    pytest.param("timeout", 20, "env.LEVEL", "debug", "deploy --on-drift merge", 30, id="merge-config"),
    pytest.param("timeout", 20, "env.LEVEL", "debug", "deploy --on-drift keep", 30, id="keep-config"),
    pytest.param("file.index.py", "1", "timeout", 20, "deploy --on-drift keep", "2", id="keep-code"),
    pytest.param("timeout", 20, "file.index.py", "1", "deploy --type code", 30, id="only-code"),
    pytest.param("file.index.py", "1", "timeout", 20, "deploy --type config", "2", id="only-config"),
]


@pytest.mark.parametrize(("key", "value", "own", "mine", "line", "next_value"), BEHIND)
def test_who_has_both_sides_is_asked_nothing(
    team: Team, key: str, value: object, own: str, mine: object, line: str, next_value: object
) -> None:
    behind(team, key, value, own, mine, line)
    team.edit("ci", key, next_value)
    assert said(team, "ci") == 0


@pytest.mark.parametrize(("key", "value", "own", "mine", "line", "next_value"), BEHIND)
def test_who_has_both_sides_as_they_are_is_asked_nothing(
    team: Team, key: str, value: object, own: str, mine: object, line: str, next_value: object
) -> None:
    behind(team, key, value, own, mine, line)
    assert said(team, "ci") == 0


def test_a_value_that_was_put_back_online_is_still_a_change_of_somebody(team: Team) -> None:
    assert said(team, "ann") == 0
    team.edit("ann", "timeout", 30)
    assert said(team, "ann") == 0
    team.online = dict(team.people["ann"].content)
    team.in_console("timeout", 10)
    team.edit("ci", "timeout", 20)
    assert said(team, "ci") == 3
