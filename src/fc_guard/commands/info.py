"""info: what is online. Reads only."""

from __future__ import annotations

from fc_guard.commands.command import ReadCommand
from fc_guard.commands.outputs import output
from fc_guard.engine.look.survey import desired_of
from fc_guard.engine.run.session import ReadSession
from fc_guard.inputs.options import COMMON
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.kinds import Lifecycle
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Report
from fc_guard.model.resources import Live


def run(session: ReadSession) -> Report:
    with session.terminal.interruptible():
        live, notes = _read(session)
    for note in notes:
        session.terminal.say(note)
    return Report(
        command="info",
        account=session.account,
        region=session.region,
        plan=Plan(()),
        notes=notes,
        output=output(session, live, ()),
    )


def _read(session: ReadSession) -> tuple[dict[Address, Live], tuple[str, ...]]:
    """Returns what is online of the step, and a note on what is not, or cannot be read."""
    live: dict[Address, Live] = {}
    notes: list[str] = []
    for id in desired_of(session):
        if session.kind(id).lifecycle is Lifecycle.FLEETING:  # nothing tells of it
            continue
        found = session.refresh.live(id)
        if found is None:
            notes.append(t("{id} is not online.", id=id))
            continue
        live[id] = found
        for kind in session.below(id):
            if kind.listed and not kind.part:
                inside, left_out = session.refresh.readable(session.refresh.inside(id, kind.name))
                live |= inside
                notes += left_out
    return live, tuple(notes)


INFO = ReadCommand(
    name="info",
    description=t("Show what is online of this s.yaml: service, function, triggers, URL"),
    summary=t("Show what is online"),
    options=COMMON,
    run=run,
)
