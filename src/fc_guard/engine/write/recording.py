"""The baseline after an action. What the run is not about stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from fc_guard.core.references import still_as_given
from fc_guard.core.values import Comparer, same
from fc_guard.engine.code.comparison import completed
from fc_guard.model.fields import CODE, CODE_ASPECT, MISSING, CodeVersion, FieldPath, Fields, Value, aspect_of
from fc_guard.model.kinds import Kind
from fc_guard.model.plans import Action, Verb
from fc_guard.model.resources import Baseline, Desired


class Facts(NamedTuple):
    kind: Kind
    comparer: Comparer
    origin: str
    now: str


def baseline_after(action: Action, observed: Fields, etag: str | None, facts: Facts) -> Baseline:
    """Returns the baseline after an action. `observed` is live right after it. Secret values are sealed here."""
    aspects = action.diff.aspects
    before = (
        action.diff.baseline if action.diff.baseline is not None else Baseline(action.id, {}, {}, covers=frozenset())
    )
    said = action.diff.desired
    desired = {} if said is None or action.leaves else _said(said, before.applied, observed, facts)
    sent, answered = desired.get(CODE), observed.get(CODE)
    ours = action.merge is None and action.call is not None and action.call.with_code
    if ours and isinstance(sent, CodeVersion) and isinstance(answered, CodeVersion):
        desired[CODE] = completed(sent, answered)
    recognised = {path: _recognised(action, value) for path, value in observed.items()}
    applied = _taken_over(before.applied, sealed(desired, facts.comparer), aspects)
    live = _taken_over(before.observed or {}, sealed(recognised, facts.comparer), aspects)
    others = {path for fields in before.others.values() for path in fields} - set(desired)
    live = {path: value for path, value in live.items() if path not in others} | {
        path: value for path, value in (before.observed or {}).items() if path in others
    }
    kept = _taken_over(before.kept, {p: since for p, since in action.keeps.items() if p not in others}, aspects)
    kept |= {path: since for path, since in before.kept.items() if path in others}
    if CODE not in observed:
        kept.pop(CODE, None)  # a container runs now: the package that was kept does not
    baseline = Baseline(
        id=action.id,
        applied=applied,
        observed=live,
        etag=etag,
        kept=kept,
        origin=facts.origin,
        recorded_at=facts.now,
        others=before.others,
        covers=before.covers | aspects,
        common=_common(action, before, applied, live),
        made=before.made or action.verb is Verb.CREATE,
        made_entries=(before.made_entries | _entries_made(action, facts.kind)) & observed.keys(),
        merged=CODE in kept and _is_merged(action, before),
        about=aspects,
    )
    return without_first_share(baseline) if action.leaves else baseline


def _said(desired: Desired, before: Fields, observed: Fields, facts: Facts) -> dict[FieldPath, Value]:
    """Returns what s.yaml says, and what it leaves to us by a word, where online has what is derived then, or what was
    given before. All of that leaves again with its line."""
    sides = (before, desired.derived)
    given = [still_as_given(desired, side, observed, facts.kind.rules, facts.comparer.same) for side in sides]
    return {**given[0], **given[1], **desired.fields}


def without_first_share(baseline: Baseline) -> Baseline:
    """Returns the baseline once a step has given up its share. Its origin is '' where no other step has one."""
    others = dict(baseline.others)
    heir = min(others, default="")
    return replace(baseline, origin=heir, applied=others.pop(heir, {}), others=others)


def restored_after(action: Action, observed: Fields, etag: str | None, facts: Facts) -> Baseline:
    """Returns what is recorded of an undo's write: all that is online now counts as what we wrote last, except for what
    somebody had changed since and was left alone."""
    fields = sealed(observed, facts.comparer)
    sent = {change.path for change in action.sends}
    left = {change.path: facts.now for change in action.diff.changes if change.at_risk and change.path not in sent}
    applied = {path: value for path, value in fields.items() if path not in left}
    before = action.diff.baseline
    # what an undo creates is not ours to delete
    made = before is not None and before.made and action.verb is not Verb.CREATE
    return Baseline(
        action.id,
        applied,
        fields,
        etag,
        kept=left,
        origin=facts.origin,
        recorded_at=facts.now,
        made=made,
        put_back=_put_back(action, before, fields) - left.keys(),
    )


def absence_after(action: Action, facts: Facts) -> Baseline:
    """Returns the baseline of a resource that was deleted online, which is accepted from now on."""
    desired, before = action.diff.desired, action.diff.baseline
    applied = {} if desired is None else sealed(desired.fields, facts.comparer)
    return Baseline(
        id=action.id,
        applied=applied if before is None else _taken_over(before.applied, applied, action.diff.aspects),
        observed=None,
        kept_absent=action.keeps_absent,
        origin=facts.origin,
        recorded_at=facts.now,
        others=before.others if before is not None else {},
    )


def says_the_same(before: Baseline, after: Baseline) -> bool:
    """Says whether recording would tell the next run nothing new."""
    return (
        before.observed is not None
        and after.observed is not None
        and _same_fields(before.applied, after.applied)
        and _same_fields(before.observed, after.observed)
        and dict(before.kept) == dict(after.kept)
        and (before.origin, before.covers, before.common) == (after.origin, after.covers, after.common)
        and before.merged == after.merged
    )


def sealed(fields: Fields, comparer: Comparer) -> dict[FieldPath, Value]:
    return {path: comparer.sealed(path, value) for path, value in fields.items() if value is not MISSING}


ByPath = Mapping[FieldPath, Any]


def _taken_over(before: ByPath, now: ByPath, aspects: frozenset[str]) -> dict[FieldPath, Any]:
    kept = {path: value for path, value in before.items() if aspect_of(path) not in aspects}
    return kept | {path: value for path, value in now.items() if aspect_of(path) in aspects}


def _common(action: Action, before: Baseline, applied: Fields, observed: Fields) -> str:
    """Returns the digest of the package that both sides come from. A merged package contains all that is here."""
    if _digest(applied) == _digest(observed):
        return ""
    if action.merge is not None and CODE_ASPECT in action.diff.aspects:
        return _digest(applied) or ""
    return before.ancestor


def _is_merged(action: Action, before: Baseline) -> bool:
    """Says whether the code that stays online is merged: by this write, or before and nobody has moved it since."""
    if action.merge is not None:
        return action.merge.moves_online
    return before.merged and not any(change.path == CODE and change.at_risk for change in action.diff.changes)


def _put_back(action: Action, before: Baseline | None, fields: Fields) -> frozenset[FieldPath]:
    """Returns the fields that undos have written since the last deployment. `before` is what was written last."""
    if action.verb is not Verb.UPDATE:
        return frozenset(fields)
    return frozenset(change.path for change in action.sends) | (frozenset() if before is None else before.put_back)


def _entries_made(action: Action, kind: Kind) -> frozenset[FieldPath]:
    """Returns the entries that this write adds to lists in which others may have theirs."""
    live = action.diff.live
    sent = action.expected if action.verb is Verb.CREATE else {change.path for change in action.sends}
    there = live.fields if live is not None and action.verb is not Verb.CREATE else {}
    return frozenset(path for path in sent if path not in there and kind.rules.map_of(path) in kind.strangers)


def _digest(fields: Fields) -> str | None:
    code = fields.get(CODE)
    return code.digest if isinstance(code, CodeVersion) else None


def _recognised(action: Action, value: Value) -> Value:
    """Gives code our digest, when its checksum is that of a package we know."""
    if not isinstance(value, CodeVersion) or value.digest is not None:
        return value
    sides = [side.fields.get(CODE) for side in (action.diff.live, action.diff.desired) if side is not None]
    sides += [action.merge.version] if action.merge is not None else []
    known = (side for side in sides if isinstance(side, CodeVersion) and side.digest is not None)
    return replace(value, digest=next((side.digest for side in known if side.checksum == value.checksum), None))


def _same_fields(left: Fields, right: Fields) -> bool:
    """Compares code by checksum too: a package that was zipped again has a new one, worth recording."""
    if left.keys() != right.keys():
        return False
    pairs = ((left[path], right[path]) for path in left)
    return all(a == b if isinstance(a, CodeVersion) else same(a, b) for a, b in pairs)
