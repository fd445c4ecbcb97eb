"""What left s.yaml and stays online: what supports it goes on doing so.

Several resources may be supported by one value, as a role trusts the sources of all triggers that share it. s.yaml asks
for it on behalf of those that it names; one that stays without being named would lose its part, and stop working.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fc_guard.core import homes
from fc_guard.core.base import base_of
from fc_guard.core.compare import compare
from fc_guard.core.removal import may_be_kept
from fc_guard.core.scope import within
from fc_guard.engine.look.shares import baseline_of
from fc_guard.engine.run.session import ReadSession, desired_from
from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING
from fc_guard.model.kinds import Lifecycle
from fc_guard.model.plans import Policy
from fc_guard.model.resources import Baseline, Desired, Live, Presence, Record


def supporting_what_stays(
    session: ReadSession,
    asked: dict[Address, Desired],
    recorded: Mapping[Address, Record],
    live: Mapping[Address, Live],
) -> dict[Address, Desired]:
    """Returns what is asked for, with the supporting resources as s.yaml would ask for them if it still named what
    stays. Nothing is asked for besides: what is needed by nothing else is left as it is online.

    What stays is read from its record, not from online: there it has been given what it asks for.
    """
    named = {desired.id for desired in session.desired}
    left = (record for record in recorded.values() if _has_left(session, record.id, named))
    staying = [each.baseline for each in left if each.baseline is not None and _stays(session, each, live)]
    if not staying:
        return asked
    kinds = (kind for kind in session.layout.kinds if kind.lifecycle is Lifecycle.MADE_ONLY)
    props = _with_items(session, staying)
    whole = {each.id: each for each in desired_from(kinds, props, session.account, session.region)}
    return {id: whole.get(id, wanted) for id, wanted in asked.items()}


def _has_left(session: ReadSession, id: Address, named: Collection[Address]) -> bool:
    """Says whether s.yaml names it no more, as one of several inside what it does name. A part is not left there."""
    kind = session.kind(id)
    listed = kind.home.many and not kind.part and kind.lifecycle is Lifecycle.DEPLOYED
    return listed and id not in named and session.catalog.parent(id) in named


def _stays(session: ReadSession, record: Record, live: Mapping[Address, Live]) -> bool:
    """Says whether what has left s.yaml stays online. What the run is not about was not looked at, and does if it was
    there last."""
    if not session.scope.holds(record.id):
        return record.baseline is not None and record.baseline.observed is not None
    found = live.get(record.id)
    return found is not None and not _goes(session, record, found)


def _goes(session: ReadSession, record: Record, found: Live) -> bool:
    """Says whether the deployment deletes it, whatever is answered at a question."""
    if not session.step.options.prune or session.plugin is not None:
        return False  # what a plugin may still name is not deleted
    kind = session.kind(record.id)
    baseline = baseline_of(session, kind, record, base_of(record, session.checkout), found)
    diff = compare(record.id, None, found, baseline, kind.rules, session.baselines.seal)
    if within(diff, session.scope) is None or diff.presence is not Presence.ORPHAN:
        return False
    return session.policy is Policy.OVERWRITE or not may_be_kept(diff)


def _with_items(session: ReadSession, staying: Iterable[Baseline]) -> Mapping[str, Any]:
    """Returns the step's props with these resources behind the others of their kinds."""
    props: dict[str, Any] = copy.deepcopy(dict(session.step.props))
    for baseline in staying:
        kind = session.kind(baseline.id)
        said = kind.props(baseline.seen_by(session.step.origin).applied)
        there = homes.value_at(props, kind.home.place)
        items = [] if there is MISSING or there is None else there
        homes.put(props, kind.home.place, [*items, homes.entry(kind, baseline.id.name, said)])
    return props
