"""Roles that s.yaml leaves to us: planned, made once, found again, watched, and removed if nobody else has them."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as RamClient

from fc_guard.cloud.wire.guarded_sdk import guard_the_sdk
from fc_local.server import LocalServer
from tests.contract.fc_local.neighbours import ram_client
from tests.integration.auto import done, frozen, refused, state
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.project import ACCOUNT, Person, Project
from tests.integration.silence import assert_silent, fresh

STATEMENT = {"Effect": "Allow", "Action": ["oss:GetObject"], "Resource": ["acs:oss:*:*:photos/*"]}
OSS = {
    "name": "put",
    "type": "oss",
    "config": {
        "bucketName": "photos",
        "events": ["oss:ObjectCreated:*"],
        "filter": {"Key": {"Prefix": "in/", "Suffix": ".jpg"}},
    },
}
MNS = {
    "name": "told",
    "type": "mns_topic",
    "config": {"topicName": "t", "notifyContentFormat": "JSON", "notifyStrategy": "BACKOFF_RETRY", "filterTag": "a"},
}
OF_SERVICE = "fcDeployDefaultRole-demo"
OF_TRIGGERS = "FcDeployCreateRole-demo-hello"
MAKES = ("CreatePolicy", "CreateRole", "AttachPolicyToRole")


@pytest.fixture
def project(project: Project) -> Project:
    """A service with a role of its own, and triggers that name none."""
    asks(project)
    return project


@pytest.fixture
def ram(server: LocalServer) -> RamClient:
    guard_the_sdk()  # the SDK keeps its connections by address: whoever comes first makes them for all
    return ram_client(server)


def asks(project: Project) -> None:
    policies = ["AliyunOSSReadOnlyAccess", {"name": "photos", "description": "reads", "statement": [STATEMENT]}]
    project.props["service"]["role"] = {"policies": policies}
    project.props["triggers"] += copy.deepcopy([OSS, MNS])


def made(project: Project) -> list[str]:
    """What was made since the journal was cleared, without what was refused."""
    return [entry["op"] for entry in project.server.admin.writes() if entry["op"] in MAKES and entry["status"] < 300]


def attached(server: LocalServer, role: str) -> set[tuple[str, str]]:
    return {(each["PolicyName"], each["PolicyType"]) for each in state(server)["roles"][role.lower()]["attached"]}


def test_they_are_planned_made_in_order_and_then_the_same(project: Project) -> None:
    before = frozen(project.server)
    told = done(project, "plan")
    for name in (f"role {OF_SERVICE}", f"rolePolicy {OF_SERVICE}/photos", "ramPolicy photos", f"role {OF_TRIGGERS}"):
        assert f"+ {name}  new" in told
    assert frozen(project.server) == before
    done(project)
    assert made(project) == ["CreatePolicy"] * 3 + ["CreateRole"] * 2 + ["AttachPolicyToRole"] * 4
    service = state(project.server)["services"]["demo"]
    assert service["role"] == f"acs:ram::{ACCOUNT}:role/{OF_SERVICE.lower()}"
    triggers = service["functions"]["hello"]["triggers"]
    roles = {triggers[name]["invocationRole"] for name in ("put", "told")}
    assert roles == {f"acs:ram::{ACCOUNT}:role/{OF_TRIGGERS.lower()}"}
    assert attached(project.server, OF_SERVICE) == {("AliyunOSSReadOnlyAccess", "System"), ("photos", "Custom")}
    assert_silent(project)
    assert_silent(fresh(project))


def test_remove_leaves_everything_as_it_was(project: Project) -> None:
    before = frozen(project.server)
    done(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_what_the_predecessor_made_is_found(project: Project, ram: RamClient) -> None:
    oss = {"Effect": "Allow", "Action": ["fc:InvokeFunction"], "Resource": _invoked("demo")}
    predecessors_role(ram, OF_TRIGGERS, "oss.aliyuncs.com", {"FcDeployDefaultOssPolicy-demo-hello": [oss]})
    predecessors_role(ram, OF_SERVICE, "fc.aliyuncs.com", {"photos": [STATEMENT]}, ["AliyunOSSReadOnlyAccess"])
    del project.props["triggers"][-1]
    project.server.admin.clear_journal()
    done(project)
    assert made(project) == []
    assert_silent(fresh(project))
    before = state(project.server)["roles"]
    assert "stays: this project did not make it" in done(project, "remove -y")
    assert state(project.server)["roles"] == before


def test_a_role_of_that_name_that_was_there_is_completed_without_a_question(project: Project, ram: RamClient) -> None:
    predecessors_role(ram, OF_SERVICE.upper(), "fc.aliyuncs.com", {}, ["AliyunMNSFullAccess"])
    done(project)
    assert len(attached(project.server, OF_SERVICE)) == 3
    assert_silent(project)
    done(project, "remove -y")
    assert attached(project.server, OF_SERVICE) == {("AliyunMNSFullAccess", "System")}
    assert not state(project.server).get("policies"), "the letters of the role's name keep no policy"


def test_a_role_that_trusts_somebody_else_asks(project: Project, ram: RamClient) -> None:
    predecessors_role(ram, OF_SERVICE, "ecs.aliyuncs.com", {})
    report, person = project.run("deploy")
    assert (report.status(), project.server.admin.writes()[1:]) == (3, []), person.text


def test_a_role_online_of_a_trigger_stays_and_none_is_made(project: Project) -> None:
    mine = f"acs:ram::{ACCOUNT}:role/mine"
    for trigger in project.props["triggers"][-2:]:
        trigger["role"] = mine
    done(project)
    project.props["triggers"][-2:] = [{**trigger, "role": None} for trigger in project.props["triggers"][-2:]]
    done(project)
    assert OF_TRIGGERS.lower() not in state(project.server)["roles"]
    triggers = state(project.server)["services"]["demo"]["functions"]["hello"]["triggers"]
    assert {triggers[name]["invocationRole"] for name in ("put", "told")} == {mine}
    assert_silent(project)
    before = frozen(project.server)
    done(fresh(project))
    assert frozen(project.server) == before


def test_letter_case_of_a_role_online_means_nothing(project: Project, ram: RamClient) -> None:
    mixed = f"acs:ram::{ACCOUNT}:role/{OF_TRIGGERS}"
    oss = {"Effect": "Allow", "Action": ["fc:InvokeFunction"], "Resource": _invoked("demo")}
    predecessors_role(ram, OF_TRIGGERS, "oss.aliyuncs.com", {"FcDeployDefaultOssPolicy-demo-hello": [oss]})
    del project.props["triggers"][-1]
    project.props["triggers"][-1]["role"] = mixed
    done(project)
    del project.props["triggers"][-1]["role"]
    here = fresh(project)
    done(here)
    assert_silent(here)
    ram.detach_policy_from_role(
        ram_models.DetachPolicyFromRoleRequest(
            role_name=OF_TRIGGERS, policy_name="FcDeployDefaultOssPolicy-demo-hello", policy_type="Custom"
        )
    )
    assert here.run("drift --exit-code")[0].status(exit_code=True) == 3, "the role is known to be used"


@pytest.mark.parametrize("name", [OF_TRIGGERS, OF_TRIGGERS.upper()])
def test_one_role_for_the_service_and_for_triggers(project: Project, name: str) -> None:
    before = frozen(project.server)
    project.props["service"]["role"]["name"] = name
    done(project)
    trust = json.loads(state(project.server)["roles"][OF_TRIGGERS.lower()]["AssumeRolePolicyDocument"])
    who = [each["Principal"]["Service"] for each in trust["Statement"]]
    assert who == [["fc.aliyuncs.com"], ["mns.aliyuncs.com", "oss.aliyuncs.com"]]
    assert len(attached(project.server, OF_TRIGGERS)) == 4
    assert_silent(project)
    assert_silent(fresh(project))
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_another_type_of_trigger_is_let_in_too(project: Project) -> None:
    told = project.props["triggers"].pop()
    done(project)
    project.props["triggers"].append(told)
    done(project)
    trust = json.loads(state(project.server)["roles"][OF_TRIGGERS.lower()]["AssumeRolePolicyDocument"])
    assert [each["Principal"] for each in trust["Statement"]] == [{"Service": ["mns.aliyuncs.com", "oss.aliyuncs.com"]}]
    assert_silent(project)


def test_a_policy_that_leaves_s_yaml_is_detached(project: Project) -> None:
    done(project)
    del project.props["service"]["role"]["policies"][0]
    done(project)
    assert attached(project.server, OF_SERVICE) == {("photos", "Custom")}
    assert_silent(project)


@pytest.mark.parametrize("edit", ["detached", "trust", "policy"])
def test_what_is_ours_of_it_is_watched(project: Project, ram: RamClient, edit: str) -> None:
    done(project)
    before = frozen(project.server)
    drift(ram, edit)
    assert project.run("drift --exit-code")[0].status(exit_code=True) == 3
    online = frozen(project.server)
    assert project.run("deploy")[0].status() == 3
    assert frozen(project.server) == online
    done(project, "deploy --on-drift overwrite")
    assert_silent(project)
    assert ours(frozen(project.server)) == ours(before)


@pytest.mark.parametrize("edit", ["detached", "trust", "policy"])
def test_what_somebody_did_to_it_may_stay(project: Project, ram: RamClient, edit: str) -> None:
    done(project)
    drift(ram, edit)
    online = ours(frozen(project.server))
    done(project, "deploy --on-drift keep")
    done(project)
    assert ours(frozen(project.server)) == online


@pytest.mark.parametrize("edit", ["detached", "policy"])
def test_a_pull_cannot_write_it_and_says_so(project: Project, ram: RamClient, edit: str) -> None:
    step = {"component": "fc-guard", "props": project.props}
    text_of = json.dumps({"edition": "1.0.0", "name": "shop", "services": {"one": step}})
    (project.root / "s.yaml").write_text(text_of, encoding="utf-8")
    done(project)
    drift(ram, edit)
    report, person = project.run("pull -y")
    assert (report.status(), "Not done, for you to edit" in person.text) == (3, True), person.text
    assert project.run("deploy")[0].status() == 3, "nothing of it is recorded as taken over"


def test_whatever_else_there_is_of_it_is_somebody_else_s(project: Project, ram: RamClient) -> None:
    done(project)
    told = {"new_description": "x", "new_max_session_duration": 7200}
    ram.update_role(ram_models.UpdateRoleRequest(role_name=OF_SERVICE, **told))
    ram.attach_policy_to_role(attach(OF_SERVICE, "AliyunMNSFullAccess", "System"))
    assert_silent(project)
    assert project.run("drift --exit-code")[0].status(exit_code=True) == 0
    removed = done(project, "remove -y")
    assert f"rolePolicy {OF_SERVICE}/AliyunMNSFullAccess uses it" in removed
    assert attached(project.server, OF_SERVICE) == {("AliyunMNSFullAccess", "System")}


def test_a_policy_in_another_spelling_is_the_same(project: Project, ram: RamClient) -> None:
    done(project)
    again = {"Resource": STATEMENT["Resource"][0], "Action": STATEMENT["Action"][0], "Effect": "Allow"}
    new_version(ram, "photos", [again, again])
    assert_silent(project)


def test_the_oldest_version_of_a_policy_gives_way(project: Project, ram: RamClient) -> None:
    done(project)
    for number in range(4):
        new_version(ram, "photos", [{**STATEMENT, "Resource": [f"{number}"]}])
    done(project, "deploy --on-drift overwrite")
    versions = state(project.server)["policies"]["photos"]["versions"]
    assert sorted(versions) == ["v2", "v3", "v4", "v5", "v6"]
    done(project, "remove -y")
    assert "photos" not in state(project.server).get("policies", {})


def test_another_service_with_the_same_role_keeps_it(project: Project, tmp_path: Path) -> None:
    project.props["triggers"] = project.props["triggers"][:2]
    project.props["service"]["role"]["name"] = "shared"
    other = Project(tmp_path / "other", project.server)
    other.props["service"] = {"name": "other", "role": project.props["service"]["role"]}
    done(project)
    done(other)
    told = done(project, "remove -y")
    assert "service other uses it" in told
    assert len(attached(project.server, "shared")) == 2
    done(other, "remove -y")
    assert "shared" in state(project.server)["roles"], "the other one did not make it"


def test_a_service_that_takes_the_role_during_the_question_keeps_it(project: Project, tmp_path: Path) -> None:
    project.props["triggers"] = project.props["triggers"][:2]
    project.props["service"]["role"]["name"] = "shared"
    other = Project(tmp_path / "other", project.server)
    other.props["service"] = {"name": "other", "role": f"acs:ram::{ACCOUNT}:role/shared"}
    done(project)
    others = iter((other,))
    person = Person(["y", "y"], present=True, on_question=lambda: [done(each) for each in others] and None)
    report, _ = project.run("remove", person)
    assert report.status() == 0, person.text
    assert "service other uses it" in person.text
    policies = "rolePolicy shared/AliyunOSSReadOnlyAccess, rolePolicy shared/photos"
    assert f"role shared  stays: {policies}, service other use it" in person.text
    assert len(attached(project.server, "shared")) == 2
    assert list(project.server.admin.state()["services"]) == ["other"]


@pytest.mark.parametrize("op", MAKES)
@pytest.mark.parametrize("cut", ["before", "answer"])
def test_a_lost_answer_doubles_nothing(project: Project, op: str, cut: str) -> None:
    before = frozen(project.server)
    project.server.admin.faults([{"op": op, "times": 1, "action": {"cut": cut}}])
    project.run("deploy")
    project.server.admin.faults([])
    done(project)
    assert_silent(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


READS = ("ram:GetRole", "ram:GetPolicy", "ram:ListPoliciesForRole")


@pytest.mark.parametrize("action", [*READS, "ram:CreateRole", "ram:CreatePolicy", "ram:AttachPolicyToRole"])
def test_a_missing_permission_is_named_and_what_is_made_is_recorded(project: Project, action: str) -> None:
    before = frozen(project.server)
    project.server.admin.deny(action)
    assert f"the permission {action}" in refused(project)
    if action in READS:
        assert frozen(project.server) == before
    project.server.admin.deny()
    done(project)
    assert_silent(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


@pytest.mark.parametrize(
    "action", ["ram:DeleteRole", "ram:DeletePolicy", "ram:DetachPolicyFromRole", "fc:ListServices"]
)
def test_a_removal_without_a_permission_names_it_and_is_gone_on_with(project: Project, action: str) -> None:
    before = frozen(project.server)
    done(project)
    project.server.admin.deny(action)
    assert f"the permission {action}" in refused(project, "remove -y")
    project.server.admin.deny()
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_a_policy_that_is_not_there_is_named(project: Project) -> None:
    project.props["service"]["role"]["policies"] = ["AliyunNothing"]
    assert "AliyunNothing" in refused(project)
    project.props["service"]["role"]["policies"] = []
    done(project)
    assert_silent(project)


def test_a_part_deploys_the_roles_that_it_needs(project: Project) -> None:
    done(project, "deploy service")
    assert set(state(project.server)["roles"]) == {OF_SERVICE.lower()}
    done(project, "deploy function")
    done(project, "deploy trigger")
    assert set(state(project.server)["roles"]) == {OF_SERVICE.lower(), OF_TRIGGERS.lower()}
    done(project, "remove trigger -y")
    assert set(state(project.server)["roles"]) == {OF_SERVICE.lower()}


def test_a_trigger_that_is_removed_alone_leaves_the_role_to_the_others(project: Project) -> None:
    project.props["triggers"].append({**copy.deepcopy(OSS), "name": "again"})
    done(project)
    done(project, "remove trigger --trigger-name put -y")
    done(project, "remove trigger --trigger-name told -y")
    assert [name for name, _ in attached(project.server, OF_TRIGGERS)] == ["FcDeployDefaultOssPolicy-demo-hello"]
    done(project, "remove trigger --trigger-name again -y")
    assert set(state(project.server)["roles"]) == {OF_SERVICE.lower()}


@pytest.mark.parametrize("op", ["GetRole", "GetPolicy", "ListPoliciesForRole", *MAKES])
def test_what_is_refused_for_being_asked_too_often_is_asked_again(project: Project, op: str) -> None:
    too_often = {"status": 400, "code": "Throttling.User", "message": "Request was denied due to user flow control."}
    project.server.admin.faults([{"op": op, "times": 2, "action": too_often}])
    done(project)
    assert_silent(project)


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(600)
@pytest.mark.parametrize("line", ["deploy", "remove -y"])
def test_killed_at_every_step_nothing_is_doubled_or_left(tmp_path: Path, project: Project, line: str) -> None:
    at, steps = FIRST, None
    before = frozen(project.server)
    while steps is None:
        project.server.admin.reset()
        here = Project(tmp_path / f"killed-{at}", project.server)
        asks(here)
        if line != "deploy":
            done(here)
        steps = killed_at(here, at, line)
        person = Person(present=True)
        report, _ = here.run(line, person)
        assert (report.status(), person.asked) == (0, []), person.text
        done(here, "remove -y")
        assert frozen(here.server) == before
        at += EVERY
    assert steps > 40


def predecessors_role(
    ram: RamClient, name: str, trusts: str, custom: Mapping[str, Any], system: tuple[str, ...] | list[str] = ()
) -> None:
    """A role and its policies as the predecessor makes them."""
    statement = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": [trusts]}}
    trust = json.dumps({"Version": "1", "Statement": [statement]})
    ram.create_role(ram_models.CreateRoleRequest(role_name=name, assume_role_policy_document=trust))
    for policy, statements in custom.items():
        document = json.dumps({"Version": "1", "Statement": statements})
        ram.create_policy(ram_models.CreatePolicyRequest(policy_name=policy, policy_document=document))
        ram.attach_policy_to_role(attach(name, policy, "Custom"))
    for policy in system:
        ram.attach_policy_to_role(attach(name, policy, "System"))


def attach(role: str, policy: str, sort: str) -> ram_models.AttachPolicyToRoleRequest:
    return ram_models.AttachPolicyToRoleRequest(role_name=role, policy_name=policy, policy_type=sort)


def new_version(ram: RamClient, policy: str, statements: Any) -> None:
    document = json.dumps({"Version": "1", "Statement": statements})
    ram.create_policy_version(
        ram_models.CreatePolicyVersionRequest(policy_name=policy, policy_document=document, set_as_default=True)
    )


def drift(ram: RamClient, edit: str) -> None:
    if edit == "detached":
        ram.detach_policy_from_role(
            ram_models.DetachPolicyFromRoleRequest(role_name=OF_SERVICE, policy_name="photos", policy_type="Custom")
        )
    elif edit == "policy":
        new_version(ram, "photos", [{**STATEMENT, "Action": ["oss:*"]}])
    else:
        statement = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
        trust = json.dumps({"Version": "1", "Statement": [statement]})
        ram.update_role(ram_models.UpdateRoleRequest(role_name=OF_SERVICE, new_assume_role_policy_document=trust))


def ours(found: str) -> Any:
    """What of the roles is ours: trust, what is attached, what policies say."""
    document = json.loads(found)
    roles = {
        name: (json.loads(role["AssumeRolePolicyDocument"]), sorted(each["PolicyName"] for each in role["attached"]))
        for name, role in document["roles"].items()
    }
    policies = {
        name: json.loads(policy["versions"][policy["DefaultVersion"]]["PolicyDocument"])
        for name, policy in document["policies"].items()
    }
    return roles, policies


def _invoked(service: str) -> list[str]:
    return [f"acs:fc:*:*:services/{service}.*/functions/*", f"acs:fc:*:*:services/{service}/functions/*"]
