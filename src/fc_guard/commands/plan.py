"""plan: what deploy would do. Reads only, but for the file that `--out` names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fc_guard.commands.command import ReadCommand, announce, say_all_steps
from fc_guard.commands.outputs import explained, explanation, output_of_survey
from fc_guard.core.choices import Choice, Held
from fc_guard.core.planning import plan_deployment
from fc_guard.engine.look.reviewed import save_plan
from fc_guard.engine.look.saved import unfinished_here
from fc_guard.engine.look.slips import misspelled
from fc_guard.engine.look.steady import steady, writers
from fc_guard.engine.look.survey import Aim, Survey, holders_of, survey
from fc_guard.engine.look.versions import with_versions
from fc_guard.engine.look.whose import ask_whose, with_edits
from fc_guard.engine.run.session import ReadSession
from fc_guard.inputs.options import (
    ASK_AGAIN,
    COMMON,
    EXIT_CODE,
    EXPLAIN,
    FULL_DIFF,
    ON_DRIFT,
    OUT,
    PRUNE,
    SCOPED,
    SHOW_VALUES,
    USE_LOCAL,
    USE_REMOTE,
)
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Report
from fc_guard.model.resources import Record, ResourceDiff
from fc_guard.render.merge import merge_text
from fc_guard.render.paint import painter
from fc_guard.render.plan import count_line, plan_text
from fc_guard.render.revealing import revealed


def run(session: ReadSession) -> Report:
    terminal = session.terminal
    paint = painter(terminal.colour)
    announce("plan", session)
    with terminal.interruptible():
        found = steady(session, lambda: _looked_at(session))
        ask_whose(session, found)
        holders = holders_of(session, _whole(session, found, {}))
        found = with_edits(session, found)
    plan = _planned(session, found, holders)
    notes = (*_unfinished(session, found.records), *found.notes)
    for note in notes:
        terminal.warn(note)
    full = session.step.options.full_diff
    merges = (merge_text(action, paint, full=full) for action in plan.actions)
    shown = plan_text(revealed(plan, session.reveal), paint, full=full)
    texts = (shown, *merges, explained(session, plan))
    terminal.say(joined((text for text in texts if text), "\n\n"), session.reveal)
    error = misspelled(session, plan)
    if session.step.options.out and error is None:
        save_plan(session, found, _whole(session, found, holders), plan)
    say_all_steps(session, count_line(plan, watch=False))
    return Report(
        command="plan",
        account=session.account,
        region=session.region,
        plan=plan,
        notes=notes,
        output={**output_of_survey(session, found, plan), **explanation(session, plan)},
        error=error,
    )


def _looked_at(session: ReadSession) -> Survey:
    """Returns what a plan is made of. One that is saved has the versions that a deployment will compare it by."""
    found = survey(session, Aim.DEPLOYING)
    return with_versions(session, found, _whole(session, found, {})) if session.step.options.out else found


def _planned(session: ReadSession, found: Survey, holders: Held) -> Plan:
    """Returns the plan without what an earlier step of the run has spoken for. What all of them say no more goes with
    the last of them."""
    left = (_lines_that_leave(diff) if diff.id in session.spoken_for else diff for diff in found.diffs)
    return _whole(session, replace(found, diffs=tuple(diff for diff in left if diff is not None)), holders)


def _lines_that_leave(diff: ResourceDiff) -> ResourceDiff | None:
    """Returns the part of a difference that is about what this step said and says no more; None if there is none."""
    said = {} if diff.baseline is None else diff.baseline.applied
    changes = tuple(change for change in diff.changes if change.desired is MISSING and change.path in said)
    return replace(diff, changes=changes) if changes else None


def _whole(session: ReadSession, found: Survey, holders: Held) -> Plan:
    choice = Choice(session.policy, {}, session.decided_at, session.step.options.prune)
    return plan_deployment(found.diffs, session.catalog, choice, holders)


def _unfinished(session: ReadSession, records: Mapping[Address, Record]) -> Iterator[str]:
    """Yields a note on each write that has begun and is not recorded as done."""
    ids = {id for id, record in records.items() if record.pending is not None}
    ids |= {copy.id for copy in unfinished_here(session)}
    writing = writers(session, ids)
    for id in sorted(ids, key=str):
        if id in writing:
            yield t("{id}: {writing} is writing here.", id=id, writing=writing[id])
        else:
            yield t("{id}: an earlier run was interrupted here; deploy clears that up.", id=id)


PLAN = ReadCommand(
    name="plan",
    description=t("Show what deploy would do, and what somebody changed online; writes nothing"),
    summary=t("Show what deploy would do"),
    options=(
        USE_REMOTE,
        USE_LOCAL,
        ON_DRIFT,
        ASK_AGAIN,
        PRUNE,
        OUT,
        EXIT_CODE,
        EXPLAIN,
        FULL_DIFF,
        SHOW_VALUES,
        *SCOPED,
        *COMMON,
    ),
    run=run,
    quiet=True,
)
