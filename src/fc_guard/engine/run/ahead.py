"""Reads that are started before a command looks: all that the steps of a run name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fc_guard.engine.run.session import ReadSession
from fc_guard.inputs.outlook import Guess
from fc_guard.model.address import Address


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


def _begin(session: ReadSession, roots: Iterable[Address]) -> None:
    for root in roots:
        session.refresh.begin(root, session.baselines.mark(root))
