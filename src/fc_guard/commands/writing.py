"""The frame of the commands that write: look, plan, tell, decide, carry out, report. Each has a `Task` of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from fc_guard.engine.ask.questions import Asked, Shows, decide, nobody_to_ask
from fc_guard.engine.code.source import Code, Saved
from fc_guard.engine.look.steady import require_unmoved
from fc_guard.engine.run.session import ReadSession, WriteSession
from fc_guard.engine.write.apply import Applied
from fc_guard.engine.write.foresight import Foresight, require_later
from fc_guard.engine.write.recorders import Recorder
from fc_guard.engine.write.rounds import Rounds
from fc_guard.errors import GuardError
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.plans import Action, Decisions, Plan, Policy, Unit
from fc_guard.model.reports import Outcome, Report, Result
from fc_guard.render.outcomes import outcome_text
from fc_guard.render.paint import painter
from fc_guard.render.revealing import revealed
from fc_guard.render.wordings import Wordings

Packages = Mapping[Address, Code | Saved]


class Task(Protocol):
    """One command's work in the frame. It starts anew in every round, since live may have moved."""

    @property
    def command(self) -> str: ...

    @property
    def recorder(self) -> Recorder: ...

    @property
    def foresight(self) -> Foresight | None:
        """Looks at later steps before the first write; None for a command that the host runs for one step."""

    def look(self) -> Sequence[str]:
        """Reads all that the plan is made of. Returns what has to be told."""

    def planned(self, decisions: Decisions) -> Plan: ...

    def told(self, plan: Plan) -> str:
        """Returns a plan, revealed as far as it may be, as the user sees it before anything is asked."""

    def accepted(self, plan: Plan) -> Sequence[str]:
        """Raises what forbids a plan that was told, whatever is decided. Returns what has to be told of it."""

    def decided(self, plan: Plan) -> Plan:
        """Returns the plan with every decision made. Raises `NeedsDecision` where nobody can make one."""

    def packed(self, plan: Plan) -> tuple[Plan, Packages]:
        """Returns the decided plan, with the code that it sends."""

    def after_round(self, plan: Plan, applied: Applied) -> None: ...

    def end(self, error: GuardError | None, rounds: Rounds) -> GuardError | None:
        """Does what comes after the last round. Returns what ended the run, if it failed."""

    def output(self, plan: Plan, rounds: Rounds, error: GuardError | None) -> Mapping[str, Any]:
        """Returns what later steps may refer to."""

    def last_words(self, report: Report, rounds: Rounds) -> Sequence[str]: ...


def carried_through(session: WriteSession, task: Task, roots: tuple[Address, ...], notes: Sequence[str] = ()) -> Report:
    """Runs a task's rounds until live holds still, and reports. `roots` are locked; `notes` were told before."""
    return _Frame(session, task, roots).run(notes)


class _Frame:
    def __init__(self, session: WriteSession, task: Task, roots: tuple[Address, ...]) -> None:
        self._session = session
        self._read = session.read
        self._task = task
        self._roots = roots
        self._rounds = Rounds(session)
        self._plan = Plan(())

    def run(self, notes: Sequence[str]) -> Report:
        self._rounds.note(notes)
        error = self._task.end(self._rounds.run(self._roots, self._round), self._rounds)
        report = Report(
            command=self._task.command,
            account=self._read.account,
            region=self._read.region,
            plan=_with_earlier_rounds(self._plan, self._rounds.outcomes),
            outcomes=tuple(self._rounds.outcomes),
            rescues=self._rounds.rescues,
            notes=tuple(self._rounds.notes),
            output=self._task.output(self._plan, self._rounds, error),
            error=error,
        )
        self._say_end(report)
        return report

    def _round(self) -> Applied:
        task = self._task
        with self._read.terminal.interruptible():
            notes = task.look()
            self._plan = task.planned({})
        if self._plan.undecided or self._plan.conflicts:
            require_unmoved(self._read, self._roots)
        self._rounds.note(notes)
        self._read.terminal.say(task.told(revealed(self._plan, self._read.reveal)), self._read.reveal)
        self._rounds.note(task.accepted(self._plan))
        if task.foresight is not None:
            require_later(self._session, task.foresight, self._plan, self._roots)
        self._plan, packages = task.packed(task.decided(self._plan))
        applied = self._rounds.carry_out(self._plan, packages, task.recorder)
        task.after_round(self._plan, applied)
        return applied

    def _say_end(self, report: Report) -> None:
        lines = (
            outcome_text(report, painter(self._read.terminal.colour)),
            *self._task.last_words(report, self._rounds),
        )
        text = joined(line for line in lines if line)
        if text:
            self._read.terminal.say(text)


def _with_earlier_rounds(plan: Plan, outcomes: Iterable[Outcome]) -> Plan:
    """Returns the last round's plan with what earlier rounds have done: by then it was no difference any more."""
    last = {action.id: action for action in plan.actions}
    earlier = {outcome.action.id: outcome.action for outcome in outcomes if _is_of_earlier_round(outcome, last)}
    actions = [earlier.get(action.id, action) for action in plan.actions]
    return replace(plan, actions=(*(earlier[id] for id in earlier if id not in last), *actions))


def _is_of_earlier_round(outcome: Outcome, last: Mapping[Address, Action]) -> bool:
    now = last.get(outcome.action.id)
    return outcome.result is Result.DONE and outcome.action.writes and (now is None or not now.writes)


def _memory(read: ReadSession, plan: Plan) -> str:
    """Returns what gives a pipeline a memory, where it has none and that is why it stops."""
    undecided = {unit.id for unit in plan.undecided}
    unknown = any(action.id in undecided and action.diff.adopted and not action.diff.since for action in plan.actions)
    if not unknown or read.step.shared or not read.checkout.in_ci:
        return ""
    return t(
        "This pipeline does not remember what it deployed. Two lines give it a memory:\n"
        "  {state}: oss://<bucket>/<prefix>   in the props of the step\n"
        "  fetch-depth: 0   where it checks out, or what your CI calls a whole clone",
        state=read.layout.state,
    )


def all_decided(
    read: ReadSession,
    plan: Plan,
    planned: Callable[[Decisions], Plan],
    wordings: Wordings,
    shows: Shows,
) -> Plan:
    """Asks about what is undecided and plans anew with the answers. Raises `NeedsDecision` if nobody can be asked."""
    if not plan.undecided:
        return plan
    if plan.policy is Policy.FAIL:
        raise nobody_to_ask(plan.undecided, wordings, _memory(read, plan))

    def merges(units: Sequence[Unit]) -> bool:
        keep, merge = (planned(dict.fromkeys(units, policy)) for policy in (Policy.KEEP, Policy.MERGE))
        return (keep.actions, keep.conflicts) != (merge.actions, merge.conflicts)

    return planned(decide(read.terminal, Asked(plan.undecided, shows, read.reveal, wordings, merges)))
