"""One module a resource kind. Adding a kind is one module, its schema, and one line here."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.async_config import ASYNC_CONFIG
from fc_guard.kinds.custom_domain import CUSTOM_DOMAIN
from fc_guard.kinds.function import FUNCTION
from fc_guard.kinds.service import SERVICE
from fc_guard.kinds.trigger import TRIGGER
from fc_guard.kinds.vpc_binding import VPC_BINDING
from fc_guard.model.kinds import Kind, lineage

REGISTRY: Final[dict[str, Kind]] = {
    kind.name: kind for kind in (SERVICE, VPC_BINDING, FUNCTION, ASYNC_CONFIG, TRIGGER, CUSTOM_DOMAIN)
}

LEVELS: Final = {kind.name: len(lineage(REGISTRY, kind)) for kind in REGISTRY.values()}
"""The number of names that a resource of each kind has."""
