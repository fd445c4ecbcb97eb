"""`nasConfig: auto`: a file system and a way to it are planned, made once, found again, and removed if nobody else is
there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.support import nas_reading
from fc_guard.cloud.support.product import Rpc
from fc_guard.cloud.support.reach import Reach
from fc_guard.errors import BadInput, CallFailed
from fc_local.server import LocalServer
from tests.integration.auto import done, frozen, made, refused, state
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.neighbours import Neighbours
from tests.integration.project import ACCOUNT, KEYS, REGION, Person, Project

pytestmark = pytest.mark.usefixtures("hurried")

NAS = f"Alibaba-FcDeployComponent-DefaultNas-{REGION}"
VPC = f"fc-deploy-component-generated-vpc-{REGION}"
NETWORK = ["CreateVpc", "CreateSecurityGroup", "CreateVSwitch"]
STORAGE = ["CreateFileSystem", "CreateMountTarget"]
EXTREME = f"Alibaba-FcDeployComponent-DefaultExtremeNas-{REGION}"
NO_NETWORK = {"role": "", "vpcId": "", "vSwitchIds": [], "securityGroupId": ""}


@pytest.fixture
def project(project: Project, default_role: None) -> Project:
    project.server.admin.switches(support="checks")
    project.props["service"]["nasConfig"] = "Auto"
    return project


def targets(server: LocalServer) -> list[Mapping[str, Any]]:
    return list(state(server).get("mountTargets", {}).values())


def mounted(server: LocalServer, service: str = "demo") -> list[Mapping[str, Any]]:
    config = state(server)["services"][service]["nasConfig"]
    assert (config["userId"], config["groupId"]) == (0, 0)
    points: list[Mapping[str, Any]] = config["mountPoints"]
    return points


def own_network(project: Project, zone: str = "b") -> dict[str, Any]:
    """Makes a network of the user's own, and names it in s.yaml."""
    own = Neighbours(project.server).network(zone)
    project.props["service"]["vpcConfig"] = own
    return own


def test_it_is_planned_made_in_order_and_then_the_same(project: Project) -> None:
    before = frozen(project.server)
    text = done(project, "plan")
    assert f"+ fileSystem {NAS}  new; costs money for what is stored in it" in text
    assert f"+ mountTarget {NAS}/{VPC}  new" in text
    assert frozen(project.server) == before
    done(project)
    assert made(project)[:6] == [*NETWORK, *STORAGE, "CreateService"]
    (target,) = targets(project.server)
    assert mounted(project.server) == [{"mountDir": "/mnt/auto", "serverAddr": f"{target['MountTargetDomain']}:/demo"}]
    assert target["VpcId"] == state(project.server)["services"]["demo"]["vpcConfig"]["vpcId"]
    project.server.admin.clear_journal()
    assert project.run("plan --exit-code")[0].status(exit_code=True) == 0
    done(project)
    shutil.rmtree(project.root / ".s")
    done(project)
    assert made(project) == []


def test_an_extreme_one_says_what_it_costs_and_is_found_by_its_description(project: Project) -> None:
    project.server.admin.switches(extreme_loses_description=True)
    project.props["service"]["nasConfig"] = "autoPerformance"
    assert f"+ fileSystem {EXTREME}  new; costs money from now on: 100 GiB, used or not" in done(project)
    (found,) = state(project.server)["fileSystems"].values()
    assert [found[name] for name in ("FileSystemType", "StorageType", "Capacity", "Description")] == [
        "extreme",
        "standard",
        100,
        EXTREME,
    ]
    (target,) = targets(project.server)
    assert mounted(project.server)[0]["serverAddr"] == f"{target['MountTargetDomain']}:/share/demo"
    shutil.rmtree(project.root / ".s")
    project.server.admin.clear_journal()
    done(project)
    assert made(project) == []


def test_it_stands_beside_a_question(project: Project) -> None:
    done(project)
    project.edit("UpdateFunction", "demo", "hello", timeout=77)
    project.props["service"]["nasConfig"] = "autoPerformance"
    project.props["service"]["name"] = "second"
    project.edit("CreateService", serviceName="second", description="somebody's")
    person = Person(["s"], present=True)
    project.run("deploy", person)
    assert person.asked
    assert "costs money from now on: 100 GiB" in person.text


def test_a_network_of_one_s_own_gets_a_mount_target(project: Project) -> None:
    own = own_network(project)
    done(project)
    assert [op for op in made(project) if op in NETWORK[:1] + STORAGE] == ["CreateVpc", *STORAGE], (
        "the VPC is the user's"
    )
    (target,) = targets(project.server)
    assert (target["VpcId"], [target["VswId"]]) == (own["vpcId"], own["vswitchIds"])
    assert [each["ZoneId"] for each in state(project.server)["fileSystems"].values()] == [f"{REGION}-b"]
    before = frozen(project.server)
    project.server.admin.clear_journal()
    done(project)
    assert (made(project), frozen(project.server)) == ([], before)
    done(project, "remove -y")
    assert "fileSystems" not in state(project.server)
    assert list(state(project.server)["vpcs"]) == [own["vpcId"]]


def test_the_file_system_is_in_the_zone_of_the_functions(project: Project) -> None:
    own_network(project, "h")
    done(project)
    assert [each["ZoneId"] for each in state(project.server)["fileSystems"].values()] == [f"{REGION}-h"]


def test_networks_share_a_file_system(project: Project, tmp_path: Path) -> None:
    own = own_network(project)
    done(project)
    other = Project(tmp_path / "other", project.server)
    other.props["service"] = {"name": "other", "nasConfig": "auto"}
    done(other)
    assert len(state(project.server)["fileSystems"]) == 1
    assert {target["VpcId"] for target in targets(project.server)} == set(state(project.server)["vpcs"])
    text = done(project, "remove -y")
    assert f"fileSystem {NAS}  stays: mountTarget {NAS}/{VPC} uses it" in text
    assert own["vpcId"] not in {target["VpcId"] for target in targets(project.server)}
    assert mounted(project.server, "other")


def test_what_the_predecessor_made_is_found(project: Project) -> None:
    own = own_network(project)
    somebody = Neighbours(project.server)
    domain = somebody.mount_target(somebody.file_system(NAS), own)
    before = state(project.server)
    project.server.admin.clear_journal()
    done(project)
    assert [op for op in made(project) if op in STORAGE] == []
    assert mounted(project.server)[0]["serverAddr"] == f"{domain}:/demo"
    done(project, "remove -y")
    assert {kind: state(project.server)[kind] for kind in ("fileSystems", "mountTargets")} == {
        kind: before[kind] for kind in ("fileSystems", "mountTargets")
    }


def test_of_two_of_one_name_the_oldest_counts(project: Project) -> None:
    somebody = Neighbours(project.server)
    first = somebody.file_system(NAS)
    time.sleep(1.1)
    somebody.file_system(NAS)
    done(project)
    assert [target["FileSystemId"] for target in targets(project.server)] == [first]


def test_of_two_made_at_the_same_time_one_stays(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody makes one between the look and the creation."""
    somebody, sends = Neighbours(project.server), Rpc.do

    def do(self: Rpc, operation: str, *said: Any) -> Any:
        if operation == "CreateFileSystem":
            monkeypatch.setattr(Rpc, "do", sends)
            somebody.file_system(NAS)
            time.sleep(1.1)
        return sends(self, operation, *said)

    monkeypatch.setattr(Rpc, "do", do)
    done(project)
    assert len(state(project.server)["fileSystems"]) == 1
    assert len(targets(project.server)) == 1
    done(project, "remove -y")
    assert len(state(project.server)["fileSystems"]) == 1, "it is somebody's"


def test_what_a_service_mounts_already_stays(project: Project) -> None:
    done(project)
    mine = [{"serverAddr": targets(project.server)[0]["MountTargetDomain"], "nasDir": "/mine", "fcDir": "/mnt/mine"}]
    project.props["service"] |= {
        "vpcConfig": "auto",
        "nasConfig": {"userId": 1, "groupId": 1, "mountPoints": mine},
    }
    done(project)
    project.props["service"]["nasConfig"] = "auto"
    project.server.admin.clear_journal()
    done(project)
    assert made(project) == []
    config = state(project.server)["services"]["demo"]["nasConfig"]
    assert (config["userId"], {point["mountDir"] for point in config["mountPoints"]}) == (1, {"/mnt/mine"})


@pytest.mark.parametrize(("before", "after"), [("auto", "autoPerformance"), ("AutoPerformance", "auto")])
def test_another_word_changes_nothing_that_is_there_and_says_so(project: Project, before: str, after: str) -> None:
    """The files would not come along. Without the line nothing of it stays, and then the other word is followed."""
    service = project.props["service"]
    service["nasConfig"] = before
    done(project)
    there = mounted(project.server)
    service["nasConfig"] = after
    for line in ("plan", "deploy", "deploy", "plan"):
        text = done(project, line)
        assert "service demo keeps what it has online as nasConfig.mountPoints./mnt/auto: what s.yaml leaves" in text
        assert "No differences" in text
        assert f"{VPC}: stays: service demo uses it" in text
        assert f"{EXTREME if before != 'auto' else NAS}: stays: mountTarget" in text
        assert mounted(project.server) == there
    assert "keeps" not in done(project, "drift")
    del service["nasConfig"]
    done(project)
    assert state(project.server)["services"]["demo"]["vpcConfig"] == NO_NETWORK
    service["nasConfig"] = after
    assert "keeps" not in done(project)
    assert mounted(project.server) != there
    assert "keeps" not in done(project, "plan")


def test_another_word_is_followed_where_what_the_first_one_gave_is_gone(project: Project) -> None:
    done(project)
    Neighbours(project.server).delete_file_system()
    project.props["service"]["nasConfig"] = "autoPerformance"
    assert "keeps" not in done(project, "plan")
    done(project, "deploy --on-drift overwrite")
    (target,) = targets(project.server)
    assert mounted(project.server) == [
        {"mountDir": "/mnt/auto", "serverAddr": f"{target['MountTargetDomain']}:/share/demo"}
    ]
    assert "No differences" in done(project, "plan")


def test_a_network_of_one_s_own_that_becomes_auto_stays_and_leaves_with_its_line(project: Project) -> None:
    service = project.props["service"]
    del service["nasConfig"]
    own = own_network(project)
    done(project)
    service["vpcConfig"] = "auto"
    for line in ("deploy", "plan"):
        assert "service demo keeps what it has online as vpcConfig.securityGroupId, vpcConfig" in done(project, line)
    assert state(project.server)["services"]["demo"]["vpcConfig"]["vpcId"] == own["vpcId"]
    del service["vpcConfig"]
    done(project)
    assert state(project.server)["services"]["demo"]["vpcConfig"] == NO_NETWORK


def test_remove_leaves_the_cloud_as_it_was(project: Project) -> None:
    before = frozen(project.server)
    done(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_another_service_that_mounts_it_keeps_it(project: Project, tmp_path: Path) -> None:
    done(project)
    other = Project(tmp_path / "other", project.server)
    other.props["service"] = {"name": "other", "nasConfig": "auto"}
    done(other)
    assert len(targets(project.server)) == 1
    text = done(project, "remove -y")
    assert "stays: service other uses it" in text
    assert mounted(project.server, "other")[0]["serverAddr"].endswith(":/other")
    assert len(targets(project.server)) == 1
    done(other, "remove -y")
    assert len(targets(project.server)) == 1, "the other project did not make it"


def test_files_keep_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = frozen(project.server)
    done(project)
    plain = nas_reading._file_system
    monkeypatch.setattr(nas_reading, "_file_system", lambda each: {**plain(each), "stored": 4096})
    assert "stays: whoever wrote the 4,096 bytes in it uses it" in done(project, "remove -y")
    assert len(state(project.server)["fileSystems"]) == 1
    done(project)
    monkeypatch.setattr(nas_reading, "_file_system", lambda each: {**plain(each), "stored": None})
    assert "stays: whoever may have written to it (NAS does not tell how much) uses it" in done(project, "remove -y")
    monkeypatch.undo()
    done(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_a_network_that_s_yaml_empties_has_no_way_to_a_file_system(project: Project) -> None:
    project.props["service"]["vpcConfig"] = {"vpcId": "", "vswitchIds": [], "securityGroupId": ""}
    with pytest.raises(BadInput, match="a file system is reached through a network"):
        project.run("plan")


def test_an_account_without_nas_is_told_to_open_it(project: Project) -> None:
    closed = {"status": 403, "code": "User.Disabled", "message": "not opened"}
    ops = ("DescribeFileSystems", "CreateFileSystem")
    project.server.admin.faults([{"op": op, "times": 99, "action": closed} for op in ops])
    assert f"+ fileSystem {NAS}" in done(project, "plan")
    report, _ = project.run("deploy")
    assert report.error is not None
    assert "Open NAS in its console" in report.error.hint


@pytest.mark.parametrize("op", STORAGE)
@pytest.mark.parametrize("cut", ["before", "answer"])
def test_a_line_that_breaks_doubles_nothing(project: Project, op: str, cut: str) -> None:
    before = frozen(project.server)
    project.server.admin.faults([{"op": op, "times": 1, "action": {"cut": cut}}])
    project.run("deploy")
    project.server.admin.faults([])
    done(project)
    found = state(project.server)
    assert [len(found[kind]) for kind in ("vpcs", "fileSystems", "mountTargets")] == [1, 1, 1]
    done(project, "remove -y")
    assert frozen(project.server) == before


@pytest.mark.parametrize("op", [*NETWORK, *STORAGE])
def test_an_answer_that_names_nothing_is_told(project: Project, op: str) -> None:
    project.server.admin.faults([{"op": op, "times": 1, "action": {"raw": {"status": 200, "body": "{}"}}}])
    report, _ = project.run("deploy")
    assert "may have been made, and is not listed yet." in str(report.error)
    done(project)
    found = state(project.server)
    assert [len(found[kind]) for kind in ("vpcs", "securityGroups", "fileSystems", "mountTargets")] == [1, 1, 1, 1]


@pytest.mark.parametrize("action", ["nas:DescribeFileSystems", "nas:CreateFileSystem", "nas:CreateMountTarget"])
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
@pytest.mark.timeout(600)
@pytest.mark.parametrize("line", ["deploy", "remove -y"])
def test_killed_at_every_step_nothing_is_doubled_or_left(tmp_path: Path, project: Project, line: str) -> None:
    at, steps = FIRST, None
    before = frozen(project.server)
    while steps is None:
        here = Project(tmp_path / f"killed-{at}", project.server)
        here.props["service"]["nasConfig"] = "auto"
        if line != "deploy":
            done(here)
        steps = killed_at(here, at, line)
        done(here)
        assert [len(state(here.server)[kind]) for kind in ("vpcs", "fileSystems", "mountTargets")] == [1, 1, 1]
        done(here, "remove -y")
        assert frozen(project.server) == before
        at += EVERY
    assert steps > 12


def test_one_that_somebody_deleted_is_asked_about_and_another_takes_its_place(project: Project) -> None:
    done(project)
    (before,) = mounted(project.server)
    nas = Rpc(Reach(project.server.url, REGION, Credential(ACCOUNT, KEYS[0], KEYS[1])), "nas", "2017-06-26")
    project.edit("UpdateService", "demo", nasConfig={"userId": -1, "groupId": -1, "mountPoints": []})
    for target in targets(project.server):
        inside = {"FileSystemId": target["FileSystemId"], "MountTargetDomain": target["MountTargetDomain"]}
        nas.do("DeleteMountTarget", inside)
    for id in state(project.server)["fileSystems"]:
        for _ in range(100):
            try:
                nas.do("DeleteFileSystem", {"FileSystemId": id})
            except CallFailed:
                time.sleep(0.05)
    project.server.admin.switches(support="trusts")  # what was there once is not checked again
    project.edit("UpdateService", "demo", nasConfig={"userId": 0, "groupId": 0, "mountPoints": [before]})
    project.server.admin.switches(support="checks")
    assert "fileSystems" not in state(project.server)
    report, person = project.run("deploy")
    assert (report.status(), person.text.count("online: deleted")) == (3, 2), person.text
    done(project, "deploy --on-drift overwrite")
    (after,) = mounted(project.server)
    (target,) = targets(project.server)
    assert before != after == {"mountDir": "/mnt/auto", "serverAddr": f"{target['MountTargetDomain']}:/demo"}
    assert project.run("plan --exit-code")[0].status(exit_code=True) == 0
