"""Intents left by an interrupted run, and writes whose answer was lost: resolved by reading, never by repeating."""

from __future__ import annotations

from enum import Enum

from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer
from fc_guard.engine.session import WriteSession
from fc_guard.kinds import REGISTRY
from fc_guard.model.fields import CODE, MISSING, FieldPath, Fields, Value
from fc_guard.model.ids import ResourceId
from fc_guard.model.resources import Baseline, Intent, Live
from fc_guard.state.store import BaselineStore


class Resolution(Enum):
    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    MOVED_ON = "changed by somebody since"


def recover(session: WriteSession) -> tuple[str, ...]:
    """Resolves every intent of this account and region that lies in the step's service. Returns what to tell."""
    read = session.read
    service = read.step.props["service"]["name"]
    told = []
    for id in session.store.ids(read.account, read.region):
        if id.parts[0] != service:
            continue
        record = session.store.read(id)
        if record is not None and record.pending is not None:
            told.append(_resolve(session, id, record.pending, record.baseline))
    return tuple(told)


def _resolve(session: WriteSession, id: ResourceId, intent: Intent, baseline: Baseline | None) -> str:
    session.read.refresh.forget(id)
    live = session.read.refresh.exact([id])[id]
    resolution = settle(session.store, intent, live, baseline, id, origin=session.read.step.origin)
    session.read.refresh.forget(id)
    began = f"The last run was interrupted at {intent.operation} of {id} ({intent.at})"
    match resolution:
        case Resolution.APPLIED:
            return f"{began}: it had been carried out; the baseline is complete now."
        case Resolution.NOT_APPLIED:
            return f"{began}: it had changed nothing."
        case _:
            return f"{began}, and it has changed online since: compared with the deployment before."


def settle(
    store: BaselineStore,
    intent: Intent,
    live: Live | None,
    baseline: Baseline | None,
    id: ResourceId,
    *,
    origin: str,
) -> Resolution:
    """Decides what became of an intent and brings the store in line."""
    resolution = _outcome(store, intent, live)
    if resolution is not Resolution.APPLIED:
        store.withdraw(id)
    elif intent.deletes or live is None:
        store.forget(id)
    else:
        store.record(_completed(store, intent, live, baseline, origin))
    return resolution


def _outcome(store: BaselineStore, intent: Intent, live: Live | None) -> Resolution:
    if live is None:
        return Resolution.APPLIED if intent.deletes else Resolution.NOT_APPLIED
    if intent.etag is not None and live.etag == intent.etag:
        return Resolution.NOT_APPLIED
    if intent.deletes:
        return Resolution.MOVED_ON
    rules = REGISTRY[live.id.kind].rules
    comparer = Comparer(rules, store.seal)
    met = all(
        comparer.same(path, effective(live.fields, path, rules), effective(intent.expected, path, rules))
        for path in intent.sent
    )
    return Resolution.APPLIED if met else Resolution.MOVED_ON


def _completed(store: BaselineStore, intent: Intent, live: Live, baseline: Baseline | None, origin: str) -> Baseline:
    """The baseline that the interrupted run would have written. `observed` is what it expected, not what is live now:
    whatever else moved since must still be found."""
    observed: dict[FieldPath, Value] = dict(intent.expected)
    if CODE in live.fields and CODE in intent.sent:
        observed[CODE] = live.fields[CODE]
    return Baseline(
        id=live.id,
        applied=intent.applied,
        observed=observed,
        etag=live.etag,
        kept=intent.kept,
        origin=baseline.origin if baseline is not None else origin,
        recorded_at=intent.at,
    )


def sealed(fields: Fields, comparer: Comparer) -> dict[FieldPath, Value]:
    """Fields as the store may keep them."""
    return {path: comparer.sealed(path, value) for path, value in fields.items() if value is not MISSING}
