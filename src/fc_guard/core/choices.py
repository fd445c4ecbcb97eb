"""A choice decides a plan: the policy of the run, and what was answered about single units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.plans import Decisions, Policy, Unit

MOST_NAMED = 5
STOPS = (Policy.ASK, Policy.FAIL)
WAS_THERE = t("already online when this project first deployed it")
Held = Mapping[Address, tuple[str, ...]]
"""Maps a resource to the names of what it holds and the API will not delete it for, or of what uses it."""


class Merging(Enum):
    BY_FILE = t("file by file, and within text files by lines")
    WHOLE = t("one side's package, as it is")


@dataclass(frozen=True, slots=True)
class Choice:
    """The policy of a run, and what was decided about single units at the question; `at` is when. `merging` says how
    code is merged."""

    policy: Policy
    decisions: Decisions
    at: str
    prune: bool = False
    merging: Merging = Merging.BY_FILE

    def about(self, unit: Unit) -> Policy:
        return self.decisions.get(unit, self.policy)


def few(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """Returns the first names of many, and how many more there are."""
    more = t(" and {names} more", names=len(names) - most) if len(names) > most else ""
    return joined(names[:most], ", ") + more
