"""Shows a merge of code: what becomes of each file, and how it differs from yours."""

from __future__ import annotations

from collections.abc import Iterator

from fc_guard.core.choices import few
from fc_guard.language import joined, t, tn
from fc_guard.model.fields import CODE_ASPECT, Cause
from fc_guard.model.merges import CodeMerge, MergedFile, Source
from fc_guard.model.plans import Action, Plan, Unit
from fc_guard.render.counting import more_files
from fc_guard.render.file_lines import MOST_FILES, folded_lines, merged_lines
from fc_guard.render.paint import Paint
from fc_guard.render.values import safe
from fc_guard.render.whose import deployments_of, ways_out


def merge_text(action: Action, paint: Paint, *, full: bool = False) -> str:
    """Returns the merged code of a function, as it differs from the code folder; '' if nothing is merged."""
    if action.merge is None:
        return ""
    title = t("Merged code of {id}:", id=safe(str(action.id)))
    return joined([paint(title, "bold"), *_lines(action.merge, paint, full)])


def lacking(action: Action) -> str:
    """Returns the line for a merge that is not in the code folder; '' if nothing was merged."""
    moved = action.merge.moves_here if action.merge is not None else ()
    if not moved:
        return ""
    names = safe(few([file.name for file in moved]))
    return t(
        "  the code folder of {id} lacks what was merged ({names}): s pull brings it",
        id=safe(str(action.id)),
        names=names,
    )


def clashing(plan: Plan) -> dict[Unit, str]:
    """Returns what a merge cannot settle: the fields, or the files, of each unit."""
    actions = {action.id: action for action in plan.actions}
    return {unit: _clashing(actions[unit.id], unit.aspect) for unit in plan.conflicts}


def _clashing(action: Action, aspect: str) -> str:
    if aspect == CODE_ASPECT and action.merge is not None:
        return few([conflict.name for conflict in action.merge.conflicts])
    changes = (change for change in action.diff.changes if change.aspect == aspect and change.at_risk)
    names = [change.name for change in changes if change.cause is not Cause.DRIFT]
    return few(names) if names else t("deleted online, changed here")


def ways_past(plan: Plan) -> tuple[str, ...]:
    """Returns what would bring here the deployments that a merge cannot settle."""
    actions = {action.id: action for action in plan.actions}
    found = (since for unit in plan.conflicts for since in deployments_of(actions[unit.id].diff, [unit.aspect]))
    return ways_out(found)


def _lines(merge: CodeMerge, paint: Paint, full: bool) -> Iterator[str]:
    for conflict in merge.conflicts:
        yield t(
            "  {mark} {conflict}  {why}",
            mark=paint("!", "red"),
            conflict=safe(conflict.name),
            why=paint(conflict.why, "red"),
        )
    moved = merge.moves_here
    for file in moved if full else moved[:MOST_FILES]:
        yield t("  {mark} {file}  {origin}", mark=paint("~", "yellow"), file=safe(file.name), origin=origin(file))
        if file.source is Source.BOTH:
            yield from folded_lines(
                merged_lines(file.name, file.was or "", file.text or ""), paint, full=full, indent=6
            )
    if len(moved) > MOST_FILES and not full:
        yield "  " + more_files(len(moved) - MOST_FILES)
    yours = as_yours(merge)
    if yours:
        yield "  " + yours


def as_yours(merge: CodeMerge) -> str:
    """Returns the count of the changed files that are online what they are here; '' for none."""
    yours = sum(1 for file in merge.files if file.moves_online and not file.moves_here)
    return tn("and {number:,} changed file as yours", "and {number:,} changed files as yours", yours) if yours else ""


def origin(file: MergedFile) -> str:
    """Says in words which side a merged file comes from."""
    if file.source is Source.BOTH:
        return t("both sides' changes; yours → merged:")
    if not file.present:
        return t("removed, as online")
    return t("as online") if file.source is Source.ONLINE else t("as yours, and executable as online")
