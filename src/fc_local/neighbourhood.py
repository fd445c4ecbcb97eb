"""The neighbours' resources that Function Compute looks at, and what it looks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fc_local.scope import Scope
from fc_local.shape import Document

ROLE: Final = "ram_role"
POLICY: Final = "ram_policy"
VPC: Final = "vpc"
VSWITCH: Final = "vswitch"
GROUP: Final = "security_group"
FILE_SYSTEM: Final = "file_system"
MOUNT_TARGET: Final = "mount_target"
CERTIFICATE: Final = "certificate"
LOG_PROJECT: Final = "log_project"
LOG_STORE: Final = "log_store"
INTERFACE: Final = "interface"
EVERYWHERE: Final = "global"
COLLECTIONS: Final = {
    ROLE: "roles",
    POLICY: "policies",
    VPC: "vpcs",
    VSWITCH: "vSwitches",
    GROUP: "securityGroups",
    FILE_SYSTEM: "fileSystems",
    MOUNT_TARGET: "mountTargets",
    CERTIFICATE: "certificates",
    LOG_PROJECT: "logProjects",
    LOG_STORE: "logStores",
}
"""The kinds of the neighbours' resources, as the dump names them."""


def global_scope(account: str) -> Scope:
    """Returns the scope of what belongs to an account and to no region."""
    return Scope(account, EVERYWHERE)


def is_ready(document: Document, now: str) -> bool:
    """Says whether a resource is ready. Both times are written as the clock writes them, so text compares as time."""
    return str(document["readyAt"]) <= now


def services_using(services: Iterable[Document], member: str, name: str) -> bool:
    """Says whether a service's network has a name in a member: vpcId, vSwitchIds or securityGroupId."""
    for service in services:
        value = service["vpcConfig"][member]
        if name == value or (isinstance(value, list) and name in value):
            return True
    return False
