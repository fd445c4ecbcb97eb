"""Carries out a plan: intent, call and record for every write. Nothing is repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from fc_guard.cloud.gateway import Reply
from fc_guard.core.normal import effective
from fc_guard.core.planning import bound
from fc_guard.core.theirs import theirs_of
from fc_guard.core.values import Comparer
from fc_guard.engine.code.keeping import keep_local, keep_recorded
from fc_guard.engine.code.source import Code, Saved
from fc_guard.engine.code.upload import carried, version_of
from fc_guard.engine.run.session import WriteSession
from fc_guard.engine.write.last_look import LastLook, Users, users_of
from fc_guard.engine.write.readiness import UNSEEN, Wait, ready, unseen
from fc_guard.engine.write.recorders import Recorder
from fc_guard.engine.write.recording import Facts, says_the_same
from fc_guard.engine.write.recovery import Resolution, settle
from fc_guard.engine.write.unversioned import Moment, aftermath
from fc_guard.errors import (
    AlreadyExists,
    BadInput,
    CallFailed,
    GuardError,
    Interrupted,
    OutcomeUnknown,
    PartlyApplied,
    PreconditionFailed,
    Unreadable,
)
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CODE_ASPECT, FieldPath, Fields, Value
from fc_guard.model.kinds import Lifecycle
from fc_guard.model.plans import Action, Call, Plan, Verb
from fc_guard.model.reports import Outcome, Result
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import Baseline, Intent, Live


@dataclass(frozen=True, slots=True)
class Applied:
    """`error` is what stopped the plan; `moved` says that comparing again may help."""

    outcomes: tuple[Outcome, ...]
    error: GuardError | None = None
    moved: bool = False


MAY_HAVE_HAPPENED: Final = t("It may or may not have happened. The next run finds out before it does anything.")
Saves = Callable[[Action, Live], RescueCopy]
"""Saves somebody's state that a write is seen to have replaced."""


def apply(
    session: WriteSession, plan: Plan, packages: Mapping[Address, Code | Saved], saves: Saves, recorder: Recorder
) -> Applied:
    """Carries out a plan, action by action, and stops at the first failure."""
    outcomes: list[Outcome] = []
    actions, users = list(plan.actions), users_of(session.read, plan)
    while actions:
        action = actions.pop(0)
        try:
            session.read.terminal.pause_point()
            step = _Step(session, action, packages.get(action.id), saves, recorder, users, _deleted(outcomes))
            outcome = step.carry_out()
        except (PreconditionFailed, AlreadyExists) as error:
            skipped = [Outcome(rest, Result.SKIPPED) for rest in (action, *actions)]
            return Applied((*outcomes, *skipped), error, moved=True)
        except GuardError as error:
            result = Result.UNKNOWN if _in_doubt(error) else Result.FAILED
            outcomes.append(Outcome(action, result, error=error))
            outcomes += [Outcome(rest, Result.SKIPPED) for rest in actions]
            return Applied(tuple(outcomes), _as_run_error(error, outcomes, session.read.step.command))
        outcomes.append(outcome)
    return Applied(tuple(outcomes))


def _in_doubt(error: GuardError) -> bool:
    return isinstance(error, OutcomeUnknown) or (isinstance(error, Interrupted) and error.in_doubt)


def _deleted(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Returns what this run has deleted, as addresses are written."""
    return frozenset(str(each.action.id) for each in outcomes if each.action.deletes and each.result is Result.DONE)


def _as_run_error(error: GuardError, outcomes: list[Outcome], again: str) -> GuardError:
    """Returns a failure after earlier writes as `PartlyApplied`."""
    written = any(outcome.result is Result.DONE and outcome.action.writes for outcome in outcomes)
    if not written or isinstance(error, OutcomeUnknown | Interrupted):
        return error
    return PartlyApplied(
        t("{message}\nWhat was done before is done and recorded.", message=error.message),
        hint=error.hint or t("Mend the cause and {again} again: what is done is not done twice.", again=again),
    )


class _Step:
    def __init__(
        self,
        session: WriteSession,
        action: Action,
        code: Code | Saved | None,
        saves: Saves,
        recorder: Recorder,
        users: Users,
        deleted: frozenset[str],
    ) -> None:
        self._session = session
        self._store = session.store
        self._refresh = session.read.refresh
        self._action = bound(action, action.diff.live.etag if action.diff.live is not None else None)
        self._code = code
        self._saves = saves
        self._kind = session.read.kind(action.id)
        self._recorder = recorder.about(self._kind)
        self._comparer = Comparer(self._kind.rules, session.store.seal)
        self._look = LastLook(session.read, self._kind, self._comparer, users, deleted)

    def carry_out(self) -> Outcome:
        action = self._action
        if action.call is not None:
            return self._write(action.call)
        if self._recorder.settle(self._store, action, self._facts()) and action.diff.live is not None:
            self._record_if_moved(action.diff.live)
        return Outcome(action, Result.DONE)

    def _write(self, call: Call) -> Outcome:
        if not self._action.deletes:
            self._action = ready(self._session.read, self._action)
            call = self._action.call or call
        whole, make = self._action, self._action.then
        outcome = self._send(call)
        if make is None:
            return outcome
        # Killed here, the next run finds it absent and not deployed, and makes it without a question.
        self._action = replace(whole, verb=Verb.CREATE, call=make, then=None)
        try:
            return replace(self._send(make), action=whole)
        except (OutcomeUnknown, Interrupted):
            raise
        except GuardError as error:
            raise PartlyApplied(
                t(
                    "{message}\n{id} was deleted to be made anew, and making it failed.",
                    message=error.message,
                    id=whole.id,
                ),
                hint=error.hint
                or t("Mend the cause and {command} again: it is made then.", command=self._session.read.step.command),
            ) from error

    def _send(self, call: Call) -> Outcome:
        action = self._action
        code = None
        if call.with_code and self._code is not None:
            if not isinstance(self._code, Saved):
                keep_local(self._session, self._code)
            code = carried(self._session, action.id, self._code)
        intent = self._intent(call)
        self._store.intend(action.id, intent)
        moment = self._last_look(call)
        try:
            reply = self._sent(call, code)
        except OutcomeUnknown as error:
            self._refresh.forget(action.id)
            return self._after_silence(intent, error, moment)
        except Interrupted as error:  # in a wait of the provider, which may have been for what it had made by then
            error.in_doubt, error.hint = True, MAY_HAVE_HAPPENED
            raise
        except (CallFailed, BadInput):  # BadInput: the user's file changed, and the request is not whole
            self._refresh.forget(action.id)
            self._store.withdraw(action.id)
            raise
        try:
            outcome = self._recorded(call, reply, moment)
        except GuardError as error:
            raise OutcomeUnknown(
                t(
                    "{id} was written, and what is online now could not be recorded: {message}",
                    id=action.id,
                    message=error.message,
                ),
                hint=error.hint or t("The next run settles it by reading."),
            ) from error
        notes = (outcome.note, reply.note)
        return replace(outcome, note=joined((note for note in notes if note), "; "))

    def _sent(self, call: Call, code: Mapping[str, Any] | None) -> Reply:
        """Sends the request; again where it was refused only since the provider had not heard yet of what was just made
        for it. A refused write has left nothing."""
        action, wait = self._action, None
        while True:
            try:
                return self._session.gateways.about(action.id).send(call, code)
            except CallFailed as error:
                needs = frozenset() if action.diff.desired is None else action.diff.desired.needs
                if not needs or not self._kind.unseen(error.code, error.message):
                    raise
                wait = wait or Wait(self._session.read, unseen(self._kind, needs), UNSEEN)
                if wait.over:
                    raise
                wait.on()

    def _recorded(self, call: Call, reply: Reply, moment: Moment | None) -> Outcome:
        """Records FC's answer. Until then the intent says that something was under way."""
        action = self._action
        if self._kind.lifecycle is Lifecycle.FLEETING:
            self._store.withdraw(action.id)
            return Outcome(action, Result.DONE)
        if action.deletes:
            note = self._rescued(moment, ())
            self._refresh.wrote(action.id, None)
            self._recorder.deleted(self._store, action.id)
            return Outcome(action, Result.DONE, note)
        self._refresh.wrote(action.id, reply)
        live = self._refresh.heard(action.id, reply.document, reply.etag)
        if moment is None:
            self._recorder.keep(self._store, self._baseline(live.fields, live.etag), reply.request_id)
            return Outcome(action, Result.DONE, self._what_did_not_stick(live), live=live)
        back = self._look.after(action)
        rescued = self._rescued(moment, (live, back))
        after = aftermath(moment, call.body or {}, live, back, self._comparer)
        self._recorder.keep(self._store, self._baseline(after.ours, live.etag), reply.request_id)
        notes = (rescued, after.note, self._what_did_not_stick(replace(live, fields=after.ours)))
        return Outcome(action, Result.DONE, joined((note for note in notes if note), "; "), live=back or live)

    def _last_look(self, call: Call) -> Moment | None:
        """Looks once more, where FC ties the write to no version. If it is not as it was shown, the intent is
        withdrawn."""
        try:
            return self._look.before(self._action, call)
        except GuardError:
            self._store.withdraw(self._action.id)
            raise

    def _rescued(self, moment: Moment | None, after: tuple[Live | None, ...]) -> str:
        """Saves what somebody wrote at the same moment, if it was seen before this run's write replaced it."""
        theirs = None if moment is None else moment.overtaken(after, self._comparer)
        if theirs is None:
            return ""
        copy = self._saves(self._action, theirs)
        return t(
            "somebody changed it online at the same moment, and this write replaced that; `s undo {copy}` puts it back",
            copy=copy.name,
        )

    def _after_silence(self, intent: Intent, error: OutcomeUnknown, moment: Moment | None) -> Outcome:
        """Finds out by reading whether a write happened whose answer was lost."""
        id = self._action.id
        try:
            live = self._refresh.exact([id])[id]
        except Unreadable as unreadable:
            raise OutcomeUnknown(
                t(
                    "{message}\nIts answer was lost, and reading it back failed too: {again}",
                    message=error.message,
                    again=unreadable.message,
                ),
                hint=MAY_HAVE_HAPPENED,
            ) from error
        resolution = settle(self._store, self._kind, intent, live, id, error.message)
        self._refresh.forget(id)
        if resolution is Resolution.APPLIED:
            note = t("{api}'s answer was lost; reading it back showed that the write had happened", api=self._kind.api)
            rescued = self._rescued(moment, (live,))
            return Outcome(self._action, Result.DONE, joined((note, rescued), "; ") if rescued else note, live=live)
        if resolution is Resolution.NOT_APPLIED:
            raise CallFailed(
                t("{message}\nReading it back showed that nothing was changed.", message=error.message),
                code="NotApplied",
                http_status=0,
                hint=t("Run it again."),
            ) from error
        raise OutcomeUnknown(
            t("{message}\nIts answer was lost, and {id} has changed online since.", message=error.message, id=id),
            hint=t("Run `s plan` to see how it differs now."),
        ) from error

    def _intent(self, call: Call) -> Intent:
        action = self._action
        expected: dict[FieldPath, Value] = dict(action.expected)
        if call.with_code and self._code is not None:
            expected[CODE] = version_of(self._code)
        sent = {change.path for change in action.sends} if action.verb is Verb.UPDATE else set(expected)
        return Intent(
            operation=call.operation,
            etag=call.if_match,
            sent=frozenset(sent),
            leads_to=None if action.deletes else self._baseline(expected, None),
            at=self._now(),
            restores=self._recorder.restores,
            theirs=() if self._recorder.restores else theirs_of(action),
        )

    def _record_if_moved(self, live: Live) -> None:
        """Records a baseline that adoption, converged or kept fields have moved, or whose origin a commit has by now;
        otherwise it stays as it is."""
        before, after = self._action.diff.baseline, self._baseline(live.fields, live.etag)
        if CODE_ASPECT in self._action.diff.aspects:
            keep_recorded(self._session, before, after, live, None if isinstance(self._code, Saved) else self._code)
        if before is None or not says_the_same(before, after) or self._is_renewed():
            theirs = () if self._action.leaves else theirs_of(self._action)
            self._store.record(after, saved=before is None, theirs=theirs)

    def _is_renewed(self) -> bool:
        """Says whether other checkouts would contain this deployment, and do not contain the one that is recorded."""
        diff, record = self._action.diff, self._store.read(self._action.id)
        if record is None or diff.since:
            return False
        newest = (next((each for each in record.entries if aspect in each.about), None) for aspect in diff.aspects)
        return any(each is not None and self._session.read.checkout.renews(each.origin) for each in newest)

    def _baseline(self, observed: Fields, etag: str | None) -> Baseline:
        return self._recorder.after(self._action, observed, etag, self._facts())

    def _facts(self) -> Facts:
        read = self._session.read
        return Facts(self._kind, self._comparer, read.step.origin, self._now())

    def _what_did_not_stick(self, live: Live) -> str:
        expected: Fields = self._action.expected
        paths = [change.path for change in self._action.sends] or list(expected)
        rules = self._kind.rules
        other = [
            path
            for path in paths
            if path != CODE
            and path not in rules.write_only
            and not self._comparer.same(path, effective(live.fields, path, rules), effective(expected, path, rules))
        ]
        if not other:
            return ""
        return t(
            "{api} stored {other} in its own way",
            api=self._kind.api,
            other=joined((".".join(path) for path in other), ", "),
        )

    def _now(self) -> str:
        return self._session.read.now().isoformat(timespec="seconds")
