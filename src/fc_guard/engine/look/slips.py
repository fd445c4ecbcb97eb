"""Stops a plan in which a misspelled key would reset or delete what is online."""

from __future__ import annotations

from fc_guard.core.slips import costly
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BadInput, Effect
from fc_guard.language import t
from fc_guard.model.plans import Plan


def misspelled(read: ReadSession, plan: Plan) -> BadInput | None:
    """Returns what is wrong with a plan that a misspelled key has made."""
    told = costly(read.slips, plan, read.step.props, read.kind)
    if not told:
        return None
    return BadInput(
        told[0],
        details=told[1:],
        hint=t("It would reset or delete what is online there, or was deployed. Correct the key, or take it out."),
        effect=Effect.NOTHING,
        reference="misspelled-key",
    )


def refuse_misspelled(read: ReadSession, plan: Plan) -> None:
    """Raises `BadInput` for a plan that a misspelled key has made."""
    if (error := misspelled(read, plan)) is not None:
        raise error
