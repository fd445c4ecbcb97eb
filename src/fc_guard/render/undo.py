"""Shows what an undo would do: what moved since, then what is put back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING, Cause, FieldChange
from fc_guard.model.files import FileChange
from fc_guard.model.plans import Action, Plan, Verb
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import Presence
from fc_guard.render.fields import Side, Sides, field_lines, resource_lines
from fc_guard.render.file_lines import file_lines, happened
from fc_guard.render.paint import SYMBOLS, Paint
from fc_guard.render.plan import planned_count
from fc_guard.render.rescues import why_saved
from fc_guard.render.shown import Shown
from fc_guard.render.times import shown_time
from fc_guard.render.values import safe

TO_DO = {Verb.CREATE: t("to make again"), Verb.UPDATE: t("to put back"), Verb.REPLACE: t("to make anew")}
MOVED = (Cause.DRIFT, Cause.CONFLICT, Cause.ONLINE_ONLY)
TITLES: Final = {
    t("Changed online since this project wrote it:"): MOVED,
    t("Already online, not written by this project:"): (Cause.UNKNOWN,),
}
PUT_BACK: Final = t("Put back:")
MADE_FOR_IT: Final = t("Made for it, since s.yaml leaves it to be found or made:")


def undo_text(plan: Plan, copies: Mapping[Address, RescueCopy], paint: Paint, *, full: bool = False) -> str:
    """Returns the whole plan, each resource with the copy that it is put back from."""
    parts = []
    for title, causes in TITLES.items():
        lines = [line for shown in moved_since(plan, causes) for line in _moved(shown, paint, full)]
        if lines:
            parts.append(joined([paint(title, "red"), *lines]))
    made = [_made_for_it(shown.action, paint) for shown in put_back(plan) if shown.action.id not in copies]
    if made:
        parts.append(joined([paint(MADE_FOR_IT, "bold"), *made]))
    backs = ((shown, copies[shown.action.id]) for shown in put_back(plan) if shown.action.id in copies)
    back = [line for shown, copy in backs for line in _put_back(shown, copy, paint, full)]
    if back:
        parts.append(joined([paint(PUT_BACK, "bold"), *back]))
    return joined([*parts, undo_count(plan)], "\n\n")


def moved_since(plan: Plan, causes: Collection[Cause]) -> Iterator[Shown]:
    """Yields what moved online since this project wrote it, by these causes."""
    for action in plan.actions:
        if action.diff.presence is Presence.DELETED_ONLINE:
            if Cause.DRIFT in causes:
                yield Shown(action, (), _two)
            continue
        changes = tuple(change for change in action.diff.changes if change.cause in causes)
        if changes:
            yield Shown(action, changes, _sides(action), _files(action), _words)


def put_back(plan: Plan) -> Iterator[Shown]:
    """Yields what is put back over what nobody moved since."""
    for action in plan.actions:
        if action.writes:
            changes = tuple(change for change in action.sends if change.cause not in (*MOVED, Cause.UNKNOWN))
            yield Shown(action, changes, _two, _files(action), _words)


def made_again(action: Action) -> str:
    """Returns the words for a resource that is made, not updated; '' for any other."""
    if action.verb is Verb.REPLACE:
        return t("deleted and made anew: {reason}", reason=safe(action.reason))
    return t("made again") if action.verb is Verb.CREATE else ""


def deleted_since(paint: Paint) -> str:
    """Returns the sides of a resource that was deleted online, in one line."""
    return t("last written: there → online: {mark} → saved: there", mark=paint(t("deleted"), "red"))


def _moved(shown: Shown, paint: Paint, full: bool) -> Iterator[str]:
    diff = shown.action.diff
    if shown.deleted_online:
        yield f"  {paint('!', 'red')} {safe(str(diff.id))}"
        yield "      " + deleted_since(paint)
    else:
        files = _file_lines(shown, paint, full)
        yield from resource_lines(diff, shown.changes, paint, shown.sides, full=full, modified=True, files=files)


def _put_back(shown: Shown, copy: RescueCopy, paint: Paint, full: bool) -> Iterator[str]:
    action = shown.action
    symbol, colour = SYMBOLS[action.verb]
    again = made_again(action)
    source = t(
        "from {copy} ({reason} by {by}, {moment})",
        copy=safe(copy.name),
        reason=why_saved(copy.occasion),
        by=safe(copy.occasion.by),
        moment=shown_time(copy.saved_at),
    )
    words = "  " + again if again else ""
    yield t("  {mark} {id}{words}", mark=paint(symbol, colour), id=safe(str(action.id)), words=words)
    yield "      " + paint(source, "dim")
    if shown.changes:
        yield from field_lines(shown.changes, paint, shown.sides, full=full, files=_file_lines(shown, paint, full))


def _made_for_it(action: Action, paint: Paint) -> str:
    symbol, colour = SYMBOLS[action.verb]
    words = f"  {safe(action.reason)}" if action.reason else ""
    return t("  {mark} {id}{words}", mark=paint(symbol, colour), id=safe(str(action.id)), words=words)


def _file_lines(shown: Shown, paint: Paint, full: bool) -> Iterator[str]:
    return file_lines(shown.files, paint, full=full, words=shown.words)


def _files(action: Action) -> tuple[FileChange, ...]:
    apart = (file for file in action.diff.files if happened(file.live, file.local))
    return tuple(replace(file, based=False) for file in apart)


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


def undo_count(plan: Plan) -> str:
    verbs = [action.verb for action in plan.actions]
    counts = [(verbs.count(verb), words) for verb, words in TO_DO.items()]
    if any(number for number, _ in counts) or plan.undecided or plan.conflicts:
        return planned_count(counts, plan)
    return t("Nothing to put back: it is online as it was saved.")
