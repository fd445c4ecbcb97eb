"""Roles, policies, and what is attached to which (RAM, 2015-05-01). They belong to an account and to no region."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fc_guard.cloud.support.fc import FunctionCompute
from fc_guard.cloud.support.product import Actions, Document, Rpc
from fc_guard.cloud.support.reach import Reach
from fc_guard.errors import CallFailed
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call

DESCRIPTION: Final = "made by fc-guard"
SYSTEM: Final = "System"
CUSTOM: Final = "Custom"
NO_ROLE: Final = "EntityNotExist.Role"
NO_POLICY: Final = "EntityNotExist.Policy"
NOT_ATTACHED: Final = (NO_ROLE, NO_POLICY, "EntityNotExist.Role.Policy")
ATTACHED: Final = ("EntityAlreadyExists.Role.Policy",)
ROTATES: Final = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
"""A policy has five versions at most."""
ACTIONS: Final[Mapping[str, Actions]] = {
    "role": Actions(
        ("ram:GetRole",),
        ("ram:CreateRole", "ram:UpdateRole"),
        ("ram:DeleteRole", "ram:ListPoliciesForRole", "fc:ListServices"),
    ),
    "ramPolicy": Actions(
        ("ram:GetPolicy",),
        ("ram:CreatePolicy", "ram:CreatePolicyVersion"),
        ("ram:DeletePolicy", "ram:ListEntitiesForPolicy", "ram:ListPolicyVersions", "ram:DeletePolicyVersion"),
    ),
    "rolePolicy": Actions(
        ("ram:ListPoliciesForRole",), ("ram:AttachPolicyToRole",), ("ram:DetachPolicyFromRole", "fc:ListServices")
    ),
}


class Ram:
    """The RAM of one account."""

    def __init__(self, reach: Reach) -> None:
        self._ram = Rpc(reach, "ram", "2015-05-01")
        self._fc = FunctionCompute(reach)

    def read(self, id: Address) -> Document | None:
        if id.kind == "role":
            answer = self._ram.ask("GetRole", {"RoleName": id.name}, (NO_ROLE,))
            return None if answer is None else _role(answer, id.name)
        if id.kind == "ramPolicy":
            answer = self._ram.ask("GetPolicy", {"PolicyName": id.name, "PolicyType": CUSTOM}, (NO_POLICY,))
            return None if answer is None else _policy(answer)
        return next((each for each in self._attached(id.parts[0]) or () if each["name"] == id.name), None)

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        return None if parent is None else self._attached(parent.name)

    def users(self, id: Address) -> tuple[str, ...]:
        """Returns who uses a role and what is attached to it, or has a policy. A role is used by services of this
        region: those of other regions, and triggers, are not looked at."""
        if id.kind == "ramPolicy":
            return self._holders_of_policy(id.name)
        arn = f"acs:ram::{id.account}:role/{id.parts[0]}".lower()
        services = self._fc.users(lambda service: str(service.get("role") or "").lower() == arn)
        inside = (self._attached(id.name) or ()) if id.kind == "role" else ()
        return (*services, *(f"rolePolicy {id.name}/{each['name']}" for each in inside))

    def send(self, call: Call) -> Document:
        return {
            "CreateRole": self._make_role,
            "UpdateRole": self._change_role,
            "DeleteRole": self._delete_role,
            "CreatePolicy": self._make_policy,
            "CreatePolicyVersion": self._change_policy,
            "DeletePolicy": self._delete_policy,
            "AttachPolicyToRole": self._attach,
            "DetachPolicyFromRole": self._detach,
        }[call.operation](call.path, call.body or {})

    # roles

    def _make_role(self, path: Sequence[str], body: Document) -> Document:
        said = {"RoleName": body["name"], "Description": DESCRIPTION}
        answer = self._ram.do("CreateRole", {**said, "AssumeRolePolicyDocument": _text(body["trust"])})
        return _role(answer, body["name"])

    def _change_role(self, path: Sequence[str], body: Document) -> Document:
        said = {"RoleName": path[-1], "NewAssumeRolePolicyDocument": _text(body["trust"])}
        return _role(self._ram.do("UpdateRole", said), path[-1])

    def _delete_role(self, path: Sequence[str], body: Document) -> Document:
        self._ram.do("DeleteRole", {"RoleName": path[-1]}, (NO_ROLE,))
        return {}

    # policies

    def _make_policy(self, path: Sequence[str], body: Document) -> Document:
        said = {"PolicyName": body["name"], "Description": body.get("description") or DESCRIPTION}
        self._ram.do("CreatePolicy", {**said, "PolicyDocument": _text(body["statements"])})
        return {"name": body["name"], "statements": body["statements"]}

    def _change_policy(self, path: Sequence[str], body: Document) -> Document:
        said = {"PolicyName": path[-1], "SetAsDefault": True, "RotateStrategy": ROTATES}
        self._ram.do("CreatePolicyVersion", {**said, "PolicyDocument": _text(body["statements"])})
        return {"name": path[-1], "statements": body["statements"]}

    def _delete_policy(self, path: Sequence[str], body: Document) -> Document:
        named = {"PolicyName": path[-1]}
        answer = self._ram.ask("ListPolicyVersions", {**named, "PolicyType": CUSTOM}, (NO_POLICY,)) or {}
        for version in _items(answer, "PolicyVersions", "PolicyVersion"):
            if not version.get("IsDefaultVersion"):
                gone = (NO_POLICY, "EntityNotExist.Policy.Version")
                self._ram.do("DeletePolicyVersion", {**named, "VersionId": version["VersionId"]}, gone)
        self._ram.do("DeletePolicy", named, (NO_POLICY,))
        return {}

    def _holders_of_policy(self, name: str) -> tuple[str, ...]:
        asked = {"PolicyName": name, "PolicyType": CUSTOM}
        answer = self._ram.ask("ListEntitiesForPolicy", asked, (NO_POLICY,)) or {}
        roles = (f"rolePolicy {role['RoleName']}/{name}" for role in _items(answer, "Roles", "Role"))
        users = (t("RAM user {name}", name=user["UserName"]) for user in _items(answer, "Users", "User"))
        groups = (t("RAM group {name}", name=group["GroupName"]) for group in _items(answer, "Groups", "Group"))
        return (*roles, *users, *groups)

    # what is attached to which

    def _attach(self, path: Sequence[str], body: Document) -> Document:
        """Attaches the system's policy of that name or, as the predecessor does, the account's if there is none."""
        said = {"RoleName": path[-1], "PolicyName": body["name"]}
        try:
            self._ram.do("AttachPolicyToRole", {**said, "PolicyType": SYSTEM}, ATTACHED)
        except CallFailed as error:
            if error.code != NO_POLICY:
                raise
            self._ram.do("AttachPolicyToRole", {**said, "PolicyType": CUSTOM}, ATTACHED)
        return {"name": body["name"]}

    def _detach(self, path: Sequence[str], body: Document) -> Document:
        for sort in (SYSTEM, CUSTOM):
            said = {"RoleName": path[0], "PolicyName": path[-1], "PolicyType": sort}
            self._ram.do("DetachPolicyFromRole", said, NOT_ATTACHED)
        return {}

    def _attached(self, role: str) -> tuple[Document, ...] | None:
        answer = self._ram.ask("ListPoliciesForRole", {"RoleName": role}, (NO_ROLE,))
        if answer is None:
            return None
        found = _items(answer, "Policies", "Policy")
        return tuple({"name": each.get("PolicyName"), "type": each.get("PolicyType")} for each in found)


def _role(answer: Document, asked: str) -> Document:
    """Returns a role under the name that it was asked for by: RAM finds it in either letter case."""
    role = _member(answer, "Role")
    name = str(role.get("RoleName"))
    return {
        "name": asked if name.lower() == asked.lower() else name,
        "arn": role.get("Arn"),
        "trust": _statements(role.get("AssumeRolePolicyDocument")),
    }


def _policy(answer: Document) -> Document:
    version = _member(answer, "DefaultPolicyVersion")
    name = _member(answer, "Policy").get("PolicyName")
    return {"name": name, "statements": _statements(version.get("PolicyDocument")), "version": version.get("VersionId")}


def _text(statements: Any) -> str:
    return json.dumps({"Version": "1", "Statement": statements}, ensure_ascii=False)


def _statements(text: Any) -> Any:
    """Returns the statements of a policy; what is none is returned as it is, and is no policy that anybody wants."""
    try:
        document = json.loads(str(text))
    except ValueError:
        return text
    return document.get("Statement") if isinstance(document, Mapping) else text


def _member(answer: Document, name: str) -> Document:
    value = answer.get(name)
    return value if isinstance(value, Mapping) else {}


def _items(answer: Document, *place: str) -> tuple[Document, ...]:
    value: Any = answer
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    return tuple(each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()
