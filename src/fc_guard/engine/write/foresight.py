"""Looks, before the first write of a run, for errors and open decisions in the later steps of the s.yaml.

The host runs one step after the other, and to the user they are one deployment. What is found here stops it before
anything is written. It is a look ahead and no promise: each step is looked at once more when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from fc_guard.engine.ask.questions import confirm_deletion, in_conflict, nobody_to_ask
from fc_guard.engine.look.saved import unfinished_here
from fc_guard.engine.run.locking import roots
from fc_guard.engine.run.session import Later, ReadSession, WriteSession
from fc_guard.errors import BadInput, GuardError
from fc_guard.language import joined
from fc_guard.model.address import Address
from fc_guard.model.plans import Action, Plan, Policy, Unit, Verb
from fc_guard.model.resources import Record
from fc_guard.render.revealing import revealed
from fc_guard.render.wordings import Wordings


@dataclass(frozen=True, slots=True)
class Foresight:
    """A command's way of looking at a step whose turn has not come.

    plan        (session, what earlier steps of the run will have deleted) -> the plan
    told        (session, plan) -> the plan as the user sees it
    doomed      the actions of a plan that have to be confirmed, and are not by an option
    needs_code  whether the plan is made with the code folder
    """

    plan: Callable[[ReadSession, frozenset[Address]], Plan]
    told: Callable[[ReadSession, Plan], str]
    wordings: Callable[[ReadSession, Plan], Wordings]
    doomed: Callable[[ReadSession, Plan], Sequence[Action]]
    needs_code: bool = True


def require_later(session: WriteSession, foresight: Foresight, plan: Plan, held: Collection[Address]) -> None:
    """Looks at the later steps, once a run and only if this plan writes, or a saved plan is carried out, of which all
    steps are one. `held` are the roots this run has locked.

    Raises what is wrong with them, `BadInput` if it is several; or `NeedsDecision` for what is undecided there, and in
    this plan, where nobody can be asked.
    """
    if not plan.writes and session.read.step.reviewed is None:
        return
    problems: list[GuardError] = []
    stopping: list[Plan] = []
    reveal = session.read.reveal
    gone = _deleted(plan)
    with session.read.terminal.interruptible():
        for later in session.later():
            try:
                found = _looked_at(later, foresight, gone, held)
            except GuardError as error:
                problems.append(error)
                continue
            if later.session is None or found is None:
                continue
            gone |= _deleted(found)
            if _open(found):
                session.read.terminal.say(foresight.told(later.session, revealed(found, reveal)), reveal)
                stopping.append(found)
    if problems:
        raise _together(problems)
    if stopping:
        raise _stop(session.read, [plan, *stopping], foresight)


def _looked_at(later: Later, foresight: Foresight, gone: frozenset[Address], held: Collection[Address]) -> Plan | None:
    """Returns the plan of a step; None where it cannot be told yet. Raises what is wrong with the step."""
    if later.problem is not None:
        raise later.problem
    read = later.session
    if read is None or (foresight.needs_code and later.builds) or not _steady(read, held):
        return None
    plan = foresight.plan(read, gone)
    if not read.terminal.can_ask and not _open(plan) and (doomed := foresight.doomed(read, plan)):
        confirm_deletion(read.terminal, doomed)  # it raises, since nobody can be asked
    return plan


def _steady(read: ReadSession, held: Collection[Address]) -> bool:
    """Says whether all that is known of a step is of one moment: no other run of this folder writes there, and none was
    killed in the middle. Otherwise the step is checked when its turn comes, under its lock and after its recovery."""
    if unfinished_here(read):
        return False
    within = roots(read)
    if not all(root in held or read.refresh.stands(root, read.baselines.mark(root)) for root in within):
        return False
    here = (id for id in read.baselines.unsettled(read.account, read.region) if read.catalog.root(id) in within)
    return not any(_is_pending(read.baselines.read(id)) for id in here)


def _is_pending(record: Record | None) -> bool:
    return record is not None and record.pending is not None


def _deleted(plan: Plan) -> frozenset[Address]:
    return frozenset(action.id for action in plan.actions if action.verb is Verb.DELETE)


def _open(plan: Plan) -> tuple[Unit, ...]:
    return plan.conflicts + (plan.undecided if plan.policy is Policy.FAIL else ())


def _stop(read: ReadSession, plans: Sequence[Plan], foresight: Foresight) -> GuardError:
    units = tuple(dict.fromkeys(unit for plan in plans for unit in _open(plan)))
    if any(plan.conflicts for plan in plans):
        return in_conflict(plans)
    together = Plan(tuple(action for plan in plans for action in plan.actions), undecided=units)
    return nobody_to_ask(units, foresight.wordings(read, together))


def _together(problems: Sequence[GuardError]) -> GuardError:
    first = problems[0]
    if len(problems) == 1:
        return first
    told = joined(dict.fromkeys(error.message for error in problems))
    error = BadInput(told, hint=first.hint, reference=first.reference, effect=first.effect)
    error.status = first.status
    return error
