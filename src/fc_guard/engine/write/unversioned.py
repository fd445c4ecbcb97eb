"""Writes that FC ties to no version. Only reads can show that somebody wrote at the same moment, so the resource is
read right before the write, at the same time as it, and right after it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Any, Final

from fc_guard.cloud.gateway import Reply
from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer
from fc_guard.engine.run.refresh import Refresh
from fc_guard.errors import Unreadable
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, FieldPath, Fields, path_text
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Live

AHEAD_SECONDS: Final = 0.005
"""The read's start before the write: enough to be on its way, too little to be answered from afar."""
GLANCE_SECONDS: Final = 2.0
"""The wait for the read beside a write. That read can only add to what is known."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A resource around a write. `before` is what was read before the write was sent; `glance` is a read sent together
    with the write, which FC may answer before or after it."""

    id: Address
    kind: Kind
    before: Live | None
    glance: Future[Reply | None]
    refresh: Refresh

    def overtaken(self, after: tuple[Live | None, ...], comparer: Comparer) -> Live | None:
        """Returns somebody's state from after the last look that the write replaced; None where none was seen.

        `after` are the states that are known to be from after the write.
        """
        seen = self._seen()
        if seen is None or not differing(self.before, seen, self.kind, comparer):
            return None
        return seen if all(differing(state, seen, self.kind, comparer) for state in after) else None

    def _seen(self) -> Live | None:
        try:
            reply = self.glance.result(timeout=GLANCE_SECONDS)
        except (Unreadable, NotYet):
            return None  # the read adds nothing
        return None if reply is None else self.refresh.heard(self.id, reply.document, reply.etag)


def differing(one: Live | None, other: Live | None, kind: Kind, comparer: Comparer) -> tuple[FieldPath, ...]:
    """Returns the fields in which two states differ; one empty path where only one of them exists."""
    if one is None or other is None:
        return () if one is other else ((),)
    rules = kind.rules
    return tuple(
        path
        for path in sorted({*one.fields, *other.fields} - {CODE})
        if not comparer.same(path, effective(one.fields, path, rules), effective(other.fields, path, rules))
    )


def moment_of(refresh: Refresh, kind: Kind, id: Address, before: Live | None) -> Moment:
    """Starts the read beside the write; the write has to follow at once."""
    glance = refresh.glance(id)
    wait((glance,), timeout=AHEAD_SECONDS)
    return Moment(id, kind, before, glance, refresh)


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The state after a write, told apart: `ours` is what the write led to, `theirs` are the fields that are otherwise
    online, changed by nothing that was sent."""

    ours: Fields
    theirs: tuple[FieldPath, ...]

    @property
    def note(self) -> str:
        names = joined((path_text(path) if path else t("all of it") for path in self.theirs), ", ")
        return (
            t("changed online at the same moment, by nothing that was sent: {names}; s plan shows it", names=names)
            if names
            else ""
        )


def aftermath(
    moment: Moment, sent: Mapping[str, Any], answered: Live, back: Live | None, comparer: Comparer
) -> Aftermath:
    """`sent` is the request's body, `answered` the write's own answer, `back` what was read afterwards.

    What was sent counts as FC answered it; what was not sent, as it was before. Anything else that is online now is
    somebody else's, and has to be found by the next comparison.
    """
    before = moment.before or answered
    named = answered.document.keys()
    ours = {path: value for path, value in answered.fields.items() if path[0] in sent}
    ours |= {path: value for path, value in before.fields.items() if path[0] not in sent and path[0] in named}
    rest = answered if back is None else back
    ours |= {path: value for path, value in rest.fields.items() if path[0] not in sent and path[0] not in named}
    left = Live(answered.id, ours, answered.document)
    return Aftermath(ours, differing(left, rest, moment.kind, comparer))
