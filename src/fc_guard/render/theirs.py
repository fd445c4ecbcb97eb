"""Says whose an online change was, and what a write of ours did with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from fc_guard.language import joined, t, tn
from fc_guard.model.fields import CODE, path_text
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.render.file_lines import shown_names
from fc_guard.render.values import safe

MOST_NAMED: Final = 5
"""The files of the code that are named unless all were asked for."""


def whose_text(whose: Whose) -> str:
    """Returns whose a change was, as it stands after "what was"."""
    who = safe(whose.by)
    match whose.means:
        case Means.CONSOLE:
            return t("changed in the console by {who}", who=who or t("somebody"))
        case Means.API:
            return t("changed through the API by {who}", who=who or t("somebody"))
        case Means.DEPLOYMENT:
            return t("deployed by {who}", who=who or t("somebody"))
        case Means.UNDO:
            return t("put back by undo")
        case Means.BEFORE:
            return t("online before")
        case Means.ONLINE:
            return t("changed online by {who}", who=who) if who else t("changed online")


def known_whose(whose: Whose | None) -> str:
    """Returns the same where it says more than that it was changed online; '' otherwise."""
    if whose is None or whose.means is Means.BEFORE or (whose.means is Means.ONLINE and not whose.by):
        return ""
    return whose_text(whose)


def deleted_by_whom(whose: Whose | None) -> str:
    """Returns who deleted something online, as it stands after "deleted online"; '' if that is not known."""
    return t(" by {who}", who=safe(whose.by)) if whose is not None and whose.by else ""


def theirs_lines(theirs: Iterable[Theirs], *, full: bool) -> Iterator[str]:
    """Yields a line for each person and what became of their changes."""
    groups: dict[tuple[Becomes, Whose, bool], list[Theirs]] = {}
    for each in theirs:
        groups.setdefault((each.becomes, each.whose, bool(each.path)), []).append(each)
    for (becomes, whose, is_field), some in groups.items():
        if is_field:
            names = joined((_name(each, full=full) for each in some), ", ")
            yield _told(becomes, whose_text(whose), names)
        elif becomes is Becomes.OVERWRITTEN:
            yield t("made again: it was deleted online{by}", by=deleted_by_whom(whose))


def _told(becomes: Becomes, whose: str, names: str) -> str:
    match becomes:
        case Becomes.OVERWRITTEN:
            return t("overwrote what was {whose}: {names}", whose=whose, names=names)
        case Becomes.MERGED:
            return t("merged with what was {whose}: {names}", whose=whose, names=names)
        case Becomes.DELETED:
            return t("deleted what was {whose}: {names}", whose=whose, names=names)
        case _:
            return t("kept what was {whose}: {names}", whose=whose, names=names)


def _name(each: Theirs, *, full: bool) -> str:
    if each.path != CODE:
        return safe(path_text(each.path))
    shown = each.files if full else each.files[:MOST_NAMED]
    if not shown:
        return t("code")
    names = shown_names(list(each.files))
    told = joined((names[file] for file in shown), ", ")
    more = len(each.files) - len(shown) + each.more
    if more:
        told = tn("{told} and {number:,} more file", "{told} and {number:,} more files", more, told=told)
    return t("code ({files})", files=told)
