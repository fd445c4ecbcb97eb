"""A role belongs to an account: whoever uses it, in any region, keeps it when the project that made it is removed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_ram20150501.client import Client

from fc_guard.cloud.support import role_users
from fc_guard.cloud.wire.guarded_sdk import guard_the_sdk
from fc_local.server import LocalServer
from tests.contract.fc_local.neighbours import ram_client
from tests.integration.auto import done, refused, state
from tests.integration.project import ACCOUNT, REGION, Project
from tests.integration.test_auto_roles import (
    MNS,
    OF_SERVICE,
    OF_TRIGGERS,
    OSS,
    STATEMENT,
    asks,
    attached,
    predecessors_role,
)

pytestmark = pytest.mark.whatever_fc_answers

ELSEWHERE = "ap-southeast-1"


def of_triggers(role: str) -> str:
    return f"acs:ram::{ACCOUNT}:role/{role}"


@pytest.fixture
def project(project: Project) -> Project:
    asks(project)
    return project


@pytest.fixture
def ram(server: LocalServer) -> Client:
    guard_the_sdk()  # the SDK keeps its connections by address: whoever comes first makes them for all
    return ram_client(server)


@pytest.fixture
def other(tmp_path: Path, server: LocalServer) -> Project:
    """Another project of the same account."""
    made = Project(tmp_path / "other", server)
    made.props["service"] = {"name": "other"}
    return made


def in_region(project: Project, region: str) -> Project:
    project.props = {**copy.deepcopy(project.props), "region": region}
    project.endpoint = f"{project.server.url}/~{region}"
    return project


def roles(server: LocalServer) -> set[str]:
    return set(state(server).get("roles", {}))


def test_the_same_project_in_another_region_keeps_the_roles(tmp_path: Path, project: Project) -> None:
    there = Project(tmp_path / "shop", project.server, copy.deepcopy(project.props))
    done(project)
    done(in_region(there, ELSEWHERE))
    before = [attached(project.server, role) for role in (OF_SERVICE, OF_TRIGGERS)]
    told = done(project, "remove -y")
    assert f"stays: service demo in {ELSEWHERE} uses it" in told
    assert f"stays: trigger demo/hello/put in {ELSEWHERE}" in told
    assert [attached(project.server, role) for role in (OF_SERVICE, OF_TRIGGERS)] == before
    done(there, "remove -y")
    assert roles(project.server) == {OF_SERVICE.lower(), OF_TRIGGERS.lower()}, "the other one did not make them"
    done(project, "remove -y")
    assert roles(project.server) == set(), "still this project's, once nobody uses them"


def test_a_policy_that_leaves_s_yaml_stays_for_the_other_region(tmp_path: Path, project: Project) -> None:
    there = Project(tmp_path / "shop", project.server, copy.deepcopy(project.props))
    done(project)
    done(in_region(there, ELSEWHERE))
    del project.props["service"]["role"]["policies"][0]
    assert f"service demo in {ELSEWHERE} uses it" in done(project)
    assert ("AliyunOSSReadOnlyAccess", "System") in attached(project.server, OF_SERVICE)


@pytest.mark.parametrize("region", [REGION, ELSEWHERE])
def test_a_trigger_of_another_function_that_names_it_keeps_it(project: Project, other: Project, region: str) -> None:
    done(project)
    other.props["triggers"] = [*other.props["triggers"], {**copy.deepcopy(OSS), "role": of_triggers(OF_TRIGGERS)}]
    done(in_region(other, region) if region != REGION else other)
    told = done(project, "remove -y")
    assert "stays: trigger other/hello/put" in told
    assert roles(project.server) == {OF_TRIGGERS.lower()}
    left = {name for name, _ in attached(project.server, OF_TRIGGERS)}
    assert left == {"FcDeployDefaultOssPolicy-demo-hello"}, "nobody is let in by the other one any more"


def test_a_version_of_another_service_keeps_it(project: Project, other: Project) -> None:
    done(project)
    other.props["service"]["role"] = of_triggers(OF_SERVICE)
    done(other)
    other.edit("PublishServiceVersion", "other", description="before")
    other.props["service"]["role"] = ""
    done(other)
    told = done(project, "remove -y")
    assert "stays: version 1 of service other uses it" in told
    assert len(attached(project.server, OF_SERVICE)) == 2


def test_whoever_uses_it_is_found_behind_many_others(project: Project) -> None:
    done(project)
    for number in range(101):
        project.edit("CreateService", serviceName=f"many{number:03}")
    project.edit("CreateService", serviceName="zzz", role=of_triggers(OF_SERVICE))
    assert "stays: service zzz uses it" in done(project, "remove -y")
    assert len(attached(project.server, OF_SERVICE)) == 2


def test_what_takes_too_long_is_not_known_and_so_the_role_stays(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(project)
    monkeypatch.setattr(role_users, "SECONDS", 1.0)
    project.server.admin.faults([{"op": "ListServices", "action": {"delay_ms": 2500}, "times": 0}])
    told = done(project, "remove -y")
    assert "stays: perhaps something in " in told
    assert roles(project.server) == {OF_SERVICE.lower(), OF_TRIGGERS.lower()}
    monkeypatch.undo()
    project.server.admin.faults([])
    done(project, "remove -y")
    assert roles(project.server) == set()


@pytest.mark.parametrize("body", ["{}", '{"services": {}}', '{"services": [7]}', '{"services": [{"role": 7}]}', "[]"])
def test_what_is_no_list_is_never_nobody(project: Project, body: str) -> None:
    done(project)
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    project.server.admin.faults([{"op": "ListServices", "action": {"raw": answer}, "times": 0}])
    assert "ListServices" in refused(project, "remove -y")
    assert roles(project.server) == {OF_SERVICE.lower(), OF_TRIGGERS.lower()}


@pytest.mark.parametrize("action", ["fc:ListServiceVersions", "fc:ListFunctions", "fc:ListTriggers"])
def test_a_permission_that_looking_needs_is_named(project: Project, other: Project, action: str) -> None:
    done(project)
    done(other)
    project.server.admin.deny(action)
    assert action in refused(project, "remove -y")
    assert roles(project.server) == {OF_SERVICE.lower(), OF_TRIGGERS.lower()}


def test_a_role_and_its_policies_are_looked_at_together(project: Project) -> None:
    done(project)
    project.server.admin.clear_journal()
    done(project, "plan")
    asked = [entry for entry in journal(project) if entry["op"] == "ListServices"]
    assert asked == [], "only what is deleted is asked about"
    done(project, "remove -y")
    regions = {entry["region"] for entry in journal(project) if entry["op"] == "ListServices"}
    assert len(regions) > 20


def journal(project: Project) -> list[dict[str, Any]]:
    return list(project.server.admin.journal())


def test_of_a_role_that_was_only_found_nobody_is_asked(project: Project, ram: Client) -> None:
    predecessors_role(ram, OF_SERVICE, "fc.aliyuncs.com", {"photos": [STATEMENT]}, ["AliyunOSSReadOnlyAccess"])
    project.props["triggers"] = project.props["triggers"][:2]
    done(project)
    project.server.admin.clear_journal()
    assert "stays: this project did not make it" in done(project, "remove -y")
    assert {entry["region"] for entry in journal(project) if entry["api"] == "2021-04-06"} == {REGION}


def test_a_trigger_of_another_type_is_let_in_by_its_own_policy(project: Project) -> None:
    done(project)
    told = project.props["triggers"].pop()
    assert told["name"] == MNS["name"]
    done(project, "deploy --prune -y")
    assert {name for name, _ in attached(project.server, OF_TRIGGERS)} == {"FcDeployDefaultOssPolicy-demo-hello"}
