"""Records what a run has written: a deployment, a removal and an undo each record something else."""

from __future__ import annotations

from typing import Final, Protocol

from fc_guard.core.theirs import theirs_of
from fc_guard.engine.write.recording import Facts, absence_after, baseline_after, restored_after
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields
from fc_guard.model.kinds import Kind, Lifecycle
from fc_guard.model.plans import Action, Verb
from fc_guard.model.resources import Baseline, Presence
from fc_guard.state.store import BaselineStore


class Recorder(Protocol):
    @property
    def restores(self) -> bool:
        """Says whether writes put back somebody else's state. The intent has it too, since recovery goes by it."""

    def after(self, action: Action, observed: Fields, etag: str | None, facts: Facts) -> Baseline:
        """Returns the baseline that a write leads to. `observed` is live right after it."""

    def keep(self, store: BaselineStore, after: Baseline, request: str) -> None:
        """Records what a write led to, in place of its intent. What it overwrote had been saved before. `request` is
        the provider's id of the write."""

    def deleted(self, store: BaselineStore, id: Address) -> None: ...

    def settle(self, store: BaselineStore, action: Action, facts: Facts) -> bool:
        """Records what an action without a write means. Returns whether the live state has to be recorded as it is."""

    def about(self, kind: Kind) -> Recorder:
        """Returns what records the writes of a kind."""


class _Baselines:
    restores = False

    def after(self, action: Action, observed: Fields, etag: str | None, facts: Facts) -> Baseline:
        return baseline_after(action, observed, etag, facts)

    def keep(self, store: BaselineStore, after: Baseline, request: str) -> None:
        store.record(after, saved=True, request=request)

    def deleted(self, store: BaselineStore, id: Address) -> None:
        store.forget(id)

    def settle(self, store: BaselineStore, action: Action, facts: Facts) -> bool:
        if action.verb is Verb.FORGET:
            store.forget(action.id)
        elif action.keeps_absent:
            store.record(absence_after(action, facts), theirs=theirs_of(action))
        else:
            return action.leaves
        return False

    def about(self, kind: Kind) -> Recorder:
        return self


class _Deployment(_Baselines):
    def settle(self, store: BaselineStore, action: Action, facts: Facts) -> bool:
        settled = super().settle(store, action, facts)
        return settled or (_is_left(action) and action.diff.presence is Presence.PRESENT)


class _Undo:
    """Leaves all baselines as they are: what an undo puts back is not ours, and the next comparison must find it. What
    s.yaml leaves to be made, and an undo makes for that, is ours."""

    restores = True

    def after(self, action: Action, observed: Fields, etag: str | None, facts: Facts) -> Baseline:
        return restored_after(action, observed, etag, facts)

    def keep(self, store: BaselineStore, after: Baseline, request: str) -> None:
        store.restored(after)

    def deleted(self, store: BaselineStore, id: Address) -> None:
        store.withdraw(id)

    def settle(self, store: BaselineStore, action: Action, facts: Facts) -> bool:
        return False

    def about(self, kind: Kind) -> Recorder:
        return DEPLOYMENT if kind.lifecycle is Lifecycle.MADE_ONLY else self


def _is_left(action: Action) -> bool:
    return action.verb is not Verb.FORGET and not action.keeps_absent


DEPLOYMENT: Final[Recorder] = _Deployment()
REMOVAL: Final[Recorder] = _Baselines()
"""Moves the baselines of what stays only where a share is given up: a removal that spares somebody's change has not
deployed it, and must find it again."""
UNDO: Final[Recorder] = _Undo()
