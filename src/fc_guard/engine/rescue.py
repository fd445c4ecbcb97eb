"""Before anything of somebody else's is overwritten or deleted: save it whole, durable, first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from fc_guard.artifacts.blob import Blob
from fc_guard.engine.session import WriteSession
from fc_guard.errors import Unreadable
from fc_guard.model.fields import CodeVersion
from fc_guard.model.ids import ResourceId
from fc_guard.model.plans import Action, Verb
from fc_guard.model.rescues import Cause, RescueCopy
from fc_guard.model.resources import Live
from fc_guard.state.rescue import finish, save

REASONS = {Verb.DELETE: "deleted", Verb.REPLACE: "replaced"}


@contextmanager
def rescued(session: WriteSession, actions: Iterable[Action]) -> Iterator[tuple[RescueCopy, ...]]:
    """Saves the live side of every action that loses somebody's work; inside, all copies are on the disk.

    Until the end they are marked as of a run under way: `recovery` tells of what a killed run leaves. Raises
    `Unreadable` when a package cannot be fetched and `BaselineUnusable` when a copy cannot be written: then nothing is
    overwritten either.
    """
    copies: list[RescueCopy] = []
    try:
        for action in actions:
            if action.rescues and action.diff.live is not None:
                copies.append(_save(session, action, action.diff.live))
        yield tuple(copies)
    finally:
        for copy in copies:
            finish(copy)


def _save(session: WriteSession, action: Action, live: Live) -> RescueCopy:
    read = session.read
    changed = frozenset(change.path for change in action.sends)
    options = read.step.options
    cause = Cause(
        run=session.run,
        command=read.step.command,
        policy=read.policy.value,
        word=options.word,
        step=read.step.origin,
        reason=REASONS.get(action.verb, "overwritten"),
        changed=changed if action.verb is Verb.UPDATE else None,
    )
    code = None if live.code is None else _package(session, action.id, live.code)
    return save(session.state, action.id, live.document, code, cause=cause, now=read.now())


def _package(session: WriteSession, id: ResourceId, code: CodeVersion) -> Blob:
    """The package that was shown, and no other: what somebody uploads meanwhile is a matter for the next comparison."""
    blob = session.read.refresh.package(id, code.checksum)
    if code.checksum is not None and blob.checksum != code.checksum:
        raise Unreadable(
            f"The code package of {id} is not the one that was compared: it changed just now, or arrived damaged.",
            hint="Nothing was overwritten. Run it again.",
        )
    return blob
