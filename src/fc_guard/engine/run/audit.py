"""Asks the audit trail once a run, beside everything else, and waits for it no longer than two seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from fc_guard.cloud.gateway import Heard, Lookup
from fc_guard.language import t

SECONDS: Final = 2.0


class Audit:
    """The audit trail of an account and region, as one run asks it. `said` are the notes that the run has told."""

    def __init__(self, lookup: Lookup | None = None, said: set[str] | None = None) -> None:
        """Without `lookup` nothing is asked, and nothing is known."""
        self._lookup = lookup
        self._said = set() if said is None else said
        self._asked: _Asked | None = None

    def ask(self, since: datetime, until: datetime) -> None:
        """Starts to ask, unless the answer that is known or on its way covers that time."""
        if self._lookup is None or (self._asked is not None and self._asked.since <= since):
            return
        self._asked = _Asked(self._lookup, since, until)

    def heard(self) -> Heard | None:
        """Returns what was answered, within two seconds from asking; None if nothing was asked."""
        return None if self._asked is None else self._asked.answer()

    def note(self, heard: Heard) -> tuple[str, ...]:
        """Returns why the trail tells nothing, or not all; once a run."""
        if not heard.why or heard.why in self._said:
            return ()
        self._said.add(heard.why)
        return (t("Who changed it online is not known: {why}.", why=heard.why),)


class _Asked:
    def __init__(self, lookup: Lookup, since: datetime, until: datetime) -> None:
        self.since = since
        self._end = time.monotonic() + SECONDS
        self._heard: Heard | None = None
        # Looking up a name takes as long as the system lets it, so a run does not wait for this thread at its end.
        self._thread = threading.Thread(target=self._run, args=(lookup, since, until), name="audit", daemon=True)
        self._thread.start()

    def _run(self, lookup: Callable[[datetime, datetime], Heard], since: datetime, until: datetime) -> None:
        self._heard = lookup(since, until)

    def answer(self) -> Heard:
        self._thread.join(max(0.0, self._end - time.monotonic()))
        return self._heard or Heard(why=t("ActionTrail gave no answer in time"))
