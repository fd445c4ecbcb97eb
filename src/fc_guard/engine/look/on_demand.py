"""What s.yaml leaves to us to find or make, and the values that other resources take from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from fc_guard.core.one_name import met
from fc_guard.core.references import given_texts, mentions
from fc_guard.core.resolve import (
    Known,
    demanded,
    found_or_made,
    has_outputs,
    in_use,
    known_from,
    known_from_records,
    last_there,
    needed_by,
    of_desired,
    outputs_in,
    wanting,
)
from fc_guard.engine.run.session import ReadSession
from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath
from fc_guard.model.kinds import Lifecycle
from fc_guard.model.outputs import Output
from fc_guard.model.resources import Desired, Live, Record


def with_values(
    session: ReadSession,
    asked: Mapping[Address, Desired],
    live: dict[Address, Live],
    records: Mapping[Address, Record],
    *,
    watch: bool,
) -> dict[Address, Desired]:
    """Returns what is wanted, with the values of what is online already. What is there on demand is left out unless
    something wants it; where that was not read yet, it is read, and `live` has it then.

    Whoever watches wants what was deployed, and nothing else.
    """
    known = _known(live if watch else {**live, **_seen(session, asked, live)})
    if watch:
        wanted = frozenset(id for id in asked if asked[id].on_demand and id in records)
    else:
        recorded = known_from_records(records.values())
        old = _Old(session, records, live)
        asked = {id: _without_stale(session, each, live, known, recorded, old) for id, each in asked.items()}
        paths = {id: _paths(session, each, live, known) for id, each in asked.items() if not each.on_demand}
        absent = asked.keys() - live.keys()
        wanted = demanded(tuple(asked.values()), paths, absent, session.catalog.around)
        wanted |= {id for id, each in asked.items() if met(each, known)}
        live |= _found(session, wanted - live.keys())
    return {id: of_desired(each, known) for id, each in asked.items() if not each.on_demand or id in wanted}


def for_other_parts(session: ReadSession) -> frozenset[Address]:
    """Returns what supports only what the run is not about: the role of a service, where it is about triggers."""
    if session.scope.kinds is None:
        return frozenset()
    desired = {each.id: each for each in session.desired}
    supports = {id for id in desired if session.kind(id).lifecycle is Lifecycle.MADE_ONLY}
    waiting = [id for id in desired.keys() - supports if session.scope.holds(id)]
    reached: set[Address] = set()
    while waiting:
        id = waiting.pop()
        others = needed_by(desired[id]) if id in desired else frozenset()
        found = {other for other in (*others, *session.catalog.around(id)) if other not in reached}
        reached |= found
        waiting += found & supports
    return frozenset(supports - reached)


def needing(session: ReadSession, id: Address) -> tuple[str, ...]:
    """Returns what of the step needs a supporting resource and is not what the run is about: another trigger with its
    role."""
    if session.kind(id).lifecycle is not Lifecycle.MADE_ONLY:
        return ()
    apart = (each for each in session.desired if not each.on_demand and not session.scope.holds(each.id))
    needing = (each.id for each in apart if id in needed_by(each))
    return tuple(str(other) for other in needing if session.refresh.live(other) is not None)


def outputs_of(session: ReadSession, live: Live) -> dict[str, Output]:
    """Returns the texts that what is online may have from what s.yaml leaves to be found or made, and what of. It may
    have them from what is gone by now, too."""
    desired = next((each for each in session.desired if each.id == live.id), None)
    left = {} if desired is None else found_or_made(desired)
    outputs = [output for value in left.values() for output in outputs_in(value)]
    sources = {output.of for output in outputs if not output.text}
    records = (session.baselines.read(id) for id in sorted(sources))
    before = known_from_records(record for record in records if record is not None)
    known = _known(_found(session, sources))
    texts = ((text, output) for output in outputs for text in (before(output), known(output), output.text))
    return {text: output for text, output in texts if text}


def with_supports(
    session: ReadSession, wanted: Mapping[Address, Desired], live: Mapping[Address, Live | None]
) -> dict[Address, Desired]:
    """Returns what is put back, with the values of what s.yaml leaves to be found or made, and what of that has to be
    made for it."""
    if not any(each.derived or has_outputs(each.fields) for each in wanted.values()):
        return dict(wanted)
    there = {id: each for id, each in live.items() if each is not None}
    made_only = (each for each in session.desired if session.kind(each.id).lifecycle is Lifecycle.MADE_ONLY)
    asked = {**{each.id: replace(each, on_demand=True) for each in made_only}, **wanted}
    found = with_values(session, asked, there, {}, watch=False)
    return {id: each for id, each in found.items() if id in wanted or id not in there}


def _paths(session: ReadSession, desired: Desired, live: Mapping[Address, Live], known: Known) -> frozenset[FieldPath]:
    """Returns the derived fields of a resource that something there on demand is, or would be, the source of."""
    if not desired.derived:
        return frozenset()
    here = live.get(desired.id)
    if here is None:
        return frozenset(desired.derived)
    rules = session.kind(desired.id).rules
    return wanting(desired, here.fields, rules) | in_use(desired.derived, here.fields, known, rules)


def _seen(session: ReadSession, asked: Mapping[Address, Desired], live: Mapping[Address, Live]) -> dict[Address, Live]:
    """Returns what online may have its values from, or s.yaml may mean by an id, and no record of this step names:
    another step has made it, say. Whether it is used can only be told by looking at it."""
    sources = {id for id, each in asked.items() if each.named_by}
    for each in asked.values():
        here = None if each.on_demand else live.get(each.id)
        if here is None or not each.derived:
            continue
        there = each.derived.keys() - wanting(each, here.fields, session.kind(each.id).rules)
        sources.update(output.of for path in there for output in outputs_in(each.derived[path]) if not output.text)
    return _found(session, {id for id in sources if id in asked and asked[id].on_demand} - live.keys())


def _found(session: ReadSession, ids: Collection[Address]) -> dict[Address, Live]:
    session.refresh.ahead(sorted(ids), ())
    found = {id: session.refresh.live(id) for id in sorted(ids)}
    return {id: each for id, each in found.items() if each is not None}


@dataclass(frozen=True, slots=True)
class _Old:
    """Tells what supported this step and counts as nothing now, whichever word of s.yaml had asked for it: what is not
    there any more, and another way to the same. A file system is reached through the network that s.yaml names now."""

    session: ReadSession
    records: Mapping[Address, Record]
    live: Mapping[Address, Live]

    def is_in(self, path: FieldPath, here: Live, desired: Desired) -> bool:
        """Says whether a derived field has an id or an address of it online."""
        sources = {output.of for output in outputs_in(desired.derived[path])}
        old = (record for id, record in self.records.items() if self._is_old(id, sources))
        texts = (text for each in old for text in given_texts(last_there(each), self.session.kind(each.id).rules))
        return any(mentions(here.fields.get(path), text) for text in texts)

    def _is_old(self, id: Address, sources: Collection[Address]) -> bool:
        if self.session.kind(id).lifecycle is not Lifecycle.MADE_ONLY or id in sources:
            return False
        parent = self.session.catalog.parent
        other_way = any(each.kind == id.kind and parent(each) == parent(id) is not None for each in sources)
        return id not in self.live or other_way


def _without_stale(
    session: ReadSession,
    desired: Desired,
    live: Mapping[Address, Live],
    known: Known,
    recorded: Known,
    old: _Old,
) -> Desired:
    """Returns what is wanted; of that, what online has from something that is not there any more, as a network that
    somebody deleted, is named as stale."""
    here = live.get(desired.id)
    if here is None or not desired.derived:
        return desired
    rules = session.kind(desired.id).rules
    before = in_use(desired.derived, here.fields, recorded, rules) - in_use(desired.derived, here.fields, known, rules)
    return replace(desired, stale=before.union(path for path in desired.derived if old.is_in(path, here, desired)))


def _known(live: Mapping[Address, Live]) -> Known:
    return known_from({id: each.document for id, each in live.items()})
