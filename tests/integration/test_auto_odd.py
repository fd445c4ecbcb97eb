"""Answers that are not the API's, and neighbours who make or delete the same at the same moment."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from typing import Any

import pytest

from fc_guard.cloud.support import nas_reading
from fc_guard.cloud.support.product import Rpc
from fc_guard.cloud.wire.sls import LogService
from tests.integration.auto import done, frozen, made, refused, state
from tests.integration.neighbours import Neighbours
from tests.integration.project import REGION, Project

pytestmark = pytest.mark.usefixtures("hurried")

NAME = f"fc-deploy-component-generated-{{}}-{REGION}"
EXTREME = f"Alibaba-FcDeployComponent-DefaultExtremeNas-{REGION}"


@pytest.fixture
def project(project: Project, default_role: None) -> Project:
    project.server.admin.switches(sls_seen_after_seconds=0)
    project.props["service"].update(nasConfig="auto", vpcConfig="auto", logConfig="auto")
    return project


def answers(project: Project, op: str, body: Any) -> None:
    action = {"raw": {"status": 200, "body": json.dumps(body)}}
    project.server.admin.faults([{"op": op, "times": 99, "action": action}])


@pytest.mark.parametrize(
    ("op", "body"),
    [
        ("DescribeVpcs", {"TotalCount": 0}),
        ("DescribeVpcs", {"Vpcs": {"Vpc": []}}),
        ("DescribeVSwitches", {}),
        ("DescribeSecurityGroups", {"TotalCount": 1, "SecurityGroups": {"SecurityGroup": [{}]}}),
        ("DescribeFileSystems", {"TotalCount": 3, "FileSystems": {"FileSystem": []}}),
        ("GetProject", {}),
        ("GetLogStore", {"logstoreName": "other"}),
        ("GetIndex", {}),
    ],
)
def test_an_odd_answer_makes_nothing_and_loses_nothing(project: Project, op: str, body: Any) -> None:
    done(project)
    before = frozen(project.server)
    project.props["service"]["name"] = "second"
    project.server.admin.clear_journal()
    answers(project, op, body)
    for line in ("deploy", "remove -y"):
        assert "error: unreadable" in refused(project, line)
        assert (made(project), frozen(project.server)) == ([], before)


@pytest.mark.parametrize(
    ("op", "body"),
    [
        ("ListServices", {}),
        ("ListServices", {"services": [{"vpcConfig": None}]}),
        ("ListServices", {"services": [{"serviceName": "x", "logConfig": "?", "vpcConfig": [], "nasConfig": 7}]}),
        ("ListLogStores", {"count": 0, "total": 0}),
        ("ListLogStores", {"logstores": [], "count": 0, "total": 2}),
    ],
)
def test_who_uses_it_is_not_guessed(project: Project, op: str, body: Any) -> None:
    done(project)
    before = frozen(project.server)
    answers(project, op, body)
    assert "error: unreadable" in refused(project, "remove -y")
    assert frozen(project.server) == before


def at_the_same_time(monkeypatch: pytest.MonkeyPatch, op: str, somebody: Callable[[], Any]) -> None:
    """Somebody does something right before this run's operation."""
    sends = Rpc.do

    def do(self: Rpc, operation: str, *said: Any) -> Any:
        if operation == op:
            monkeypatch.setattr(Rpc, "do", sends)
            somebody()
        return sends(self, operation, *said)

    monkeypatch.setattr(Rpc, "do", do)


def test_a_vpc_that_somebody_made_at_the_same_time_is_somebody_s(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = Neighbours(project.server)
    theirs: list[str] = []

    def make() -> None:
        theirs.append(somebody.vpc(NAME.format("vpc")))
        time.sleep(1.1)

    at_the_same_time(monkeypatch, "CreateVpc", make)
    done(project)
    assert list(state(project.server)["vpcs"]) == theirs
    done(project, "remove -y")
    assert list(state(project.server)["vpcs"]) == theirs
    assert "vSwitches" not in state(project.server)


def test_a_switch_that_took_the_addresses_is_found(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody = Neighbours(project.server)

    def take() -> None:
        (vpc,) = state(project.server)["vpcs"]
        somebody.switch(vpc, "10.20.0.0/16", NAME.format("vswitch"))

    at_the_same_time(monkeypatch, "CreateVSwitch", take)
    done(project)
    assert len(state(project.server)["vSwitches"]) == 1
    assert "stays" in done(project, "remove -y")
    assert [len(state(project.server)[kind]) for kind in ("vpcs", "vSwitches")] == [1, 1]


@pytest.mark.parametrize("name", ["", "theirs"])
def test_a_switch_of_somebody_else_keeps_the_network(project: Project, name: str) -> None:
    project.props["service"] = {"name": "demo", "vpcConfig": "auto"}
    done(project)
    (vpc,) = state(project.server)["vpcs"]
    theirs = Neighbours(project.server).switch(vpc, "10.9.0.0/16", name)
    assert "stays" in done(project, "remove -y")
    assert list(state(project.server)["vpcs"]) == [vpc]
    assert theirs in state(project.server)["vSwitches"]


def test_a_switch_of_the_same_name_is_not_taken_for_ours(project: Project) -> None:
    project.props["service"] = {"name": "demo", "vpcConfig": "auto"}
    done(project)
    (vpc,) = state(project.server)["vpcs"]
    time.sleep(1.1)  # the older one counts
    theirs = Neighbours(project.server).switch(vpc, "10.9.0.0/16", NAME.format("vswitch"))
    assert f"vpc {NAME.format('vpc')} stays: vSwitch" in refused(project, "remove -y")
    assert list(state(project.server)["vSwitches"]) == [theirs]


def test_a_switch_that_somebody_made_meanwhile_keeps_the_network(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.props["service"] = {"name": "demo", "vpcConfig": "auto"}
    done(project)
    (vpc,) = state(project.server)["vpcs"]
    somebody = Neighbours(project.server)
    at_the_same_time(monkeypatch, "DeleteVSwitch", lambda: somebody.switch(vpc, "10.9.0.0/16", "theirs"))
    assert "stays: vSwitch theirs is in it" in refused(project, "remove -y")
    assert [each["VSwitchName"] for each in state(project.server)["vSwitches"].values()] == ["theirs"]


def test_a_store_that_somebody_made_keeps_the_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.props["service"] = {"name": "demo", "logConfig": "auto"}
    done(project)
    sends = LogService.do

    def do(self: LogService, operation: str, method: str, project: str, path: str, body: Any = None) -> Any:
        answer = sends(self, operation, method, project, path, body)
        if operation == "DeleteLogStore":
            sends(self, "CreateLogStore", "POST", project, "/logstores", {"logstoreName": "theirs"})
        return answer

    monkeypatch.setattr(LogService, "do", do)
    assert "it has the store theirs" in refused(project, "remove -y")
    (store,) = state(project.server)["logStores"].values()
    assert store["logstoreName"] == "theirs"


@pytest.mark.parametrize("kind", ["file_system", "target"])
def test_what_is_stopped_is_there_and_not_used(project: Project, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    done(project)
    before, plain = frozen(project.server), getattr(nas_reading, f"_{kind}")
    status = {"file_system": "Stopped", "target": "Inactive"}[kind]
    monkeypatch.setattr(nas_reading, f"_{kind}", lambda *each: {**plain(*each), "status": status})
    other = Project(project.root.parent / "other", project.server)
    other.props["service"] = {"name": "other", "nasConfig": "auto"}
    assert f"it is {status} in NAS: start it there" in refused(other)
    assert frozen(project.server) == before


def test_a_file_system_that_cannot_be_named_is_not_left(project: Project) -> None:
    project.props["service"]["nasConfig"] = "autoPerformance"
    project.server.admin.switches(extreme_loses_description=True)
    project.server.admin.deny("nas:ModifyFileSystem")
    assert "which was made, is deleted again" in refused(project)
    assert "fileSystems" not in state(project.server)
    project.server.admin.deny("nas:ModifyFileSystem", "nas:DeleteFileSystem")
    told = refused(project)
    (left,) = state(project.server)["fileSystems"]
    assert f"The file system {left}, which was made and costs money, could not be deleted" in told


def test_an_extreme_file_system_is_found_where_lists_are_of_general_ones(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the documents of 2019 say of a list of which no sort is said."""
    asks = Rpc.ask

    def ask(self: Rpc, operation: str, query: Any, *more: Any) -> Any:
        usual = {"FileSystemType": "standard"} if operation == "DescribeFileSystems" else {}
        said = {key: value for key, value in query.items() if value is not None}
        return asks(self, operation, {**usual, **said}, *more)

    monkeypatch.setattr(Rpc, "ask", ask)
    project.props["service"]["nasConfig"] = "autoPerformance"
    done(project)
    shutil.rmtree(project.root / ".s")
    project.server.admin.clear_journal()
    done(project)
    assert made(project) == []
    (found,) = state(project.server)["fileSystems"].values()
    assert found["FileSystemType"] == "extreme"


def test_a_file_system_that_somebody_made_anew_is_somebody_s(project: Project) -> None:
    project.props["service"] = {"name": "demo", "nasConfig": "auto"}
    done(project)
    somebody = Neighbours(project.server)
    name = somebody.replace_file_system()
    done(project, "remove -y --on-drift keep")
    assert list(state(project.server)["fileSystems"]) == [name]
