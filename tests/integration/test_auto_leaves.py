"""`auto` that leaves s.yaml, or gives way to a name: what is in use stays, and whatever stays is told."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.auto import done, frozen, made, refused, state
from tests.integration.neighbours import Neighbours
from tests.integration.project import Project

MINE: dict[str, Any] = {
    "logConfig": {"project": "mine", "logstore": "mine"},
    "vpcConfig": {"vpcId": "vpc-1", "vswitchIds": ["vsw-1"], "securityGroupId": "sg-1"},
    "nasConfig": {
        "userId": 0,
        "groupId": 0,
        "mountPoints": [{"serverAddr": "a.b.nas.aliyuncs.com", "nasDir": "/x", "fcDir": "/mnt/x"}],
    },
}
MADE = ("logProjects", "logStores", "vpcs", "vSwitches", "securityGroups", "fileSystems", "mountTargets")


def asks(project: Project) -> None:
    project.props["service"] |= dict.fromkeys(MINE, "auto")


def leaves(project: Project) -> None:
    for name in MINE:
        del project.props["service"][name]


def test_it_leaves_the_service_with_its_line(project: Project) -> None:
    """As what s.yaml names does; the role has no longer to allow it then."""
    project.props["service"]["role"] = {"name": "shop-role", "policies": ["AliyunOSSReadOnlyAccess"]}
    done(project)
    before = frozen(project.server)
    asks(project)
    done(project)
    leaves(project)
    assert "vpcConfig.vpcId" in done(project, "plan")
    done(project)
    done(project, "deploy --prune -y")
    found = state(project.server)
    assert "vpcs" not in found and "logProjects" not in found
    assert sorted(found["roles"]["shop-role"]) == sorted(json.loads(before)["roles"]["shop-role"])
    service, then = found["services"]["demo"], json.loads(before)["services"]["demo"]
    assert {name: service[name] for name in MINE} == {name: then[name] for name in MINE}
    assert "No differences" in done(project, "plan")


def test_what_somebody_chose_instead_stays_with_its_line_too(project: Project) -> None:
    asks(project)
    done(project)
    project.edit("UpdateService", "demo", logConfig=MINE["logConfig"])
    assert "logConfig.project" in done(project, "plan")
    done(project)
    leaves(project)
    done(project)
    assert state(project.server)["services"]["demo"]["logConfig"]["project"] == "mine"


def test_what_somebody_chose_instead_keeps_what_its_role_allows(project: Project) -> None:
    """The service stays in their network, and its role in reach of it; what s.yaml says again, goes again."""
    theirs = {"vpcId": "vpc-1", "vSwitchIds": ["vsw-1"], "securityGroupId": "sg-1"}
    project.props["service"] |= {"vpcConfig": "auto", "role": {"policies": ["AliyunOSSReadOnlyAccess"]}}
    done(project)
    project.edit("UpdateService", "demo", vpcConfig=theirs)
    done(project)
    del project.props["service"]["vpcConfig"]
    project.server.admin.clear_journal()
    told = done(project)
    assert "rolePolicy" in told and "stays: service demo uses it" in told
    assert state(project.server)["services"]["demo"]["vpcConfig"]["vpcId"] == "vpc-1"
    assert "DetachPolicyFromRole" not in project.writes()
    project.edit("UpdateService", "demo", vpcConfig={"vpcId": "", "vSwitchIds": [], "securityGroupId": ""})
    done(project, "deploy --on-drift keep")
    assert "DetachPolicyFromRole" in project.writes()


def add_switch(project: Project) -> None:
    config = state(project.server)["services"]["demo"]["vpcConfig"]
    somebody = Neighbours(project.server)
    theirs = somebody.switch(config["vpcId"], "10.99.0.0/24", "theirs")
    somebody.wait_for_switch(theirs)
    project.edit("UpdateService", "demo", vpcConfig={**config, "vSwitchIds": [theirs, *config["vSwitchIds"]]})


def add_mount(project: Project) -> None:
    config = state(project.server)["services"]["demo"]["nasConfig"]
    (point,) = config["mountPoints"]
    more = [point, {**point, "mountDir": "/mnt/theirs"}]
    project.edit("UpdateService", "demo", nasConfig={**config, "mountPoints": more})


def log_elsewhere(project: Project) -> None:
    config = state(project.server)["services"]["demo"]["logConfig"]
    project.edit("UpdateService", "demo", logConfig={**config, "enableInstanceMetrics": False})


@pytest.mark.parametrize(
    ("prop", "change", "stay"),
    [
        ("vpcConfig", add_switch, ["vpcConfig"]),
        ("nasConfig", add_mount, ["vpcConfig", "nasConfig"]),
        ("logConfig", log_elsewhere, ["logConfig"]),
    ],
)
def test_what_somebody_changed_a_part_of_stays_whole(
    project: Project, default_role: None, prop: str, change: Callable[[Project], None], stay: list[str]
) -> None:
    """Half a network or half a log is refused by Function Compute; files are reached through a network."""
    project.server.admin.switches(support="checks")
    project.props["service"][prop] = "auto"
    done(project)
    change(project)
    done(project)
    service = state(project.server)["services"]["demo"]
    del project.props["service"][prop]
    for line in ("deploy", "deploy --use-remote"):
        done(project, line)
        assert {name: state(project.server)["services"]["demo"][name] for name in stay} == {
            name: service[name] for name in stay
        }
    assert "You change" not in done(project, "plan")


def test_a_network_of_ones_own_that_became_auto_stays_whole_too(project: Project, default_role: None) -> None:
    project.server.admin.switches(support="checks")
    project.props["service"]["vpcConfig"] = Neighbours(project.server).network("b")
    done(project)
    project.props["service"]["vpcConfig"] = "auto"
    done(project)
    add_switch(project)
    done(project)
    service = state(project.server)["services"]["demo"]
    del project.props["service"]["vpcConfig"]
    done(project)
    assert state(project.server)["services"]["demo"]["vpcConfig"] == service["vpcConfig"]


def test_a_policy_that_s_yaml_named_leaves_with_its_line(project: Project) -> None:
    """Also where the service logs: what it needs for that, it has otherwise."""
    project.props["service"] |= {
        "logConfig": MINE["logConfig"],
        "role": {"policies": ["AliyunLogFullAccess", "AliyunOSSReadOnlyAccess"]},
    }
    done(project)
    project.props["service"]["role"]["policies"].pop(0)
    project.server.admin.clear_journal()
    done(project)
    assert "DetachPolicyFromRole" in project.writes()


def test_what_auto_gave_is_replaced_without_a_rescue_copy(project: Project) -> None:
    """The log project is named in s.yaml from now on: what is overwritten is what auto itself gave."""
    project.props["service"]["logConfig"] = "auto"
    done(project)
    project.props["service"]["logConfig"] = {"project": "theirs", "logstore": "mine"}
    report, person = project.run("deploy")
    assert (report.status(), person.asked) == (0, [])
    assert state(project.server)["services"]["demo"]["logConfig"]["project"] == "theirs"
    assert report.rescues == ()


def test_a_network_of_ones_own_takes_the_place_of_that_of_auto(project: Project, default_role: None) -> None:
    """The file system is reached through it from then on: nothing waits for what the first network had."""
    project.server.admin.switches(support="checks")
    asks(project)
    done(project)
    files = state(project.server)["services"]["demo"]["nasConfig"]["mountPoints"][0]["serverAddr"]
    project.props["service"]["vpcConfig"] = Neighbours(project.server).network("b")
    told = done(project)
    assert "mountTarget" in told
    found = state(project.server)["services"]["demo"]["vpcConfig"]
    assert found["vpcId"] == project.props["service"]["vpcConfig"]["vpcId"]
    now = state(project.server)["services"]["demo"]["nasConfig"]["mountPoints"][0]["serverAddr"]
    assert now != files
    assert now.partition("-")[0] == files.partition("-")[0], "the same file system"
    assert "You change" not in done(project, "plan")


def test_a_version_keeps_what_it_was_published_with(project: Project) -> None:
    asks(project)
    done(project)
    project.edit("PublishServiceVersion", "demo")
    project.edit("CreateAlias", "demo", aliasName="live", versionId="1")
    before = {kind: state(project.server)[kind] for kind in MADE}
    project.props["service"] |= copy.deepcopy(MINE)
    done(project)
    told = done(project, "deploy --prune -y")
    assert {kind: state(project.server)[kind] for kind in MADE} == before
    assert "stays: version 1 of service demo uses it" in told


def test_who_has_a_version_is_not_guessed(project: Project) -> None:
    asks(project)
    done(project)
    project.server.admin.deny("fc:ListServiceVersions")
    before = frozen(project.server)
    assert "ListServiceVersions" in refused(project, "remove -y")
    assert frozen(project.server) == before


def test_a_store_in_use_keeps_its_index(project: Project) -> None:
    """Without one nothing that the functions log is found any more."""
    asks(project)
    done(project)
    used = {name: state(project.server)["services"]["demo"]["logConfig"][name] for name in ("project", "logstore")}
    project.edit("CreateService", serviceName="theirs", logConfig=used)
    leaves(project)
    done(project, "deploy --prune -y")
    told = done(project, "deploy --prune -y")
    assert "index: stays: service theirs uses it" in told
    assert all("index" in store for store in state(project.server)["logStores"].values())


def test_a_removal_tells_of_what_s_yaml_does_not_ask_for_any_more(project: Project) -> None:
    before = frozen(project.server)
    asks(project)
    done(project)
    leaves(project)
    told = done(project, "remove -y")
    assert "Made by this project, and left, since s.yaml does not ask for them any more:" in told
    assert "\n  vpc fc-deploy-component-generated-vpc-cn-hangzhou" in told
    asks(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_configuration_alone_makes_what_has_no_code(project: Project) -> None:
    done(project)
    asks(project)
    project.server.admin.clear_journal()
    done(project, "deploy --type config")
    assert "CreateVpc" in made(project)
    project.server.admin.clear_journal()
    done(project)
    assert project.writes() == []


@pytest.mark.parametrize("kind", ["logConfig", "vpcConfig"])
def test_a_list_that_is_left_out_where_it_is_empty_stops_no_removal(project: Project, kind: str) -> None:
    """FC may leave out the key of an empty list, and the last service is deleted before what it used."""
    before = frozen(project.server)
    project.props["service"][kind] = "auto"
    done(project)
    empty = {"status": 200, "body": {}}
    project.server.admin.faults([{"op": "ListServices", "times": 0, "action": empty}])
    done(project, "remove -y")
    project.server.admin.faults([])
    assert frozen(project.server) == before


def test_a_policy_of_ones_own_with_such_a_name_leaves_with_its_line(project: Project) -> None:
    """What it allows nobody knows: it is not the one that follows from what the service uses."""
    mine = {
        "name": "my-AliyunLogFullAccess-copy",
        "statement": [{"Effect": "Allow", "Action": ["oss:GetObject"], "Resource": ["*"]}],
    }
    project.props["service"]["role"] = {"policies": ["AliyunOSSReadOnlyAccess", mine]}
    done(project)
    project.edit("UpdateService", "demo", logConfig={"project": "theirs", "logstore": "theirs"})
    done(project, "deploy --on-drift keep")
    project.props["service"]["role"]["policies"].pop()
    project.server.admin.clear_journal()
    done(project)
    assert "DetachPolicyFromRole" in project.writes()


def test_what_is_overwritten_goes_whole(project: Project, default_role: None) -> None:
    project.server.admin.switches(support="checks")
    project.props["service"]["vpcConfig"] = "auto"
    done(project)
    add_switch(project)
    del project.props["service"]["vpcConfig"]
    done(project, "deploy --on-drift overwrite")
    assert state(project.server)["services"]["demo"]["vpcConfig"]["vpcId"] == ""
