"""What RAM's answers say, and the documents that are made of them.

None of its lists has pages: ListPoliciesForRole, ListEntitiesForPolicy and ListPolicyVersions take no marker
(2015-05-01). A list that says that there is more is read as none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fc_guard.cloud.support.product import Document
from fc_guard.cloud.wire.faults import Fault, as_read_error
from fc_guard.errors import GuardError, OutcomeUnknown, Unreadable
from fc_guard.language import joined, t


def role_of(answer: Document, asked: str, operation: str = "GetRole") -> Document:
    """Returns a role under the name that it was asked for by: RAM finds it in either letter case."""
    role = _member(operation, answer, "Role")
    name = _text(operation, role, "RoleName")
    trust = _statements(operation, _text(operation, role, "AssumeRolePolicyDocument"))
    return {
        "name": asked if name.lower() == asked.lower() else name,
        "arn": _text(operation, role, "Arn"),
        "trust": trust,
    }


def made_role(answer: Document, asked: str, operation: str) -> Document:
    """Returns the role that a write answers with. Raises `OutcomeUnknown` for another answer: it was written then."""
    try:
        return role_of(answer, asked, operation)
    except Unreadable as error:
        raise OutcomeUnknown(error.message, hint=t("The next run finds out by reading.")) from error


def policy_of(answer: Document) -> Document:
    policy, version = (_member("GetPolicy", answer, member) for member in ("Policy", "DefaultPolicyVersion"))
    return {
        "name": _text("GetPolicy", policy, "PolicyName"),
        "statements": _statements("GetPolicy", _text("GetPolicy", version, "PolicyDocument")),
        "version": version.get("VersionId"),
    }


def versions(answer: Document) -> tuple[str, ...]:
    """Returns the versions of a policy that are not its default."""
    listed = _items("ListPolicyVersions", answer, "PolicyVersions", "PolicyVersion", "VersionId")
    return tuple(each["VersionId"] for each in listed if not each.get("IsDefaultVersion"))


def attached(answer: Document) -> tuple[Document, ...]:
    """Returns what is attached to a role, once for each name: a policy of the system and one of the account may have
    the same."""
    found: dict[str, list[str]] = {}
    for each in _items("ListPoliciesForRole", answer, "Policies", "Policy", "PolicyName"):
        found.setdefault(each["PolicyName"], []).append(_text("ListPoliciesForRole", each, "PolicyType"))
    return tuple({"name": name, "type": ", ".join(sorted(sorts))} for name, sorts in found.items())


def holders(answer: Document, policy: str) -> tuple[str, ...]:
    """Returns who has a policy."""
    operation = "ListEntitiesForPolicy"
    roles = (each["RoleName"] for each in _items(operation, answer, "Roles", "Role", "RoleName"))
    users = _items(operation, answer, "Users", "User", "UserName")
    groups = _items(operation, answer, "Groups", "Group", "GroupName")
    return (
        *(f"rolePolicy {role}/{policy}" for role in roles),
        *(t("RAM user {name}", name=user["UserName"]) for user in users),
        *(t("RAM group {name}", name=group["GroupName"]) for group in groups),
    )


def text_of(statements: Any) -> str:
    return json.dumps({"Version": "1", "Statement": statements}, ensure_ascii=False)


def _statements(operation: str, text: str) -> Any:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    if not isinstance(statements, list | Mapping):
        raise _unreadable(operation, t("what it shows is no policy"))
    return statements


def _member(operation: str, answer: Document, name: str) -> Document:
    value = answer.get(name)
    if not isinstance(value, Mapping):
        raise _unreadable(operation, t("its {member} is missing", member=name))
    return value


def _text(operation: str, document: Document, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable(operation, t("its {member} is missing", member=name))
    return value


def _items(operation: str, answer: Document, outer: str, inner: str, name: str) -> tuple[Document, ...]:
    """Returns the items of a list, each of which has a name. A list that is not whole is none."""
    found = _member(operation, answer, outer).get(inner)
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise _unreadable(operation, t("its {member} is missing", member=joined((outer, inner), ".")))
    if answer.get("IsTruncated") not in (None, False):
        raise _unreadable(operation, t("the list goes on"))
    for each in found:
        _text(operation, each, name)
    return tuple(found)


def _unreadable(operation: str, why: str) -> GuardError:
    return as_read_error(Fault(operation, 200, "BadAnswer", t("the answer is not what RAM sends: {why}", why=why)))
