"""Before anything of somebody else's is overwritten or deleted: save it whole, durable, first."""

from __future__ import annotations

from collections.abc import Iterable

from fc_guard.engine.session import WriteSession
from fc_guard.kinds import REGISTRY
from fc_guard.model.fields import CODE
from fc_guard.model.plans import Action, Verb
from fc_guard.model.reports import RescueCopy
from fc_guard.state.rescue import save


def rescue(session: WriteSession, actions: Iterable[Action]) -> tuple[RescueCopy, ...]:
    """Saves the live side of every action that loses somebody's work. Returns once all copies are on the disk.

    Raises `Unreadable` when the package cannot be fetched and `BaselineUnusable` when a copy cannot be written: then
    nothing is overwritten either.
    """
    return tuple(_save(session, action) for action in actions if action.rescues and action.diff.live is not None)


def _save(session: WriteSession, action: Action) -> RescueCopy:
    live = action.diff.live
    if live is None:  # the caller has asked
        raise ValueError(f"{action.id} is not online")
    takes_code = REGISTRY[action.id.kind].has_code and live.fields.get(CODE) is not None
    return save(
        session.state,
        action.id,
        live.document,
        session.read.refresh.package(action.id) if takes_code else None,
        reason="deleted" if action.verb is Verb.DELETE else "overwritten",
        now=session.read.now(),
    )
