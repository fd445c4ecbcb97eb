"""Says of what drifted who changed it online, as far as the audit trail tells. Nothing is asked unless something did,
and nothing is decided by the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Final

from fc_guard.core.attribution import NEAR, attributed, began, is_somebodys
from fc_guard.engine.look.survey import Aim, Survey
from fc_guard.engine.run.session import ReadSession
from fc_guard.model.resources import Record, ResourceDiff

REACH: Final = timedelta(days=30) - NEAR
"""The longest time that can be looked back to."""


def ask_whose(session: ReadSession, found: Survey) -> None:
    """Begins to ask for the edits of what drifted. It goes on beside what the caller does next."""
    somebodys = _somebodys(session, found)
    if not somebodys:
        return
    now = session.now().astimezone(timezone.utc)
    earliest = now - REACH
    starts = (began(diff, found.records.get(diff.id)) or earliest for diff in somebodys)
    session.audit.ask(max(min(starts) - NEAR, earliest), now)


def with_edits(session: ReadSession, found: Survey) -> Survey:
    """Returns the survey with the edits of what drifted, and with a note where the trail could not be read."""
    somebodys = {diff.id for diff in _somebodys(session, found)}
    ask_whose(session, found)
    heard = session.audit.heard() if somebodys else None
    if heard is None:
        return found
    now = session.now().astimezone(timezone.utc)

    def told(diff: ResourceDiff) -> ResourceDiff:
        record = found.records.get(diff.id)
        known = attributed(diff, session.kind(diff.id), heard.events, record, own_requests(record), now)
        return replace(known, edits_to_come=known.edits_to_come and not heard.why)

    diffs = tuple(told(diff) if diff.id in somebodys else diff for diff in found.diffs)
    return replace(found, diffs=diffs, notes=(*found.notes, *session.audit.note(heard)))


def own_requests(record: Record | None) -> frozenset[str]:
    """Returns the ids of the requests by which this project wrote the resource, as far as they are recorded."""
    entries = () if record is None else record.entries
    return frozenset(request for entry in entries for request in entry.requests)


def _somebodys(session: ReadSession, found: Survey) -> list[ResourceDiff]:
    """Returns what somebody else changed and is shown, of kinds whose writes the trail names: what was never deployed
    from here is not watched."""
    named = (diff for diff in found.diffs if session.kind(diff.id).events.written)
    shown = (diff for diff in named if diff.id not in session.spoken_for)
    known = (diff for diff in shown if diff.baseline is not None or found.aim is not Aim.WATCHING)
    return [diff for diff in known if is_somebodys(diff)]
