"""Roles and policies, through RAM's own client."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from alibabacloud_ram20150501 import models as m
from alibabacloud_ram20150501.client import Client as RamClient
from tests.contract.fc_local.clients import ACCOUNT, KEY, ask, failure
from tests.contract.fc_local.neighbours import POLICY, TRUST, put_policy, put_role, ram_client

from fc_local.server import LocalServer


@pytest.fixture
def ram(server: LocalServer) -> RamClient:
    return ram_client(server)


def new_version(ram: RamClient, *, default: bool = False) -> Any:
    asked = m.CreatePolicyVersionRequest(policy_name="logs", policy_document=POLICY, set_as_default=default)
    return ram.create_policy_version(asked).body.policy_version


def versions(ram: RamClient) -> list[tuple[str, bool]]:
    asked = m.ListPolicyVersionsRequest(policy_name="logs", policy_type="Custom")
    found = ram.list_policy_versions(asked).body.policy_versions.policy_version
    return [(each.version_id, each.is_default_version) for each in found]


def attach(ram: RamClient, policy: str, kind: str = "Custom", role: str = "deployer") -> None:
    ram.attach_policy_to_role(m.AttachPolicyToRoleRequest(policy_name=policy, policy_type=kind, role_name=role))


def detach(ram: RamClient, policy: str, kind: str = "Custom", role: str = "deployer") -> None:
    ram.detach_policy_from_role(m.DetachPolicyFromRoleRequest(policy_name=policy, policy_type=kind, role_name=role))


@pytest.mark.switches_at_default("role_arn_lower_case")
def test_a_role_is_made_read_changed_and_deleted(ram: RamClient) -> None:
    assert failure(ram.get_role, m.GetRoleRequest(role_name="deployer")) == (404, "EntityNotExist.Role")
    made = put_role(ram, "Deployer", "for fc")
    assert made.arn == f"acs:ram::{ACCOUNT}:role/Deployer"
    read = ram.get_role(m.GetRoleRequest(role_name="deployer")).body
    assert {**read.role.to_map(), "UpdateDate": None} == {**made.to_map(), "UpdateDate": None}
    assert json.loads(read.role.assume_role_policy_document) == json.loads(TRUST)
    assert (read.role.description, read.role.max_session_duration) == ("for fc", 3600)
    other = TRUST.replace("fc.", "ecs.")
    ram.update_role(m.UpdateRoleRequest(role_name="Deployer", new_assume_role_policy_document=other))
    changed = ram.get_role(m.GetRoleRequest(role_name="Deployer")).body.role
    assert (changed.assume_role_policy_document, changed.description) == (other, "for fc")
    ram.update_role(m.UpdateRoleRequest(role_name="Deployer", new_description="x", new_max_session_duration=7200))
    changed = ram.get_role(m.GetRoleRequest(role_name="Deployer")).body.role
    assert (changed.assume_role_policy_document, changed.description, changed.max_session_duration) == (
        other,
        "x",
        7200,
    )
    ram.delete_role(m.DeleteRoleRequest(role_name="Deployer"))
    for call, asked in (
        (ram.get_role, m.GetRoleRequest(role_name="Deployer")),
        (ram.delete_role, m.DeleteRoleRequest(role_name="Deployer")),
        (ram.update_role, m.UpdateRoleRequest(role_name="Deployer", new_description="y")),
    ):
        assert failure(call, asked) == (404, "EntityNotExist.Role")


@pytest.mark.parametrize("lower", [False, True])
def test_a_role_s_arn_may_be_in_lower_case(server: LocalServer, ram: RamClient, lower: bool) -> None:
    server.admin.switches(role_arn_lower_case=lower)
    name = "AliyunFCDefaultRole"
    assert put_role(ram, name).arn == f"acs:ram::{ACCOUNT}:role/{name.lower() if lower else name}"
    assert ram.get_role(m.GetRoleRequest(role_name=name.lower())).body.role.role_name == name


def test_a_name_is_taken_once_and_bad_ones_are_refused(ram: RamClient) -> None:
    put_role(ram)

    def refused(name: str | None, trust: str | None = TRUST) -> tuple[int, str]:
        return failure(ram.create_role, m.CreateRoleRequest(role_name=name, assume_role_policy_document=trust))

    assert refused("DEPLOYER") == (409, "EntityAlreadyExists.Role")
    assert refused("a" * 65) == (400, "InvalidParameter.RoleName.Length")
    assert refused("a_b") == (400, "InvalidParameter.RoleName.InvalidChars")
    assert refused(None) == (400, "MissingRoleName")
    assert refused("b", None) == (400, "MissingAssumeRolePolicyDocument")
    for trust in ("{", "[]", '{"Statement": [{"Effect": "Allow"}]}', '{"Statement": 1}'):
        assert refused("b", trust) == (400, "InvalidParameter.AssumeRolePolicyDocument")
    assert failure(ram.get_role, m.GetRoleRequest(role_name="b")) == (404, "EntityNotExist.Role")
    put_role(ram, "a" * 64)


def test_roles_are_listed_in_pages(ram: RamClient) -> None:
    for number in range(5):
        put_role(ram, f"role-{number}")
    found: list[str] = []
    marker = None
    while True:
        page = ram.list_roles(m.ListRolesRequest(max_items=2, marker=marker)).body
        found += [role.role_name for role in page.roles.role]
        marker = page.marker
        assert page.is_truncated == (marker is not None)
        if marker is None:
            break
    assert found == [f"role-{number}" for number in range(5)]


def test_a_policy_has_at_most_five_versions_and_one_is_the_default(ram: RamClient) -> None:
    assert put_policy(ram).default_version == "v1"
    assert failure(put_policy, ram) == (409, "EntityAlreadyExists.Policy")
    assert new_version(ram).is_default_version is False
    assert versions(ram) == [("v2", False), ("v1", True)]
    assert new_version(ram, default=True).version_id == "v3"
    one = m.DeletePolicyVersionRequest(policy_name="logs", version_id="v3")
    assert failure(ram.delete_policy_version, one) == (409, "DeleteConflict.Policy.Version.Default")
    new_version(ram)
    new_version(ram)
    assert failure(new_version, ram) == (409, "LimitExceeded.Policy.Version")
    for number in ("v1", "v2", "v5"):
        ram.delete_policy_version(m.DeletePolicyVersionRequest(policy_name="logs", version_id=number))
    assert new_version(ram).version_id == "v6"
    assert versions(ram) == [("v6", False), ("v4", False), ("v3", True)]
    asked = m.GetPolicyRequest(policy_name="logs", policy_type="Custom")
    found = ram.get_policy(asked).body
    assert (found.default_policy_version.version_id, found.policy.default_version) == ("v3", "v3")
    assert json.loads(found.default_policy_version.policy_document) == json.loads(POLICY)
    read = m.GetPolicyVersionRequest(policy_name="logs", policy_type="Custom", version_id="v6")
    assert ram.get_policy_version(read).body.policy_version.policy_document == POLICY
    read.version_id = "v1"
    assert failure(ram.get_policy_version, read) == (404, "EntityNotExist.Policy.Version")
    gone = m.DeletePolicyRequest(policy_name="logs")
    assert failure(ram.delete_policy, gone) == (409, "DeleteConflict.Policy.Version")
    for number in ("v4", "v6"):
        ram.delete_policy_version(m.DeletePolicyVersionRequest(policy_name="logs", version_id=number))
    ram.delete_policy(gone)
    assert failure(ram.get_policy, asked) == (404, "EntityNotExist.Policy")


def test_the_oldest_version_makes_room_if_that_is_asked_for(ram: RamClient) -> None:
    put_policy(ram)
    for _ in range(4):
        new_version(ram)
    rotate = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
    asked = m.CreatePolicyVersionRequest(policy_name="logs", policy_document=POLICY, rotate_strategy=rotate)
    assert ram.create_policy_version(asked).body.policy_version.version_id == "v6"
    assert versions(ram) == [("v6", False), ("v5", False), ("v4", False), ("v3", False), ("v1", True)]
    asked.rotate_strategy = "Odd"
    assert failure(ram.create_policy_version, asked) == (400, "InvalidParameter.RotateStrategy")


def test_a_policy_that_says_nothing_is_refused(ram: RamClient) -> None:
    def refused(name: str, text: str) -> tuple[int, str]:
        return failure(ram.create_policy, m.CreatePolicyRequest(policy_name=name, policy_document=text))

    for text in ("{", "[]", '{"Version": "1", "Statement": [{"Effect": "Maybe"}]}', '{"Version": "1"}'):
        assert refused("p", text) == (400, "MalformedPolicyDocument")
    assert refused("p", POLICY + " " * 6144) == (400, "InvalidParameter.PolicyDocument.Length")
    assert refused("p_p", POLICY) == (400, "InvalidParameter.PolicyName.InvalidChars")
    assert refused("p" * 129, POLICY) == (400, "InvalidParameter.PolicyName.Length")
    assert refused("AliyunOSSFullAccess", POLICY) == (409, "EntityAlreadyExists.Policy")


def test_what_is_attached_cannot_be_deleted(ram: RamClient) -> None:
    put_role(ram)
    put_policy(ram)
    attach(ram, "logs")
    attach(ram, "AliyunOSSFullAccess", "System")
    assert failure(attach, ram, "logs") == (409, "EntityAlreadyExists.Role.Policy")
    assert failure(attach, ram, "none") == (404, "EntityNotExist.Policy")
    assert failure(attach, ram, "logs", "System") == (404, "EntityNotExist.Policy")
    assert failure(attach, ram, "logs", "Odd") == (400, "InvalidParameter.PolicyType")
    assert failure(attach, ram, "logs", "Custom", "nobody") == (404, "EntityNotExist.Role")
    listed = ram.list_policies_for_role(m.ListPoliciesForRoleRequest(role_name="deployer")).body.policies.policy
    assert [(each.policy_name, each.policy_type) for each in listed] == [
        ("logs", "Custom"),
        ("AliyunOSSFullAccess", "System"),
    ]
    who = m.ListEntitiesForPolicyRequest(policy_name="logs", policy_type="Custom")
    assert [role.role_name for role in ram.list_entities_for_policy(who).body.roles.role] == ["deployer"]
    about = ram.get_policy(m.GetPolicyRequest(policy_name="logs", policy_type="Custom")).body.policy
    assert about.attachment_count == 1
    role, policy = m.DeleteRoleRequest(role_name="deployer"), m.DeletePolicyRequest(policy_name="logs")
    assert failure(ram.delete_role, role) == (409, "DeleteConflict.Role.Policy")
    assert failure(ram.delete_policy, policy) == (409, "DeleteConflict.Policy.Role")
    detach(ram, "logs")
    assert failure(detach, ram, "logs") == (404, "EntityNotExist.Role.Policy")
    ram.delete_policy(policy)
    assert failure(ram.delete_role, role) == (409, "DeleteConflict.Role.Policy")
    detach(ram, "AliyunOSSFullAccess", "System")
    ram.delete_role(role)


def test_nobody_changes_a_policy_of_the_system(ram: RamClient) -> None:
    name = "AliyunLogFullAccess"
    found = ram.get_policy(m.GetPolicyRequest(policy_name=name, policy_type="System")).body
    assert json.loads(found.default_policy_version.policy_document)["Statement"][0]["Effect"] == "Allow"
    asked = m.CreatePolicyVersionRequest(policy_name=name, policy_document=POLICY)
    assert failure(ram.create_policy_version, asked) == (404, "EntityNotExist.Policy")
    assert failure(ram.delete_policy, m.DeletePolicyRequest(policy_name=name)) == (404, "EntityNotExist.Policy")


def test_ram_is_of_the_account_and_of_no_region(server: LocalServer, ram: RamClient) -> None:
    put_role(ram)
    elsewhere = ram_client(server, base="/~cn-shanghai")
    assert elsewhere.get_role(m.GetRoleRequest(role_name="deployer")).body.role.role_name == "deployer"
    states = [server.admin.state(region=region) for region in ("cn-hangzhou", "cn-shanghai")]
    assert [list(state["roles"]) for state in states] == [["deployer"], ["deployer"]]
    places = json.loads(ask(server.url, "GET", "/__console/api/places")[2])
    assert [place["region"] for place in places["value"]] == ["cn-hangzhou"]


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_both_signatures_are_checked(server: LocalServer, algorithm: str | None) -> None:
    """None is ACS3, v2 is version 1.0 of the signature of RPC."""
    put_role(ram_client(server, signature_algorithm=algorithm), "Über".encode().hex(), "für alle & jeden")
    wrong = ram_client(server, key=(KEY[0], "another", ACCOUNT), signature_algorithm=algorithm)
    assert failure(put_role, wrong, "b") == (400, "SignatureDoesNotMatch")
    nobody = ram_client(server, key=("AKNOBODY", "x", ACCOUNT), signature_algorithm=algorithm)
    assert failure(put_role, nobody, "b") == (404, "InvalidAccessKeyId.NotFound")
    assert list(server.admin.state()["roles"]) == ["Über".encode().hex()]


def test_a_write_is_noted_and_can_be_cut_before_and_after(server: LocalServer, ram: RamClient) -> None:
    for cut, there in (("before", False), ("answer", True)):
        server.admin.faults([{"op": "CreateRole", "action": {"cut": cut}}])
        with pytest.raises(Exception, match=r"[Cc]onnection|[Rr]emote"):
            put_role(ram, cut)
        assert (cut in server.admin.state().get("roles", {})) is there
    server.admin.faults([{"write": True, "action": {"status": 503, "code": "ServiceUnavailable"}}])
    ram.list_roles(m.ListRolesRequest())
    assert failure(put_role, ram, "c") == (503, "ServiceUnavailable")
    noted = [(entry["api"], entry["op"], entry["status"]) for entry in server.admin.writes()]
    assert noted == [("ram", "CreateRole", None), ("ram", "CreateRole", 200), ("ram", "CreateRole", 503)]


def test_an_error_has_the_form_of_rpc(server: LocalServer, ram: RamClient) -> None:
    with pytest.raises(Exception) as caught:
        ram.get_role(m.GetRoleRequest(role_name="nobody"))
    data = getattr(caught.value, "data", {})
    assert {"Code", "Message", "RequestId", "HostId"} <= set(data)
    assert "ErrorCode" not in data
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", data["RequestId"])
    assert server.admin.journal()[-1]["request_id"] == data["RequestId"]


def test_what_is_not_built_is_not_there(ram: RamClient) -> None:
    assert failure(ram.list_users, m.ListUsersRequest()) == (404, "InvalidAction.NotFound")


def test_a_denied_action_is_refused_as_ram_does(server: LocalServer, ram: RamClient) -> None:
    server.admin.deny("ram:Create*", principal=KEY[0])
    assert failure(put_role, ram) == (403, "NoPermission")
    assert ram.list_roles(m.ListRolesRequest()).body.roles.role == []
    server.admin.deny("ram:*", principal="AKSOMEBODY")
    put_role(ram)
    server.admin.deny("ram:GetRole")
    assert failure(ram.get_role, m.GetRoleRequest(role_name="deployer")) == (403, "NoPermission")
    server.admin.deny()
    assert ram.get_role(m.GetRoleRequest(role_name="deployer")).body.role.role_name == "deployer"
