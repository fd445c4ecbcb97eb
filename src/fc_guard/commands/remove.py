"""remove: deletes what this project deployed, and nothing of anybody else's unless told so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from fc_guard.commands.command import WriteCommand, announce, heading_of
from fc_guard.commands.outputs import live_of, output
from fc_guard.core.planning import Choice, Held, plan_removal
from fc_guard.engine.ask.questions import confirm_deletion, decide, nobody_to_ask, of_removal
from fc_guard.engine.look.copies import goes_along
from fc_guard.engine.look.survey import Survey, desired_of, exact_again, held_in_being, others_inside, survey
from fc_guard.engine.run.locking import held
from fc_guard.engine.run.session import ReadSession, WriteSession
from fc_guard.engine.write.apply import Applied
from fc_guard.engine.write.foresight import Foresight, require_later
from fc_guard.engine.write.rounds import Rounds
from fc_guard.inputs.options import (
    ASSUME_YES,
    FULL_DIFF,
    HELP,
    KEEP_RESCUES,
    ON_DRIFT,
    OUTPUT,
    SCOPED,
    USE_LOCAL,
    USE_REMOTE,
)
from fc_guard.model.address import Address
from fc_guard.model.plans import Action, Decisions, Plan, Policy
from fc_guard.model.reports import Report
from fc_guard.render.outcomes import outcome_text
from fc_guard.render.paint import painter
from fc_guard.render.plan import difference_text, removal_text


def run(session: WriteSession) -> Report:
    announce("remove", session.read)
    with held(session, "remove") as roots:
        return Removal(session).run(roots)


class Removal:
    """One step's removal: rounds of compare, decide and delete until live holds still."""

    def __init__(self, session: WriteSession) -> None:
        self._session = session
        self._read = session.read
        self._paint = painter(session.read.terminal.colour)
        self._rounds = Rounds(session)
        self._before: Survey | None = None
        self._plan = Plan(())
        self._roots: tuple[Address, ...] = ()

    def run(self, roots: tuple[Address, ...]) -> Report:
        self._roots = roots
        error = self._rounds.run(roots, self._round)
        self._session.store.sweep_code()
        # The host removes in deploy order and then resolves ${resources.x.output.y} of later steps: they need values.
        live = live_of(self._before) if self._before is not None else {}
        report = Report(
            command="remove",
            account=self._read.account,
            region=self._read.region,
            plan=self._plan,
            outcomes=tuple(self._rounds.outcomes),
            rescues=self._rounds.rescues,
            notes=tuple(self._rounds.notes),
            output=output(self._read, live, desired_of(self._read).values()),
            error=error,
        )
        if text := outcome_text(report, self._paint):
            self._read.terminal.say(text)
        return report

    def _round(self) -> Applied:
        with self._read.terminal.interruptible():
            found = _found(self._read)
            ids = [d.id for d in found.diffs if d.live is not None and self._read.kind(d.id).operations.read]
            found = _named(self._read, exact_again(self._read, found, ids, watch=True))
            held = held_in_being(self._read, _planned(self._read, found, {}, {}))
        self._before = self._before or found
        self._plan = _planned(self._read, found, held, {})
        self._read.terminal.say(removal_text(self._plan, self._paint, full=self._read.step.options.full_diff))
        require_later(self._session, FORESIGHT, self._plan, self._roots)
        self._plan = _decided(self._read, found, held, self._plan)
        return self._rounds.carry_out(self._plan, {}, records=False)


def _found(read: ReadSession) -> Survey:
    read.refresh.held_ahead(id for id in desired_of(read) if read.scope.holds(id))
    return _named(read, survey(read, watch=True))


def _named(read: ReadSession, found: Survey) -> Survey:
    """What s.yaml names now, and what is inside that and goes with it. A name may be made of a variable: what the step
    deployed under another name belongs to another run of it."""
    desired = desired_of(read)
    named = [diff for diff in found.diffs if diff.id in desired or goes_along(read, diff.id, desired)]
    return replace(found, diffs=tuple(named))


def _planned(
    read: ReadSession, found: Survey, held: Held, decisions: Decisions, gone: frozenset[Address] = frozenset()
) -> Plan:
    """`gone` is what earlier steps will have deleted by then."""
    staying = [id for id in others_inside(read, [diff.id for diff in found.diffs]) if id not in gone]
    occupied = [diff.id for diff in found.diffs if any(read.catalog.contains(diff.id, other) for other in staying)]
    desired = desired_of(read)
    going = [diff for diff in found.diffs if diff.id in desired or read.catalog.parent(diff.id) not in occupied]
    return plan_removal(going, read.catalog, Choice(read.policy, decisions, read.today), staying, held)


def _decided(read: ReadSession, found: Survey, held: Held, plan: Plan) -> Plan:
    if plan.undecided and plan.policy is Policy.FAIL:
        raise nobody_to_ask(plan.undecided, of_removal(plan))
    if plan.undecided:
        shows = partial(difference_text, plan, paint=painter(read.terminal.colour), watch=True)
        return _planned(read, found, held, decide(read.terminal, plan.undecided, shows, of_removal(plan)))
    if doomed := _doomed(read, plan):
        confirm_deletion(read.terminal, doomed)
    return plan


def _told(read: ReadSession, plan: Plan) -> str:
    """A later step's plan, under its own heading."""
    paint = painter(read.terminal.colour)
    return f"{heading_of('remove', read, paint)}\n{removal_text(plan, paint, full=read.step.options.full_diff)}"


def _foreseen(read: ReadSession, gone: frozenset[Address]) -> Plan:
    found = _found(read)
    return _planned(read, found, held_in_being(read, _planned(read, found, {}, {}, gone)), {}, gone)


def _doomed(read: ReadSession, plan: Plan) -> Sequence[Action]:
    """What would be deleted, and has to be confirmed."""
    return () if read.step.options.assume_yes else plan.writes


FORESIGHT = Foresight(
    plan=_foreseen, told=_told, wording=lambda read, plan: of_removal(plan), doomed=_doomed, needs_code=False
)

REMOVE = WriteCommand(
    name="remove",
    description="Delete what was deployed from this project; what somebody changed or made online is asked about",
    summary="Delete what was deployed from here",
    options=(ASSUME_YES, USE_REMOTE, USE_LOCAL, ON_DRIFT, FULL_DIFF, KEEP_RESCUES, *SCOPED, OUTPUT, HELP),
    run=run,
)
