"""Rounds of compare, decide and apply, until live holds still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fc_guard.engine.apply import Applied
from fc_guard.engine.questions import after_a_part
from fc_guard.engine.session import ReadSession
from fc_guard.errors import BadInput, GuardError, LiveMoved, NeedsDecision, PartlyApplied
from fc_guard.model.reports import Outcome, Result

MOST: Final = 3


class Rounds:
    """What the rounds of a run came to. `note` tells the user something that the report keeps."""

    def __init__(self, read: ReadSession, note: Callable[[str], None]) -> None:
        self._read = read
        self._note = note
        self.outcomes: list[Outcome] = []

    @property
    def written(self) -> bool:
        return any(outcome.result is Result.DONE and outcome.action.writes for outcome in self.outcomes)

    def run(self, once: Callable[[], Applied]) -> GuardError | None:
        """Plays `once`, and again when live had moved under it. Returns what ended the run, if it failed."""
        for attempt in range(1, MOST + 1):
            try:
                applied = once()
            except (NeedsDecision, BadInput) as error:
                if self.written:
                    return after_a_part(error)
                if isinstance(error, NeedsDecision):
                    return error
                raise
            done = [outcome for outcome in applied.outcomes if outcome.result is not Result.SKIPPED]
            self.outcomes += done if applied.moved and attempt < MOST else applied.outcomes
            if applied.error is None or not applied.moved:
                return applied.error
            if attempt == MOST:
                return self._moved_on(applied.error)
            self._note("It changed online just now; comparing again.")
            self._read.refresh.forget_all()
        return None

    def _moved_on(self, error: GuardError) -> GuardError:
        """The end of trying: live changed each time it was looked at."""
        message = f"It changed online {MOST} times while this run was looking at it.\n{error.message}"
        hint = "Somebody or something is changing it right now. Run `s plan` when that is over."
        return PartlyApplied(message, hint=hint) if self.written else LiveMoved(message, hint=hint)
