"""RAM's policies and their versions. Policies of the system are there by themselves and nobody can change them."""

from __future__ import annotations

import json
import re
from typing import Final

from fc_local.errors import FcError
from fc_local.neighbourhood import POLICY, ROLE
from fc_local.neighbours.frame import Asked, Operation
from fc_local.shape import Document

CUSTOM: Final = "Custom"
SYSTEM: Final = "System"
MOST_VERSIONS: Final = 5
ROTATE: Final = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
LONGEST_NAME: Final = 128
LONGEST_DOCUMENT: Final = 6144
# Those that the predecessor attaches, or its documentation speaks of.
SYSTEM_POLICIES: Final = {
    "AdministratorAccess": "*",
    "AliyunActionTrailReadOnlyAccess": "actiontrail:Lookup*",
    "AliyunContainerRegistryFullAccess": "cr:*",
    "AliyunContainerRegistryReadOnlyAccess": "cr:Get*",
    "AliyunECSNetworkInterfaceManagementAccess": "ecs:*NetworkInterface*",
    "AliyunFCDefaultRolePolicy": "log:PostLogStoreLogs",
    "AliyunFCFullAccess": "fc:*",
    "AliyunFCInvocationAccess": "fc:InvokeFunction",
    "AliyunFCReadOnlyAccess": "fc:Get*",
    "AliyunLogFullAccess": "log:*",
    "AliyunLogReadOnlyAccess": "log:Get*",
    "AliyunMNSFullAccess": "mns:*",
    "AliyunNASFullAccess": "nas:*",
    "AliyunNASReadOnlyAccess": "nas:Describe*",
    "AliyunOSSFullAccess": "oss:*",
    "AliyunOSSReadOnlyAccess": "oss:Get*",
    "AliyunOTSFullAccess": "ots:*",
    "AliyunRAMFullAccess": "ram:*",
    "AliyunRAMReadOnlyAccess": "ram:Get*",
    "AliyunVPCFullAccess": "vpc:*",
    "AliyunVPCReadOnlyAccess": "vpc:Describe*",
}
_NAME: Final = re.compile(r"[A-Za-z0-9-]+\Z")
_BORN: Final = "2015-05-01T00:00:00Z"


def get(asked: Asked) -> Document:
    document = found_policy(asked, policy_type(asked), asked.need("PolicyName"))
    return {
        "Policy": {**_about(document), "AttachmentCount": len(_holders(asked, document))},
        "DefaultPolicyVersion": _version(document, document["DefaultVersion"]),
    }


def create(asked: Asked) -> Document:
    name = _name(asked)
    if asked.find(POLICY, name) is not None or name in SYSTEM_POLICIES:
        raise FcError(409, "EntityAlreadyExists.Policy", f"The policy already exists: {name}.")
    now = asked.now()
    document = {
        "PolicyName": name,
        "PolicyType": CUSTOM,
        "Description": asked.get("Description"),
        "DefaultVersion": "v1",
        "CreateDate": now,
        "UpdateDate": now,
        "versions": {"v1": {"CreateDate": now, "PolicyDocument": _statements(asked)}},
        "made": 1,
    }
    asked.keep(POLICY, (name,), document)
    return {"Policy": _about(document)}


def delete(asked: Asked) -> Document:
    document = _own(asked)
    if _holders(asked, document):
        raise FcError(
            409, "DeleteConflict.Policy.Role", "The policy cannot be attached to any role while it is being deleted."
        )
    if len(document["versions"]) > 1:
        raise FcError(
            409, "DeleteConflict.Policy.Version", "The policy CAN NOT has any version except the default version."
        )
    asked.drop(POLICY, document["PolicyName"])
    return {}


def create_version(asked: Asked) -> Document:
    document = _own(asked)
    rotates = asked.one_of("RotateStrategy", "None", ROTATE) == ROTATE
    if len(document["versions"]) >= MOST_VERSIONS:
        if not rotates:
            raise FcError(409, "LimitExceeded.Policy.Version", "The count of policy version beyond the current limits.")
        del document["versions"][_oldest(document)]
    document["made"] += 1  # a number is never used again
    number = f"v{document['made']}"
    document["versions"][number] = {"CreateDate": asked.now(), "PolicyDocument": _statements(asked)}
    if asked.flag("SetAsDefault"):
        document["DefaultVersion"] = number
    document["UpdateDate"] = asked.now()
    asked.keep(POLICY, (document["PolicyName"],), document)
    return {"PolicyVersion": _version(document, number)}


def get_version(asked: Asked) -> Document:
    document = found_policy(asked, policy_type(asked), asked.need("PolicyName"))
    return {"PolicyVersion": _version(document, _known_version(asked, document))}


def list_versions(asked: Asked) -> Document:
    document = found_policy(asked, policy_type(asked), asked.need("PolicyName"))
    newest_first = sorted(document["versions"], key=_number, reverse=True)
    return {"PolicyVersions": {"PolicyVersion": [_version(document, number) for number in newest_first]}}


def delete_version(asked: Asked) -> Document:
    document = _own(asked)
    number = _known_version(asked, document)
    if number == document["DefaultVersion"]:
        raise FcError(
            409,
            "DeleteConflict.Policy.Version.Default",
            "The default policy version CAN NOT been deleted directly.",
        )
    del document["versions"][number]
    asked.keep(POLICY, (document["PolicyName"],), document)
    return {}


def policy_type(asked: Asked) -> str:
    kind = asked.need("PolicyType")
    if kind not in (CUSTOM, SYSTEM):
        raise FcError(400, "InvalidParameter.PolicyType", 'The parameter - "PolicyType" is incorrect.')
    return kind


def found_policy(asked: Asked, kind: str, name: str) -> Document:
    """Returns what is kept of a policy. Raises EntityNotExist.Policy."""
    document = asked.find(POLICY, name) if kind == CUSTOM else _of_the_system(name)
    if document is None:
        raise FcError(404, "EntityNotExist.Policy", f"The policy not exists: {name}.")
    return document


def _of_the_system(name: str) -> Document | None:
    if name not in SYSTEM_POLICIES:
        return None
    statement = {"Effect": "Allow", "Action": SYSTEM_POLICIES[name], "Resource": "*"}
    text = json.dumps({"Version": "1", "Statement": [statement]})
    return {
        "PolicyName": name,
        "PolicyType": SYSTEM,
        "Description": "",
        "DefaultVersion": "v1",
        "CreateDate": _BORN,
        "UpdateDate": _BORN,
        "versions": {"v1": {"CreateDate": _BORN, "PolicyDocument": text}},
    }


def _own(asked: Asked) -> Document:
    """Returns the custom policy that a request names: these operations know no others."""
    return found_policy(asked, CUSTOM, _name(asked))


def _about(document: Document) -> Document:
    return {key: value for key, value in document.items() if key not in ("versions", "made")}


def _version(document: Document, number: str) -> Document:
    is_default = number == document["DefaultVersion"]
    return {"VersionId": number, "IsDefaultVersion": is_default, **document["versions"][number]}


def _oldest(document: Document) -> str:
    """Returns the oldest version that is not the default."""
    others = [number for number in document["versions"] if number != document["DefaultVersion"]]
    return str(min(others, key=_number))


def _number(version: str) -> int:
    return int(version[1:])


def _known_version(asked: Asked, document: Document) -> str:
    number = asked.need("VersionId")
    if number not in document["versions"]:
        raise FcError(404, "EntityNotExist.Policy.Version", "The policy version does not exist.")
    return number


def _holders(asked: Asked, document: Document) -> list[str]:
    """Returns the names of the roles that a policy is attached to."""
    which = (document["PolicyType"], document["PolicyName"])
    return [
        role["RoleName"]
        for role in asked.all(ROLE)
        if which in [(each["PolicyType"], each["PolicyName"]) for each in role["attached"]]
    ]


def _name(asked: Asked) -> str:
    name = asked.need("PolicyName")
    if len(name) > LONGEST_NAME:
        raise FcError(
            400, "InvalidParameter.PolicyName.Length", 'The parameter - "PolicyName" beyond the length limit.'
        )
    if not _NAME.match(name):
        raise FcError(
            400, "InvalidParameter.PolicyName.InvalidChars", 'The parameter - "PolicyName" contains invalid chars.'
        )
    return name


def _statements(asked: Asked) -> str:
    text = asked.need("PolicyDocument")
    if len(text) > LONGEST_DOCUMENT:
        raise FcError(
            400, "InvalidParameter.PolicyDocument.Length", 'The parameter - "PolicyDocument" beyond the length limit.'
        )
    try:
        document = json.loads(text)
        fit = bool(document["Version"]) and all(
            statement["Effect"] in ("Allow", "Deny") and statement["Action"] and statement["Resource"]
            for statement in document["Statement"]
        )
    except (ValueError, KeyError, TypeError):
        fit = False
    if not fit:
        raise FcError(400, "MalformedPolicyDocument", "Syntax error in the policy document.")
    return text


OPERATIONS: Final[dict[str, Operation]] = {
    "GetPolicy": get,
    "CreatePolicy": create,
    "DeletePolicy": delete,
    "CreatePolicyVersion": create_version,
    "GetPolicyVersion": get_version,
    "ListPolicyVersions": list_versions,
    "DeletePolicyVersion": delete_version,
}
