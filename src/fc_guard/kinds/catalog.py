"""Lists all kinds: parents before what lies in them."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.fc2.async_config import ASYNC_CONFIG
from fc_guard.kinds.fc2.custom_domain import CUSTOM_DOMAIN
from fc_guard.kinds.fc2.function import FUNCTION
from fc_guard.kinds.fc2.service import SERVICE
from fc_guard.kinds.fc2.trigger import TRIGGER
from fc_guard.kinds.fc2.vpc_binding import VPC_BINDING
from fc_guard.kinds.support.table import ALL
from fc_guard.model.catalog import Catalog

CATALOG: Final = Catalog((*ALL, SERVICE, VPC_BINDING, FUNCTION, ASYNC_CONFIG, TRIGGER, CUSTOM_DOMAIN))
"""Only the code that puts a run together imports this table; everything else is given a catalog."""
