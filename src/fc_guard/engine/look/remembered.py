"""Finds the records that matter to a step: of what s.yaml names, what was deployed from it, and what lies in either."""

from __future__ import annotations

from fc_guard.engine.look.saved import goes_along
from fc_guard.engine.run.session import ReadSession
from fc_guard.model.address import Address
from fc_guard.model.resources import Record


def remembered(session: ReadSession) -> tuple[dict[Address, Record], str]:
    """Returns the records in the step's scope, sorted, and a note on names that the step lacks; '' for none. Raises
    `BadInput` at the last of the steps for a name that none of them has."""
    wanted = {desired.id for desired in session.desired}
    ids = wanted | {*session.baselines.named_by(session.account, session.region, session.step.origin)}
    inside = (id for id in session.baselines.ids(session.account, session.region) if id not in ids)
    ids |= {id for id in inside if goes_along(session, id, ids)}
    note = session.naming.hear(session.scope, session.step.name, session.others, ids)
    told = sorted(id for id in ids if session.scope.holds(id) and id not in session.spoken_for)
    read = ((id, session.baselines.read(id)) for id in told)
    return {id: record for id, record in read if record is not None}, note
