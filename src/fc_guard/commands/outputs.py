"""Outputs of a command for the host, in the shape of the step's layout: later steps refer to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fc_guard.engine.look.survey import Survey
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import Unreadable
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.layouts import Facts
from fc_guard.model.plans import Plan
from fc_guard.model.resources import Desired, Live
from fc_guard.render.explained import explained_document, explained_text
from fc_guard.render.paint import painter


def output(
    session: ReadSession,
    live: Mapping[Address, Live],
    desired: Iterable[Desired],
    absent: frozenset[Address] = frozenset(),
) -> dict[str, Any]:
    return session.layout.outputs(Facts(session.region, session.endpoint, tuple(desired), live, absent))


def output_of_online(session: ReadSession, live: Mapping[Address, Live], seen: Collection[Address]) -> dict[str, Any]:
    """Returns what is online of all that s.yaml names. `seen` is what the run looked at; the rest is read now, and is
    taken to be as s.yaml says where it cannot be read."""
    there = dict(live)
    absent = {id for id in seen if id not in live}
    rest = [wanted.id for wanted in session.desired if wanted.id not in live and wanted.id not in seen]
    session.refresh.ahead(rest, ())
    for id in rest:
        try:
            found = session.refresh.live(id)
        except Unreadable as error:
            session.terminal.warn(t("{message}\nThe result has {id} as s.yaml says it.", message=error.message, id=id))
            continue
        if found is None:
            absent.add(id)
        else:
            there[id] = found
    return output(session, there, session.desired, frozenset(absent))


def output_of_survey(session: ReadSession, found: Survey, plan: Plan) -> dict[str, Any]:
    """Returns what is online of a step, and what is still to come as s.yaml says it: a later step may refer to it."""
    staying = {a.id for a in plan.actions if a.diff.live is None and a.diff.baseline is not None and not a.writes}
    return output(session, live_of(found), session.desired, frozenset(staying))


def explained(session: ReadSession, plan: Plan) -> str:
    """Returns the rules by which fields are left out of a plan, as text; '' without --explain."""
    return explained_text(plan, painter(session.terminal.colour)) if session.step.options.explain else ""


def explanation(session: ReadSession, plan: Plan) -> dict[str, Any]:
    """Returns the same as data for the output; nothing without --explain."""
    return {"explained": explained_document(plan)} if session.step.options.explain else {}


def live_of(found: Survey) -> dict[Address, Live]:
    return {diff.id: diff.live for diff in found.diffs if diff.live is not None}
