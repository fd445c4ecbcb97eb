"""Outputs of a command for the host, in the shape of the step's layout: later steps refer to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fc_guard.engine.look.survey import Survey
from fc_guard.engine.run.session import ReadSession
from fc_guard.model.address import Address
from fc_guard.model.layouts import Facts
from fc_guard.model.plans import Plan
from fc_guard.model.resources import Desired, Live
from fc_guard.render.explained import explained_document, explained_text
from fc_guard.render.paint import painter


def output(session: ReadSession, live: Mapping[Address, Live], desired: Iterable[Desired]) -> dict[str, Any]:
    return session.layout.outputs(Facts(session.region, session.endpoint, tuple(desired), live))


def explained(session: ReadSession, plan: Plan) -> str:
    """Returns the rules by which fields are left out of a plan, as text; '' without --explain."""
    return explained_text(plan, painter(session.terminal.colour)) if session.step.options.explain else ""


def explanation(session: ReadSession, plan: Plan) -> dict[str, Any]:
    """Returns the same as data for the output; nothing without --explain."""
    return {"explained": explained_document(plan)} if session.step.options.explain else {}


def live_of(found: Survey) -> dict[Address, Live]:
    return {diff.id: diff.live for diff in found.diffs if diff.live is not None}
