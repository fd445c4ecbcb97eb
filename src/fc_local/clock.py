"""The time that the server stamps on resources; tests may freeze it. Signatures are always checked against real
time."""

from __future__ import annotations

from datetime import datetime, timezone


class Clock:
    def __init__(self) -> None:
        self._frozen: str | None = None

    def freeze(self, now: str | None) -> None:
        """Freezes the clock at a time such as 2026-01-01T00:00:00Z; None lets it run again. Raises ValueError."""
        if now is not None:
            moment = datetime.fromisoformat(now.replace("Z", "+00:00"))
            if moment.tzinfo is None:
                raise ValueError(f"the time {now!r} names no zone; write 2026-01-01T00:00:00Z")
            now = stamp(moment)
        self._frozen = now

    def now(self) -> str:
        """Returns the time in UTC and whole seconds, as FC writes it."""
        return self._frozen or stamp(datetime.now(timezone.utc))


def stamp(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
