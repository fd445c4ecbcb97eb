"""The kinds of supporting resources, parents before what lies in them, by the part of a step that asks for them."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.support.logs import LOG_PROJECT, LOG_STORE
from fc_guard.kinds.support.network import SECURITY_GROUP, V_SWITCH, VPC
from fc_guard.kinds.support.roles import POLICY, ROLE, ROLE_POLICY

ROLES: Final = (POLICY, ROLE, ROLE_POLICY)
OF_SERVICE: Final = (*ROLES, LOG_PROJECT, LOG_STORE, VPC, V_SWITCH, SECURITY_GROUP)
OF_TRIGGER: Final = ROLES
OF_DOMAIN: Final = ()
ALL: Final = (*OF_SERVICE, *OF_DOMAIN)
