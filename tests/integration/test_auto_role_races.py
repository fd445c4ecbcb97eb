"""Roles, and somebody who makes the same at the same moment, or policies that are called alike: theirs stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ram20150501 import models
from alibabacloud_ram20150501.client import Client

from fc_guard.cloud.support.product import Document, Rpc
from fc_guard.cloud.wire.guarded_sdk import guard_the_sdk
from fc_local.server import LocalServer
from tests.contract.fc_local.neighbours import ram_client
from tests.integration.auto import done, refused, state
from tests.integration.project import Project
from tests.integration.silence import assert_silent
from tests.integration.test_auto_roles import OF_SERVICE, STATEMENT, attach, attached, predecessors_role

SYSTEM_POLICY = "AliyunOSSReadOnlyAccess"


@pytest.fixture
def project(project: Project) -> Project:
    policies = [SYSTEM_POLICY, {"name": "photos", "statement": [STATEMENT]}]
    project.props["service"]["role"] = {"policies": policies}
    return project


@pytest.fixture
def ram(server: LocalServer) -> Client:
    guard_the_sdk()  # the SDK keeps its connections by address: whoever comes first makes them for all
    return ram_client(server)


def first(monkeypatch: pytest.MonkeyPatch, operation: str, somebody: Callable[[], Any]) -> None:
    """Right before the first such request of ours, somebody does something."""
    real, done_by_then = Rpc.do, []

    def do(self: Rpc, asked: str, *args: Any, **more: Any) -> Document:
        if asked == operation and not done_by_then:
            done_by_then.append(asked)
            somebody()
        return real(self, asked, *args, **more)

    monkeypatch.setattr(Rpc, "do", do)


def make_policy(ram: Client) -> None:
    document = json.dumps({"Version": "1", "Statement": [STATEMENT]})
    ram.create_policy(models.CreatePolicyRequest(policy_name="photos", policy_document=document))


def test_a_policy_that_somebody_attached_at_that_moment_stays(
    project: Project, ram: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first(
        monkeypatch,
        "AttachPolicyToRole",
        lambda: ram.attach_policy_to_role(attach(OF_SERVICE, SYSTEM_POLICY, "System")),
    )
    done(project)
    assert_silent(project)
    assert f"rolePolicy {OF_SERVICE}/{SYSTEM_POLICY} uses it" in done(project, "remove -y")
    assert attached(project.server, OF_SERVICE) == {(SYSTEM_POLICY, "System")}


def test_a_role_that_somebody_made_at_that_moment_stays(
    project: Project, ram: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first(monkeypatch, "CreateRole", lambda: predecessors_role(ram, OF_SERVICE, "fc.aliyuncs.com", {}))
    done(project)
    assert_silent(project)
    assert "stays: this project did not make it" in done(project, "remove -y")
    assert attached(project.server, OF_SERVICE) == set()


def test_a_role_that_somebody_made_otherwise_at_that_moment_is_asked_about(
    project: Project, ram: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first(monkeypatch, "CreateRole", lambda: predecessors_role(ram, OF_SERVICE, "ecs.aliyuncs.com", {}))
    report, person = project.run("deploy")
    assert report.status() == 7, person.text
    assert "there is nobody to ask" in str(report.error)
    assert "ecs.aliyuncs.com" in str(state(project.server)["roles"][OF_SERVICE.lower()])


def test_a_policy_that_somebody_made_at_that_moment_stays(
    project: Project, ram: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first(monkeypatch, "CreatePolicy", lambda: make_policy(ram))
    done(project)
    assert_silent(project)
    done(project, "remove -y")
    assert set(state(project.server)["policies"]) == {"photos"}


@pytest.mark.parametrize("operation", ["CreateRole", "CreatePolicy", "AttachPolicyToRole"])
def test_what_a_lost_answer_of_ours_made_is_ours(project: Project, operation: str) -> None:
    project.server.admin.faults([{"op": operation, "times": 1, "action": {"cut": "answer"}}])
    done(project)
    project.server.admin.faults([])
    done(project, "remove -y")
    assert not state(project.server).get("roles")
    assert not state(project.server).get("policies")


def test_what_somebody_attached_before_stays_attached(project: Project, ram: Client) -> None:
    predecessors_role(ram, OF_SERVICE, "fc.aliyuncs.com", {}, [SYSTEM_POLICY])
    done(project)
    project.props["service"]["role"]["policies"] = []
    done(project)
    assert attached(project.server, OF_SERVICE) == {(SYSTEM_POLICY, "System")}


def test_a_policy_that_is_written_out_is_attached_and_not_the_system_s(project: Project, ram: Client) -> None:
    """Alibaba may add a policy of that name to the system's at any time."""
    project.props["service"]["role"]["policies"] = [{"name": "photos", "statement": [STATEMENT]}]
    done(project)
    calls = [entry for entry in project.server.admin.writes() if entry["op"] == "AttachPolicyToRole"]
    assert len(calls) == 1, "the system is not asked for it first"
    assert attached(project.server, OF_SERVICE) == {("photos", "Custom")}


def test_a_policy_that_is_only_named_is_the_account_s_where_the_system_has_none(project: Project, ram: Client) -> None:
    make_policy(ram)
    project.props["service"]["role"]["policies"] = [SYSTEM_POLICY, "photos"]
    done(project)
    assert attached(project.server, OF_SERVICE) == {(SYSTEM_POLICY, "System"), ("photos", "Custom")}
    assert_silent(project)
    done(project, "remove -y")
    assert not state(project.server).get("roles")
    assert set(state(project.server)["policies"]) == {"photos"}, "it was there before"


def test_of_two_that_are_called_alike_none_is_detached(project: Project, ram: Client) -> None:
    done(project)
    there = [("photos", "Custom"), ("photos", "System"), (SYSTEM_POLICY, "System")]
    rows = json.dumps([{"PolicyName": name, "PolicyType": sort} for name, sort in there])
    project.server.admin.faults([{"op": "ListPoliciesForRole", "action": raw(rows), "times": 0}])
    del project.props["service"]["role"]["policies"][1]
    assert "two policies that are called photos" in refused(project)
    project.server.admin.faults([])
    assert ("photos", "Custom") in attached(project.server, OF_SERVICE)
    done(project)
    assert attached(project.server, OF_SERVICE) == {(SYSTEM_POLICY, "System")}


def test_a_role_that_is_gone_by_then_is_named(project: Project, ram: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first(
        monkeypatch,
        "AttachPolicyToRole",
        lambda: ram.delete_role(models.DeleteRoleRequest(role_name=OF_SERVICE)),
    )
    assert "EntityNotExist.Role" in refused(project)
    assert not state(project.server).get("roles")
    project.run("deploy --on-drift overwrite")
    assert_silent(project)


def raw(policies: str) -> dict[str, Any]:
    body = f'{{"RequestId": "x", "Policies": {{"Policy": {policies}}}}}'
    return {"raw": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}}


BROKEN = ["{}", '{"Policies": []}', '{"Policies": {}}', '{"Policies": {"Policy": {}}}', '{"Policies": {"Policy": [7]}}']
SHORT = ['{"Policies": {"Policy": [{}]}}', '{"IsTruncated": true, "Policies": {"Policy": []}}']


@pytest.mark.parametrize("body", [*BROKEN, *SHORT])
@pytest.mark.parametrize("line", ["deploy", "remove -y"])
def test_what_is_no_list_of_policies_is_not_none(project: Project, body: str, line: str) -> None:
    done(project)
    before = attached(project.server, OF_SERVICE)
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    project.server.admin.faults([{"op": "ListPoliciesForRole", "action": {"raw": answer}, "times": 0}])
    assert "ListPoliciesForRole" in refused(project, line)
    assert attached(project.server, OF_SERVICE) == before


@pytest.mark.parametrize("body", ["{}", '{"Roles": {"Role": []}}', '{"Users": {}, "Groups": {}, "Roles": {}}'])
def test_what_is_no_list_of_holders_is_not_none(project: Project, body: str) -> None:
    done(project)
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    project.server.admin.faults([{"op": "ListEntitiesForPolicy", "action": {"raw": answer}, "times": 0}])
    assert "ListEntitiesForPolicy" in refused(project, "remove -y")
    assert "photos" in state(project.server)["policies"]


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("GetRole", "{}"),
        ("GetRole", '{"Role": {"RoleName": "fcDeployDefaultRole-demo", "Arn": "x"}}'),
        ("GetRole", '{"Role": {"RoleName": "fcDeployDefaultRole-demo", "Arn": "x", "AssumeRolePolicyDocument": "no"}}'),
        ("GetPolicy", '{"Policy": {"PolicyName": "photos"}}'),
        ("GetPolicy", '{"Policy": {"PolicyName": "photos"}, "DefaultPolicyVersion": {"PolicyDocument": "[]"}}'),
    ],
)
def test_what_is_no_role_and_no_policy_is_no_change_of_anybody(project: Project, operation: str, body: str) -> None:
    done(project)
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    project.server.admin.faults([{"op": operation, "action": {"raw": answer}, "times": 0}])
    assert operation in refused(project, "deploy --on-drift overwrite")
    project.server.admin.faults([])
    assert_silent(project)


@pytest.mark.parametrize("body", ["{}", '{"Role": 7}'])
def test_an_answer_to_a_write_that_says_nothing_is_settled_by_reading(project: Project, body: str) -> None:
    done(project)
    trust = {"Version": "1", "Statement": [{**STATEMENT, "Principal": {"Service": ["ecs.aliyuncs.com"]}}]}
    ram_client(project.server).update_role(
        models.UpdateRoleRequest(role_name=OF_SERVICE, new_assume_role_policy_document=json.dumps(trust))
    )
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    project.server.admin.faults([{"op": "UpdateRole", "action": {"raw": answer}, "times": 1}])
    said = refused(project, "deploy --on-drift overwrite")
    assert "has changed online since" in said
    done(project, "deploy --on-drift overwrite")
    assert_silent(project)
