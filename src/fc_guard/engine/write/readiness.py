"""Waits for what a write needs: until it can be used, and until others have heard of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from fc_guard.core.resolve import of_action, open_outputs
from fc_guard.engine.run.session import ReadSession, WriteSession
from fc_guard.errors import CallFailed
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.kind_defaults import at_once
from fc_guard.model.kinds import Kind
from fc_guard.model.outputs import Output
from fc_guard.model.plans import Action, Verb
from fc_guard.model.resources import Live

LONGEST: Final = 300.0
"""Seconds: a network takes a few of them to be ready, a file system up to some minutes."""
UNSEEN: Final = 120.0
"""Seconds until Function Compute has heard of what was made elsewhere: the predecessor waits as long."""
FIRST: Final = 0.2
PAUSE: Final = 3.0
"""Seconds between two looks; the first ones come faster."""
TELLS: Final = 5.0


def ready(session: ReadSession, action: Action) -> Action:
    """Returns the action with the values of what it needs, once all of that can be used. Raises `CallFailed`.

    Of what an update does not send a value of, nothing has to be there: it was left deleted, say."""
    desired, parent, sources = action.diff.desired, session.catalog.parent(action.id), open_outputs(action)
    needs = (frozenset() if desired is None else desired.needs) | (frozenset() if parent is None else {parent})
    needs |= {around for id in needs for around in session.catalog.around(id)}
    slow = {id for id in needs if session.kind(id).ready is not at_once}
    if action.verb is Verb.UPDATE:
        sent = {output.of for output in sources}
        slow -= {id for id in slow - sent if session.refresh.live(id) is None}
    found = {id: _usable(session, id) for id in sorted(slow)}
    return of_action(action, lambda output: _value(session, output, found)) if sources else action


def _usable(session: ReadSession, id: Address) -> Live:
    kind, wait = session.kind(id), Wait(session, t("{id} is not ready yet", id=id), LONGEST)
    while True:
        with session.terminal.interruptible():
            live = session.refresh.exact([id])[id]
        if live is None:
            raise CallFailed(
                t("{id} is needed, and is not there.", id=id), code="NotThere", http_status=0, hint=t("Run it again.")
            )
        if kind.ready(live.document):
            return live
        if why := kind.blocked(live.document):
            raise CallFailed(
                t("{id} cannot be used: {why}.", id=id, why=why),
                code="Blocked",
                http_status=0,
                hint=t("Run it again after that: it goes on from here."),
            )
        session.refresh.forget(id)
        wait.on()


def _value(session: ReadSession, output: Output, found: dict[Address, Live]) -> str:
    live = found.get(output.of) or _usable(session, output.of)
    value = live.document.get(output.member)
    if not isinstance(value, str) or not value:
        raise CallFailed(
            t("{id} has no {member} yet.", id=output.of, member=output.member),
            code="NotThere",
            http_status=0,
            hint=t("Run it again."),
        )
    return value


def patient(session: WriteSession) -> WriteSession:
    """Returns the session, in which gateways wait for what ends later than its answer."""

    def waits(what: str, longest: float) -> Wait:
        return Wait(session.read, what, longest)

    return replace(session, gateways=session.gateways.waiting(waits))


class Wait:
    """A wait that is bounded, told and ends at Ctrl-C."""

    def __init__(
        self,
        session: ReadSession,
        what: str,
        longest: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._terminal = session.terminal
        self._what = what
        self._longest = longest
        self._now = now
        self._sleep = sleep
        self._begun = now()
        self._told = self._begun
        self._pause = FIRST

    @property
    def over(self) -> bool:
        return self._now() - self._begun >= self._longest

    def on(self) -> None:
        """Waits a moment. Raises `CallFailed` once it has been too long."""
        now = self._now()
        if self.over:
            raise CallFailed(
                t("{what}, after {seconds:.0f} s.", what=self._what, seconds=now - self._begun),
                code="NotReady",
                http_status=0,
                hint=t("What was made is recorded. Run it again: it goes on from here."),
            )
        if now - self._told >= TELLS:
            self._told = now
            self._terminal.say(t("{what}: waiting, {seconds:.0f} s", what=self._what, seconds=now - self._begun))
        with self._terminal.interruptible():
            self._sleep(self._pause)
        self._pause = min(PAUSE, self._pause * 2)


def unseen(kind: Kind, needs: Collection[Address]) -> str:
    """Says what a provider has not heard of yet."""
    return t("{api} does not see {others} yet", api=kind.api, others=joined(map(str, sorted(needs)), ", "))
