"""Describes what would be done about the differences: policies, actions, the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, Cause, FieldChange, FieldPath, Fields, Json
from fc_guard.model.merges import CodeMerge
from fc_guard.model.resources import ResourceDiff
from fc_guard.model.theirs import Becomes


class Policy(Enum):
    """Says what happens to somebody else's change; see DESIGN §3."""

    ASK = "ask"
    FAIL = "fail"
    OVERWRITE = "overwrite"
    KEEP = "keep"
    MERGE = "merge"


EXISTENCE: Final = "existence"
"""The aspect of a unit that is about whether a resource is there."""


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """One decision is about one unit: a resource's configuration, its code, or its existence."""

    id: Address
    aspect: str  # "config" | "code" | "existence"

    def __str__(self) -> str:
        return f"{self.id}" if self.aspect == "existence" else f"{self.id} ({self.aspect})"


Decisions = Mapping[Unit, Policy]


class Verb(Enum):
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"  # the API cannot update it: deleted, and made anew
    DELETE = "delete"
    RECORD = "record"  # the baseline moves, nothing is sent
    FORGET = "forget"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as data. `body` is in the API's spelling; `with_code` asks the sender to add the package."""

    operation: str
    path: tuple[str, ...]
    body: Mapping[str, Json] | None = None
    with_code: bool = False
    if_match: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One resource's part of the plan.

    `sends` are the fields a write carries; `keeps` are those left as they are online, with the time since when.
    `rescues` says that somebody else's work would be lost. `then` follows the call if one is not enough: what is
    replaced is made anew. `leaves` gives up this step's share of a resource that stays for others. `merge` is the
    merged code if both sides' changes go together: a package of its own is then sent. `held` names what keeps the API
    from deleting the resource. `sets` are the fields that a new resource will have: those of s.yaml, and what follows
    from it. `absence` says what becomes of its deletion online, if somebody deleted it.
    """

    verb: Verb
    id: Address
    diff: ResourceDiff
    sends: tuple[FieldChange, ...] = ()
    keeps: Mapping[FieldPath, str] = field(default_factory=dict)
    keeps_absent: str = ""
    call: Call | None = None
    then: Call | None = None
    expected: Fields = field(default_factory=dict)
    rescues: bool = False
    leaves: bool = False
    reason: str = ""
    merge: CodeMerge | None = None
    held: tuple[str, ...] = ()
    sets: tuple[FieldChange, ...] = ()
    absence: Becomes | None = None

    @property
    def deletes(self) -> bool:
        """Says whether a resource is deleted, if only to be made anew."""
        return self.verb in (Verb.DELETE, Verb.REPLACE)

    @property
    def writes(self) -> bool:
        return self.call is not None

    def becomes(self, change: FieldChange) -> Becomes | None:
        """Returns what the action does with somebody else's change, once all is decided; None where it is nobody
        else's."""
        if change.cause in (Cause.CHANGE, Cause.CONVERGED):
            return None
        if self.verb is Verb.DELETE:
            return Becomes.DELETED
        if self.merge is not None and change.path == CODE:
            return Becomes.MERGED
        return Becomes.OVERWRITTEN if change in self.sends else Becomes.KEPT


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan that `plan` prints and `deploy` applies. `undecided` and `conflicts` stop an apply before its first
    write."""

    actions: tuple[Action, ...]
    undecided: tuple[Unit, ...] = ()
    conflicts: tuple[Unit, ...] = ()
    policy: Policy = Policy.ASK

    @property
    def diffs(self) -> tuple[ResourceDiff, ...]:
        return tuple(action.diff for action in self.actions)

    @property
    def writes(self) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action.writes)

    @property
    def drifted(self) -> bool:
        return any(diff.drifted for diff in self.diffs)

    def becomes(self, action: Action, change: FieldChange) -> Becomes | None:
        """Returns what one of the plan's actions does with somebody else's change; None where it is nobody else's."""
        if change.cause in (Cause.CHANGE, Cause.CONVERGED):
            return None
        open_aspects = {unit.aspect for unit in (*self.undecided, *self.conflicts) if unit.id == action.id}
        if EXISTENCE in open_aspects or (change.at_risk and change.aspect in open_aspects):
            return Becomes.UNDECIDED
        return action.becomes(change)
