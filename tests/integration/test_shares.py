"""A service of several steps: a line that leaves one of them leaves online what another still says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fc_guard.host.standard import standard_run
from fc_local.server import LocalServer
from tests.integration.auto import done, everywhere, state, write
from tests.integration.checkouts import begun
from tests.integration.project import Project

NETWORK = {"vpcId": "vpc-1", "vswitchIds": ["vsw-1"], "securityGroupId": "sg-1"}
BOTH = pytest.mark.parametrize("network", ["auto", NETWORK], ids=["auto", "named"])


@pytest.fixture
def steps(tmp_path: Path, server: LocalServer) -> tuple[Project, Project]:
    one, two = (Project(tmp_path / "shop", server, step=name) for name in ("one", "two"))
    two.props["function"]["name"] = "other"
    return one, two


@pytest.fixture
def ann(tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A checkout with a shared history."""
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    return begun(tmp_path / "ann", server)


def say(steps: tuple[Project, ...], *networks: Any) -> None:
    for step, network in zip(steps, networks, strict=True):
        step.props["service"].pop("vpcConfig", None)
        step.props["service"] |= {"vpcConfig": network} if network else {}
    write(steps)


def vpc(project: Project) -> str:
    found: str = state(project.server)["services"]["demo"]["vpcConfig"]["vpcId"]
    return found


@BOTH
def test_what_another_step_says_stays(steps: tuple[Project, Project], network: Any) -> None:
    say(steps, network, network)
    everywhere(steps, "deploy")
    was = vpc(steps[0])
    say(steps, None, network)
    steps[0].server.admin.clear_journal()
    everywhere(steps, "plan")
    everywhere(steps, "deploy")
    everywhere(steps, "deploy")
    assert (vpc(steps[0]), steps[0].writes()) == (was, [])
    say(steps, None, None)
    everywhere(steps, "deploy")
    assert vpc(steps[0]) == ""


@BOTH
def test_what_no_step_says_any_more_goes(steps: tuple[Project, Project], network: Any) -> None:
    say(steps, network, network)
    everywhere(steps, "deploy")
    say(steps, None, None)
    everywhere(steps, "deploy")
    assert vpc(steps[0]) == ""
    assert "No differences" in everywhere(steps, "plan")


@BOTH
def test_a_step_that_s_yaml_has_no_more_says_nothing(steps: tuple[Project, Project], network: Any) -> None:
    say(steps, network, network)
    everywhere(steps, "deploy")
    say(steps[:1], None)
    done(steps[0])
    assert vpc(steps[0]) == ""


def test_a_step_of_a_shared_history_that_was_renamed_says_nothing_here(ann: Project) -> None:
    """In other checkouts it may still be, so the history keeps it."""
    ann.server.admin.switches(support="trusts")
    for name, network in (("one", NETWORK), ("uno", NETWORK), ("uno", None)):
        ann.step, ann.make_run = name, standard_run
        say((ann,), network)
        done(ann)
    assert vpc(ann) == ""
