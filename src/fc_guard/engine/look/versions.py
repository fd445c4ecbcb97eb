"""Reads what a plan would write once more on its own: the ETag of what is shown goes into If-Match."""

from __future__ import annotations

from fc_guard.engine.look.survey import Survey, exact_again
from fc_guard.engine.run.session import ReadSession
from fc_guard.model.address import Address
from fc_guard.model.plans import Plan
from fc_guard.model.resources import Presence


def with_versions(read: ReadSession, found: Survey, plan: Plan) -> Survey:
    """Returns the survey on answers with an ETag for all that its plan writes, or that drifted."""
    present = (Presence.PRESENT, Presence.ORPHAN)
    moving = (a for a in plan.actions if (a.writes or a.diff.drifted) and a.diff.presence in present)
    ids = [action.id for action in moving if read.kind(action.id).operations.read]
    return exact_again(read, found, [id for id in ids if _etag(found, id) is None])


def _etag(found: Survey, id: Address) -> str | None:
    return next((diff.live.etag for diff in found.diffs if diff.id == id and diff.live is not None), None)
