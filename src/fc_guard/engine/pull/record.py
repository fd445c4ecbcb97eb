"""The baselines after a pull: what was pulled counts as deployed from here, nothing else moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer, same
from fc_guard.engine.code.keeping import keep_recorded
from fc_guard.engine.code.source import Code
from fc_guard.engine.look.steady import moved_meanwhile
from fc_guard.engine.look.survey import Aim, Survey, exact_again, survey
from fc_guard.engine.pull.code_folder import version_online
from fc_guard.engine.run.session import LocalSession
from fc_guard.engine.write.recording import sealed, without_first_share
from fc_guard.errors import PreconditionFailed
from fc_guard.model.fields import (
    ASPECTS,
    CODE,
    CODE_ASPECT,
    MISSING,
    Cause,
    CodeVersion,
    FieldPath,
    Fields,
    Value,
    aspect_of,
)
from fc_guard.model.kinds import Kind
from fc_guard.model.pulls import Pull, Taken
from fc_guard.model.resources import Baseline, Desired, Live, ResourceDiff

MOST: Final = 3
"""How often a record is tried that other runs overtake."""


def record(session: LocalSession, pull: Pull, found: Survey, props: Mapping[str, Any]) -> None:
    """Moves the baselines. `props` are the step's as they are after the pull. Raises `PreconditionFailed` where another
    run has deployed something else over what was pulled."""
    if session.read.decider is not None:
        return  # the plugin may undo what was pulled: then the next deployment has to ask
    diffs, desired = {diff.id: diff for diff in found.diffs}, session.read.asked_by(props)
    taken = {item.diff.id: item for item in pull.taken}
    for code in pull.codes:
        if not code.complete:
            continue
        diff = diffs[code.id]
        known = taken.get(diff.id, Taken(diff, frozenset()))
        taken[diff.id] = replace(known, paths=known.paths | {CODE})
    for id, item in taken.items():
        if item.gone or id in desired:
            _record(session, item, desired.get(id), found)


def _record(session: LocalSession, item: Taken, desired: Desired | None, found: Survey) -> None:
    """Records what was pulled of a resource. Where another run has recorded something meanwhile, that stays below, if
    what was pulled is online still. Raises `PreconditionFailed` if it is not."""
    for _ in range(MOST):
        try:
            if item.gone or desired is None:
                _forget(session, item.diff)
            else:
                _move(session, item, desired, found.packages.get(item.diff.id))
        except PreconditionFailed as error:
            overtaken = error
            item = _seen_again(session, item, found.aim, overtaken)
        else:
            return
    raise overtaken


def _seen_again(session: LocalSession, item: Taken, aim: Aim, overtaken: PreconditionFailed) -> Taken:
    """Returns what was pulled, with the difference to what is recorded now."""
    id, read = item.diff.id, session.read
    moved_meanwhile(read, [read.catalog.root(id)])
    read.refresh.forget_all()
    found = exact_again(read, survey(read, aim), [id] if read.kind(id).operations.read else ())
    diff = next((diff for diff in found.diffs if diff.id == id), None)
    record = found.records.get(id)
    settled = record is None or record.pending is None
    if diff is None or not settled or not _is_online(session, item, diff.live):
        raise overtaken
    return replace(item, diff=diff)


def _is_online(session: LocalSession, item: Taken, live: Live | None) -> bool:
    """Says whether what was pulled is what is online."""
    then, kind = item.diff.live, session.read.kind(item.diff.id)
    if live is None or then is None or item.gone:
        return live is then
    comparer = Comparer(kind.rules, session.store.seal)
    return all(
        comparer.same(path, effective(live.fields, path, kind.rules), effective(then.fields, path, kind.rules))
        for path in item.paths
    )


def _forget(session: LocalSession, diff: ResourceDiff) -> None:
    record = session.store.read(diff.id)
    if record is not None and record.baseline is not None and record.baseline.others:
        session.store.record(without_first_share(record.baseline.seen_by(session.read.step.origin)))
    else:
        session.store.forget(diff.id)


def _move(session: LocalSession, item: Taken, desired: Desired, code: Code | None) -> None:
    diff, live = item.diff, item.diff.live
    if live is None:
        return
    kind = session.read.kind(diff.id)
    comparer = Comparer(kind.rules, session.store.seal)
    wanted, online = dict(desired.fields), dict(live.fields)
    if CODE in item.paths:
        wanted[CODE] = online[CODE] = version_online(session, diff)
    elif diff.desired is not None and CODE in diff.desired.fields:
        wanted[CODE] = diff.desired.fields[CODE]
        online[CODE] = _recognised(online.get(CODE), wanted[CODE])
    before = diff.baseline or Baseline(diff.id, {}, {}, covers=frozenset())
    applied: dict[FieldPath, Value] = dict(before.applied)
    observed: dict[FieldPath, Value] = dict(before.observed or {})
    whole = frozenset(aspect for aspect in ASPECTS - before.covers if _all_of(diff, item, aspect, kind))
    for aspect in whole:
        applied |= sealed(_of(wanted, aspect), comparer)
        observed |= sealed(_of(online, aspect), comparer)
    moved = {path for path in item.paths if aspect_of(path) in before.covers}
    for path in moved:
        _put(applied, path, comparer.sealed(path, wanted.get(path, MISSING)))
        if not _held_by_others(before, path, online, kind, comparer):
            _put(observed, path, comparer.sealed(path, online.get(path, MISSING)))
    if not whole and not moved:
        return
    read = session.read
    after = replace(
        before,
        applied=applied,
        observed=observed,
        etag=live.etag,
        kept={path: since for path, since in before.kept.items() if path not in moved},
        kept_absent="",
        origin=read.step.origin,
        recorded_at=read.now().isoformat(timespec="seconds"),
        covers=before.covers | whole,
        common="" if CODE in item.paths else before.common,
        about=whole | {aspect_of(path) for path in moved},
    )
    keep_recorded(session, diff.baseline, after, live, code)
    session.store.record(after)


def _all_of(diff: ResourceDiff, item: Taken, aspect: str, kind: Kind) -> bool:
    """Says whether all unknown differences of an aspect were taken: only then it is known who says what."""
    if aspect not in diff.aspects or (aspect == CODE_ASPECT and kind.code is None):
        return aspect in diff.aspects
    open_changes = (change for change in diff.changes if change.aspect == aspect and change.cause is Cause.UNKNOWN)
    return all(change.path in item.paths for change in open_changes)


def _recognised(online: Value, here: Value) -> Value:
    """Gives the code online its digest, where it is the package that is here."""
    if isinstance(online, CodeVersion) and isinstance(here, CodeVersion) and same(online, here):
        return replace(online, digest=online.digest or here.digest)
    return online


def _held_by_others(before: Baseline, path: FieldPath, online: Fields, kind: Kind, comparer: Comparer) -> bool:
    """Says whether another step has another value for a shared field: for that step it still counts as drift."""
    live = effective(online, path, kind.rules)
    return any(path in fields and not comparer.same(path, fields[path], live) for fields in before.others.values())


def _of(fields: Fields, aspect: str) -> dict[FieldPath, Value]:
    return {path: value for path, value in fields.items() if aspect_of(path) == aspect}


def _put(fields: dict[FieldPath, Value], path: FieldPath, value: Value) -> None:
    if value is MISSING:
        fields.pop(path, None)
    else:
        fields[path] = value
