"""undo: puts back what a run overwrote or deleted, through the same compare, plan and apply. The baselines stay: what
is put back is somebody else's work, unless it is what was deployed last, and the next deployment has to ask about it
again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from fc_guard.commands.command import WriteCommand, announce
from fc_guard.commands.outputs import output, output_of_online
from fc_guard.commands.writing import Packages, all_decided, carried_through
from fc_guard.core.choices import Choice, Merging
from fc_guard.core.planning import plan_deployment
from fc_guard.engine.ask.questions import confirm_undo, in_conflict
from fc_guard.engine.look.saved import named, newest
from fc_guard.engine.look.undoing import as_deployed, compared, latest, packages_of
from fc_guard.engine.run.locking import held
from fc_guard.engine.run.session import WriteSession
from fc_guard.engine.write.apply import Applied
from fc_guard.engine.write.recorders import UNDO as UNDONE
from fc_guard.engine.write.recovery import recover
from fc_guard.engine.write.rounds import Rounds
from fc_guard.errors import GuardError
from fc_guard.inputs.options import (
    ASSUME_YES,
    COMMON,
    COPY,
    FULL_DIFF,
    KEEP_RESCUES,
    ON_DRIFT,
    SHOW_VALUES,
    USE_LOCAL,
    USE_REMOTE,
)
from fc_guard.language import t, tn
from fc_guard.model.address import Address
from fc_guard.model.fields import Reveal
from fc_guard.model.plans import Action, Decisions, Plan, Unit, Verb
from fc_guard.model.reports import Report
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.paint import painter
from fc_guard.render.revealing import revealed
from fc_guard.render.undo import undo_text
from fc_guard.render.wordings import of_undo

ONE_SIDE = t("Take one side: --on-drift overwrite or --on-drift keep.")
NOT_OURS = t(
    "What was put back is not what this project last deployed:\n"
    "where s.yaml or the code says otherwise, s plan shows it, and s deploy asks before "
    "it overwrites it."
)


def run(session: WriteSession) -> Report:
    read = session.read
    announce("undo", read)
    notes: list[str] = []
    while copies := _chosen(session):
        with held(session, "undo", copies) as roots:
            notes += recover(session, roots)
            if _names(_chosen(session)) == _names(copies):  # else a killed run had saved them without overwriting
                return carried_through(session, _Undoing(session, copies), roots, notes)
    for note in notes:
        read.terminal.warn(note)
    name = read.step.options.named
    read.terminal.say(t("Nothing to undo here: {name} saved nothing of this step.", name=name or t("the newest run")))
    return Report(
        "undo",
        read.account,
        read.region,
        Plan(()),
        notes=tuple(notes),
        output=output(read, {}, read.desired),
    )


def _chosen(session: WriteSession) -> dict[Address, RescueCopy]:
    name = session.read.step.options.named
    return latest(named(session.read, name) if name else newest(session.read, session.run))


def _names(copies: Mapping[Address, RescueCopy]) -> set[str]:
    return {copy.name for copy in copies.values()}


class _Undoing:
    command = "undo"
    recorder = UNDONE
    foresight = None

    def __init__(self, session: WriteSession, copies: Mapping[Address, RescueCopy]) -> None:
        self._read = session.read
        self._copies = copies
        self._packages = packages_of(session.read, copies)
        self._paint = painter(session.read.terminal.colour)
        self._diffs: tuple[ResourceDiff, ...] = ()

    def look(self) -> Sequence[str]:
        self._diffs, notes = compared(self._read, self._copies, self._packages)
        return notes

    def planned(self, decisions: Decisions) -> Plan:
        choice = Choice(self._read.policy, decisions, self._read.decided_at, merging=Merging.WHOLE)
        plan = plan_deployment(self._diffs, self._read.catalog, choice)
        return replace(plan, actions=tuple(_as_undo(action) for action in plan.actions))

    def told(self, plan: Plan) -> str:
        return undo_text(plan, self._copies, self._paint, full=self._read.step.options.full_diff)

    def accepted(self, plan: Plan) -> Sequence[str]:
        return ()

    def decided(self, plan: Plan) -> Plan:
        options = self._read.step.options
        decided = all_decided(self._read, plan, self.planned, of_undo(plan), partial(self._shown, plan))
        if decided is plan and plan.writes and not options.assume_yes and not options.forced_by:
            confirm_undo(self._read.terminal, lambda reveal: self.told(revealed(plan, reveal)), self._read.reveal)
        if decided.conflicts:
            raise in_conflict([decided], hint=ONE_SIDE)
        return decided

    def _shown(self, plan: Plan, units: Sequence[Unit], *, full: bool, reveal: Reveal) -> str:
        ids = {unit.id for unit in units}
        actions = tuple(action for action in revealed(plan, reveal).actions if action.id in ids)
        return undo_text(replace(plan, actions=actions), self._copies, self._paint, full=full)

    def packed(self, plan: Plan) -> tuple[Plan, Packages]:
        return plan, self._packages

    def after_round(self, plan: Plan, applied: Applied) -> None:
        return

    def end(self, error: GuardError | None, rounds: Rounds) -> GuardError | None:
        return error

    def output(self, plan: Plan, rounds: Rounds, error: GuardError | None) -> Mapping[str, Any]:
        live = {action.id: action.diff.live for action in plan.actions if action.diff.live is not None}
        live |= {outcome.action.id: outcome.live for outcome in rounds.outcomes if outcome.live is not None}
        named = {desired.id for desired in self._read.desired}
        here = {id: item for id, item in live.items() if id in named}
        return output_of_online(self._read, here, {action.id for action in plan.actions})

    def last_words(self, report: Report, rounds: Rounds) -> Sequence[str]:
        written = [outcome.live for outcome in rounds.outcomes if outcome.action.writes and outcome.live is not None]
        if report.error is not None or not written:
            return ()
        same = all(as_deployed(self._read, live) for live in written)
        return [_as_deployed(len(written)) if same else NOT_OURS]


def _as_deployed(number: int) -> str:
    return tn(
        "It is online again as it was after the last deployment from this project.",
        "They are online again as they were after the last deployment from this project.",
        number,
    )


def _as_undo(action: Action) -> Action:
    """Saves all that an undo overwrites, whoever made it, so that the undo can be undone; and adopts nothing."""
    verb = action.verb if action.writes else Verb.NOTHING
    return replace(action, verb=verb, keeps={}, keeps_absent="", rescues=action.writes)


UNDO = WriteCommand(
    name="undo",
    description=t("Put back what the newest run, or the one of that NAME, overwrote or deleted; asks before it does"),
    summary=t("Put back what was overwritten"),
    options=(COPY, ASSUME_YES, USE_REMOTE, USE_LOCAL, ON_DRIFT, FULL_DIFF, SHOW_VALUES, KEEP_RESCUES, *COMMON),
    run=run,
)
