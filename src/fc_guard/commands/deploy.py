"""deploy: compare, show, decide, rescue, apply, record."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fc_guard.commands.command import WriteCommand, announce, heading_of
from fc_guard.commands.outputs import output
from fc_guard.commands.pull import PULL
from fc_guard.core.planning import Choice, Held, plan_deployment
from fc_guard.engine.ask.questions import (
    PullInstead,
    after_a_part,
    confirm_deletion,
    decide,
    nobody_to_ask,
    of_deployment,
)
from fc_guard.engine.code.merging import settled, unsettled, with_merges
from fc_guard.engine.code.write_back import WriteBack, written_back
from fc_guard.engine.look.survey import Survey, desired_of, exact_again, held_in_being, survey
from fc_guard.engine.run.locking import held
from fc_guard.engine.run.session import ReadSession, WriteSession
from fc_guard.engine.write.apply import Applied
from fc_guard.engine.write.foresight import Foresight, require_later
from fc_guard.engine.write.rounds import Rounds
from fc_guard.errors import BadInput, GuardError, PartlyApplied
from fc_guard.inputs.options import (
    ASK_AGAIN,
    ASSUME_YES,
    FULL_DIFF,
    HELP,
    KEEP_RESCUES,
    ON_DRIFT,
    OUTPUT,
    PRUNE,
    SCOPED,
    USE_LOCAL,
    USE_REMOTE,
    WRITE_BACK,
)
from fc_guard.model.address import Address
from fc_guard.model.plans import Action, Decisions, Plan, Policy, Verb
from fc_guard.model.reports import Report, Result
from fc_guard.model.resources import Presence
from fc_guard.render.outcomes import outcome_text
from fc_guard.render.paint import painter
from fc_guard.render.plan import difference_text, plan_text


def run(session: WriteSession) -> Report:
    read = session.read
    announce("deploy", read)
    with held(session, "deploy") as roots:
        report = Deployment(session).run(roots)
    if not isinstance(report.error, PullInstead):
        return report
    read.refresh.forget_all()
    try:
        pulled = PULL.run(session)
    except GuardError as error:
        if report.error.status != PartlyApplied.status:
            raise
        return replace(report, error=after_a_part(error))
    return replace(pulled, error=report.error, outcomes=report.outcomes, rescues=report.rescues)


class Deployment:
    """One step's deployment: rounds of compare, decide and apply until live holds still."""

    def __init__(self, session: WriteSession) -> None:
        self._session = session
        self._read = session.read
        self._paint = painter(session.read.terminal.colour)
        self._rounds = Rounds(session)
        self._plan = Plan(())
        self._held: dict[Address, tuple[str, ...]] = {}
        self._write_backs: list[WriteBack] = []
        self._roots: tuple[Address, ...] = ()
        self._after: list[str] = []  # what is told at the very end

    def run(self, roots: tuple[Address, ...]) -> Report:
        self._roots = roots
        self._announce_force()
        error = self._wrote_back(self._rounds.run(roots, self._round))
        if any(outcome.action.verb is not Verb.NOTHING for outcome in self._rounds.outcomes):
            self._session.store.sweep_code()
        report = self._report(error)
        self._say_end(report)
        return report

    def _round(self) -> Applied:
        with self._read.terminal.interruptible():
            self._held = {}
            found = self._exact(survey(self._read))
            self._held = held_in_being(self._read, self._planned(found, {}))
        self._rounds.note(found.notes)
        self._plan = self._planned(found, {})
        self._read.terminal.say(plan_text(self._plan, self._paint, full=self._read.step.options.full_diff))
        require_later(self._session, FORESIGHT, self._plan, self._roots)
        merged = with_merges(self._session, self._decided(found), found.packages, self._paint)
        applied = self._rounds.carry_out(merged.plan, merged.packages)
        self._plan = merged.plan
        done = {outcome.action.id for outcome in applied.outcomes if outcome.result is Result.DONE}
        self._write_backs += [write_back for write_back in merged.write_backs if write_back.id in done]
        if applied.error is None:
            settled(self._session, merged.plan)
        return applied

    def _wrote_back(self, error: GuardError | None) -> GuardError | None:
        """Merged files go into the code folder last: what is online is recorded by then, whatever becomes of it."""
        try:
            for write_back in self._write_backs:
                self._after += written_back(self._session, write_back)
        except BadInput as failed:
            if error is not None:
                self._rounds.note([failed.message])
                return error
            return PartlyApplied(failed.message, hint=failed.hint) if self._rounds.written else failed
        return error

    def _exact(self, found: Survey) -> Survey:
        """Whatever will be written is read once more on its own: the ETag of what is shown goes into If-Match."""
        plan = self._planned(found, {})
        present = (Presence.PRESENT, Presence.ORPHAN)
        moving = (a for a in plan.actions if (a.writes or a.diff.drifted) and a.diff.presence in present)
        ids = [action.id for action in moving if self._read.kind(action.id).operations.read]
        bare = [id for id in ids if _etag(found, id) is None]
        return exact_again(self._read, found, bare)

    def _planned(self, found: Survey, decisions: Decisions) -> Plan:
        return _planned(self._read, found, decisions, self._held)

    def _decided(self, found: Survey) -> Plan:
        """The plan with every decision made. Raises `NeedsDecision` where that takes a person and there is none."""
        plan = self._policy_applied(found)
        if doomed := _doomed(self._read, plan):
            confirm_deletion(self._read.terminal, doomed)
        return plan

    def _policy_applied(self, found: Survey) -> Plan:
        plan = self._plan
        if plan.undecided and plan.policy is Policy.FAIL:
            raise nobody_to_ask(plan.undecided, of_deployment(plan, self._read.step.options.prune))
        while plan.undecided:
            decided = self._planned(found, self._asked(plan))
            if not decided.conflicts:
                return decided
            error = unsettled(self._session, decided)
            self._read.terminal.warn(f"{error.message}\n{error.hint}\nPlease choose again.")
        if plan.conflicts:
            raise unsettled(self._session, plan)
        return plan

    def _asked(self, plan: Plan) -> Decisions:
        shows = partial(difference_text, plan, paint=self._paint)
        return decide(self._read.terminal, plan.undecided, shows, of_deployment(plan, self._read.step.options.prune))

    def _announce_force(self) -> None:
        word = self._read.step.options.forced_by
        if word:
            self._read.terminal.say(
                f"{word}: what s.yaml and the code folder say is forced over what is online, without a question."
            )

    def _report(self, error: GuardError | None) -> Report:
        report = Report(
            command="deploy",
            account=self._read.account,
            region=self._read.region,
            plan=self._plan,
            outcomes=tuple(self._rounds.outcomes),
            rescues=self._rounds.rescues,
            notes=tuple(self._rounds.notes),
            error=error,
        )
        if error is not None:
            return report
        return replace(report, output=self._output())

    def _output(self) -> dict[str, object]:
        """What is online now, from what was read and what FC answered to the writes."""
        live = {action.id: action.diff.live for action in self._plan.actions if action.diff.live is not None}
        live |= {outcome.action.id: outcome.live for outcome in self._rounds.outcomes if outcome.live is not None}
        deleted = {outcome.action.id for outcome in self._rounds.outcomes if outcome.action.verb is Verb.DELETE}
        left = {id: item for id, item in live.items() if id not in deleted}
        return output(self._read, left, desired_of(self._read).values())

    def _say_end(self, report: Report) -> None:
        text = "\n".join(line for line in (outcome_text(report, self._paint), *self._after) if line)
        if text:
            self._read.terminal.say(text)


def _planned(read: ReadSession, found: Survey, decisions: Decisions, held: Held) -> Plan:
    choice = Choice(read.policy, decisions, read.today, read.step.options.prune)
    return plan_deployment(found.diffs, read.catalog, choice, held)


def _doomed(read: ReadSession, plan: Plan) -> list[Action]:
    """What would be deleted, and has to be confirmed."""
    options = read.step.options
    if options.assume_yes:
        return []
    doomed = [action for action in plan.actions if action.deletes and not read.kind(action.id).part]
    if options.forced_by:  # without a question: only what leaves s.yaml altogether still has to be confirmed
        return [action for action in doomed if action.verb is Verb.DELETE]
    return doomed


def _told(read: ReadSession, plan: Plan) -> str:
    """A later step's plan, under its own heading."""
    paint = painter(read.terminal.colour)
    heading = heading_of("deploy", read, paint)
    return f"{heading}\n{plan_text(plan, paint, full=read.step.options.full_diff)}"


FORESIGHT = Foresight(
    plan=lambda read, gone: _planned(read, survey(read), {}, {}),
    told=_told,
    wording=lambda read, plan: of_deployment(plan, read.step.options.prune),
    doomed=_doomed,
)


def _etag(found: Survey, id: Address) -> str | None:
    return next((diff.live.etag for diff in found.diffs if diff.id == id and diff.live is not None), None)


DEPLOY = WriteCommand(
    name="deploy",
    description="Deploy all, or service, function, trigger, domain alone; asks before undoing what was changed online",
    summary="Deploy, without overwriting anybody's change unseen",
    options=(
        USE_REMOTE,
        USE_LOCAL,
        ON_DRIFT,
        ASK_AGAIN,
        ASSUME_YES,
        PRUNE,
        WRITE_BACK,
        FULL_DIFF,
        KEEP_RESCUES,
        *SCOPED,
        OUTPUT,
        HELP,
    ),
    run=run,
)
