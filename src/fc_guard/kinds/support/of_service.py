"""All that a service gets from what s.yaml leaves to be found or made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.kinds.support import logs, network, storage
from fc_guard.model.fields import Fields

SOURCES: Final = (logs.of_service, network.of_service, storage.of_service)


def derived_fields(props: Mapping[str, Any], account: str, region: str) -> Fields:
    """Returns the fields with which a service is made, or completed where online has nothing for them."""
    return {path: value for source in SOURCES for path, value in source(props, account, region).items()}
