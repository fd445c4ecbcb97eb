"""The kinds of supporting resources, parents before what lies in them, by the part of a step that asks for them."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.support.logs import LOG_INDEX, LOG_PROJECT, LOG_STORE
from fc_guard.kinds.support.network import SECURITY_GROUP, V_SWITCH, VPC
from fc_guard.kinds.support.storage import FILE_SYSTEM, MOUNT_TARGET

OF_SERVICE: Final = (
    LOG_PROJECT,
    LOG_STORE,
    LOG_INDEX,
    VPC,
    V_SWITCH,
    SECURITY_GROUP,
    FILE_SYSTEM,
    MOUNT_TARGET,
)
OF_TRIGGER: Final = ()
OF_DOMAIN: Final = ()
ALL: Final = (*OF_SERVICE, *OF_TRIGGER, *OF_DOMAIN)
