"""Finds the rescue copies that matter to a step: its own, those of one run, or one by its name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fc_guard.engine.run.session import ReadSession, state_directory
from fc_guard.errors import BadInput, BaselineUnusable, Effect
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.rescues import DamagedCopy, RescueCopy
from fc_guard.state.copies import LIVE, is_name_of, moment_in
from fc_guard.state.shelf import Kept, damaged, document_of, shelf, unfinished


def everything(session: ReadSession) -> tuple[Kept, ...]:
    """Returns every copy, newest first, and whatever lies among them without being a whole one."""
    return shelf(state_directory(session.step), session.catalog)


def document_saved(session: ReadSession, copy: RescueCopy) -> Mapping[str, Any]:
    """Returns FC's answer as the copy holds it. Raises `BaselineUnusable` where that is no answer of FC (any more)."""
    kind = session.kind(copy.id)
    document = document_of(state_directory(session.step), copy, kind)
    wrong = session.refresh.flaw(copy.id, document)
    if wrong:
        raise damaged(copy, t("{live} is no answer of {api}: {wrong}", live=LIVE, api=kind.api, wrong=wrong))
    return document


def concerns(session: ReadSession, copy: RescueCopy) -> bool:
    """Says whether a copy's resource is one of the step's or goes along with one, or the step saved it."""
    id = copy.id
    if (id.account, id.region) != (session.account, session.region):
        return False
    if copy.occasion.step == session.step.origin:
        return True
    names = {desired.id for desired in session.desired}
    return id in names or goes_along(session, id, names)


def goes_along(session: ReadSession, id: Address, names: Collection[Address]) -> bool:
    """Says whether a resource is a part of one of `names`, or lies in one that is not shared."""
    catalog = session.catalog
    around = [other for other in catalog.around(id) if other in names]
    of_own = any(not catalog.kind(other).shared for other in around)
    return of_own or (catalog.kind(id).part and catalog.parent(id) in around)


def named(session: ReadSession, name: str) -> tuple[RescueCopy, ...]:
    """Returns the step's copies with this name, or from the run with it; none where they all are another step's.

    Raises `BadInput` when there is no such copy, or it is not whole.
    """
    found = [kept for kept in everything(session) if name == kept.name or _is_of_run(kept, name)]
    if not found:
        raise BadInput(
            t(
                "There is no rescue copy and no run {name!r} in {state_directory}.",
                name=name,
                state_directory=state_directory(session.step),
            ),
            hint=t("s rescue --all lists them."),
            reference="no-rescue-copy",
        )
    for kept in found:
        if isinstance(kept, DamagedCopy):
            raise BadInput(
                t("The rescue copy {kept} cannot be put back: {why}.", kept=kept.name, why=kept.why),
                hint=t("What is left of it is in {directory}.", directory=kept.directory),
                reference="no-rescue-copy",
            )
    copies = (kept for kept in found if isinstance(kept, RescueCopy))
    return tuple(copy for copy in copies if (copy.name == name or not copy.unused) and concerns(session, copy))


def newest(session: ReadSession, current: str) -> tuple[RescueCopy, ...]:
    """Returns the step's copies from the newest run that overwrote or deleted anything of this s.yaml.

    The run is the same for all steps of an s.yaml: else undoing would reach back further in some than in others.
    `current` is the run that asks, which may have saved something itself at an earlier step.

    Raises `BaselineUnusable` where a damaged copy of this s.yaml is as new: what was saved before it is not the last
    that was overwritten.
    """
    found = everything(session)
    copies = [kept for kept in found if isinstance(kept, RescueCopy) and not kept.unused and kept.run != current]
    run = next((copy.run for copy in copies if _is_of_file(session, copy)), None)
    chosen = [copy for copy in copies if copy.run == run]
    for kept in found:
        if isinstance(kept, DamagedCopy) and not kept.unused and _may_be_last(session, kept, chosen, current):
            raise BaselineUnusable(
                t("The rescue copy {kept} cannot be put back: {why}.", kept=kept.name, why=kept.why),
                hint=t(
                    "What is left of it is in {directory}.\n"
                    "s rescue lists the whole ones, and s undo NAME puts one back.",
                    directory=kept.directory,
                ),
                reference="rescue-damaged",
                effect=Effect.NOTHING,
            )
    return tuple(copy for copy in chosen if concerns(session, copy))


def _may_be_last(session: ReadSession, kept: DamagedCopy, chosen: Sequence[RescueCopy], current: str) -> bool:
    """Says whether a damaged copy may belong to the run that is to be undone, or to a later one of this s.yaml. Where
    nothing of it can be read, its name decides."""
    if kept.copy is not None:
        was = kept.copy
        later = all(was.run == copy.run or was.order > copy.order for copy in chosen)
        return later and was.run != current and _is_of_file(session, was)
    ours = any(is_name_of(kept.name, desired.id) for desired in session.desired)
    return ours and all(moment_in(kept.name) >= moment_in(copy.name) for copy in chosen)


def unfinished_here(session: ReadSession) -> tuple[RescueCopy, ...]:
    """Returns the step's copies from runs that were interrupted, or are under way."""
    found = unfinished(state_directory(session.step), session.catalog)
    return tuple(copy for copy in found if concerns(session, copy))


def _is_of_run(kept: Kept, name: str) -> bool:
    return isinstance(kept, RescueCopy) and kept.run == name


def _is_of_file(session: ReadSession, copy: RescueCopy) -> bool:
    ours = session.step.origin.rpartition("#")[0]
    return concerns(session, copy) or (copy.occasion.step.rpartition("#")[0] == ours and "#" in copy.occasion.step)
