"""The look at a resource right before a write that FC ties to no version, and right after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fc_guard.core.choices import few
from fc_guard.core.values import Comparer
from fc_guard.engine.run.session import ReadSession
from fc_guard.engine.write.unversioned import Moment, differing, moment_of
from fc_guard.errors import PreconditionFailed
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.kinds import Kind, Lifecycle
from fc_guard.model.plans import Action, Call, Plan, Verb
from fc_guard.model.resources import Live

FRESH_SECONDS: Final = 10.0
"""Who uses a role is asked in every region: not again for each of its policies, a moment later."""


@dataclass(slots=True)
class Users:
    """Who uses what a plan deletes because nobody does: asked again right before, for all of it at once."""

    session: ReadSession
    going: tuple[Address, ...]
    now: Callable[[], float] = time.monotonic
    _found: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)
    _until: float = 0.0

    def of(self, id: Address) -> tuple[str, ...]:
        if self.now() >= self._until:
            for each in self.going:
                self.session.refresh.forget(each)
            self._found = self.session.refresh.held_by(self.going)
            self._until = self.now() + FRESH_SECONDS
        return self._found.get(id, ())


def users_of(session: ReadSession, plan: Plan) -> Users:
    going = (action.id for action in plan.actions if action.deletes)
    return Users(session, tuple(id for id in going if session.kind(id).lifecycle is Lifecycle.MADE_ONLY))


@dataclass(frozen=True, slots=True)
class LastLook:
    """`deleted` is what this run has deleted, as addresses are written."""

    session: ReadSession
    kind: Kind
    comparer: Comparer
    users: Users
    deleted: frozenset[str]

    def before(self, action: Action, call: Call) -> Moment | None:
        """Returns what is there right before the write; None where FC checks that itself. Raises `PreconditionFailed`
        when it is not as it was shown."""
        shown = None if action.verb is Verb.CREATE else action.diff.live
        silent = self.kind.operations.create == self.kind.operations.update  # PUT makes and overwrites alike
        if call.if_match is not None or (shown is None and not silent):
            return None
        now = self.after(action)
        if differing(shown, now, self.kind, self.comparer):
            raise _moved(t("{id} is not as it was shown: it changed online just now.", id=action.id))
        if action.deletes and self.kind.lifecycle is Lifecycle.MADE_ONLY:
            self._require_unused(action)
        return moment_of(self.session.refresh, self.kind, action.id, now) if self.kind.operations.read else None

    def after(self, action: Action) -> Live | None:
        """Returns what FC holds now: somebody may have written at the same moment."""
        self.session.refresh.forget(action.id)
        return self.session.refresh.exact([action.id])[action.id]

    def _require_unused(self, action: Action) -> None:
        """Looks again at who uses what is deleted because nobody does."""
        spelled = self.session.catalog.spelled
        found = self.users.of(action.id)
        # what s.yaml no longer says of a role, its own service no longer uses
        own = frozenset(str(each.id) for each in self.session.desired) if self.kind.part else frozenset()
        gone = {spelled(each) for each in self.deleted | own}
        if users := [user for user in found if spelled(user) not in gone]:
            raise _moved(t("{id} is used by {users} since just now.", id=action.id, users=few(users)))


def _moved(text: str) -> PreconditionFailed:
    return PreconditionFailed(text, code="PreconditionFailed", http_status=0)
