"""The network interfaces of services, which stay in a network for a while after the last request of a function."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from fc_local.clock import Clock, stamp
from fc_local.neighbourhood import INTERFACE
from fc_local.scope import Scope
from fc_local.shape import Document
from fc_local.store import Store, make_row
from fc_local.switches import Switches

EMPTY: Final[Document] = {}


def leave(
    store: Store, switches: Switches, clock: Clock, scope: Scope, before: Document | None, after: Document | None
) -> None:
    """Notes what a service leaves in its network when it is deleted or given another one."""
    old, new = (EMPTY if each is None else each["vpcConfig"] for each in (before, after))
    seconds = switches["interfaces_stay_seconds"]
    if not seconds or not old.get("vpcId") or old == new or before is None:
        return
    now = datetime.fromisoformat(clock.now().replace("Z", "+00:00"))
    until = stamp(now + timedelta(seconds=seconds))
    name = str(before["serviceName"])
    store.put(scope, INTERFACE, (name,), make_row(name, {"vpcConfig": old, "until": until}, None, 1))


def staying(store: Store, scope: Scope, now: str) -> list[Document]:
    """Returns the networks in which interfaces still are, as services have them."""
    return [row.document for _, row in store.everywhere(scope, INTERFACE) if row.document["until"] > now]
