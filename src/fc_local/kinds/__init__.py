"""The resource kinds of this server, in one module each."""

from fc_local.kinds.alias import ALIAS
from fc_local.kinds.async_config import ASYNC_CONFIG
from fc_local.kinds.custom_domain import CUSTOM_DOMAIN
from fc_local.kinds.function import FUNCTION
from fc_local.kinds.kind import V2016, V2021, Kind, Making, Setting, View
from fc_local.kinds.on_demand_config import ON_DEMAND_CONFIG
from fc_local.kinds.provision_config import PROVISION_CONFIG
from fc_local.kinds.service import SERVICE
from fc_local.kinds.trigger import TRIGGER

KINDS: dict[str, Kind] = {kind.name: kind for kind in (SERVICE, FUNCTION, TRIGGER, ALIAS, CUSTOM_DOMAIN)}
SETTINGS: dict[str, Setting] = {setting.name: setting for setting in (ASYNC_CONFIG, PROVISION_CONFIG, ON_DEMAND_CONFIG)}

__all__ = [
    "ALIAS",
    "ASYNC_CONFIG",
    "CUSTOM_DOMAIN",
    "FUNCTION",
    "KINDS",
    "ON_DEMAND_CONFIG",
    "PROVISION_CONFIG",
    "SERVICE",
    "SETTINGS",
    "TRIGGER",
    "V2016",
    "V2021",
    "Kind",
    "Making",
    "Setting",
    "View",
]
