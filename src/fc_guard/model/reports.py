"""A report says what a run did; text, JSON and the exit status are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from fc_guard.errors import GuardError
from fc_guard.model.fields import Json
from fc_guard.model.plans import Action, Plan
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import Live


class Result(Enum):
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one action. `note` says what a reader must know, e.g. that FC stored a value in another spelling."""

    action: Action
    result: Result
    note: str = ""
    error: GuardError | None = None
    live: Live | None = None  # what FC answered to the write


@dataclass(frozen=True, slots=True)
class Report:
    command: str
    account: str
    region: str
    plan: Plan
    outcomes: tuple[Outcome, ...] = ()
    rescues: tuple[RescueCopy, ...] = ()
    notes: tuple[str, ...] = ()
    output: Mapping[str, Json] = field(default_factory=dict)
    error: GuardError | None = None
    open: bool = False  # nothing failed, and yet a change made online waits for a person

    def status(self, *, exit_code: bool = False) -> int:
        """Returns the exit status. `exit_code` is plan's and drift's --exit-code: 0 same, 10 only our changes, 3
        drift."""
        if self.error is not None:
            return self.error.status
        if exit_code:
            if self.plan.drifted or self.plan.undecided or self.open:
                return 3
            return 10 if self.command != "drift" and self.plan.writes else 0
        return 3 if self.open else 0
