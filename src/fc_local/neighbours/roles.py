"""RAM's roles, and the policies that are attached to them. A role's name is found in either case."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from fc_local.errors import FcError
from fc_local.neighbourhood import ROLE
from fc_local.neighbours.frame import Asked, Operation, new_id
from fc_local.neighbours.policies import found_policy, policy_type
from fc_local.shape import Document

LONGEST_DESCRIPTION: Final = 1024
LONGEST_NAME: Final = 64
_NAME: Final = re.compile(r"[A-Za-z0-9.-]+\Z")
_SESSION: Final = 3600


def get(asked: Asked) -> Document:
    return {"Role": _shown(asked, _role(asked))}


def create(asked: Asked) -> Document:
    name = _name(asked)
    if asked.find(ROLE, name.lower()) is not None:
        raise FcError(409, "EntityAlreadyExists.Role", f"The role already exists: {name}.")
    document = {
        "RoleId": new_id("3", 17),
        "RoleName": name,
        "Description": _description(asked, "Description"),
        "AssumeRolePolicyDocument": _trust(asked, "AssumeRolePolicyDocument"),
        "MaxSessionDuration": asked.whole("MaxSessionDuration", _SESSION, _SESSION, 43200),
        "CreateDate": asked.now(),
        "UpdateDate": asked.now(),
        "attached": [],
    }
    asked.keep(ROLE, (name.lower(),), document)
    return {"Role": _shown(asked, document)}


def update(asked: Asked) -> Document:
    document = _role(asked)
    changed: dict[str, Any] = {"UpdateDate": asked.now()}
    if asked.get("NewAssumeRolePolicyDocument"):
        changed["AssumeRolePolicyDocument"] = _trust(asked, "NewAssumeRolePolicyDocument")
    if "NewDescription" in asked.parameters:
        changed["Description"] = _description(asked, "NewDescription")
    if asked.get("NewMaxSessionDuration"):
        changed["MaxSessionDuration"] = asked.whole("NewMaxSessionDuration", _SESSION, _SESSION, 43200)
    document.update(changed)
    _keep(asked, document)
    return {"Role": _shown(asked, document)}


def delete(asked: Asked) -> Document:
    document = _role(asked)
    if document["attached"]:
        raise FcError(
            409, "DeleteConflict.Role.Policy", "The role cannot have any attached policy while it is being deleted."
        )
    asked.drop(ROLE, document["RoleName"].lower())
    return {}


def list_all(asked: Asked) -> Document:
    most = asked.whole("MaxItems", 100, 1, 1000)
    rows = asked.store.page(asked.scope, ROLE, (), start=asked.get("Marker"), limit=most + 1)
    roles = [_shown(asked, row.document) for row in rows[:most]]
    for role in roles:
        del role["AssumeRolePolicyDocument"]
    more = {"Marker": rows[most].name} if len(rows) > most else {}
    return {"Roles": {"Role": roles}, "IsTruncated": bool(more), **more}


def policies(asked: Asked) -> Document:
    found = []
    for attached in _role(asked)["attached"]:
        policy = found_policy(asked, attached["PolicyType"], attached["PolicyName"])
        about = {key: policy[key] for key in ("PolicyName", "PolicyType", "Description", "DefaultVersion")}
        found.append({**about, "AttachDate": attached["AttachDate"]})
    return {"Policies": {"Policy": found}}


def attach(asked: Asked) -> Document:
    kind, name, document = policy_type(asked), asked.need("PolicyName"), _role(asked)
    found_policy(asked, kind, name)
    if _attached(document, kind, name):
        raise FcError(
            409, "EntityAlreadyExists.Role.Policy", f"The policy {name} has already been attached to the role."
        )
    document["attached"].append({"PolicyName": name, "PolicyType": kind, "AttachDate": asked.now()})
    _keep(asked, document)
    return {}


def detach(asked: Asked) -> Document:
    kind, name, document = policy_type(asked), asked.need("PolicyName"), _role(asked)
    found_policy(asked, kind, name)
    attached = _attached(document, kind, name)
    if not attached:
        raise FcError(404, "EntityNotExist.Role.Policy", f"The policy {name} is not attached to the role.")
    document["attached"] = [each for each in document["attached"] if each not in attached]
    _keep(asked, document)
    return {}


def entities(asked: Asked) -> Document:
    """Answers who has a policy. There are no users and no groups here."""
    kind, name = policy_type(asked), asked.need("PolicyName")
    found_policy(asked, kind, name)
    roles = []
    for document in asked.all(ROLE):
        for attached in _attached(document, kind, name):
            shown = _shown(asked, document)
            about = {key: shown[key] for key in ("RoleId", "RoleName", "Arn", "Description")}
            roles.append({**about, "AttachDate": attached["AttachDate"]})
    return {"Users": {"User": []}, "Groups": {"Group": []}, "Roles": {"Role": roles}}


def _role(asked: Asked) -> Document:
    name = _name(asked)
    document = asked.find(ROLE, name.lower())
    if document is None:
        raise FcError(404, "EntityNotExist.Role", f"The role not exists: {name}.")
    return document


def _keep(asked: Asked, document: Document) -> None:
    asked.keep(ROLE, (document["RoleName"].lower(),), document)


def _shown(asked: Asked, document: Document) -> Document:
    name = document["RoleName"]
    in_arn = name.lower() if asked.switches["role_arn_lower_case"] else name
    own = {key: value for key, value in document.items() if key != "attached"}
    return {**own, "Arn": f"acs:ram::{asked.scope.account}:role/{in_arn}"}


def _attached(document: Document, kind: str, name: str) -> list[Document]:
    return [each for each in document["attached"] if (each["PolicyType"], each["PolicyName"]) == (kind, name)]


def _name(asked: Asked) -> str:
    name = asked.need("RoleName")
    if len(name) > LONGEST_NAME:
        raise FcError(400, "InvalidParameter.RoleName.Length", 'The parameter - "RoleName" beyond the length limit.')
    if not _NAME.match(name):
        raise FcError(
            400, "InvalidParameter.RoleName.InvalidChars", 'The parameter - "RoleName" contains invalid chars.'
        )
    return name


def _description(asked: Asked, parameter: str) -> str:
    text = asked.get(parameter)
    if len(text) > LONGEST_DESCRIPTION:
        raise FcError(
            400, f"InvalidParameter.{parameter}.Length", f'The parameter - "{parameter}" beyond the length limit.'
        )
    return text


def _trust(asked: Asked, parameter: str) -> str:
    text = asked.need(parameter)
    try:
        statements = json.loads(text)["Statement"]
        named = all(statement.get("Principal") for statement in statements)
    except (ValueError, KeyError, TypeError, AttributeError):
        named = False
    if not named:
        raise FcError(
            400,
            "InvalidParameter.AssumeRolePolicyDocument",
            "The assume role policy document is not valid: it is JSON whose statements name a principal.",
        )
    return text


OPERATIONS: Final[dict[str, Operation]] = {
    "GetRole": get,
    "CreateRole": create,
    "UpdateRole": update,
    "DeleteRole": delete,
    "ListRoles": list_all,
    "ListPoliciesForRole": policies,
    "AttachPolicyToRole": attach,
    "DetachPolicyFromRole": detach,
    "ListEntitiesForPolicy": entities,
}
