"""Plan -> outcomes. For every write: intent, call, record. Nothing is repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fc_guard.core.normal import effective
from fc_guard.core.planning import bound
from fc_guard.core.values import Comparer, same
from fc_guard.engine.code import completed
from fc_guard.engine.recovery import Resolution, sealed, settle
from fc_guard.engine.refresh import as_live
from fc_guard.engine.session import WriteSession
from fc_guard.engine.source import Code
from fc_guard.engine.upload import carried, version_of
from fc_guard.errors import (
    AlreadyExists,
    CallFailed,
    GuardError,
    Interrupted,
    LiveMoved,
    OutcomeUnknown,
    PartlyApplied,
    PreconditionFailed,
    Unreadable,
)
from fc_guard.kinds import REGISTRY
from fc_guard.model.fields import CODE, CodeVersion, FieldPath, Fields, Value
from fc_guard.model.ids import ResourceId
from fc_guard.model.plans import Action, Plan, Verb
from fc_guard.model.reports import Outcome, Result
from fc_guard.model.resources import Baseline, Intent, Live, Presence


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a plan. `error` is what stopped it; `moved` says that comparing again may help."""

    outcomes: tuple[Outcome, ...]
    error: GuardError | None = None
    moved: bool = False


def apply(session: WriteSession, plan: Plan, packages: Mapping[ResourceId, Code], *, records: bool = True) -> Applied:
    """Carries out a plan, action by action, and stops at the first failure.

    `records` False leaves the baselines of what stays as they are: a removal that spares somebody's change has not
    deployed it, and must find it again.
    """
    outcomes: list[Outcome] = []
    actions = list(plan.actions)
    while actions:
        action = actions.pop(0)
        try:
            session.read.terminal.pause_point()
            outcome = _Step(session, action, packages.get(action.id)).carry_out(records)
        except (PreconditionFailed, AlreadyExists) as error:
            skipped = [Outcome(rest, Result.SKIPPED) for rest in (action, *actions)]
            return Applied((*outcomes, *skipped), error, moved=True)
        except GuardError as error:
            result = Result.UNKNOWN if isinstance(error, OutcomeUnknown) else Result.FAILED
            outcomes.append(Outcome(action, result, error=error))
            outcomes += [Outcome(rest, Result.SKIPPED) for rest in actions]
            return Applied(tuple(outcomes), _as_run_error(error, outcomes))
        outcomes.append(outcome)
    return Applied(tuple(outcomes))


def moved_on(error: GuardError, rounds: int, written: bool) -> GuardError:
    """The end of trying: live changed each time it was looked at."""
    message = f"It changed online {rounds} times while this run was looking at it.\n{error.message}"
    hint = "Somebody or something is changing it right now. Run `s plan` when that is over."
    return PartlyApplied(message, hint=hint) if written else LiveMoved(message, hint=hint)


def _as_run_error(error: GuardError, outcomes: list[Outcome]) -> GuardError:
    """A failure after something was written is another failure: the run left things half way."""
    written = any(outcome.result is Result.DONE and outcome.action.writes for outcome in outcomes)
    if not written or isinstance(error, OutcomeUnknown | Interrupted):
        return error
    return PartlyApplied(
        f"{error.message}\nWhat was done before is done and recorded.",
        hint=error.hint or "Mend the cause and deploy again: what is done is not done twice.",
    )


class _Step:
    """One action's way through intent, call and record."""

    def __init__(self, session: WriteSession, action: Action, code: Code | None) -> None:
        self._session = session
        self._store = session.store
        self._action = bound(action, action.diff.live.etag if action.diff.live is not None else None)
        self._code = code
        self._rules = REGISTRY[action.id.kind].rules
        self._comparer = Comparer(self._rules, session.store.seal)

    def carry_out(self, records: bool) -> Outcome:
        action = self._action
        if action.call is not None:
            return self._write()
        if action.verb is Verb.FORGET:
            self._store.forget(action.id)
        elif action.keeps_absent:
            self._record_absence(action.keeps_absent)
        elif records and action.diff.presence is Presence.PRESENT and action.diff.live is not None:
            self._record_if_moved(action.diff.live)
        return Outcome(action, Result.DONE)

    def _write(self) -> Outcome:
        action, call = self._action, self._action.call
        if call is None:
            raise ValueError(f"{action.id} has nothing to send")
        code = carried(self._session, action.id, self._code) if call.with_code and self._code is not None else None
        intent = self._intent()
        self._store.intend(action.id, intent)
        try:
            reply = self._session.gateway.send(call, code)
        except OutcomeUnknown as error:
            return self._after_silence(intent, error)
        except CallFailed:
            self._store.withdraw(action.id)
            raise
        finally:
            self._session.read.refresh.forget(action.id)
        if action.verb is Verb.DELETE:
            self._store.forget(action.id)
            return Outcome(action, Result.DONE)
        live = as_live(action.id, reply.document, reply.etag)
        self._record(live)
        return Outcome(action, Result.DONE, self._what_did_not_stick(live), live=live)

    def _after_silence(self, intent: Intent, error: OutcomeUnknown) -> Outcome:
        """The answer is lost. Reading tells whether the write happened."""
        id = self._action.id
        self._session.read.refresh.forget(id)  # what was read before the write says nothing about it
        try:
            live = self._session.read.refresh.exact([id])[id]
        except Unreadable as unreadable:
            raise OutcomeUnknown(
                f"{error.message}\nIts answer was lost, and reading it back failed too: {unreadable.message}",
                hint="It may or may not have happened. The next run finds out before it does anything.",
            ) from error
        resolution = settle(self._store, intent, live, self._action.diff.baseline, id, origin=self._origin())
        self._session.read.refresh.forget(id)
        if resolution is Resolution.APPLIED:
            note = "FC's answer was lost; reading it back showed that the write had happened"
            return Outcome(self._action, Result.DONE, note, live=live)
        if resolution is Resolution.NOT_APPLIED:
            raise CallFailed(
                f"{error.message}\nReading it back showed that nothing was changed.",
                code="NotApplied",
                http_status=0,
                hint="Run it again.",
            ) from error
        raise OutcomeUnknown(
            f"{error.message}\nIts answer was lost, and {id} has changed online since.",
            hint="Run `s plan` to see how it differs now.",
        ) from error

    def _intent(self) -> Intent:
        action = self._action
        expected: dict[FieldPath, Value] = dict(action.expected)
        sent = {change.path for change in action.sends} or set(expected)
        if action.call is not None and action.call.with_code and self._code is not None:
            expected[CODE] = version_of(self._code)
        return Intent(
            operation=action.call.operation if action.call is not None else "",
            etag=action.call.if_match if action.call is not None else None,
            sent=frozenset(sent),
            expected=sealed(expected, self._comparer),
            applied=self._applied(),
            kept=action.keeps,
            at=self._now(),
            deletes=action.verb is Verb.DELETE,
        )

    def _applied(self) -> dict[FieldPath, Value]:
        desired = self._action.diff.desired
        return {} if desired is None else sealed(desired.fields, self._comparer)

    def _record(self, live: Live) -> None:
        self._store.record(self._baseline(live))

    def _record_if_moved(self, live: Live) -> None:
        """Adoption, converged fields and kept ones move the baseline; without any of these it stays as it is."""
        before, after = self._action.diff.baseline, self._baseline(live)
        if before is None or not self._says_the_same(before, after):
            self._store.record(after)

    def _says_the_same(self, before: Baseline, after: Baseline) -> bool:
        return (
            before.observed is not None
            and after.observed is not None
            and _same_fields(before.applied, after.applied)
            and _same_fields(before.observed, after.observed)
            and dict(before.kept) == dict(after.kept)
            and before.origin == after.origin
        )

    def _baseline(self, live: Live) -> Baseline:
        fields = {**live.fields}
        code = live.code
        if code is not None and code.digest is None:
            fields[CODE] = replace(code, digest=self._digest_of(code))
        applied = self._applied()
        sent = applied.get(CODE)
        if code is not None and isinstance(sent, CodeVersion) and self._action.call and self._action.call.with_code:
            applied[CODE] = completed(sent, code)
        return Baseline(
            id=live.id,
            applied=applied,
            observed=sealed(fields, self._comparer),
            etag=live.etag,
            kept=self._action.keeps,
            origin=self._origin(),
            recorded_at=self._now(),
        )

    def _digest_of(self, code: CodeVersion) -> str | None:
        """Our digest for a checksum, when it is one of the packages we know."""
        desired = self._action.diff.desired
        sides = [self._action.diff.live.fields.get(CODE)] if self._action.diff.live is not None else []
        if desired is not None:
            sides.append(desired.fields.get(CODE))
        known = (side for side in sides if isinstance(side, CodeVersion) and side.digest is not None)
        return next((side.digest for side in known if side.checksum == code.checksum), None)

    def _record_absence(self, since: str) -> None:
        self._store.record(
            Baseline(
                id=self._action.id,
                applied=self._applied(),
                observed=None,
                kept_absent=since,
                origin=self._origin(),
                recorded_at=self._now(),
            )
        )

    def _what_did_not_stick(self, live: Live) -> str:
        """Fields that FC stored otherwise than they were sent."""
        expected: Fields = self._action.expected
        paths = [change.path for change in self._action.sends] or list(expected)
        other = [
            path
            for path in paths
            if path != CODE
            and not self._comparer.same(
                path, effective(live.fields, path, self._rules), effective(expected, path, self._rules)
            )
        ]
        if not other:
            return ""
        return "FC stored " + ", ".join(".".join(path) for path in other) + " in its own way"

    def _origin(self) -> str:
        """The step that owns the resource. A service is named by many steps: it stays with the first, or each
        deployment of theirs would record it anew."""
        before = self._action.diff.baseline
        if before is not None and before.origin and REGISTRY[self._action.id.kind].parent is None:
            return before.origin
        return self._session.read.step.origin

    def _now(self) -> str:
        return self._session.read.now().isoformat(timespec="seconds")


def _same_fields(left: Fields, right: Fields) -> bool:
    """To the letter, also for code: a package that was zipped again has a new checksum worth remembering."""
    if left.keys() != right.keys():
        return False
    pairs = ((left[path], right[path]) for path in left)
    return all(a == b if isinstance(a, CodeVersion) else same(a, b) for a, b in pairs)
