"""Times that stand in texts: in records, in events, in answers."""

from __future__ import annotations

from datetime import datetime, tzinfo


def moment(text: str, zone: tzinfo | None = None) -> datetime | None:
    """Returns a time in ISO 8601; None for any other text. One that names no zone is in `zone`, or it is none."""
    try:
        found = datetime.fromisoformat(text.removesuffix("Z") + ("+00:00" if text.endswith("Z") else ""))
    except ValueError:
        return None
    if found.tzinfo is None:
        return None if zone is None else found.replace(tzinfo=zone)
    return found
