"""A project that has deployed gets a shared state: it is told once how what it has deployed goes along."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from fc_guard.engine.run.earlier import moving
from fc_guard.shell import state_command
from fc_local.server import LocalServer
from tests.integration.checkouts import STATE, begun, cloned
from tests.integration.project import KEYS, Project

TOLD = "What this folder has deployed is not in the shared history yet."


@pytest.fixture
def ann(tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Has deployed without a shared state, with a secret."""
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    for name, value in zip(("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "ACCOUNT_ID"), KEYS, strict=True):
        monkeypatch.setenv(f"ALIBABA_CLOUD_{name}", value)
    monkeypatch.setenv("FC_GUARD_OSS_ENDPOINT", server.url)
    project = begun(tmp_path / "ann", server)
    del project.props["state"]
    project.props["function"]["environmentVariables"] = {"TOKEN": "secret-1"}
    assert project.run("deploy")[0].status() == 0
    project.props["state"] = STATE
    project.props["function"]["environmentVariables"] = {"TOKEN": "secret-2"}
    monkeypatch.chdir(project.root)
    return project


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_the_words_that_are_told_take_the_history_along(ann: Project, command: str) -> None:
    report, person = ann.run(command)
    assert report.status(exit_code=True) == 3, "nobody knows here who put it online"
    assert person.text.count(TOLD) == 1
    line = person.text.partition(TOLD)[2].splitlines()[2]
    program, area, *words = shlex.split(line)
    assert (program, area) == ("fc-guard", "state")
    assert state_command(words) == 0
    report, person = ann.run("deploy")
    assert report.status() == 0, person.text
    assert TOLD not in person.text


def test_it_is_told_once_of_several_steps(ann: Project) -> None:
    run = ann.make_run()
    ann.make_run = lambda: run
    first, second = ann.run("plan")[1].text, Project(ann.root, ann.server, ann.props, "two", make_run=ann.make_run)
    assert TOLD in first
    assert TOLD not in second.run("plan")[1].text


def test_who_has_deployed_nothing_or_finds_a_history_is_told_nothing(ann: Project, tmp_path: Path) -> None:
    ben = cloned(ann, tmp_path / "ben")
    assert TOLD not in ben.run("plan")[1].text
    assert ben.run("deploy --use-remote")[0].status() == 0
    assert TOLD not in ann.run("plan")[1].text, "a history that has begun takes no other along"


def test_the_command_as_it_is_typed_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FC_GUARD_SHELL", "/home/ann/.s/components/fc-guard/script/fc-guard")
    shop = tmp_path / "my shop"
    state = shop / ".s" / "fc-guard"
    assert moving(state, shop, shop, STATE, "cn-beijing", local=True) == (
        "node /home/ann/.s/components/fc-guard/script/fc-guard state move .s/fc-guard oss://team-state/shop "
        "--region cn-beijing --local"
    )
    assert moving(state, shop, tmp_path, STATE, "cn-beijing", local=False) == (
        "node /home/ann/.s/components/fc-guard/script/fc-guard state move 'my shop/.s/fc-guard' oss://team-state/shop "
        "--region cn-beijing --project 'my shop'"
    )
