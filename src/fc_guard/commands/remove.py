"""remove: deletes what this project deployed, and nothing of anybody else's unless told so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from fc_guard.commands.command import WriteCommand, announce, heading_of
from fc_guard.commands.outputs import live_of, output
from fc_guard.commands.writing import Packages, all_decided, carried_through
from fc_guard.core.choices import Choice, Held
from fc_guard.core.homes import says
from fc_guard.core.planning import plan_removal
from fc_guard.engine.ask.questions import confirm_deletion
from fc_guard.engine.look.saved import goes_along
from fc_guard.engine.look.survey import Aim, Survey, desired_of, exact_again, holders_of, others_inside, survey
from fc_guard.engine.look.whose import ask_whose, with_edits
from fc_guard.engine.run.locking import held
from fc_guard.engine.run.session import ReadSession, WriteSession
from fc_guard.engine.write.apply import Applied
from fc_guard.engine.write.foresight import Foresight
from fc_guard.engine.write.recorders import REMOVAL
from fc_guard.engine.write.rounds import Rounds
from fc_guard.errors import GuardError
from fc_guard.inputs.options import (
    ASSUME_YES,
    COMMON,
    FULL_DIFF,
    KEEP_RESCUES,
    ON_DRIFT,
    SCOPED,
    SHOW_VALUES,
    USE_LOCAL,
    USE_REMOTE,
)
from fc_guard.language import joined, t, tn
from fc_guard.model.address import Address
from fc_guard.model.fields import Reveal
from fc_guard.model.kinds import Lifecycle
from fc_guard.model.plans import Action, Decisions, Plan, Unit, Verb
from fc_guard.model.reports import Report
from fc_guard.render.paint import Paint, painter
from fc_guard.render.plan import difference_text, removal_text
from fc_guard.render.revealing import revealed
from fc_guard.render.wordings import of_removal


def run(session: WriteSession) -> Report:
    announce("remove", session.read)
    with held(session, "remove") as roots:
        removal = _Removal(session)
        report = carried_through(session, removal, roots)
        return replace(report, open=bool(removal.staying))


class _Removal:
    command = "remove"
    recorder = REMOVAL

    def __init__(self, session: WriteSession) -> None:
        self._session = session
        self._read = session.read
        self._paint = painter(session.read.terminal.colour)
        self._found: Survey | None = None
        self._before: Survey | None = None
        self._holders: dict[Address, tuple[str, ...]] = {}
        self.staying: tuple[Address, ...] = ()
        self._left: tuple[Address, ...] = ()

    @property
    def foresight(self) -> Foresight:
        return FORESIGHT

    def look(self) -> Sequence[str]:
        whole = _looked(self._read)
        found = _named(self._read, whole)
        self.staying = _unsaid(self._read, whole)
        self._left = self._left or _made_and_unsaid(self._read, whole)
        live = (diff.id for diff in found.diffs if diff.live is not None)
        ids = [id for id in live if self._read.kind(id).operations.read]
        ask_whose(self._read, found)
        exact = _named(self._read, exact_again(self._read, found, ids))
        self._holders = holders_of(self._read, _planned(self._read, exact, {}, {}))
        self._found = with_edits(self._read, exact)
        self._before = self._before or self._found
        return self._found.notes[len(exact.notes) :]

    def planned(self, decisions: Decisions) -> Plan:
        if self._found is None:
            raise ValueError(t("nothing was looked at yet"))
        return _planned(self._read, self._found, self._holders, decisions)

    def told(self, plan: Plan) -> str:
        return removal_text(plan, self._paint, full=self._read.step.options.full_diff)

    def accepted(self, plan: Plan) -> Sequence[str]:
        return ()

    def decided(self, plan: Plan) -> Plan:
        shows = partial(_shown, plan, self._paint)
        decided = all_decided(self._read, plan, self.planned, of_removal(plan), shows)
        if decided is plan and (doomed := _doomed(self._read, plan)):
            confirm_deletion(self._read.terminal, doomed)
        return decided

    def packed(self, plan: Plan) -> tuple[Plan, Packages]:
        return plan, {}

    def after_round(self, plan: Plan, applied: Applied) -> None:
        return

    def end(self, error: GuardError | None, rounds: Rounds) -> GuardError | None:
        self._session.store.sweep_code()
        return error

    def output(self, plan: Plan, rounds: Rounds, error: GuardError | None) -> Mapping[str, Any]:
        """Returns what there was: the host removes in deploy order, and then resolves what later steps refer to."""
        live = live_of(self._before) if self._before is not None else {}
        return output(self._read, live, desired_of(self._read).values())

    def last_words(self, report: Report, rounds: Rounds) -> Sequence[str]:
        return [*self._words_on_what_is_used(report.plan), *self._words_on_what_is_unsaid()]

    def _words_on_what_is_used(self, plan: Plan) -> Sequence[str]:
        supports = (each for each in plan.actions if self._read.kind(each.id).lifecycle is Lifecycle.MADE_ONLY)
        if any(each.verb is Verb.NOTHING and each.held for each in supports):
            return [t("What stays because it is used goes with another `s remove`, once nobody uses it.")]
        return []

    def _words_on_what_is_unsaid(self) -> Sequence[str]:
        plugin = self._read.plugin
        if plugin is None and self._left:
            head = tn(
                "Made by this project, and left, since s.yaml does not ask for it any more:",
                "Made by this project, and left, since s.yaml does not ask for them any more:",
                len(self._left),
            )
            return (joined((head, *(f"  {id}" for id in self._left))),)
        if plugin is None or not self.staying:
            return ()
        head = tn(
            "Not in s.yaml, though the plugin of {at} may say it, and so not deleted:",
            "Not in s.yaml, though the plugin of {at} may say them, and so not deleted:",
            len(self.staying),
            at=plugin.at,
        )
        return (joined((head, *(f"  {id}" for id in self.staying))),)


def _found(read: ReadSession) -> Survey:
    return _named(read, _looked(read))


def _looked(read: ReadSession) -> Survey:
    """Looks at the step. What holds it is asked ahead, but for what is deleted only if it was made here: that is not
    known yet, and who uses a role is many questions."""
    ids = (id for id in desired_of(read) if read.scope.holds(id))
    read.refresh.held_ahead(id for id in ids if read.kind(id).lifecycle is not Lifecycle.MADE_ONLY)
    return survey(read, Aim.WATCHING)


def _named(read: ReadSession, found: Survey) -> Survey:
    """Keeps what s.yaml names now, and what goes along with that. A name may be made of a variable: what the step
    deployed under another name belongs to another run of it."""
    desired = desired_of(read)
    named = [diff for diff in found.diffs if diff.id in desired or goes_along(read, diff.id, desired)]
    return replace(found, diffs=tuple(named))


def _unsaid(read: ReadSession, found: Survey) -> tuple[Address, ...]:
    """Returns what this step deployed and is online, of kinds that s.yaml says nothing of and a plugin may: whether
    this run of the step names it cannot be told."""
    if read.plugin is None:
        return ()
    named = {diff.id for diff in _named(read, found).diffs}
    there = (diff.id for diff in found.diffs if diff.baseline is not None and diff.live is not None)
    return tuple(id for id in there if id not in named and not says(read.step.props, read.kind(id)))


def _made_and_unsaid(read: ReadSession, whole: Survey) -> tuple[Address, ...]:
    """Returns what was made for this step, is online, and is not named any more: nothing else would tell of it."""
    named = {diff.id for diff in _named(read, whole).diffs}
    made = (diff for diff in whole.diffs if diff.live is not None and diff.baseline is not None and diff.baseline.made)
    supports = (diff.id for diff in made if read.kind(diff.id).lifecycle is Lifecycle.MADE_ONLY)
    return tuple(id for id in supports if id not in named)


def _planned(
    read: ReadSession, found: Survey, holders: Held, decisions: Decisions, gone: frozenset[Address] = frozenset()
) -> Plan:
    """`gone` is what earlier steps will have deleted by then."""
    staying = [id for id in others_inside(read, [diff.id for diff in found.diffs]) if id not in gone]
    occupied = [diff.id for diff in found.diffs if any(read.catalog.contains(diff.id, other) for other in staying)]
    desired = desired_of(read)
    going = [diff for diff in found.diffs if diff.id in desired or read.catalog.parent(diff.id) not in occupied]
    return plan_removal(going, read.catalog, Choice(read.policy, decisions, read.decided_at), staying, holders)


def _told(read: ReadSession, plan: Plan) -> str:
    paint = painter(read.terminal.colour)
    heading = heading_of("remove", read, paint)
    return joined((heading, removal_text(plan, paint, full=read.step.options.full_diff)))


def _foreseen(read: ReadSession, gone: frozenset[Address]) -> Plan:
    found = _found(read)
    return _planned(read, found, holders_of(read, _planned(read, found, {}, {}, gone)), {}, gone)


def _shown(plan: Plan, paint: Paint, units: Sequence[Unit], *, full: bool, reveal: Reveal) -> str:
    return difference_text(revealed(plan, reveal), units, paint, full=full, watch=True)


def _doomed(read: ReadSession, plan: Plan) -> Sequence[Action]:
    return () if read.step.options.assume_yes else plan.writes


FORESIGHT = Foresight(
    plan=_foreseen, told=_told, wordings=lambda read, plan: of_removal(plan), doomed=_doomed, needs_code=False
)

REMOVE = WriteCommand(
    name="remove",
    description=t("Delete what was deployed from this project; what somebody changed or made online is asked about"),
    summary=t("Delete what was deployed from here"),
    options=(ASSUME_YES, USE_REMOTE, USE_LOCAL, ON_DRIFT, FULL_DIFF, SHOW_VALUES, KEEP_RESCUES, *SCOPED, *COMMON),
    run=run,
)
