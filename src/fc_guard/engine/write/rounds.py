"""The frame of a run that writes: recovery, then rounds of compare, decide, rescue and apply until live holds still."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from fc_guard.engine.ask.questions import after_a_part
from fc_guard.engine.code.source import Code, Saved
from fc_guard.engine.run.session import WriteSession
from fc_guard.engine.write.apply import Applied, apply
from fc_guard.engine.write.readiness import patient
from fc_guard.engine.write.recorders import Recorder
from fc_guard.engine.write.recovery import recover, settled_intents
from fc_guard.engine.write.saving import Rescues, may_have_happened
from fc_guard.errors import GuardError, Interrupted, LiveMoved, NeedsDecision, PartlyApplied, PlanMoved
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Outcome, Result
from fc_guard.model.rescues import RescueCopy

MOST: Final = 3
FOREIGN: Final = t(
    "The baselines here were not written by this user on this machine (an older release, "
    "a restored CI cache, or files that came with the project): whatever is overwritten "
    "or deleted is saved first."
)


class Rounds:
    """The rounds of one run: what was done, what the user was told on the way, what was saved."""

    def __init__(self, session: WriteSession) -> None:
        self._session = session
        self._rescues = Rescues(session)
        self.outcomes: list[Outcome] = []
        self.notes: list[str] = []

    @property
    def written(self) -> bool:
        return any(outcome.result is Result.DONE and outcome.action.writes for outcome in self.outcomes)

    @property
    def rescues(self) -> tuple[RescueCopy, ...]:
        return self._rescues.copies

    def run(self, roots: tuple[Address, ...], once: Callable[[], Applied]) -> GuardError | None:
        """Recovers, then plays `once`, and again while live moves under it. Returns the error that ended the run."""
        self.note(recover(self._session, roots))
        with self._rescues:
            error = self._rounds(roots, once)
        self.note(self._rescues.drop())
        return error

    def carry_out(
        self,
        plan: Plan,
        packages: Mapping[Address, Code | Saved],
        recorder: Recorder,
    ) -> Applied:
        """Saves what the plan overwrites or deletes, and only then applies it."""
        self._tell_of_foreign_baselines(plan)
        self._rescues.save(plan.writes)
        applied = apply(patient(self._session), plan, packages, self._rescues.overtaken, recorder)
        self._rescues.saw(applied.outcomes)
        if any(outcome.action.writes and may_have_happened(outcome) for outcome in applied.outcomes):
            self._session.wrote()
        return applied

    def note(self, notes: Iterable[str]) -> None:
        """Tells the user each note once."""
        for note in notes:
            if note not in self.notes:
                self.notes.append(note)
                self._session.read.terminal.warn(note)

    def _tell_of_foreign_baselines(self, plan: Plan) -> None:
        if FOREIGN not in self._session.said and any(action.diff.unsealed and action.rescues for action in plan.writes):
            self._session.said.add(FOREIGN)
            self.note([FOREIGN])

    def _rounds(self, roots: tuple[Address, ...], once: Callable[[], Applied]) -> GuardError | None:
        for attempt in range(1, MOST + 1):
            try:
                applied = once()
            except LiveMoved as error:
                applied = Applied((), error, moved=True)
            except Interrupted:
                raise
            except GuardError as error:
                if self.written:
                    return after_a_part(error)
                if isinstance(error, NeedsDecision | PlanMoved):
                    return error
                raise
            done = [outcome for outcome in applied.outcomes if outcome.result is not Result.SKIPPED]
            self.outcomes += done if applied.moved and attempt < MOST else applied.outcomes
            if applied.error is None or not applied.moved:
                return applied.error
            if attempt == MOST:
                return self._moved_on(applied.error)
            self.note([t("It changed online just now; comparing again.")])
            self._session.read.refresh.forget_all()
            self.note(settled_intents(self._session, roots))
        return None

    def _moved_on(self, error: GuardError) -> GuardError:
        message = t(
            "It changed online {most} times while this run was looking at it.\n{message}",
            most=MOST,
            message=error.message,
        )
        hint = t("Somebody or something is changing it right now. Run `s plan` when that is over.")
        return PartlyApplied(message, hint=hint) if self.written else LiveMoved(message, hint=hint)
