"""The kinds of supporting resources, parents before what lies in them, by the part of a step that asks for them."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.support.logs import LOG_INDEX, LOG_PROJECT, LOG_STORE
from fc_guard.kinds.support.network import SECURITY_GROUP, V_SWITCH, VPC
from fc_guard.kinds.support.roles import POLICY, ROLE, ROLE_POLICY
from fc_guard.kinds.support.storage import FILE_SYSTEM, MOUNT_TARGET
from fc_guard.kinds.support.test_domain import TEST_DOMAIN

ROLES: Final = (POLICY, ROLE, ROLE_POLICY)
LOGS: Final = (LOG_PROJECT, LOG_STORE, LOG_INDEX)
NETWORK: Final = (VPC, V_SWITCH, SECURITY_GROUP)
OF_SERVICE: Final = (*ROLES, *LOGS, *NETWORK, FILE_SYSTEM, MOUNT_TARGET)
OF_TRIGGER: Final = ROLES
OF_DOMAIN: Final = (TEST_DOMAIN,)
ALL: Final = (*OF_SERVICE, *OF_DOMAIN)
