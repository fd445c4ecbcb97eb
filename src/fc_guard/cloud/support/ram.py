"""Roles, policies, and what is attached to which (RAM, 2015-05-01). They belong to an account and to no region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from fc_guard.cloud.support.product import Actions, Document, Rpc
from fc_guard.cloud.support.ram_answers import attached, holders, made_role, policy_of, role_of, text_of, versions
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.support.role_users import RoleUsers
from fc_guard.errors import CallFailed, Unreadable
from fc_guard.kinds.support.grants import types_without
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call

T = TypeVar("T")
DESCRIPTION: Final = "made by fc-guard"
SYSTEM: Final = "System"
CUSTOM: Final = "Custom"
NO_ROLE: Final = "EntityNotExist.Role"
NO_POLICY: Final = "EntityNotExist.Policy"
NOT_ATTACHED: Final = (NO_ROLE, NO_POLICY, "EntityNotExist.Role.Policy")
ROTATES: Final = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
"""A policy has five versions at most."""
LOOKED_AT: Final = ("fc:ListServices", "fc:ListServiceVersions", "fc:GetService", "fc:ListFunctions", "fc:ListTriggers")
"""In every region, to tell who uses a role."""
ACTIONS: Final[Mapping[str, Actions]] = {
    "role": Actions(
        ("ram:GetRole",),
        ("ram:CreateRole", "ram:UpdateRole"),
        ("ram:DeleteRole", "ram:ListPoliciesForRole", *LOOKED_AT),
    ),
    "ramPolicy": Actions(
        ("ram:GetPolicy",),
        ("ram:CreatePolicy", "ram:CreatePolicyVersion"),
        ("ram:DeletePolicy", "ram:ListEntitiesForPolicy", "ram:ListPolicyVersions", "ram:DeletePolicyVersion"),
    ),
    "rolePolicy": Actions(
        ("ram:ListPoliciesForRole",),
        ("ram:AttachPolicyToRole",),
        ("ram:DetachPolicyFromRole", "ram:GetRole", *LOOKED_AT),
    ),
}


class Ram:
    """The RAM of one account."""

    def __init__(self, reach: Reach) -> None:
        self._ram = Rpc(reach, "ram", "2015-05-01")
        self._users = RoleUsers(reach)

    def read(self, id: Address) -> Document | None:
        if id.kind == "role":
            return self._role(id.name)
        if id.kind == "ramPolicy":
            answer = self._ram.ask("GetPolicy", {"PolicyName": id.name, "PolicyType": CUSTOM}, (NO_POLICY,))
            return None if answer is None else policy_of(answer)
        return next((each for each in self._attached(id.parts[0]) or () if each["name"] == id.name), None)

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        return None if parent is None else self._attached(parent.name)

    def users(self, id: Address) -> tuple[str, ...]:
        """Returns who uses a role and what is attached to it, or who has a policy. What is attached to a role is used
        by whoever uses the role."""
        if id.kind == "ramPolicy":
            asked = {"PolicyName": id.name, "PolicyType": CUSTOM}
            answer = self._ram.ask("ListEntitiesForPolicy", asked, (NO_POLICY,))
            return () if answer is None else holders(answer, id.name)
        role = self._role(id.parts[0])
        if role is None:
            return ()
        arn = f"acs:ram::{id.account}:role/{id.parts[0]}"
        if id.kind == "rolePolicy":
            return self._users.of(arn, role["trust"], types_without(id.name))
        inside = (f"rolePolicy {id.name}/{each['name']}" for each in self._attached(id.name) or ())
        return (*self._users.of(arn, role["trust"]), *inside)

    def send(self, call: Call) -> Document:
        act: Callable[[Sequence[str], Document], Document] = {
            "CreateRole": self._make_role,
            "UpdateRole": self._change_role,
            "DeleteRole": self._delete_role,
            "CreatePolicy": self._make_policy,
            "CreatePolicyVersion": self._change_policy,
            "DeletePolicy": self._delete_policy,
            "AttachPolicyToRole": self._attach,
            "DetachPolicyFromRole": self._detach,
        }[call.operation]
        return act(call.path, call.body or {})

    # roles

    def _role(self, name: str) -> Document | None:
        answer = self._ram.ask("GetRole", {"RoleName": name}, (NO_ROLE,))
        return None if answer is None else role_of(answer, name)

    def _make_role(self, path: Sequence[str], body: Document) -> Document:
        said = {"RoleName": body["name"], "Description": DESCRIPTION}
        answer = self._ram.do("CreateRole", {**said, "AssumeRolePolicyDocument": text_of(body["trust"])})
        return made_role(answer, body["name"], "CreateRole")

    def _change_role(self, path: Sequence[str], body: Document) -> Document:
        said = {"RoleName": path[-1], "NewAssumeRolePolicyDocument": text_of(body["trust"])}
        return made_role(self._ram.do("UpdateRole", said), path[-1], "UpdateRole")

    def _delete_role(self, path: Sequence[str], body: Document) -> Document:
        self._ram.do("DeleteRole", {"RoleName": path[-1]}, (NO_ROLE,))
        return {}

    # policies

    def _make_policy(self, path: Sequence[str], body: Document) -> Document:
        said = {"PolicyName": body["name"], "Description": body.get("description") or DESCRIPTION}
        self._ram.do("CreatePolicy", {**said, "PolicyDocument": text_of(body["statements"])})
        return {"name": body["name"], "statements": body["statements"]}

    def _change_policy(self, path: Sequence[str], body: Document) -> Document:
        said = {"PolicyName": path[-1], "SetAsDefault": True, "RotateStrategy": ROTATES}
        self._ram.do("CreatePolicyVersion", {**said, "PolicyDocument": text_of(body["statements"])})
        return {"name": path[-1], "statements": body["statements"]}

    def _delete_policy(self, path: Sequence[str], body: Document) -> Document:
        named = {"PolicyName": path[-1]}
        for version in _read_first(lambda: self._other_versions(path[-1])):
            gone = (NO_POLICY, "EntityNotExist.Policy.Version")
            self._ram.do("DeletePolicyVersion", {**named, "VersionId": version}, gone)
        self._ram.do("DeletePolicy", named, (NO_POLICY,))
        return {}

    def _other_versions(self, policy: str) -> tuple[str, ...]:
        answer = self._ram.ask("ListPolicyVersions", {"PolicyName": policy, "PolicyType": CUSTOM}, (NO_POLICY,))
        return () if answer is None else versions(answer)

    # what is attached to which

    def _attach(self, path: Sequence[str], body: Document) -> Document:
        """Attaches the account's policy that s.yaml writes out; of one that it only names the system's or, as the
        predecessor does, the account's if the system has none."""
        said = {"RoleName": path[-1], "PolicyName": body["name"]}
        if body.get("type") != CUSTOM:
            try:
                self._ram.do("AttachPolicyToRole", {**said, "PolicyType": SYSTEM})
                return {"name": body["name"]}
            except CallFailed as error:
                if error.code != NO_POLICY:
                    raise
        self._ram.do("AttachPolicyToRole", {**said, "PolicyType": CUSTOM})
        return {"name": body["name"]}

    def _detach(self, path: Sequence[str], body: Document) -> Document:
        """Detaches the policy of that name. Raises `CallFailed` where two have it: one of them is somebody else's."""
        role, name = path[0], path[-1]
        attached_now = _read_first(lambda: self._attached(role)) or ()
        there = next((each["type"] for each in attached_now if each["name"] == name), None)
        if there is None:
            return {}
        if there not in (SYSTEM, CUSTOM):
            raise CallFailed(
                t(
                    "{role} has two policies that are called {name}: one of the system, one of the account.",
                    role=role,
                    name=name,
                ),
                code="TwoPolicies",
                http_status=0,
                hint=t("Detach the one that is not wanted, in the console of RAM, and run it again."),
            )
        self._ram.do("DetachPolicyFromRole", {"RoleName": role, "PolicyName": name, "PolicyType": there}, NOT_ATTACHED)
        return {}

    def _attached(self, role: str) -> tuple[Document, ...] | None:
        answer = self._ram.ask("ListPoliciesForRole", {"RoleName": role}, (NO_ROLE,))
        return None if answer is None else attached(answer)


def _read_first(read: Callable[[], T]) -> T:
    """Returns what has to be known before a write. Raises `CallFailed` where it cannot be: then nothing is written."""
    try:
        return read()
    except Unreadable as error:
        raise CallFailed(error.message, code="Unreadable", http_status=0, hint=error.hint) from error
