"""Before anything of somebody else's is overwritten or deleted: save it whole, durable, first."""

from __future__ import annotations

from collections.abc import Iterable

from fc_guard.artifacts.blob import Blob
from fc_guard.engine.session import WriteSession
from fc_guard.errors import Unreadable
from fc_guard.model.fields import CodeVersion
from fc_guard.model.ids import ResourceId
from fc_guard.model.plans import Action, Verb
from fc_guard.model.reports import RescueCopy
from fc_guard.state.rescue import save


def rescue(session: WriteSession, actions: Iterable[Action]) -> tuple[RescueCopy, ...]:
    """Saves the live side of every action that loses somebody's work. Returns once all copies are on the disk.

    Raises `Unreadable` when the package cannot be fetched and `BaselineUnusable` when a copy cannot be written: then
    nothing is overwritten either.
    """
    return tuple(_save(session, action) for action in actions if action.rescues and action.diff.live is not None)


def _package(session: WriteSession, id: ResourceId, code: CodeVersion) -> Blob:
    """The package that was shown, and no other: what somebody uploads meanwhile is a matter for the next comparison."""
    blob = session.read.refresh.package(id, code.checksum)
    if code.checksum is not None and blob.checksum != code.checksum:
        raise Unreadable(
            f"The code package of {id} is not the one that was compared: it changed just now, or arrived damaged.",
            hint="Nothing was overwritten. Run it again.",
        )
    return blob


def _save(session: WriteSession, action: Action) -> RescueCopy:
    live = action.diff.live
    if live is None:  # the caller has asked
        raise ValueError(f"{action.id} is not online")
    return save(
        session.state,
        action.id,
        live.document,
        None if live.code is None else _package(session, action.id, live.code).chunks(),
        reason="deleted" if action.verb is Verb.DELETE else "overwritten",
        now=session.read.now(),
    )
