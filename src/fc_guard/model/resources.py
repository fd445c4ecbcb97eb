"""Describes the three sides of a resource and the difference between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from fc_guard.model.address import Address
from fc_guard.model.fields import ASPECTS, CODE, Came, Cause, CodeVersion, FieldChange, FieldPath, Fields, Json, Silence
from fc_guard.model.files import FileChange
from fc_guard.model.origins import Origin, Since
from fc_guard.model.outputs import Output
from fc_guard.model.theirs import Theirs, Whose
from fc_guard.model.trail import OnlineEdit


@dataclass(frozen=True, slots=True)
class Desired:
    """The desired side: what s.yaml and the code folder say.

    `declared` names the maps that s.yaml spells out, even when empty. `initial` is what the resource gets if neither
    s.yaml nor online says anything: it is sent at creation and not owned afterwards. `derived` follows from what s.yaml
    says: it is sent whenever online has nothing there, and not owned either; what is `stale` there comes from what
    was deleted, and counts as nothing. Of what is `left` to us, what is online stays even where s.yaml said something
    else before. What is `asked` for by a word of s.yaml is left to us, too, and leaves again with that word; what is
    asked for as one is of no use without the rest of it. `carried`
    goes along with its struct whenever that is sent, and is never compared. `needs` are resources that must be there
    before it, besides its parent; `first` are resources that have to be there when it is made, and never again. What is
    there `on_demand` is wanted only where a value of it is: s.yaml leaves it to us to find or make one. What s.yaml may
    mean by an id is `named_by` it: it is wanted only where online has one of these values. What has no name of its own
    is called after that value, or after the resource itself where online has it (`called_after`): see
    `core/one_name.py`.
    """

    id: Address
    fields: Fields
    declared: frozenset[FieldPath] = frozenset()
    initial: Fields = field(default_factory=dict)
    derived: Fields = field(default_factory=dict)
    carried: Fields = field(default_factory=dict)
    needs: frozenset[Address] = frozenset()
    first: frozenset[Address] = frozenset()
    on_demand: bool = False
    left: frozenset[FieldPath] = frozenset()
    asked: frozenset[frozenset[FieldPath]] = frozenset()
    stale: frozenset[FieldPath] = frozenset()
    named_by: tuple[Output, ...] = ()
    called_after: Output | None = None

    def leaves(self, path: FieldPath) -> bool:
        """Says whether s.yaml leaves a field, or what it is in, to us."""
        return self.asks(path) or _is_in(path, self.left)

    def asks(self, path: FieldPath) -> bool:
        """Says whether s.yaml has a word for it by which it leaves it to us."""
        return any(_is_in(path, together) for together in self.asked)


def _is_in(path: FieldPath, prefixes: frozenset[FieldPath]) -> bool:
    return any(path[:length] in prefixes for length in range(1, len(path) + 1))


@dataclass(frozen=True, slots=True)
class Live:
    """The live side: what FC says now. `document` is its answer as it came; `etag` is None for a list item."""

    id: Address
    fields: Fields
    document: Mapping[str, Json]
    etag: str | None = None

    @property
    def code(self) -> CodeVersion | None:
        value = self.fields.get(CODE)
        return value if isinstance(value, CodeVersion) else None


@dataclass(frozen=True, slots=True)
class Baseline:
    """Records what the last deployment from this project sent (`applied`) and what FC answered to it (`observed`).

    `observed` is None if somebody deleted the resource online and that was kept. `kept` names the fields whose online
    value was kept, with the date. `origin` is the s.yaml step that owns the resource. Secret values are sealed.
    `others` is what other steps applied to a resource that several of them share: each owns what it named itself.
    `covers` names the aspects that were deployed from here; of the others nothing is known yet. `common` is the digest
    of the code that both sides come from, if they differ; '' if it is not known. `made` says that a write of this
    project created the resource; it is False for what was only adopted, or if that is not known. `made_entries` says
    the same of the entries of lists in which others have theirs. `merged` says that the code that was kept online is a
    merge of both sides' code. `put_back` are the fields that an undo wrote, in what is recorded of one. `about` are the
    aspects that the write was about: what is said of the others was carried along from the write before it.
    """

    id: Address
    applied: Fields
    observed: Fields | None
    etag: str | None = None
    kept: Mapping[FieldPath, str] = field(default_factory=dict)
    kept_absent: str = ""
    origin: str = ""
    recorded_at: str = ""
    others: Mapping[str, Fields] = field(default_factory=dict)
    covers: frozenset[str] = ASPECTS
    common: str = ""
    made: bool = False
    made_entries: frozenset[FieldPath] = frozenset()
    merged: bool = False
    put_back: frozenset[FieldPath] = frozenset()
    about: frozenset[str] = ASPECTS

    @property
    def ancestor(self) -> str:
        """Returns the digest of the code that live and the code folder both come from; '' if it is not known."""
        if self.common:
            return self.common
        sides = (self.applied.get(CODE), (self.observed or {}).get(CODE))
        digests = {side.digest for side in sides if isinstance(side, CodeVersion)}
        return (digests.pop() or "") if len(digests) == 1 else ""

    def named_by(self, step: str) -> bool:
        """Says whether the step has a share in the resource."""
        return step == self.origin or step in self.others

    def seen_by(self, step: str) -> Baseline:
        """Returns a shared resource's baseline with the step's share in front; `origin` is '' if it has none yet."""
        if step == self.origin:
            return self
        others = {**self.others, self.origin: self.applied} if self.origin else dict(self.others)
        return replace(self, origin=step if step in others else "", applied=others.pop(step, {}), others=others)


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that was about to be sent. It stays in the baseline's file until the write's answer replaces it.

    `sent` names the fields the write carried. `leads_to` is what the baseline becomes once the write is known to have
    happened: its observed side is live as it would be right after it. It is None for a deletion. `restores` says that
    an undo is about to write: then the baseline stays, and `leads_to` is what becomes of `Record.restored`. `by` is
    whose write it is, if that is known. `theirs` is what it does with what others changed online.
    """

    operation: str
    etag: str | None
    sent: frozenset[FieldPath]
    leads_to: Baseline | None
    at: str
    restores: bool = False
    by: Origin | None = None
    theirs: tuple[Theirs, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One write of ours in the history of a resource: the baseline that it led to, and where it came from.

    `serial` is the record's when it was written. `origin` is None for a write by an older release. `after` returns the
    baseline, None where the resource was removed; it is only decoded when it is asked for, and may raise
    `BaselineUnusable`. `requests` are the ids that the provider gave the requests, as far as they were answered.
    `about` are the aspects that the write was about. `theirs` is what it did with what others had changed online.
    """

    serial: int
    origin: Origin | None
    after: Callable[[], Baseline | None]
    requests: tuple[str, ...] = ()
    about: frozenset[str] = ASPECTS
    theirs: tuple[Theirs, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Holds what the store has for one resource: the baseline, and a write whose end is not known yet.

    `restored` is what an undo put back online since the baseline was recorded: somebody else's state, which this
    project wrote and does not own. It is not `made` if the undo created the resource anew. `ours` says that this user
    wrote the record. A record that somebody else may have written is believed, except that whatever is overwritten or
    deleted because of it is saved first. `entries` are the newest writes, newest first; the first of them led to
    `baseline`. `passed` are the origins of those that came before them, each commit once, newest first.
    """

    id: Address
    baseline: Baseline | None
    pending: Intent | None = None
    serial: int = 0
    restored: Baseline | None = None
    ours: bool = field(default=False, compare=False)
    entries: tuple[Entry, ...] = field(default=(), compare=False)
    passed: tuple[Origin, ...] = field(default=(), compare=False)


class Presence(Enum):
    """Says where a resource is, seen from all three sides."""

    NEW = "new"  # s.yaml only
    PRESENT = "present"  # s.yaml and live
    DELETED_ONLINE = "deleted-online"  # deployed from here, since deleted by somebody
    KEPT_ABSENT = "kept-absent"  # the same, and that was accepted
    ORPHAN = "orphan"  # deployed from here, no longer in s.yaml
    GONE = "gone"  # only the baseline still knows it
    ONLINE_ONLY = "online-only"  # live inside something of ours, made by somebody else


@dataclass(frozen=True, slots=True)
class ResourceDiff:
    id: Address
    presence: Presence
    desired: Desired | None
    live: Live | None
    baseline: Baseline | None
    changes: tuple[FieldChange, ...] = ()
    moved_here: bool = False  # s.yaml changed since the last deployment (decides what a deletion online means)
    aspects: frozenset[str] = ASPECTS  # what the run is about; the rest is neither written nor recorded
    files: tuple[FileChange, ...] = ()  # of the code, as far as its packages are known
    unsealed: bool = False  # the baseline may have been written by somebody else
    holds_more: bool = False  # the package online has files that are left out of the compare
    silences: tuple[tuple[FieldPath, Silence], ...] = ()  # the fields that are in no change, each with the rule
    came: Came = Came.ELSEWHERE  # how live came about, if it was never deployed from here
    since: tuple[Since, ...] = ()  # deployments after the base, which this checkout does not contain; newest first
    deleted_by: Since | None = None  # the one of them that deleted it
    whose: Whose | None = None  # who had deleted it online, where that was kept and is remembered
    edits: tuple[OnlineEdit, ...] = ()  # who changed it online, the likeliest first, as far as the audit trail tells
    edits_to_come: bool = False  # what changed it online may be too new for the audit trail

    @property
    def adopted(self) -> bool:
        """Says whether live exists and this project never deployed it."""
        return self.presence is Presence.PRESENT and self.baseline is None

    @property
    def was_there(self) -> bool:
        """Says whether live exists and, as far as is known, was there when this project first deployed it."""
        return self.live is not None and self.baseline is not None and not self.baseline.made

    @property
    def moved(self) -> tuple[FieldChange, ...]:
        """Returns the fields that were changed online since the baseline."""
        causes = {Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN}
        if self.baseline is not None:  # on adoption, what only live has counts as no change
            causes.add(Cause.ONLINE_ONLY)
        return tuple(change for change in self.changes if change.cause in causes)

    @property
    def drifted(self) -> bool:
        """Says whether somebody changed it online since the baseline, whatever the deployment would do to it."""
        return self.presence is Presence.DELETED_ONLINE or bool(self.moved)
