"""Saves somebody else's work, whole and durable, before it is overwritten or deleted."""

from __future__ import annotations

import os
from collections.abc import Iterable
from types import TracebackType
from typing import Final

from fc_guard.artifacts.blob import Blob
from fc_guard.core.naming import misnamed
from fc_guard.engine.look.on_demand import outputs_of
from fc_guard.engine.run.session import WriteSession
from fc_guard.errors import BadInput, GuardError, LiveMoved, PartlyApplied, Unreadable
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import CodeVersion, FieldPath
from fc_guard.model.kinds import Kind
from fc_guard.model.plans import Action, Verb
from fc_guard.model.reports import Outcome, Result
from fc_guard.model.rescues import Occasion, RescueCopy
from fc_guard.model.resources import Live
from fc_guard.render.rescues import dropped_text
from fc_guard.state.copies import finish, save
from fc_guard.state.retention import Limits, retain
from fc_guard.state.shelf import next_number

KEEP_RESCUES: Final = "FC_GUARD_KEEP_RESCUES"
REASONS: Final = {Verb.DELETE: "deleted", Verb.REPLACE: "replaced"}


class Rescues:
    """The rescue copies of a run. At the end of its context each one is marked as used or not.

    A killed run leaves copies without such a mark, which `recovery` finds.
    """

    def __init__(self, session: WriteSession) -> None:
        self._session = session
        self._limits = _limits(session.read.step.options.keep_rescues)
        self._copies: list[RescueCopy] = []
        self._number = 0
        self._lost: set[Address] = set()

    @property
    def copies(self) -> tuple[RescueCopy, ...]:
        return tuple(self._copies)

    def save(self, actions: Iterable[Action]) -> None:
        """Saves the live side of every action that loses somebody's work. Returns once all copies are on the disk.

        Raises `Unreadable` when a package cannot be fetched, `LiveMoved` when it is another one by now, and
        `BaselineUnusable` when a copy cannot be written: then nothing is overwritten either.
        """
        for action in actions:
            if action.rescues and action.diff.live is not None:
                self._keep(action, action.diff.live, _changed(action))

    def overtaken(self, action: Action, theirs: Live) -> RescueCopy:
        """Saves what somebody wrote at the very moment of a write, which has replaced it by now."""
        self._lost.add(action.id)
        return self._keep(action, theirs, None)

    def _keep(self, action: Action, live: Live, changed: frozenset[FieldPath] | None) -> RescueCopy:
        self._number = (
            self._number + 1 if self._copies else next_number(self._session.state, self._session.read.catalog)
        )
        copy = _save(self._session, action, live, changed, self._number)
        self._copies.append(copy)
        return copy

    def saw(self, outcomes: Iterable[Outcome]) -> None:
        """Notes what was overwritten or deleted after it had been saved."""
        self._lost |= {outcome.action.id for outcome in outcomes if may_have_happened(outcome)}

    def drop(self) -> tuple[str, ...]:
        """Drops copies beyond the limits, if this run saved any or was given a limit. Returns what to tell."""
        read = self._session.read
        if not self._copies and read.step.options.keep_rescues is None:
            return ()
        dropped = retain(self._session.state, read.catalog, self._limits, self._session.run, read.now())
        return (dropped_text(dropped, self._limits.copies, self._limits.size),) if dropped else ()

    def __enter__(self) -> Rescues:
        return self

    def __exit__(
        self, type: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if value is not None and not isinstance(value, GuardError):
            return  # nobody knows how far it came
        for copy in self._copies:
            finish(self._session.state, copy, used=copy.id in self._lost)


def _limits(asked: int | None) -> Limits:
    if asked is not None:
        return Limits(asked)
    text = os.environ.get(KEEP_RESCUES, "")
    if text and not text.isdecimal():
        raise BadInput(
            t("{keep_rescues} is {text!r}, and no number.", keep_rescues=KEEP_RESCUES, text=text),
            hint=t("Say how many rescue copies are to be kept."),
            reference="bad-option",
        )
    return Limits(int(text)) if text else Limits()


def may_have_happened(outcome: Outcome) -> bool:
    half = outcome.result is Result.FAILED and isinstance(outcome.error, PartlyApplied)
    return half or outcome.result in (Result.DONE, Result.UNKNOWN)


def _changed(action: Action) -> frozenset[FieldPath] | None:
    """Returns the fields that a write changes; None means all of them."""
    return frozenset(change.path for change in action.sends) if action.verb is Verb.UPDATE else None


def _save(
    session: WriteSession, action: Action, live: Live, changed: frozenset[FieldPath] | None, number: int
) -> RescueCopy:
    read = session.read
    _require_named(read.kind(action.id), live)
    options = read.step.options
    occasion = Occasion(
        run=session.run,
        command=read.step.command,
        policy=read.policy.value,
        word=options.word,
        step=read.step.origin,
        reason=REASONS.get(action.verb, "overwritten"),
        changed=changed,
        outputs=outputs_of(read, live),
    )
    code = None if live.code is None else _package(session, action.id, live.code)
    return save(session.state, action.id, live.document, code, occasion=occasion, now=read.now(), number=number)


def _require_named(kind: Kind, live: Live) -> None:
    """Raises `Unreadable` for an answer that does not name its resource: no copy of it could be put back."""
    if misnamed(kind, live.id.parts, live.document):
        raise Unreadable(
            t("{id} cannot be saved: what {api} answered does not name it.", id=live.id, api=kind.api),
            hint=t("Nothing of it was overwritten. Run it again."),
        )


def _package(session: WriteSession, id: Address, code: CodeVersion) -> Blob:
    """Returns the package that was shown. Raises `LiveMoved` for any other, so that it is compared again."""
    blob = session.read.refresh.package(id, code.checksum)
    if code.checksum is not None and blob.checksum != code.checksum:
        raise LiveMoved(
            t(
                "The code package of {id} is not the one that was compared: it changed just now, or arrived damaged.",
                id=id,
            ),
            hint=t("Run it again."),
        )
    return blob
