"""Lists the types of triggers: one module each, and one line here."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.triggers.cdn_events import CDN_EVENTS
from fc_guard.kinds.triggers.eventbridge import EVENTBRIDGE
from fc_guard.kinds.triggers.http import HTTP
from fc_guard.kinds.triggers.log import LOG
from fc_guard.kinds.triggers.mns_topic import MNS_TOPIC
from fc_guard.kinds.triggers.oss import OSS
from fc_guard.kinds.triggers.rds import RDS
from fc_guard.kinds.triggers.tablestore import TABLESTORE
from fc_guard.kinds.triggers.timer import TIMER
from fc_guard.kinds.triggers.trigger_type import TriggerType

TYPES: Final[dict[str, TriggerType]] = {
    of.name: of for of in (HTTP, TIMER, OSS, LOG, MNS_TOPIC, CDN_EVENTS, TABLESTORE, RDS, EVENTBRIDGE)
}
