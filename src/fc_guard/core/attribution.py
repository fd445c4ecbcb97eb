"""Finds whose changes drifted, in the events of the audit trail. It is for people to read: nothing is decided by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fc_guard.model.fields import ASPECTS, CODE_ASPECT, CONFIG_ASPECT, Came
from fc_guard.model.kinds import Kind, call_path
from fc_guard.model.moments import moment
from fc_guard.model.resources import Presence, Record, ResourceDiff
from fc_guard.model.trail import How, OnlineEdit, TrailEvent

NEAR: Final = timedelta(seconds=60)
"""How far the time of an event may be from the time that the service notes with the resource, or from ours."""
DELAY: Final = timedelta(minutes=10)
"""How long it takes until an event is in the trail, about."""
MOST: Final = 3
"""The most edits that are told of one resource."""
MODIFIED: Final = "lastModifiedTime"


def is_somebodys(diff: ResourceDiff) -> bool:
    """Says whether somebody changed it online by no deployment, as far as this project's own record knows."""
    if diff.presence is Presence.DELETED_ONLINE:
        return diff.deleted_by is None
    return any(change.came is Came.ELSEWHERE for change in diff.moved)


def began(diff: ResourceDiff, record: Record | None, own: Collection[str] = ()) -> datetime | None:
    """Returns the time after which it was changed online; None if that is not known.

    Without a baseline it is about that of the last write. Where our own requests are known by their ids, `own`, it is
    that of the base, and clocks may differ. Otherwise it is that of the newest write that is recorded, since only their
    times keep our own writes apart.
    """
    if diff.baseline is None:
        modified = _modified(diff)
        return None if modified is None else modified - NEAR
    base = moment(diff.baseline.recorded_at)
    if own and base is not None:
        return base - NEAR
    return base if record is None or record.baseline is None else moment(record.baseline.recorded_at)


def attributed(
    diff: ResourceDiff,
    kind: Kind,
    events: Iterable[TrailEvent],
    record: Record | None,
    own: Collection[str],
    now: datetime,
) -> ResourceDiff:
    """Returns the difference with the edits that made it. `own` are the ids of this project's own requests."""
    since = began(diff, record, own)
    about = [event for event in events if _is_about(event, diff, kind) and event.request not in own]
    edits = _edits(diff, kind, [event for event in about if since is None or event.at > since])
    return replace(diff, edits=edits, edits_to_come=_may_come(diff, edits, since, now))


def _is_about(event: TrailEvent, diff: ResourceDiff, kind: Kind) -> bool:
    """Says whether an event is a write of this resource, and one that may have made the difference."""
    deleted = diff.presence is Presence.DELETED_ONLINE
    named = event.name in (kind.events.deleted if deleted else kind.events.written)
    return named and not event.failed and _mentions(event, diff, kind) and _fits(event, diff, kind)


def _mentions(event: TrailEvent, diff: ResourceDiff, kind: Kind) -> bool:
    names = set(call_path(kind, diff.id))
    if kind.blind_to_case:
        return {name.lower() for name in names} <= {word.lower() for word in event.mentions}
    return names <= event.mentions


def _fits(event: TrailEvent, diff: ResourceDiff, kind: Kind) -> bool:
    """Says whether the event may have changed what drifted: configuration, code, or the whole."""
    moved = {change.aspect for change in diff.moved if change.came is Came.ELSEWHERE} or ASPECTS
    return bool(moved & _aspects(event, kind))


def _aspects(event: TrailEvent, kind: Kind) -> frozenset[str]:
    """Returns what an event may have changed: either where its parameters do not tell."""
    said = event.members - kind.events.besides
    if not said or kind.code is None:
        return ASPECTS
    of_code = {CODE_ASPECT} if said & kind.events.code else set()
    of_config = {CONFIG_ASPECT} if said - kind.events.code else set()
    return frozenset(of_code | of_config)


def _edits(diff: ResourceDiff, kind: Kind, events: list[TrailEvent]) -> tuple[OnlineEdit, ...]:
    """Returns the edits, first the one that is nearest to the last write, then the newest; one of each person."""
    modified = _modified(diff)
    newest = sorted(events, key=lambda event: event.at, reverse=True)
    if modified is not None:
        near = [event for event in newest if abs(event.at - modified) <= NEAR]
        newest.sort(key=lambda event: (event not in near, abs(event.at - modified) if event in near else NEAR))
    told = {(event.by, event.how): event for event in reversed(newest)}
    first = [event for event in newest if told[event.by, event.how] is event]
    aspects: dict[tuple[str, How], frozenset[str]] = {}
    for event in newest:
        person = event.by, event.how
        aspects[person] = aspects.get(person, frozenset()) | _aspects(event, kind)
    most = MOST if diff.baseline is not None else 1  # of what was never deployed from here, only the last write counts
    return tuple(
        OnlineEdit(event.by, event.at, event.how, event.name, event.client, aspects[event.by, event.how])
        for event in first[:most]
    )


def _may_come(diff: ResourceDiff, edits: Collection[OnlineEdit], since: datetime | None, now: datetime) -> bool:
    """Says whether what changed it may be too new to be in the trail."""
    modified = _modified(diff)
    last = modified or since
    if last is None or now - last >= DELAY:
        return False
    return not edits if modified is None else not any(abs(edit.at - modified) <= NEAR for edit in edits)


def _modified(diff: ResourceDiff) -> datetime | None:
    written = diff.live.document.get(MODIFIED) if diff.live is not None else None
    return moment(written) if isinstance(written, str) else None
