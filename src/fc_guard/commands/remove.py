"""remove: deletes what this project deployed, and nothing of anybody else's unless told so."""

from __future__ import annotations

from fc_guard.commands.command import WriteCommand
from fc_guard.commands.outputs import live_of, output
from fc_guard.core.planning import Choice, plan_removal
from fc_guard.engine.apply import Applied, apply, moved_on
from fc_guard.engine.questions import REMOVING, confirm, decide, in_conflict, nobody_to_ask
from fc_guard.engine.recovery import recover
from fc_guard.engine.rescue import rescue
from fc_guard.engine.session import WriteSession
from fc_guard.engine.survey import Survey, desired_of, exact_again, others_inside, survey
from fc_guard.errors import BadInput, GuardError, NeedsDecision
from fc_guard.inputs.options import ASSUME_YES, HELP, ON_DRIFT, OUTPUT, USE_LOCAL, USE_REMOTE
from fc_guard.kinds import REGISTRY
from fc_guard.model.ids import ResourceId
from fc_guard.model.plans import Decisions, Plan, Policy
from fc_guard.model.reports import Report, RescueCopy
from fc_guard.render.outcomes import outcome_text
from fc_guard.render.paint import heading, painter
from fc_guard.render.plan import removal_text

ROUNDS = 3


def run(session: WriteSession) -> Report:
    read = session.read
    read.terminal.say(heading("remove", read.account, read.region, read.step.name, painter(read.terminal.colour)))
    service = ResourceId(read.account, read.region, "service", (read.step.props["service"]["name"],))
    with session.store.lock(service, f"remove {read.step.name}", read.terminal.interruptible):
        return _removed(session)


def _removed(session: WriteSession) -> Report:
    read = session.read
    notes = recover(session)
    for note in notes:
        read.terminal.warn(note)
    with read.terminal.interruptible():
        before = survey(read, watch=True)
    plan, applied = Plan(()), Applied(())
    rescues: tuple[RescueCopy, ...] = ()
    error: GuardError | None = None
    try:
        plan, rescues, applied = _rounds(session, before)
        error = applied.error
    except NeedsDecision as stop:
        error = stop
    report = Report(
        command="remove",
        account=read.account,
        region=read.region,
        plan=plan,
        outcomes=applied.outcomes,
        rescues=rescues,
        notes=notes,
        # The host removes in deploy order and then resolves ${resources.x.output.y} of later steps: they need values.
        output=output(read, live_of(before), desired_of(read).values()),
        error=error,
    )
    text = outcome_text(report, painter(read.terminal.colour))
    if text:
        read.terminal.say(text)
    return report


def _rounds(session: WriteSession, found: Survey) -> tuple[Plan, tuple[RescueCopy, ...], Applied]:
    read = session.read
    rescues: tuple[RescueCopy, ...] = ()
    for attempt in range(1, ROUNDS + 1):
        with read.terminal.interruptible():
            found = exact_again(read, found, [diff.id for diff in found.diffs if diff.live is not None], watch=True)
        plan = _planned(session, found, {})
        read.terminal.say(removal_text(plan, painter(read.terminal.colour)))
        plan = _decided(session, found, plan)
        rescues += rescue(session, plan.writes)
        applied = apply(session, plan, {}, records=False)
        if not applied.moved or applied.error is None:
            return plan, rescues, applied
        if attempt == ROUNDS:
            written = any(outcome.action.writes for outcome in applied.outcomes)
            return plan, rescues, Applied(applied.outcomes, moved_on(applied.error, ROUNDS, written))
        read.refresh.forget_all()
        found = survey(read, watch=True)
    raise AssertionError  # the last round returns


def _planned(session: WriteSession, found: Survey, decisions: Decisions) -> Plan:
    read = session.read
    staying = others_inside(read, [diff.id for diff in found.diffs])
    return plan_removal(found.diffs, REGISTRY, Choice(read.policy, decisions, read.today), staying)


def _decided(session: WriteSession, found: Survey, plan: Plan) -> Plan:
    read = session.read
    if plan.undecided and plan.policy is Policy.FAIL:
        raise nobody_to_ask(plan.undecided, REMOVING)
    if plan.undecided:
        plan = _planned(session, found, decide(read.terminal, plan.undecided, REMOVING))
        if plan.conflicts:
            raise in_conflict(plan.conflicts)
        return plan
    if not plan.writes or read.step.options.assume_yes:
        return plan
    if not read.terminal.can_ask:
        raise BadInput(
            "remove deletes resources, and there is nobody to confirm it. Nothing was deleted.",
            hint="Add -y.",
            reference="not-confirmed",
        )
    if not confirm(read.terminal, f"Delete {len(plan.writes)} of these?"):
        raise NeedsDecision("Stopped; nothing was deleted.", reference="stopped")
    return plan


REMOVE = WriteCommand(
    name="remove",
    description="Delete what was deployed from this project; what somebody changed or made online is asked about",
    summary="Delete what was deployed from here",
    options=(ASSUME_YES, USE_REMOTE, USE_LOCAL, ON_DRIFT, OUTPUT, HELP),
    run=run,
)
