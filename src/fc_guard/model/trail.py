"""What the account's audit trail says of writes, and of whoever changed a resource online."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fc_guard.model.fields import ASPECTS


class How(Enum):
    CONSOLE = "console"
    API = "API"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One event of the audit trail, as far as it is understood. `at` is in UTC.

    `by` is '' where the event names nobody. `request` is the id of the request that it is about, `mentions` are the
    words of its request and of the resources that it names, and `members` the parameters of the request.
    """

    name: str
    at: datetime
    by: str = ""
    how: How = How.OTHER
    client: str = ""
    request: str = ""
    failed: bool = False
    mentions: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OnlineEdit:
    """Somebody's change of a resource. `at` is in UTC; `event` is its name in the trail.
    `aspects` says what it may have changed: configuration, code, or either."""

    by: str
    at: datetime
    how: How
    event: str
    client: str = ""
    aspects: frozenset[str] = ASPECTS
