"""Settles intents of interrupted runs, and writes whose answer was lost, by reading and never by repeating."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timezone
from enum import Enum
from typing import Final

from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer
from fc_guard.engine.look.saved import document_saved
from fc_guard.engine.run.session import LocalSession
from fc_guard.engine.write.readiness import Wait
from fc_guard.errors import BaselineUnusable, OutcomeUnknown
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CodeVersion, FieldPath, Value
from fc_guard.model.kinds import Kind
from fc_guard.model.moments import moment
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import Baseline, Intent, Live
from fc_guard.render.times import shown_time
from fc_guard.state.copies import finish
from fc_guard.state.shelf import DAMAGED, unfinished
from fc_guard.state.store import BaselineStore

LATE: Final = 30.0
"""Seconds after which a list has what was made, where it may come late (`Kind.late`)."""


class Resolution(Enum):
    APPLIED = "applied"
    NOT_APPLIED = t("not applied")
    MOVED_ON = t("changed by somebody since")


def recover(session: LocalSession, roots: Collection[Address]) -> tuple[str, ...]:
    """Settles what killed runs left inside locked `roots`: intents, unfinished rescue copies. Returns what to tell."""
    left = [copy for copy in unfinished(session.state, session.read.catalog) if _inside(session, copy.id, roots)]
    return (*settled_intents(session, roots), *(_end_of(session, copy) for copy in left))


def settled_intents(session: LocalSession, roots: Collection[Address]) -> tuple[str, ...]:
    """Settles the intents inside `roots` that nobody is carrying out any more. Returns what to tell."""
    told = []
    for id in session.store.unsettled(session.read.account, session.read.region):
        if not _inside(session, id, roots):
            continue
        session.store.wait(id, session.read.terminal.interruptible)
        record = session.store.read(id)
        if record is not None and record.pending is not None:
            told.append(_resolve(session, id, record.pending))
    return tuple(told)


def _inside(session: LocalSession, id: Address, roots: Collection[Address]) -> bool:
    return session.read.catalog.root(id) in roots


def _end_of(session: LocalSession, copy: RescueCopy) -> str:
    began = t(
        "A run that was interrupted ({by}) had saved {id} as rescue copy {copy}",
        by=copy.occasion.by,
        id=copy.id,
        copy=copy.name,
    )
    try:
        document = document_saved(session.read, copy)
    except BaselineUnusable as error:
        if error.reference != DAMAGED:
            raise
        finish(session.state, copy, used=True)  # its end is unknown: `newest` stops at it
        return t(
            "{began}, which is damaged since. What is left of it is in {directory}.",
            began=began,
            directory=copy.directory,
        )
    live = session.read.refresh.exact([copy.id])[copy.id]
    session.read.believes()
    saved = session.read.refresh.heard(copy.id, document)
    untouched = live is not None and _alike(session, saved, live)
    finish(session.state, copy, used=not untouched)
    if untouched:
        return t("{began}: it is online as it was, nothing of it was overwritten.", began=began)
    gone = t("deleted") if live is None else t("overwritten")
    return t(
        "{began}: since then it has been {gone}. `s undo {copy}` puts it back.", began=began, gone=gone, copy=copy.name
    )


def _alike(session: LocalSession, saved: Live, live: Live) -> bool:
    rules = session.read.kind(live.id).rules
    comparer = Comparer(rules, session.store.seal)
    return all(
        comparer.same(path, effective(saved.fields, path, rules), effective(live.fields, path, rules))
        for path in {*saved.fields, *live.fields}
    )


def _resolve(session: LocalSession, id: Address, intent: Intent) -> str:
    live = _looked_up(session, id, intent)
    session.read.believes()
    resolution = _settle(session.store, session.read.kind(id), intent, live, id)
    session.read.refresh.forget(id)
    began = t(
        "The last run was interrupted at {operation} of {id} ({at})",
        operation=intent.operation,
        id=id,
        at=shown_time(intent.at),
    )
    match resolution:
        case Resolution.APPLIED if intent.restores:
            return t("{began}: it had been carried out; what it put back is online.", began=began)
        case Resolution.APPLIED:
            return t("{began}: it had been carried out; the baseline is complete now.", began=began)
        case Resolution.NOT_APPLIED:
            return t("{began}: it had changed nothing.", began=began)
        case _:
            return t("{began}, and it has changed online since: compared with the deployment before.", began=began)


def _looked_up(session: LocalSession, id: Address, intent: Intent) -> Live | None:
    """Returns what is online. What may have been made a moment ago is waited for where a list may not have it yet."""
    wait = None
    while True:
        session.read.refresh.forget(id)
        live = session.read.refresh.exact([id])[id]
        if not _may_come(session.read.kind(id), intent, live) or _age(session, intent) >= LATE:
            return live
        wait = wait or Wait(session.read, t("{id} may have been made, and is not listed yet", id=id), LATE)
        if wait.over:  # the clock was put back
            return live
        wait.on()


def _may_come(kind: Kind, intent: Intent, live: Live | None) -> bool:
    return kind.late and live is None and intent.leads_to is not None


def _age(session: LocalSession, intent: Intent) -> float:
    """Returns how many seconds ago an intent was written."""
    at = moment(intent.at, timezone.utc)
    return LATE if at is None else (session.read.now() - at).total_seconds()


def settle(
    store: BaselineStore, kind: Kind, intent: Intent, live: Live | None, id: Address, cause: str = ""
) -> Resolution:
    """Decides what became of an intent that was carried out just now, and updates the store accordingly. Raises
    `OutcomeUnknown`, and keeps the intent, if it cannot be seen yet; `cause` is why it is in doubt."""
    if _may_come(kind, intent, live):
        said = t("{id} may have been made, and is not listed yet.", id=id)
        raise OutcomeUnknown(
            joined((cause, said)) if cause else said,
            hint=t("Run it again: the next run finds out before it does anything."),
        )
    return _settle(store, kind, intent, live, id)


def _settle(store: BaselineStore, kind: Kind, intent: Intent, live: Live | None, id: Address) -> Resolution:
    resolution = _outcome(store, kind, intent, live)
    leads_to = None if live is None else intent.leads_to
    if resolution is not Resolution.APPLIED or (intent.restores and leads_to is None):
        store.withdraw(id)
    elif leads_to is None or live is None:
        store.forget(id)
    elif intent.restores:
        store.restored(_completed(leads_to, intent.sent, live))
    else:
        store.record(_completed(leads_to, intent.sent, live))
    return resolution


def _outcome(store: BaselineStore, kind: Kind, intent: Intent, live: Live | None) -> Resolution:
    if live is None:
        return Resolution.APPLIED if intent.leads_to is None else Resolution.NOT_APPLIED
    if intent.etag is not None and live.etag == intent.etag:
        return Resolution.NOT_APPLIED
    if intent.leads_to is None:
        return Resolution.MOVED_ON
    expected = intent.leads_to.observed or {}
    rules = kind.rules
    comparer = Comparer(rules, store.seal)
    met = all(
        comparer.same(path, effective(live.fields, path, rules), effective(expected, path, rules))
        for path in intent.sent
    )
    return Resolution.APPLIED if met else Resolution.MOVED_ON


def _completed(leads_to: Baseline, sent: frozenset[FieldPath], live: Live) -> Baseline:
    """Returns the baseline that the interrupted run would have written. Its observed side is what that run expected,
    not what is live now: whatever else moved since must still be found."""
    observed: dict[FieldPath, Value] = dict(leads_to.observed or {})
    code, expected = live.code, observed.get(CODE)
    if code is not None and CODE in sent:
        known = isinstance(expected, CodeVersion) and expected.checksum == code.checksum
        observed[CODE] = expected if known else code
    return replace(leads_to, observed=observed, etag=live.etag)
