"""remove: deletes what this project deployed, and nothing of anybody else's unless told so."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fc_guard.commands.command import WriteCommand, announce
from fc_guard.commands.outputs import live_of, output
from fc_guard.core.planning import Choice, plan_removal
from fc_guard.engine.apply import Applied, apply, moved_on
from fc_guard.engine.locking import held
from fc_guard.engine.questions import REMOVING, confirm_deletion, decide, in_conflict, nobody_to_ask
from fc_guard.engine.recovery import recover
from fc_guard.engine.rescue import Rescues
from fc_guard.engine.session import ReadSession, WriteSession
from fc_guard.engine.survey import Survey, desired_of, exact_again, others_inside, survey
from fc_guard.errors import GuardError, NeedsDecision
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
from fc_guard.kinds import REGISTRY
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import parent_of
from fc_guard.model.plans import Decisions, Plan, Policy
from fc_guard.model.reports import Report
from fc_guard.render.outcomes import outcome_text
from fc_guard.render.paint import painter
from fc_guard.render.plan import difference_text, removal_text

ROUNDS = 3


def run(session: WriteSession) -> Report:
    read = session.read
    announce("remove", read)
    with held(session, "remove") as roots:
        return _removed(session, roots)


def _removed(session: WriteSession, roots: tuple[ResourceId, ...]) -> Report:
    read = session.read
    notes = recover(session, roots)
    for note in notes:
        read.terminal.warn(note)
    with read.terminal.interruptible():
        before = _named(read, survey(read, watch=True))
    plan, applied = Plan(()), Applied(())
    error: GuardError | None = None
    with Rescues(session) as rescues:
        try:
            plan, applied = _rounds(session, before, rescues)
            error = applied.error
        except NeedsDecision as stop:
            error = stop
    dropped = rescues.drop()
    for note in dropped:
        read.terminal.warn(note)
    session.store.sweep_code()
    report = Report(
        command="remove",
        account=read.account,
        region=read.region,
        plan=plan,
        outcomes=applied.outcomes,
        rescues=rescues.copies,
        notes=notes + dropped,
        # The host removes in deploy order and then resolves ${resources.x.output.y} of later steps: they need values.
        output=output(read, live_of(before), desired_of(read).values()),
        error=error,
    )
    text = outcome_text(report, painter(read.terminal.colour))
    if text:
        read.terminal.say(text)
    return report


def _rounds(session: WriteSession, found: Survey, rescues: Rescues) -> tuple[Plan, Applied]:
    read = session.read
    for attempt in range(1, ROUNDS + 1):
        with read.terminal.interruptible():
            ids = [d.id for d in found.diffs if d.live is not None and REGISTRY[d.id.kind].operations.read]
            found = _named(read, exact_again(read, found, ids, watch=True))
        plan = _planned(session, found, {})
        read.terminal.say(removal_text(plan, painter(read.terminal.colour), full=read.step.options.full_diff))
        plan = _decided(session, found, plan)
        rescues.save(plan.writes)
        applied = apply(session, plan, {}, records=False)
        rescues.saw(applied.outcomes)
        if not applied.moved or applied.error is None:
            return plan, applied
        if attempt == ROUNDS:
            written = any(outcome.action.writes for outcome in applied.outcomes)
            return plan, Applied(applied.outcomes, moved_on(applied.error, ROUNDS, written))
        read.refresh.forget_all()
        found = _named(read, survey(read, watch=True))
    raise AssertionError  # the last round returns


def _named(read: ReadSession, found: Survey) -> Survey:
    """What s.yaml names now, and what is inside that and goes with it. A name may be made of a variable: what the step
    deployed under another name belongs to another run of it."""
    desired = desired_of(read)
    functions = [id for id in desired if id.kind == "function"]

    def goes_along(id: ResourceId) -> bool:
        part = REGISTRY[id.kind].part and parent_of(REGISTRY, id) in desired
        return part or any(function.contains(id) for function in functions)

    return replace(found, diffs=tuple(diff for diff in found.diffs if diff.id in desired or goes_along(diff.id)))


def _planned(session: WriteSession, found: Survey, decisions: Decisions) -> Plan:
    read = session.read
    staying = others_inside(read, [diff.id for diff in found.diffs])
    occupied = [diff.id for diff in found.diffs if any(diff.id.contains(other) for other in staying)]
    desired = desired_of(read)
    going = [diff for diff in found.diffs if diff.id in desired or parent_of(REGISTRY, diff.id) not in occupied]
    return plan_removal(going, REGISTRY, Choice(read.policy, decisions, read.today), staying)


def _decided(session: WriteSession, found: Survey, plan: Plan) -> Plan:
    read = session.read
    if plan.undecided and plan.policy is Policy.FAIL:
        raise nobody_to_ask(plan.undecided, REMOVING)
    if plan.undecided:
        shows = partial(difference_text, plan, paint=painter(read.terminal.colour), watch=True)
        plan = _planned(session, found, decide(read.terminal, plan.undecided, shows, REMOVING))
        if plan.conflicts:
            raise in_conflict(plan.conflicts)
        return plan
    if not plan.writes or read.step.options.assume_yes:
        return plan
    confirm_deletion(read.terminal, plan.writes)
    return plan


REMOVE = WriteCommand(
    name="remove",
    description="Delete what was deployed from this project; what somebody changed or made online is asked about",
    summary="Delete what was deployed from here",
    options=(ASSUME_YES, USE_REMOTE, USE_LOCAL, ON_DRIFT, FULL_DIFF, KEEP_RESCUES, *SCOPED, OUTPUT, HELP),
    run=run,
)
