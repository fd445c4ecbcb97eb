"""`vpcConfig: auto`: a network is planned, made once, found again, and removed if nobody else is in it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.support.product import Rpc
from fc_guard.cloud.support.reach import Reach
from fc_local.server import LocalServer
from tests.integration.auto import done, frozen, made, refused, state
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.project import ACCOUNT, KEYS, REGION, Project

pytestmark = pytest.mark.usefixtures("hurried")

MAKES = ("CreateVpc", "CreateVSwitch", "CreateSecurityGroup")
NAME = f"fc-deploy-component-generated-{{}}-{REGION}"


@pytest.fixture
def project(project: Project) -> Project:
    project.props["service"]["vpcConfig"] = "auto"
    return project


def test_it_is_planned_made_in_order_and_then_the_same(project: Project) -> None:
    before = frozen(project.server)
    text = done(project, "plan")
    for what in ("vpc", "vswitch", "securityGroup"):
        assert NAME.format(what) in text
    assert frozen(project.server) == before
    done(project)
    assert made(project)[:3] == ["CreateVpc", "CreateSecurityGroup", "CreateVSwitch"]
    config = state(project.server)["services"]["demo"]["vpcConfig"]
    assert (config["vpcId"][:4], config["vSwitchIds"][0][:4], config["securityGroupId"][:3]) == ("vpc-", "vsw-", "sg-")
    project.server.admin.clear_journal()
    done(project)
    shutil.rmtree(project.root / ".s")
    done(project)
    assert made(project) == []


def product(server: LocalServer, name: str, version: str) -> Rpc:
    return Rpc(Reach(server.url, REGION, Credential(ACCOUNT, KEYS[0], KEYS[1])), name, version)


def by_the_predecessor(server: LocalServer) -> str:
    """Makes a network as the predecessor leaves it. Returns the VPC's id."""
    vpc, ecs = product(server, "vpc", "2016-04-28"), product(server, "ecs", "2014-05-26")
    said = {"RegionId": REGION, "CidrBlock": "10.0.0.0/8", "VpcName": NAME.format("vpc")}
    made = vpc.do("CreateVpc", said)["VpcId"]
    inside = {"RegionId": REGION, "VpcId": made}
    _available(vpc, made)
    name = NAME.format("vswitch")
    vpc.do("CreateVSwitch", {**inside, "ZoneId": f"{REGION}-b", "CidrBlock": "10.20.0.0/16", "VSwitchName": name})
    ecs.do("CreateSecurityGroup", {**inside, "SecurityGroupName": NAME.format("securityGroup")})
    return str(made)


def _available(vpc: Rpc, id: str) -> None:
    for _ in range(100):
        answer = vpc.ask("DescribeVpcAttribute", {"RegionId": REGION, "VpcId": id})
        if answer is not None and answer["Status"] == "Available":
            return
        time.sleep(0.05)
    raise AssertionError("the VPC is never available")


def test_what_the_predecessor_made_is_found(project: Project) -> None:
    vpc = by_the_predecessor(project.server)
    project.server.admin.clear_journal()
    done(project)
    assert [op for op in made(project) if op in MAKES] == []
    assert state(project.server)["services"]["demo"]["vpcConfig"]["vpcId"] == vpc
    assert project.run("plan --exit-code")[0].status(exit_code=True) == 0
    done(project, "remove -y")
    assert list(state(project.server)["vpcs"]) == [vpc], "it was not made here"


def test_a_network_of_somebody_s_choice_stays(project: Project) -> None:
    project.props["service"]["vpcConfig"] = {"vpcId": "vpc-own", "vswitchIds": ["vsw-own"], "securityGroupId": "sg-own"}
    done(project)
    project.props["service"]["vpcConfig"] = "auto"
    project.server.admin.clear_journal()
    done(project)
    assert made(project) == []
    assert state(project.server)["services"]["demo"]["vpcConfig"]["vpcId"] == "vpc-own"


def test_remove_leaves_the_cloud_as_it_was(project: Project) -> None:
    before = frozen(project.server)
    done(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_another_project_in_the_same_network_keeps_it(project: Project, tmp_path: Path) -> None:
    done(project)
    other = Project(tmp_path / "other", project.server)
    other.props["service"] = {"name": "other", "vpcConfig": "auto"}
    done(other)
    text = done(project, "remove -y")
    assert "stays: service other uses it" in text
    assert len(state(project.server)["vpcs"]) == 1
    done(other, "remove -y")
    assert len(state(project.server)["vpcs"]) == 1, "the other project did not make it"
    done(project)
    done(project, "remove -y")
    assert "vpcs" not in state(project.server), "the project that made it still knows"


@pytest.mark.parametrize("op", MAKES)
@pytest.mark.parametrize("cut", ["before", "answer"])
def test_a_line_that_breaks_doubles_nothing(project: Project, op: str, cut: str) -> None:
    before = frozen(project.server)
    project.server.admin.faults([{"op": op, "times": 1, "action": {"cut": cut}}])
    project.run("deploy")
    project.server.admin.faults([])
    done(project)
    found = state(project.server)
    assert [len(found[kind]) for kind in ("vpcs", "vSwitches", "securityGroups")] == [1, 1, 1]
    done(project, "remove -y")
    assert frozen(project.server) == before


@pytest.mark.parametrize(
    "action", ["vpc:DescribeVpcs", "vpc:CreateVpc", "vpc:CreateVSwitch", "ecs:CreateSecurityGroup"]
)
def test_a_missing_permission_is_named(project: Project, action: str) -> None:
    before = frozen(project.server)
    project.server.admin.deny(action)
    assert f"the permission {action}" in refused(project)
    project.server.admin.deny()
    done(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
def test_killed_at_every_step_nothing_is_doubled_or_left(tmp_path: Path, project: Project) -> None:
    at, steps = FIRST, None
    before = frozen(project.server)
    while steps is None:
        project.server.admin.reset()
        project.server.admin.switches(ready_after_seconds=0)
        here = Project(tmp_path / f"killed-{at}", project.server)
        here.props["service"]["vpcConfig"] = "auto"
        steps = killed_at(here, at, "deploy")
        done(here)
        assert len(state(here.server)["vpcs"]) == 1
        done(here, "remove -y")
        assert frozen(here.server) == before
        at += EVERY
    assert steps > 12


def somebody_deletes_it(project: Project) -> None:
    """Nobody has called the service for a while: Function Compute has let go of the network, and it can be deleted."""
    server = project.server
    vpc, ecs = product(server, "vpc", "2016-04-28"), product(server, "ecs", "2014-05-26")
    found, here = state(server), {"RegionId": REGION}
    named = found["services"]["demo"]["vpcConfig"]
    project.edit("UpdateService", "demo", vpcConfig={"vpcId": "", "vSwitchIds": [], "securityGroupId": ""})
    for id in found["vSwitches"]:
        vpc.do("DeleteVSwitch", {**here, "VSwitchId": id})
    for id in found["securityGroups"]:
        ecs.do("DeleteSecurityGroup", {**here, "SecurityGroupId": id})
    for id in found["vpcs"]:
        vpc.do("DeleteVpc", {**here, "VpcId": id})
    project.edit("UpdateService", "demo", vpcConfig=named)
    assert "vpcs" not in state(server)


def in_network(project: Project) -> list[str]:
    config = state(project.server)["services"]["demo"]["vpcConfig"]
    return [config["vpcId"], *config["vSwitchIds"], config["securityGroupId"]]


def test_one_that_somebody_deleted_is_asked_about_and_another_takes_its_place(project: Project) -> None:
    done(project)
    before = in_network(project)
    somebody_deletes_it(project)
    report, person = project.run("deploy")
    assert (report.status(), person.text.count("online: deleted")) == (3, 3), person.text
    done(project, "deploy --on-drift overwrite")
    assert set(in_network(project)).isdisjoint(before)
    assert in_network(project) == [
        *state(project.server)["vpcs"],
        *state(project.server)["vSwitches"],
        *state(project.server)["securityGroups"],
    ]
    assert project.run("plan --exit-code")[0].status(exit_code=True) == 0
    done(project, "remove -y")
    assert "vpcs" not in state(project.server)


def test_one_that_is_kept_deleted_stays_in_the_service(project: Project) -> None:
    done(project)
    before = in_network(project)
    somebody_deletes_it(project)
    done(project, "deploy --on-drift keep")
    assert (in_network(project), "vpcs" in state(project.server)) == (before, False)
    done(project)
    assert (in_network(project), "vpcs" in state(project.server)) == (before, False)


def test_one_that_somebody_made_anew_is_taken(project: Project) -> None:
    done(project)
    somebody_deletes_it(project)
    vpc = by_the_predecessor(project.server)
    done(project)
    assert in_network(project)[0] == vpc
    assert in_network(project)[1:] == [*state(project.server)["vSwitches"], *state(project.server)["securityGroups"]]
    assert project.run("plan --exit-code")[0].status(exit_code=True) == 0
    done(project, "remove -y --on-drift keep")
    assert list(state(project.server)["vpcs"]) == [vpc], "it is somebody's"


def test_another_network_that_somebody_chose_stays_when_ours_is_deleted(project: Project) -> None:
    done(project)
    chosen = {"vpcId": "vpc-theirs", "vSwitchIds": ["vsw-theirs"], "securityGroupId": "sg-theirs"}
    project.edit("UpdateService", "demo", vpcConfig=chosen)
    done(project)
    somebody_deletes_it(project)
    done(project)
    assert in_network(project) == ["vpc-theirs", "vsw-theirs", "sg-theirs"]
    assert "vpcs" not in state(project.server)
