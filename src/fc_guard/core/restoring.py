"""Turns a rescue copy into something to deploy: what to ask for, and what it is compared with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from fc_guard.core.normal import default
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, FieldPath, Fields
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Baseline, Desired, Record


@dataclass(frozen=True, slots=True)
class PutBack:
    """A rescue copy as desired. `base` is what this project wrote last: whatever moved since is somebody else's."""

    desired: Desired
    base: Baseline | None
    note: str = ""


def put_back(
    kind: Kind,
    id: Address,
    saved: Fields,
    live: Fields | None,
    record: Record | None,
    changed: Collection[FieldPath] | None,
    derived: Fields,
) -> PutBack:
    """Returns what to put back. `saved` are all fields of the copy, `live` those of now; None: it is not online.
    `changed` are the fields that the write was about to change when the copy was saved; None: all, or not known.
    `derived` is what s.yaml leaves to be found or made: it goes before what the copy had of it, where online has
    nothing there."""
    found = kind.restorable(saved, live or {})
    emptied = kind.rules.cleared.keys() & set(changed or ())  # empty before that write, and FC has a word for it
    nobodys = {
        path
        for path, value in found.fields.items()
        if value is None and path not in emptied and _fills(path, live or {}, kind)
    }

    def wanted(path: FieldPath) -> bool:
        theirs = live is not None and changed is not None and path not in changed and _is_a_strangers(path, kind)
        return path not in nobodys and path not in derived and not theirs

    fields: Fields = {path: value for path, value in found.fields.items() if wanted(path)}
    if live is None:
        fields = _to_make(fields, kind)
    declared = (kind.rules.maps | kind.rules.keyed.keys()) - kind.strangers
    desired = Desired(id, fields, frozenset(declared), derived=derived, left=frozenset(derived))
    without = found.without | nobodys | derived.keys()
    return PutBack(desired, _base(kind, desired, record, without, changed), found.note)


def _fills(path: FieldPath, live: Fields, kind: Kind) -> bool:
    """Says whether FC puts something there by itself: what nobody had set is not to be emptied."""
    return path in kind.rules.sticky or kind.rules.filled(live, path)


def _to_make(fields: Fields, kind: Kind) -> Fields:
    """Returns the fields to name when the resource is made anew: not what is empty, nor what FC fills in by itself."""
    return kind.fitting(
        {
            path: value
            for path, value in fields.items()
            if value is not None and not (kind.rules.filled(fields, path) and value == default(path, kind.rules))
        }
    )


def _base(
    kind: Kind,
    desired: Desired,
    record: Record | None,
    without: Collection[FieldPath],
    changed: Collection[FieldPath] | None,
) -> Baseline | None:
    """Returns what this project wrote last, by a deployment or an undo. All of it is ours to take back, except what the
    copy cannot give back, and the entries of others."""
    last = None if record is None else record.restored or record.baseline
    if last is None or last.observed is None:
        return None  # never written from here, or a deletion online that was accepted
    touched = set(desired.fields) | set(changed or ())

    def ours(path: FieldPath) -> bool:
        left = any(path[: len(prefix)] == prefix for prefix in without)
        return not left and (path in touched or not _is_a_strangers(path, kind))

    written = _written(last, last.observed)
    applied = {path: value for path, value in written.items() if ours(path) or path == CODE}
    return replace(last, applied=applied, observed=written, kept={}, kept_absent="", others={}, common="")


def _written(last: Baseline, observed: Fields) -> Fields:
    """Returns what was online after our last write, without what somebody else had put there and was left alone."""
    theirs = {*last.kept, *((CODE,) if last.common else ())}
    rest = {path: value for path, value in observed.items() if path not in theirs}
    return rest | {path: value for path, value in last.applied.items() if path in theirs}


def _is_a_strangers(path: FieldPath, kind: Kind) -> bool:
    return kind.rules.map_of(path) in kind.strangers
