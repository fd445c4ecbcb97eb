"""All that a service gets from what s.yaml leaves to be found or made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.kinds.support import logs, network, storage
from fc_guard.model.fields import FieldPath, Fields

REACHED: Final = frozenset({("vpcConfig",), ("nasConfig",)})
"""A file system is reached through the network."""
SOURCES: Final = (logs.of_service, network.of_service, storage.of_service)


def derived_fields(props: Mapping[str, Any], account: str, region: str) -> Fields:
    """Returns the fields with which a service is made, or completed where online has nothing for them."""
    return {path: value for source in SOURCES for path, value in source(props, account, region).items()}


def together(derived: Fields) -> frozenset[frozenset[FieldPath]]:
    """Returns the props that are left to us, each with what is of no use without it."""
    props = frozenset(path[:1] for path in derived)
    return frozenset(props & REACHED if prop in REACHED else frozenset({prop}) for prop in props)
