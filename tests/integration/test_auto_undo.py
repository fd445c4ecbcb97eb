"""What an undo puts back where s.yaml leaves a part of it to be found or made: that part may be another one by then."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from fc_local.server import LocalServer
from tests.integration.auto import done, frozen, made, state
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.neighbours import Neighbours
from tests.integration.project import ACCOUNT, Project
from tests.integration.test_auto_roles import OSS

AUTO = {
    "logConfig": "auto",
    "vpcConfig": "auto",
    "nasConfig": "auto",
    "role": {"policies": ["AliyunOSSReadOnlyAccess"]},
}
THEIRS = {"vpcId": "vpc-1", "vSwitchIds": ["vsw-1"], "securityGroupId": "sg-1"}
ONCE = {"CreateVpc", "CreateVSwitch", "CreateSecurityGroup", "CreateFileSystem", "CreateMountTarget", "CreateIndex"}

STRIDE = 1 if EVERY == 1 else EVERY * 4
"""Each of these steps takes four runs."""


pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture
def project(project: Project) -> Project:
    project.server.admin.switches(support="checks")
    project.props["service"] |= copy.deepcopy(AUTO)
    return project


def service(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = state(project.server)["services"]["demo"]
    return found


def removed(project: Project) -> None:
    """Somebody fixed the function; then all was removed."""
    project.edit("UpdateFunction", "demo", "hello", timeout=55)
    done(project, "remove -y --on-drift overwrite")
    project.server.admin.clear_journal()


def test_what_an_undo_makes_again_has_what_s_yaml_leaves_to_us(project: Project) -> None:
    project.props["triggers"].append(copy.deepcopy(OSS))
    before = frozen(project.server)
    done(project)
    was = service(project)
    removed(project)
    told = done(project, "undo -y")
    assert "Made for it, since s.yaml leaves it to be found or made:\n  + " in told
    found = state(project.server)
    assert found["services"]["demo"]["functions"]["hello"]["timeout"] == 55
    assert found["services"]["demo"]["vpcConfig"]["vpcId"] in found["vpcs"]
    assert found["services"]["demo"]["vpcConfig"] != was["vpcConfig"]
    assert {name: found["services"]["demo"][name] for name in ("logConfig", "role")} == {
        name: was[name] for name in ("logConfig", "role")
    }
    assert found["services"]["demo"]["nasConfig"]["mountPoints"][0]["mountDir"] == "/mnt/auto"
    assert sorted(op for op in made(project) if op in ONCE) == sorted(ONCE)
    assert "No differences" not in done(project, "plan --on-drift overwrite"), "the fix is somebody's"
    done(project, "deploy --on-drift overwrite")
    project.server.admin.clear_journal()
    done(project)
    assert made(project) == []
    done(project, "remove -y --on-drift overwrite")
    assert frozen(project.server) == before, "what the undo made for it was ours"


def test_what_others_use_is_found_again(project: Project, tmp_path: Path, server: LocalServer) -> None:
    done(project)
    other = Project(tmp_path / "other", server)
    other.props["service"] |= {**copy.deepcopy(AUTO), "name": "theirs"}
    done(other)
    was = service(project)
    removed(project)
    done(project, "undo -y")
    assert service(project)["vpcConfig"] == was["vpcConfig"]
    assert "CreateVpc" not in made(project)


def test_an_older_copy_names_no_network_that_is_gone(project: Project) -> None:
    """Its own run deleted nothing; a later one did."""
    done(project)
    project.edit("UpdateService", "demo", description="fixed")
    report, _ = project.run("deploy --use-remote")
    (kept,) = report.rescues
    done(project, "remove -y")
    project.server.admin.clear_journal()
    done(project, f"undo {kept.name} -y")
    found = state(project.server)
    assert found["services"]["demo"]["description"] == "fixed"
    assert found["services"]["demo"]["vpcConfig"]["vpcId"] in found["vpcs"]


def test_the_network_that_somebody_chose_instead_is_put_back(project: Project) -> None:
    project.server.admin.switches(support="trusts")
    project.props["service"] = {**project.props["service"], "logConfig": "auto"}
    del project.props["service"]["nasConfig"]
    done(project)
    project.edit("UpdateService", "demo", vpcConfig=THEIRS)
    done(project, "remove -y --on-drift overwrite")
    project.server.admin.clear_journal()
    done(project, "undo -y")
    assert service(project)["vpcConfig"]["vpcId"] == "vpc-1"
    assert "CreateVpc" not in made(project) and "CreateLogStore" in made(project)


def test_a_switch_of_somebody_s_beside_that_of_auto_is_put_back_beside_the_new_one(project: Project) -> None:
    """A fix that holds an id of ours: the removal took that, and what somebody made stays."""
    done(project)
    config = service(project)["vpcConfig"]
    (ours,) = config["vSwitchIds"]
    theirs = Neighbours(project.server).switch(config["vpcId"], "10.99.0.0/24", "theirs")
    project.edit("UpdateService", "demo", vpcConfig={**config, "vSwitchIds": [theirs, ours]})
    removed(project)
    assert ours not in state(project.server)["vSwitches"]
    done(project, "undo -y")
    now = service(project)["vpcConfig"]
    (new,) = set(now["vSwitchIds"]) - {theirs}
    assert now["vSwitchIds"] == [theirs, new]
    assert now["vpcId"] == config["vpcId"]
    assert {ours, config["securityGroupId"]}.isdisjoint({new, now["securityGroupId"]})
    done(project, "deploy --on-drift keep")
    assert service(project)["vpcConfig"] == now
    assert "Nothing to do" in done(project, "plan")


def test_another_place_for_the_files_is_put_back_on_the_new_file_system(project: Project) -> None:
    done(project)
    config = service(project)["nasConfig"]
    address = config["mountPoints"][0]["serverAddr"]
    moved = {**config, "mountPoints": [{"mountDir": "/mnt/data", "serverAddr": address.replace("/demo", "/shop")}]}
    project.edit("UpdateService", "demo", nasConfig=moved)
    removed(project)
    done(project, "undo -y")
    (point,) = service(project)["nasConfig"]["mountPoints"]
    (target,) = state(project.server)["mountTargets"].values()
    assert point == {"mountDir": "/mnt/data", "serverAddr": f"{target['MountTargetDomain']}:/shop"}


def test_what_s_yaml_does_not_leave_to_us_any_more_is_put_back_as_it_was(project: Project) -> None:
    project.server.admin.switches(support="trusts")
    done(project)
    was = service(project)
    removed(project)
    for name in AUTO:
        del project.props["service"][name]
    done(project, "undo -y")
    assert {name: service(project)[name] for name in AUTO} == {name: was[name] for name in AUTO}
    assert "CreateVpc" not in made(project)


def test_a_deployment_in_between_is_found(project: Project) -> None:
    done(project)
    removed(project)
    done(project)
    now = service(project)["vpcConfig"]
    project.server.admin.clear_journal()
    done(project, "undo -y --use-remote")
    assert service(project)["functions"]["hello"]["timeout"] == 55
    assert service(project)["vpcConfig"] == now
    assert made(project) == []


def overwritten(project: Project, line: str = "deploy --use-remote") -> str:
    """Somebody fixed the service, and it was overwritten. Returns the name of the copy."""
    project.edit("UpdateService", "demo", description="fixed")
    report, person = project.run(line)
    assert report.status() == 0, person.text
    (kept,) = report.rescues
    project.server.admin.clear_journal()
    return kept.name


def test_what_is_online_still_is_not_put_back(project: Project) -> None:
    """Its network is the same as before: nothing is said of it, and putting it back twice is nothing to do."""
    done(project)
    name = overwritten(project)
    told = done(project, f"undo {name} -y")
    assert "description  online demo service → saved fixed" in told
    assert "nasConfig" not in told and "vpcConfig" not in told
    assert made(project) == []
    assert "Nothing to put back" in done(project, f"undo {name} -y")


def test_what_was_left_deleted_is_not_made_again_for_a_service_that_stayed(project: Project) -> None:
    done(project)
    overwritten(project)
    somebody = Neighbours(project.server)
    somebody.delete_file_system()
    done(project, "deploy --on-drift keep")
    project.server.admin.clear_journal()
    told = done(project, "undo -y")
    assert service(project)["description"] == "fixed"
    assert "Made for it" not in told and made(project) == []
    assert "deleted online, kept so since" in done(project, "plan")


def test_where_somebody_moved_the_service_it_stays(project: Project) -> None:
    project.server.admin.switches(support="trusts")
    done(project)
    overwritten(project)
    project.edit("UpdateService", "demo", vpcConfig=THEIRS)
    told = done(project, "undo -y")
    assert service(project)["description"] == "fixed"
    assert service(project)["vpcConfig"]["vpcId"] == "vpc-1"
    assert "vpcConfig.vpcId  (in no copy: stays)" in told
    assert made(project) == []


def test_a_copy_with_an_address_that_was_gone_then_names_what_took_its_place(project: Project) -> None:
    done(project)
    Neighbours(project.server).replace_file_system()
    overwritten(project, "deploy --on-drift overwrite")
    now = service(project)["nasConfig"]
    done(project, "undo -y")
    assert service(project)["description"] == "fixed"
    assert service(project)["nasConfig"] == now


def test_a_role_in_another_letter_case_is_made_again(project: Project) -> None:
    """As the console and RAM write it: to Function Compute it is the same."""
    done(project)
    project.edit("UpdateService", "demo", role=f"acs:ram::{ACCOUNT}:role/fcDeployDefaultRole-demo")
    assert "No differences" in done(project, "plan")
    removed(project)
    done(project, "undo -y")
    assert "CreateRole" in made(project)
    assert service(project)["role"].lower() == f"acs:ram::{ACCOUNT}:role/fcdeploydefaultrole-demo"


@pytest.mark.killed
def test_killed_at_any_step_it_is_undone_by_the_next(project: Project) -> None:
    before = frozen(project.server)
    at = FIRST
    while True:
        done(project)
        removed(project)
        if killed_at(project, at, "undo -y") is not None:
            break
        done(project, "undo -y")
        found = state(project.server)
        assert found["services"]["demo"]["functions"]["hello"]["timeout"] == 55, at
        assert found["services"]["demo"]["vpcConfig"]["vpcId"] in found["vpcs"], at
        assert [len(found[name]) for name in ("vpcs", "vSwitches", "securityGroups", "fileSystems")] == [1, 1, 1, 1], at
        done(project, "deploy --on-drift overwrite")
        done(project, "remove -y --on-drift overwrite")
        assert frozen(project.server) == before, at
        at += STRIDE
    assert at > FIRST


def test_a_network_that_is_named_by_its_ids_is_known_to_an_undo(project: Project) -> None:
    """What it makes goes by the name by which everything else knows it, and so goes again."""
    before = frozen(project.server)
    done(project)
    was = service(project)
    config = was["vpcConfig"]
    project.edit("CreateService", serviceName="theirs", vpcConfig=config, role=was["role"])
    ids = {"vpcId": config["vpcId"], "vswitchIds": config["vSwitchIds"], "securityGroupId": config["securityGroupId"]}
    project.props["service"]["vpcConfig"] = ids
    done(project)
    removed(project)
    done(project, "undo -y")
    done(project, "deploy --on-drift overwrite")
    project.edit("DeleteService", "theirs")
    done(project, "remove -y --on-drift overwrite")
    assert frozen(project.server) == before
