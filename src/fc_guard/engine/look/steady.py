"""Looks without the lock: what another run of this folder is writing meanwhile must not count as somebody's change."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fc_guard.engine.look.survey import Survey
from fc_guard.engine.run.locking import roots
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BaselineLocked, LiveMoved
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.resources import Record
from fc_guard.state.lock import patience_seconds

PAUSE_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Sight:
    """Traces of other runs: the marks of the locks, and the records."""

    marks: Mapping[Address, str]
    records: Mapping[Address, Record]

    @property
    def pending(self) -> bool:
        return any(record.pending is not None for record in self.records.values())


def steady(session: ReadSession, look: Callable[[], Survey]) -> Survey:
    """Returns what `look` finds, on answers and baselines of one moment.

    While another run of this folder writes, live and baselines do not belong together. Then this looks again, as long
    as a run waits for the lock, unless nothing seems to have been changed online. Raises `BaselineLocked` after that.
    """
    within = roots(session)
    for root in within:
        session.refresh.begin(root, session.baselines.mark(root))
    found = look()
    if session.baselines.dated:
        if not _accuses(found):
            return found
        session.baselines.renew(within)
    if all(session.refresh.stands(root, session.baselines.mark(root)) for root in within):
        return found
    deadline = time.monotonic() + patience_seconds()
    while True:
        before = _sight(session, within)
        for root, mark in before.marks.items():
            session.refresh.begin_again(root, mark)
        found = look()
        writer = _writer(session, before, _sight(session, within))
        if not writer or not _accuses(found):
            return found
        if time.monotonic() >= deadline:
            raise BaselineLocked(
                t("What is online cannot be compared: {writer} is writing it.", writer=writer),
                hint=t("Run it again when that has ended."),
            )
        time.sleep(PAUSE_SECONDS)


def require_unmoved(session: ReadSession, within: Collection[Address]) -> None:
    """Raises `LiveMoved` if another run has deployed since this one looked: the lock of a shared state keeps nobody
    else away. What that run did must not count as somebody's change online."""
    if moved_meanwhile(session, within):
        raise LiveMoved(
            t("Another run deployed here while this one was looking."), hint=t("Run it again when that has ended.")
        )


def moved_meanwhile(session: ReadSession, within: Collection[Address]) -> bool:
    """Says whether another run has written inside these roots since this one looked, once that has ended."""
    if not session.baselines.renew(within):
        return False
    while any(session.baselines.holder(root) for root in within):
        with session.terminal.interruptible():
            time.sleep(PAUSE_SECONDS)
        session.baselines.renew(within)
    return True


def writers(session: ReadSession, ids: Iterable[Address]) -> Mapping[Address, str]:
    """Returns the resources that another run has locked now, each with a description of that run."""
    found = {id: session.baselines.holder(session.catalog.root(id)) for id in ids}
    return {id: holder for id, holder in found.items() if holder}


def _sight(session: ReadSession, within: tuple[Address, ...]) -> _Sight:
    session.baselines.renew(within)
    marks = {root: session.baselines.mark(root) for root in within}
    records = {}
    for id in session.baselines.ids(session.account, session.region):
        if session.catalog.root(id) in within and (record := session.baselines.read(id)) is not None:
            records[id] = record
    return _Sight(marks, records)


def _writer(session: ReadSession, before: _Sight, after: _Sight) -> str:
    """Returns the run that may have written between two sights, or '' where none has. Every write of ours is announced
    in a record before it is sent, and recorded after it."""
    holders = [holder for root in after.marks if (holder := session.baselines.holder(root))]
    if before == after and not (after.pending and holders):
        return ""
    return next(iter(holders), t("another run"))


def _accuses(found: Survey) -> bool:
    return any(diff.drifted for diff in found.diffs)
