"""Shows what an undo would do: what moved since, then what is put back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING, Cause, FieldChange
from fc_guard.model.files import FileChange
from fc_guard.model.plans import Action, Plan, Verb
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import Presence
from fc_guard.render.fields import Side, Sides, resource_lines
from fc_guard.render.file_lines import file_lines, happened
from fc_guard.render.paint import SYMBOLS, Paint
from fc_guard.render.plan import planned_count
from fc_guard.render.rescues import moment, why_saved
from fc_guard.render.values import safe

TO_DO = {Verb.CREATE: t("to make again"), Verb.UPDATE: t("to put back"), Verb.REPLACE: t("to make anew")}
MOVED = (Cause.DRIFT, Cause.CONFLICT, Cause.ONLINE_ONLY)


def undo_text(plan: Plan, copies: Mapping[Address, RescueCopy], paint: Paint, *, full: bool = False) -> str:
    """Returns the whole plan, each resource with the copy that it is put back from."""
    moved = [line for action in plan.actions for line in _moved(action, paint, full, MOVED)]
    others = [line for action in plan.actions for line in _moved(action, paint, full, (Cause.UNKNOWN,))]
    back = [line for action in plan.actions for line in _put_back(action, copies[action.id], paint, full)]
    parts = []
    if moved:
        parts.append(joined([paint(t("Changed online since this project wrote it:"), "red"), *moved]))
    if others:
        parts.append(joined([paint(t("Already online, not written by this project:"), "red"), *others]))
    if back:
        parts.append(joined([paint(t("Put back:"), "bold"), *back]))
    return joined([*parts, _count(plan)], "\n\n")


def _moved(action: Action, paint: Paint, full: bool, causes: Collection[Cause]) -> Iterator[str]:
    diff = action.diff
    if diff.presence is Presence.DELETED_ONLINE:
        if Cause.DRIFT not in causes:
            return
        yield f"  {paint('!', 'red')} {safe(str(diff.id))}"
        yield t("      last written: there → online: {mark} → saved: there", mark=paint(t("deleted"), "red"))
    else:
        changes = [change for change in diff.changes if change.cause in causes]
        yield from resource_lines(
            diff, changes, paint, _sides(action), full=full, modified=True, files=_files(action, paint, full)
        )


def _put_back(action: Action, copy: RescueCopy, paint: Paint, full: bool) -> Iterator[str]:
    if not action.writes:
        return
    symbol, colour = SYMBOLS[action.verb]
    again = {
        Verb.CREATE: t("made again"),
        Verb.REPLACE: t("deleted and made anew: {reason}", reason=safe(action.reason)),
    }
    words = "  " + again[action.verb] if action.verb in again else ""
    source = t(
        "from {copy} ({reason} by {by}, {moment})",
        copy=safe(copy.name),
        reason=why_saved(copy.occasion),
        by=safe(copy.occasion.by),
        moment=moment(copy.saved_at),
    )
    yield t("  {mark} {id}{words}", mark=paint(symbol, colour), id=safe(str(action.id)), words=words)
    yield "      " + paint(source, "dim")
    changes = [change for change in action.sends if change.cause not in (*MOVED, Cause.UNKNOWN)]
    files = _files(action, paint, full)
    yield from list(resource_lines(action.diff, changes, paint, _two, full=full, files=files))[1:]


def _files(action: Action, paint: Paint, full: bool) -> Iterator[str]:
    apart = (file for file in action.diff.files if happened(file.live, file.local))
    return file_lines((replace(file, based=False) for file in apart), paint, full=full, words=_words)


def _words(file: FileChange) -> str:
    return t("only online") if file.local is None else t("only saved") if file.live is None else t("differs")


def _sides(action: Action) -> Callable[[FieldChange], Sides]:
    def sides(change: FieldChange) -> Sides:
        before = (t("last written"), change.baseline, "")
        values = [_online(change)] if change.cause is Cause.UNKNOWN else [before, _online(change)]
        if change.cause is Cause.ONLINE_ONLY and change not in action.sends:
            return Sides(tuple(values), t("(in no copy: stays)"), "dim")
        return Sides((*values, _saved(change)))

    return sides


def _two(change: FieldChange) -> Sides:
    return Sides((_online(change), _saved(change)))


def _online(change: FieldChange) -> Side:
    return t("online"), change.live, "red"


def _saved(change: FieldChange) -> Side:
    return t("saved"), MISSING if change.only_online else change.target, "green"


def _count(plan: Plan) -> str:
    verbs = [action.verb for action in plan.actions]
    counts = [(verbs.count(verb), words) for verb, words in TO_DO.items()]
    if any(number for number, _ in counts):
        return planned_count(counts, plan)
    return t("Nothing to put back: it is online as it was saved.")
