"""deploy: compare, show, decide, rescue, apply, record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from fc_guard.commands.command import WriteCommand, announce, heading_of
from fc_guard.commands.outputs import output_of_online
from fc_guard.commands.pull import PULL
from fc_guard.commands.writing import Packages, all_decided, carried_through
from fc_guard.core.choices import Choice, Held
from fc_guard.core.planning import plan_deployment
from fc_guard.engine.ask.questions import NOT_PULLED, PullInstead, after_a_part, confirm_deletion
from fc_guard.engine.code.merging import settled, unsettled, with_merges
from fc_guard.engine.code.write_back import WriteBack, written_back
from fc_guard.engine.look.reviewed import deciding, require_as_reviewed
from fc_guard.engine.look.slips import refuse_misspelled
from fc_guard.engine.look.survey import Aim, Survey, holders_of, survey
from fc_guard.engine.look.versions import with_versions
from fc_guard.engine.look.whose import ask_whose, with_edits
from fc_guard.engine.run.locking import held
from fc_guard.engine.run.session import ReadSession, WriteSession
from fc_guard.engine.write.apply import Applied
from fc_guard.engine.write.foresight import Foresight
from fc_guard.engine.write.recorders import DEPLOYMENT
from fc_guard.engine.write.rounds import Rounds
from fc_guard.errors import BadInput, GuardError, PartlyApplied
from fc_guard.inputs.options import (
    ASK_AGAIN,
    ASSUME_YES,
    COMMON,
    FULL_DIFF,
    KEEP_RESCUES,
    ON_DRIFT,
    PLAN_FILE,
    PRUNE,
    SCOPED,
    SHOW_VALUES,
    USE_LOCAL,
    USE_REMOTE,
    WRITE_BACK,
)
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import Reveal
from fc_guard.model.fingerprints import OwnWrite
from fc_guard.model.plans import Action, Decisions, Plan, Unit, Verb
from fc_guard.model.reports import Report, Result
from fc_guard.render.merge import lacking
from fc_guard.render.paint import Paint, painter
from fc_guard.render.plan import difference_text, plan_text
from fc_guard.render.revealing import revealed
from fc_guard.render.wordings import Wordings, of_deployment


def run(session: WriteSession) -> Report:
    read = session.read
    announce("deploy", read)
    with held(session, "deploy") as roots:
        _announce_force(read)
        report = carried_through(session, _Deployment(session), roots)
    if not isinstance(report.error, PullInstead):
        return report
    read.refresh.forget_all()
    try:
        pulled = PULL.run(session)
    except GuardError as error:
        if report.error.status != PartlyApplied.status:
            raise
        return replace(report, error=after_a_part(error))
    if not _wrote(pulled):
        report.error.hint = NOT_PULLED
    return replace(pulled, error=report.error, outcomes=report.outcomes, rescues=report.rescues)


def _wrote(pulled: Report) -> bool:
    """Says whether a pull brought anything into the project."""
    document: Mapping[str, Any] = pulled.output["pull"]
    codes = [document.get("code") or {}, *document.get("more_code", ())]
    return bool(document["fields"] or document["gone"]) or any(any(code.values()) for code in codes)


def _announce_force(read: ReadSession) -> None:
    word = read.step.options.forced_by
    if word:
        read.terminal.say(
            t(
                "{word}: what s.yaml and the code folder say is forced over what is online, without a question.",
                word=word,
            )
        )


class _Deployment:
    command = "deploy"
    recorder = DEPLOYMENT

    def __init__(self, session: WriteSession) -> None:
        self._session = session
        self._read = session.read
        self._paint = painter(session.read.terminal.colour)
        self._found: Survey | None = None
        self._holders: dict[Address, tuple[str, ...]] = {}
        self._merging: list[WriteBack] = []  # of this round
        self._write_backs: list[WriteBack] = []
        self._wrote_back: list[str] = []
        self._lacking: dict[Address, str] = {}

    @property
    def foresight(self) -> Foresight:
        return FORESIGHT

    def look(self) -> Sequence[str]:
        self._holders = {}
        first = survey(self._read, Aim.DEPLOYING)
        ask_whose(self._read, first)
        found = with_versions(self._read, first, _planned(self._read, first, {}, {}))
        self._holders = holders_of(self._read, _planned(self._read, found, {}, {}))
        self._found = found = with_edits(self._read, found)
        return found.notes

    def planned(self, decisions: Decisions) -> Plan:
        return _planned(self._read, self._survey, decisions, self._holders)

    @property
    def _survey(self) -> Survey:
        if self._found is None:
            raise ValueError(t("nothing was looked at yet"))
        return self._found

    def told(self, plan: Plan) -> str:
        return plan_text(plan, self._paint, full=self._read.step.options.full_diff)

    def accepted(self, plan: Plan) -> Sequence[str]:
        file = self._read.step.reviewed
        return () if file is None else require_as_reviewed(self._read, file, self._survey, plan)

    def decided(self, plan: Plan) -> Plan:
        refuse_misspelled(self._read, plan)
        plan = self._settled(plan)
        if doomed := _doomed(self._read, plan):
            confirm_deletion(self._read.terminal, doomed)
        return plan

    def _settled(self, plan: Plan) -> Plan:
        wordings = _wordings(self._read, plan)
        shows = partial(_shown, plan, self._paint)
        while (decided := all_decided(self._read, plan, self.planned, wordings, shows)).conflicts:
            error = unsettled(self._session, decided)
            if not plan.undecided:
                raise error
            self._read.terminal.warn(
                t("{message}\n{hint}\nPlease choose again.", message=error.message, hint=error.hint)
            )
        return decided

    def packed(self, plan: Plan) -> tuple[Plan, Packages]:
        merged = with_merges(self._session, plan, self._survey.packages, self._paint)
        self._merging = list(merged.write_backs)
        return merged.plan, merged.packages

    def after_round(self, plan: Plan, applied: Applied) -> None:
        done = {outcome.action.id for outcome in applied.outcomes if outcome.result is Result.DONE}
        if self._read.step.reviewed is not None:
            self._note_own_writes(applied, done)
        self._write_backs += [write_back for write_back in self._merging if write_back.id in done]
        back = {write_back.id for write_back in self._write_backs}
        for outcome in applied.outcomes:
            if outcome.result is Result.DONE and outcome.action.id not in back and (told := lacking(outcome.action)):
                self._lacking[outcome.action.id] = told
        if applied.error is None:
            settled(self._session, plan)

    def _note_own_writes(self, applied: Applied, done: Collection[Address]) -> None:
        """Remembers what this run made of its records, so that no later comparison takes it for somebody's."""
        own = self._read.saved_plans.own_writes
        for outcome in applied.outcomes:
            id = outcome.action.id
            record = self._session.store.read(id)
            finished = id in done or (id in own and own[id].done)
            own[id] = OwnWrite(0 if record is None else record.serial, finished)

    def end(self, error: GuardError | None, rounds: Rounds) -> GuardError | None:
        error = self._written_back(error, rounds)
        if rounds.written and (remark := self._read.checkout.remark) and remark not in self._session.said:
            self._session.said.add(remark)
            rounds.note([remark])
        if any(outcome.action.verb is not Verb.NOTHING for outcome in rounds.outcomes):
            self._session.store.sweep_code()
        return error

    def _written_back(self, error: GuardError | None, rounds: Rounds) -> GuardError | None:
        """Writes merged files into the code folder last: by then what is online is recorded, even if this fails."""
        try:
            for write_back in self._write_backs:
                self._wrote_back += written_back(self._session, write_back)
        except BadInput as failed:
            if error is not None:
                rounds.note([failed.message])
                return error
            return PartlyApplied(failed.message, hint=failed.hint) if rounds.written else failed
        return error

    def output(self, plan: Plan, rounds: Rounds, error: GuardError | None) -> Mapping[str, Any]:
        """Returns what is online now, from what was read and what FC answered to the writes."""
        if error is not None:
            return {}
        live = {action.id: action.diff.live for action in plan.actions if action.diff.live is not None}
        live |= {outcome.action.id: outcome.live for outcome in rounds.outcomes if outcome.live is not None}
        deleted = {outcome.action.id for outcome in rounds.outcomes if outcome.action.verb is Verb.DELETE}
        left = {id: item for id, item in live.items() if id not in deleted}
        return output_of_online(self._read, left, {action.id for action in plan.actions})

    def last_words(self, report: Report, rounds: Rounds) -> Sequence[str]:
        return [*self._wrote_back, *self._lacking.values()]


def _planned(read: ReadSession, found: Survey, decisions: Decisions, holders: Held) -> Plan:
    choice = Choice(read.policy, decisions, read.decided_at, read.step.options.prune)
    return plan_deployment(found.diffs, read.catalog, choice, holders)


def _shown(plan: Plan, paint: Paint, units: Sequence[Unit], *, full: bool, reveal: Reveal) -> str:
    return difference_text(revealed(plan, reveal), units, paint, full=full)


def _doomed(read: ReadSession, plan: Plan) -> list[Action]:
    options = read.step.options
    if options.assume_yes or read.step.reviewed is not None:
        return []
    doomed = [action for action in plan.actions if action.deletes and not read.kind(action.id).part]
    if options.forced_by:  # without a question: only what leaves s.yaml altogether still has to be confirmed
        return [action for action in doomed if action.verb is Verb.DELETE]
    return doomed


def _told(read: ReadSession, plan: Plan) -> str:
    paint = painter(read.terminal.colour)
    heading = heading_of("deploy", read, paint)
    return joined((heading, plan_text(plan, paint, full=read.step.options.full_diff)))


def _foreseen(read: ReadSession) -> Plan:
    found = survey(read, Aim.DEPLOYING)
    plan = _planned(read, found, {}, {})
    refuse_misspelled(read, plan)
    if read.step.reviewed is not None:
        plan = _planned(read, found, {}, holders_of(read, plan))
        require_as_reviewed(read, read.step.reviewed, found, plan)
    return plan


def _wordings(read: ReadSession, plan: Plan) -> Wordings:
    words = of_deployment(plan, read.step.options.prune)
    reviewed = read.step.reviewed
    if reviewed is None:
        return words
    return replace(words, instead=deciding(read.step.options.plan_file, reviewed.words))


FORESIGHT = Foresight(
    plan=lambda read, gone: _foreseen(read),
    told=_told,
    wordings=_wordings,
    doomed=_doomed,
)


DEPLOY = WriteCommand(
    name="deploy",
    description=t(
        "Deploy all, or service, function, trigger, domain alone; asks before undoing what was changed online"
    ),
    summary=t("Deploy, without overwriting anybody's change unseen"),
    options=(
        USE_REMOTE,
        USE_LOCAL,
        ON_DRIFT,
        ASK_AGAIN,
        ASSUME_YES,
        PRUNE,
        PLAN_FILE,
        WRITE_BACK,
        FULL_DIFF,
        SHOW_VALUES,
        KEEP_RESCUES,
        *SCOPED,
        *COMMON,
    ),
    run=run,
)
