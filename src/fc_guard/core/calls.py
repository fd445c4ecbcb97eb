"""Makes requests: bodies in the API's spelling, as small as FC's ways of updating allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fc_guard.core.normal import empty_struct, nested
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, MISSING, Cause, FieldChange, FieldPath, Fields, Json, Value, path_text
from fc_guard.model.kinds import Kind, call_path, call_query
from fc_guard.model.plans import Action, Call, Verb
from fc_guard.model.resources import Desired, Live


def creation(kind: Kind, desired: Desired, fields: Fields) -> Call:
    body = {kind.name_field: desired.id.parts[-1], **nested({**fields, **desired.carried}, kind.rules)}
    return Call(kind.operations.create, desired.id.parts[:-1], body, with_code=CODE in fields)


def update(kind: Kind, live: Live, sends: Iterable[FieldChange], desired: Desired | None) -> Call:
    """Returns an update that carries only what differs; FC replaces structs and maps, so those go whole."""
    left = after(live.fields, sends)
    changed = {change.path for change in sends}
    fields: dict[FieldPath, Json] = {}
    emptied: dict[str, Json] = {}
    for path in left if kind.whole else changed:
        whole = kind.rules.struct_of(path)
        if whole is None:
            fields[path] = left.get(path)
        elif path in changed or _in_full(whole, left, desired, kind):
            fields |= _below(whole, left) | _below(whole, desired.carried if desired is not None else {})
            if not _below(whole, left):
                emptied[whole[0]] = empty_struct(whole, kind.rules)
    said = {path: value for path, value in fields.items() if value is not None or path in changed}
    body = {**call_query(kind, live.id), **emptied, **nested(said, kind.rules, left)}
    return Call(kind.operations.update, call_path(kind, live.id), body, with_code=CODE in changed and CODE in left)


def deletion(kind: Kind, id: Address) -> Call:
    return Call(kind.operations.delete, call_path(kind, id), call_query(kind, id) or None)


def replacement(change: Action, kind: Kind) -> Action:
    """Returns the change as a deletion and a creation of what is online, with the change in it; the API cannot update
    it."""
    desired = change.diff.desired or Desired(change.id, {})
    live = change.diff.live.fields if change.diff.live is not None else {}
    fields = kind.fitting({path: value for path, value in change.expected.items() if value is not None})
    foreign = any(other.cause is not Cause.CHANGE for other in change.diff.changes)
    return replace(
        change,
        verb=Verb.REPLACE,
        call=deletion(kind, change.id),
        then=creation(kind, replace(desired, id=change.id), fields),
        expected=fields,
        rescues=change.rescues or foreign,
        reason=joined((path_text(c.path) for c in change.sends if kind.replaced(live, c.path)), ", ")
        + t(" cannot be updated"),
    )


def after(live: Fields, sends: Iterable[FieldChange]) -> dict[FieldPath, Value]:
    """Returns the live fields as they would be right after the write."""
    fields = dict(live)
    for change in sends:
        value = _sent_value(change)
        if value is MISSING:
            fields.pop(change.path, None)
        else:
            fields[change.path] = value
    return fields


def _in_full(whole: FieldPath, left: Fields, desired: Desired | None, kind: Kind) -> bool:
    """Says whether an object that does not change can be sent: what FC never shows of it fits no values but ours."""
    hidden = _below(whole, dict.fromkeys(kind.rules.write_only))
    if not hidden:
        return True
    if desired is None or not hidden.keys() <= desired.carried.keys():
        return False
    return _below(whole, left) == _below(whole, desired.fields)


def _sent_value(change: FieldChange) -> Value:
    return MISSING if change.only_online else change.target


def _below(prefix: FieldPath, fields: Fields) -> dict[FieldPath, Value]:
    return {path: value for path, value in fields.items() if path[: len(prefix)] == prefix}
