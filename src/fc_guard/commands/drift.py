"""drift: what somebody changed online since the last deployment. Reads only, and does not need the code folder."""

from __future__ import annotations

from fc_guard.commands.command import ReadCommand, announce, say_all_steps
from fc_guard.commands.outputs import explained, explanation, output_of_survey
from fc_guard.core.choices import Choice
from fc_guard.core.planning import plan_deployment
from fc_guard.engine.look.steady import steady
from fc_guard.engine.look.survey import Aim, survey
from fc_guard.engine.look.whose import with_edits
from fc_guard.engine.run.session import ReadSession
from fc_guard.inputs.options import COMMON, EXIT_CODE, EXPLAIN, FULL_DIFF, SCOPED, SHOW_VALUES
from fc_guard.language import joined, t
from fc_guard.model.plans import Policy
from fc_guard.model.reports import Report
from fc_guard.model.resources import Presence
from fc_guard.render.paint import painter
from fc_guard.render.plan import count_line, plan_text
from fc_guard.render.revealing import revealed


def run(session: ReadSession) -> Report:
    terminal = session.terminal
    paint = painter(terminal.colour)
    announce("drift", session)
    with terminal.interruptible():
        found = with_edits(session, steady(session, lambda: survey(session, Aim.WATCHING)))
    diffs = [diff for diff in found.diffs if diff.id not in session.spoken_for]
    known = [diff for diff in diffs if diff.baseline is not None or diff.presence is Presence.ONLINE_ONLY]
    plan = plan_deployment(known, session.catalog, Choice(Policy.KEEP, {}, session.decided_at))
    notes = tuple(
        t("{id} was never deployed from this project: not checked.", id=diff.id)
        for diff in diffs
        if diff.baseline is None and diff.desired is not None
    )
    notes += found.notes
    # Nothing online was deployed from here, or its baselines are lost: that is not "the same".
    blind = any(diff.live is not None for diff in diffs if diff.desired is not None)
    for note in notes:
        terminal.say(note)
    full = session.step.options.full_diff
    texts = (plan_text(revealed(plan, session.reveal), paint, watch=True, full=full), explained(session, plan))
    terminal.say(joined((text for text in texts if text), "\n\n"), session.reveal)
    say_all_steps(session, count_line(plan, watch=True))
    return Report(
        command="drift",
        account=session.account,
        region=session.region,
        plan=plan,
        notes=notes,
        open=session.step.options.exit_code and not known and blind,
        output={**output_of_survey(session, found, plan), **explanation(session, plan)},
    )


DRIFT = ReadCommand(
    name="drift",
    description=t("Show what somebody changed online since the last deployment from this project; writes nothing"),
    summary=t("Show what was changed online"),
    options=(EXIT_CODE, EXPLAIN, FULL_DIFF, SHOW_VALUES, *SCOPED, *COMMON),
    run=run,
    quiet=True,
)
