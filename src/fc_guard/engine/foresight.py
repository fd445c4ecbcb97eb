"""Before the first write of a run: what is wrong with the later steps of the s.yaml, and what nobody can decide there.

The host runs one step after the other, and to the user they are one deployment. What is found here stops it before
anything is written. It is a look ahead and no promise: each step is looked at once more when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fc_guard.engine.questions import Wording, in_conflict, nobody_to_ask
from fc_guard.engine.session import Later, ReadSession, WriteSession
from fc_guard.errors import BadInput, GuardError
from fc_guard.model.plans import Plan, Policy, Unit


@dataclass(frozen=True, slots=True)
class Foresight:
    """How a command looks at a step whose turn has not come: the plan it would have, and how that is told.

    `needs_code`: the plan is made with the code folder.
    """

    plan: Callable[[ReadSession], Plan]
    told: Callable[[ReadSession, Plan], str]
    wording: Callable[[ReadSession, Plan], Wording]
    needs_code: bool = True


def require_later(session: WriteSession, foresight: Foresight, plan: Plan) -> None:
    """Looks at the later steps, once a run and only if the plan of this one writes.

    Raises what is wrong with them, `BadInput` if it is several; or `NeedsDecision` for what is undecided there, and in
    this plan, where nobody can be asked.
    """
    if not plan.writes:
        return
    problems: list[GuardError] = []
    stopping: list[Plan] = []
    with session.read.terminal.interruptible():
        for later in session.later():
            try:
                found = _looked_at(later, foresight)
            except GuardError as error:
                problems.append(error)
                continue
            if later.session is not None and found is not None and _open(found):
                session.read.terminal.say(foresight.told(later.session, found))
                stopping.append(found)
    if problems:
        raise _together(problems)
    if stopping:
        raise _stop(session.read, [plan, *stopping], foresight)


def _looked_at(later: Later, foresight: Foresight) -> Plan | None:
    """The plan of a step; None where it cannot be told yet. Raises what is wrong with the step."""
    if later.problem is not None:
        raise later.problem
    if later.session is None or (foresight.needs_code and later.builds):
        return None
    return foresight.plan(later.session)


def _open(plan: Plan) -> tuple[Unit, ...]:
    """What stops the plan without a question."""
    return plan.conflicts + (plan.undecided if plan.policy is Policy.FAIL else ())


def _stop(read: ReadSession, plans: Sequence[Plan], foresight: Foresight) -> GuardError:
    units = tuple(dict.fromkeys(unit for plan in plans for unit in _open(plan)))
    if any(plan.conflicts for plan in plans):
        return in_conflict(units)
    together = Plan(tuple(action for plan in plans for action in plan.actions), undecided=units)
    return nobody_to_ask(units, foresight.wording(read, together))


def _together(problems: Sequence[GuardError]) -> GuardError:
    first = problems[0]
    if len(problems) == 1:
        return first
    told = "\n".join(dict.fromkeys(error.message for error in problems))
    error = BadInput(told, hint=first.hint, reference=first.reference, effect=first.effect)
    error.status = first.status
    return error
