"""The resource kinds this server knows, one module each."""

from fc_local.kinds.function import FUNCTION
from fc_local.kinds.kind import V2016, V2021, Kind, Making, View
from fc_local.kinds.service import SERVICE
from fc_local.kinds.trigger import TRIGGER

KINDS: dict[str, Kind] = {kind.name: kind for kind in (SERVICE, FUNCTION, TRIGGER)}

__all__ = ["FUNCTION", "KINDS", "SERVICE", "TRIGGER", "V2016", "V2021", "Kind", "Making", "View"]
