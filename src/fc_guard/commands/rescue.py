"""rescue: lists the copies of what was overwritten or deleted. Reads only the disk."""

from __future__ import annotations

from fc_guard.commands.command import ReadCommand, announce
from fc_guard.commands.outputs import output
from fc_guard.engine.look.saved import concerns, everything
from fc_guard.engine.run.session import ReadSession
from fc_guard.inputs.options import ALL, COMMON
from fc_guard.language import t
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Report
from fc_guard.model.rescues import DamagedCopy
from fc_guard.render.paint import painter
from fc_guard.render.rescues import rescue_document, rescues_text

HINT = t("s undo puts back what the newest run saved; s undo <name> a run or a copy of another name.")


def run(session: ReadSession) -> Report:
    announce("rescue", session)
    found = everything(session)
    options = session.step.options
    if not options.all:
        found = tuple(kept for kept in found if isinstance(kept, DamagedCopy) or concerns(session, kept))
    text = rescues_text(found, painter(session.terminal.colour))
    session.terminal.say(t("{text}\n{hint}", text=text, hint=HINT) if found else text)
    listed = {"rescues": [rescue_document(kept) for kept in found]} if options.json else {}
    return Report(
        command="rescue",
        account=session.account,
        region=session.region,
        plan=Plan(()),
        output={**output(session, {}, session.desired), **listed},
    )


RESCUE = ReadCommand(
    name="rescue",
    description=t("List the rescue copies of what was overwritten or deleted; changes nothing"),
    summary=t("List the copies of what was overwritten"),
    options=(ALL, *COMMON),
    run=run,
)
