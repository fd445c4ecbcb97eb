"""Tells the progress of long work in a few lines, which suit a log file as well."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from fc_guard.language import t

QUIET_SECONDS: Final = 10.0
"""Slow work is reported at least this often."""
MEGABYTE: Final = 1_000_000


class Progress:
    """Says a line at every quarter, and in between after `QUIET_SECONDS` of silence."""

    def __init__(
        self, say: Callable[[str], None], what: str, total: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._what = what
        self._total = total
        self._now = now
        self._quarter = 0
        self._since = now()

    def __call__(self, done: int) -> None:
        """`done` is in bytes. Fewer than before mean that the work began again."""
        quarter = 4 * done // self._total
        if quarter == self._quarter and self._now() - self._since < QUIET_SECONDS:
            return
        if quarter < self._quarter:
            self._say(t("{what}: again from the beginning", what=self._what))
        else:
            percent = 100 * done // self._total
            self._say(
                t(
                    "{what}: {percent} % of {total:,.1f} MB",
                    what=self._what,
                    percent=percent,
                    total=self._total / MEGABYTE,
                )
            )
        self._quarter = quarter
        self._since = self._now()
