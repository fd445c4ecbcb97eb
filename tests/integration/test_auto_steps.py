"""Steps of one s.yaml that leave the same to be found or made: it is there once, and goes with the last of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_guard.host.standard import standard_run
from fc_local.server import LocalServer
from tests.integration.auto import done, everywhere, frozen, state, write
from tests.integration.project import Project

KINDS = ("logProjects", "logStores", "vpcs", "vSwitches", "securityGroups", "fileSystems", "mountTargets", "roles")


@pytest.fixture
def steps(tmp_path: Path, server: LocalServer) -> tuple[Project, Project]:
    """Two functions of one service, each a step of its own."""
    role = {"name": "shop-role", "policies": ["AliyunOSSReadOnlyAccess"]}
    found = tuple(Project(tmp_path / "shop", server, step=step) for step in ("one", "two"))
    for each in found:
        each.props["service"] |= {"logConfig": "auto", "vpcConfig": "auto", "nasConfig": "auto", "role": role}
    found[1].props["function"]["name"] = "bye"
    found[1].props["triggers"] = []
    return found[0], found[1]


def test_they_share_it_and_one_removal_of_all_leaves_the_cloud_as_it_was(steps: tuple[Project, Project]) -> None:
    before = frozen(steps[0].server)
    everywhere(steps, "deploy")
    assert [len(state(steps[0].server)[kind]) for kind in KINDS] == [1] * len(KINDS)
    told = everywhere(steps, "deploy")
    assert "to create" not in told
    everywhere(steps, "remove -y")
    assert frozen(steps[0].server) == before


def test_what_only_the_first_names_goes_with_another_removal_and_that_is_told(steps: tuple[Project, Project]) -> None:
    """The service that uses it is deleted by the second step."""
    for name in ("logConfig", "vpcConfig", "nasConfig", "role"):
        del steps[1].props["service"][name]
    before = frozen(steps[0].server)
    everywhere(steps, "deploy")
    assert "goes with another `s remove`, once nobody uses it" in everywhere(steps, "remove -y")
    assert "another `s remove`" not in everywhere(steps, "remove -y")
    assert frozen(steps[0].server) == before


def test_the_first_alone_leaves_it_to_the_other(steps: tuple[Project, Project]) -> None:
    everywhere(steps, "deploy")
    told = done(steps[0], "remove -y")
    assert "vpc fc-deploy-component-generated-vpc-cn-hangzhou  stays: named by s.yaml#two too" in told
    assert "fileSystem Alibaba-FcDeployComponent-DefaultNas-cn-hangzhou  stays: named by s.yaml#two too" in told
    assert "No differences" in done(steps[1], "plan")


def test_a_step_that_was_renamed_has_no_share_any_more(steps: tuple[Project, Project]) -> None:
    project, renamed = steps
    before = frozen(project.server)
    write([project])
    done(project)
    renamed.props = project.props
    write([renamed])
    assert "No differences" in done(renamed, "plan")
    done(renamed)
    done(renamed, "remove -y")
    assert frozen(project.server) == before


def test_a_removal_of_all_steps_knows_what_the_first_has_deleted(tmp_path: Path, server: LocalServer) -> None:
    """Who uses a network was asked before that: for the step that made it, and comes after the one with the service."""
    steps = [Project(tmp_path / "shop", server, step=name) for name in ("one", "two")]
    steps[1].props["function"]["name"] = "bye"
    for each in steps:
        each.props["service"]["role"] = {"policies": ["AliyunOSSReadOnlyAccess"]}
    write(steps)
    everywhere(steps, "deploy")
    for each in steps:
        each.props["service"]["vpcConfig"] = "auto"
        each.make_run = standard_run
    write(steps)
    done(steps[1])
    steps[1].make_run = standard_run
    done(steps[1], "remove function -y")
    everywhere(steps, "remove -y")
    found = state(server)
    assert not found.get("vpcs") and not found.get("roles")
