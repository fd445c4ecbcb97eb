"""undo: puts back what a run overwrote or deleted, through the same compare, plan and apply. The baselines stay: what
is put back is somebody else's work, and the next deployment has to ask about it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fc_guard.commands.command import WriteCommand, announce
from fc_guard.commands.outputs import output
from fc_guard.core.planning import Choice, plan_deployment
from fc_guard.engine.ask.questions import UNDOING, confirm_undo, decide, in_conflict, nobody_to_ask
from fc_guard.engine.look.copies import named, newest
from fc_guard.engine.look.undoing import compared, latest, packages_of
from fc_guard.engine.run.locking import held
from fc_guard.engine.run.session import ReadSession, WriteSession
from fc_guard.engine.write.apply import Applied
from fc_guard.engine.write.recovery import recover
from fc_guard.engine.write.rounds import Rounds
from fc_guard.inputs.options import (
    ASSUME_YES,
    COPY,
    FULL_DIFF,
    HELP,
    KEEP_RESCUES,
    ON_DRIFT,
    OUTPUT,
    USE_LOCAL,
    USE_REMOTE,
)
from fc_guard.model.address import Address
from fc_guard.model.plans import Action, Decisions, Plan, Policy, Unit, Verb
from fc_guard.model.reports import Outcome, Report
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.outcomes import outcome_text
from fc_guard.render.paint import painter
from fc_guard.render.undo import undo_text

NOT_OURS = "What was put back counts as changed online: s plan shows it, s deploy asks before it overwrites it."


def run(session: WriteSession) -> Report:
    read = session.read
    announce("undo", read)
    notes: list[str] = []
    while copies := _chosen(session):
        with held(session, "undo", copies) as roots:
            notes += recover(session, roots)
            if _names(_chosen(session)) == _names(copies):  # else a killed run had saved them, and overwrote nothing
                return Undoing(session, copies, notes).run(roots)
    for note in notes:
        read.terminal.warn(note)
    name = read.step.options.named
    read.terminal.say(f"Nothing to undo here: {name or 'the newest run'} saved nothing of this step.")
    return _report(read, Plan(()), notes=tuple(notes))


def _chosen(session: WriteSession) -> dict[Address, RescueCopy]:
    name = session.read.step.options.named
    return latest(named(session.read, name) if name else newest(session.read, session.run))


def _names(copies: Mapping[Address, RescueCopy]) -> set[str]:
    return {copy.name for copy in copies.values()}


class Undoing:
    """Rounds of compare, decide and apply until live holds still."""

    def __init__(self, session: WriteSession, copies: Mapping[Address, RescueCopy], notes: Iterable[str] = ()) -> None:
        self._session = session
        self._read = session.read
        self._copies = copies
        self._packages = packages_of(session.read, copies)
        self._paint = painter(session.read.terminal.colour)
        self._plan = Plan(())
        self._rounds = Rounds(session)
        self._rounds.note(notes)

    def run(self, roots: tuple[Address, ...]) -> Report:
        error = self._rounds.run(roots, self._round)
        report = _report(
            self._read,
            self._plan,
            outcomes=tuple(self._rounds.outcomes),
            rescues=self._rounds.rescues,
            notes=tuple(self._rounds.notes),
            error=error,
        )
        if text := outcome_text(report, self._paint):
            self._read.terminal.say(text)
        if error is None and self._rounds.written:
            self._read.terminal.say(NOT_OURS)
        return report

    def _round(self) -> Applied:
        with self._read.terminal.interruptible():
            diffs, notes = compared(self._read, self._copies, self._packages)
        self._rounds.note(notes)
        self._plan = self._planned(diffs, {})
        self._read.terminal.say(
            undo_text(self._plan, self._copies, self._paint, full=self._read.step.options.full_diff)
        )
        self._plan = self._decided(diffs)
        return self._rounds.carry_out(self._plan, self._packages, restores=True)

    def _planned(self, diffs: tuple[ResourceDiff, ...], decisions: Decisions) -> Plan:
        choice = Choice(self._read.policy, decisions, self._read.today, by_file=False)
        plan = plan_deployment(diffs, self._read.catalog, choice)
        return replace(plan, actions=tuple(_as_undo(action) for action in plan.actions))

    def _decided(self, diffs: tuple[ResourceDiff, ...]) -> Plan:
        """The plan with every decision made. Raises `NeedsDecision` where that takes a person and there is none."""
        plan, options = self._plan, self._read.step.options
        if plan.undecided and plan.policy is Policy.FAIL:
            raise nobody_to_ask(plan.undecided, UNDOING)
        if plan.undecided:
            plan = self._planned(diffs, decide(self._read.terminal, plan.undecided, self._shown, UNDOING))
        elif plan.writes and not options.assume_yes and not options.forced_by:
            confirm_undo(self._read.terminal)
        if plan.conflicts:
            raise in_conflict(plan.conflicts)
        return plan

    def _shown(self, units: Sequence[Unit]) -> str:
        """What is to be decided about these units, with nothing folded."""
        ids = {unit.id for unit in units}
        actions = tuple(action for action in self._plan.actions if action.id in ids)
        return undo_text(replace(self._plan, actions=actions), self._copies, self._paint, full=True)


def _as_undo(action: Action) -> Action:
    """What an undo overwrites is saved, whoever's it is, so that the undo can be undone; and nothing is adopted."""
    verb = action.verb if action.writes else Verb.NOTHING
    return replace(action, verb=verb, keeps={}, keeps_absent="", rescues=action.writes)


def _report(read: ReadSession, plan: Plan, **facts: Any) -> Report:
    live = {action.id: action.diff.live for action in plan.actions if action.diff.live is not None}
    outcomes: tuple[Outcome, ...] = facts.get("outcomes", ())
    live |= {outcome.action.id: outcome.live for outcome in outcomes if outcome.live is not None}
    named = {desired.id for desired in read.desired}
    shown = {id: item for id, item in live.items() if id in named}
    return Report("undo", read.account, read.region, plan, output=output(read, shown, read.desired), **facts)


UNDO = WriteCommand(
    name="undo",
    description="Put back what the newest run, or the one of that NAME, overwrote or deleted; asks before it does",
    summary="Put back what was overwritten",
    options=(COPY, ASSUME_YES, USE_REMOTE, USE_LOCAL, ON_DRIFT, FULL_DIFF, KEEP_RESCUES, OUTPUT, HELP),
    run=run,
)
