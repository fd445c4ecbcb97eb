"""Reads that come before a command looks: all that the steps of a run name, and what tells under which name a resource
goes that s.yaml may name by an id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from fc_guard.core.one_name import met, one_name
from fc_guard.core.resolve import known_from, known_from_records
from fc_guard.engine.run.session import ReadSession
from fc_guard.inputs.outlook import Guess
from fc_guard.model.address import Address
from fc_guard.model.outputs import Output
from fc_guard.model.resources import Desired

COMPARES: Final = ("deploy", "drift", "info", "plan", "pull", "remove", "undo")
"""Commands that look at what s.yaml names."""


def read_ahead(session: ReadSession, guesses: Sequence[Guess]) -> None:
    """Starts the reads of all steps of a run, those of this one first: it waits for them."""
    here = [guess for guess in guesses if guess.region == session.region]
    own = {wanted.id for wanted in session.desired}
    here.sort(key=lambda guess: not guess.ids(session.account) <= own)
    ids = {id for guess in here for id in guess.ids(session.account)}
    roots = {session.catalog.root(id) for id in ids}
    if not session.baselines.dated:
        _begin(session, roots)
    scope, account = session.scope, session.account
    session.refresh.expect(id for id in ids if scope.holds(id))
    for guess in here:
        in_scope = sorted(id for id in guess.ids(account) if scope.holds(id))
        session.refresh.ahead(in_scope, sorted(key for key in guess.lists(account) if scope.lists(*key)))
    if session.baselines.dated:  # its marks are on their way, beside these reads
        _begin(session, roots)


def recognised(session: ReadSession) -> ReadSession:
    """Returns the session in which everything goes by its one name. Raises `Unreadable` where that cannot be told.

    Nothing is read unless s.yaml names by an id what could be found or made, and the run is about that.
    """
    known_by = _known_by(session) if session.step.command in COMPARES else frozenset()
    return replace(session, desired=one_name(session.desired, known_by), known_by=known_by)


def _known_by(session: ReadSession) -> frozenset[Output]:
    """Returns the values by which s.yaml names what is online. What lies in another resource is read once that is known
    to be meant."""
    parent, asked = session.catalog.parent, [each for each in session.desired if each.named_by]
    looked = [each for each in asked if session.scope.holds(each.id)]
    found: dict[Address, frozenset[Output]] = {}
    level = [each for each in looked if parent(each.id) is None]
    _begin(session, (each.id for each in level))
    while level:
        here = _met(session, level)
        found |= here
        level = [each for each in looked if parent(each.id) in here]
    return frozenset().union(*found.values())


def _met(session: ReadSession, level: Collection[Desired]) -> dict[Address, frozenset[Output]]:
    """Returns what s.yaml means by its ids, and by which of them. What is not online any more is known by its record:
    somebody deleted it, or a removal did that was killed."""
    session.refresh.ahead([each.id for each in level], ())
    live = {each.id: session.refresh.live(each.id) for each in level}
    records = (session.baselines.read(id) for id, there in live.items() if there is None)
    before = known_from_records(record for record in records if record is not None)
    known = known_from({id: there.document for id, there in live.items() if there is not None})
    found = {each.id: met(each, known) | met(each, before) for each in level}
    return {id: by for id, by in found.items() if by}


def _begin(session: ReadSession, roots: Iterable[Address]) -> None:
    for root in roots:
        session.refresh.begin(root, session.baselines.mark(root))
