"""Shows a time: in texts for people all times look alike. JSON has them as they were recorded."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from fc_guard.model.moments import moment
from fc_guard.render.values import safe

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MINUTES = len("2026-01-31 12:00")


def shown_time(at: datetime | str) -> str:
    """Returns a time to the minute, in the zone of this machine, with its offset: 2026-01-31 12:00 +08:00. A text that
    is no time stays as it is, harmless, and so does a day: it is the same in every zone."""
    if isinstance(at, str) and DAY.fullmatch(at):
        return at
    found = at if isinstance(at, datetime) else moment(at, timezone.utc)
    try:
        local = "" if found is None else found.astimezone().isoformat(" ", "minutes")
    except (OverflowError, OSError, ValueError):
        local = ""  # a year that this machine's calendar does not have
    return f"{local[:MINUTES]} {local[MINUTES:]}" if local else safe(str(at))
