"""Says who changed a resource online, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fc_guard.language import t
from fc_guard.model.fields import ASPECTS
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.model.trail import How, OnlineEdit
from fc_guard.render.times import shown_time
from fc_guard.render.values import safe


def edit_lines(diff: ResourceDiff) -> Iterator[str]:
    """Yields what is told of the edits as lines below a resource."""
    return ("      " + told for told in edits_told(diff))


def edits_told(diff: ResourceDiff) -> Iterator[str]:
    """Yields a line for each edit, the likeliest first, and one where an edit may not be known yet."""
    for edit in diff.edits:
        yield _told(diff, _by(edit))
    if diff.edits_to_come and diff.edits:
        yield t("the last change is not in the audit trail yet, which takes about ten minutes")
    elif diff.edits_to_come:
        yield t("by whom is not in the audit trail yet, which takes about ten minutes")


def _told(diff: ResourceDiff, by: str) -> str:
    if diff.presence is Presence.DELETED_ONLINE:
        return t("deleted online {by}", by=by)
    if diff.baseline is None:
        return by  # it stands below the time of the last write
    return t("changed online {by}", by=by)


def by_whom(diff: ResourceDiff, aspects: Iterable[str]) -> str:
    """Returns the likeliest edit of these aspects as it stands after "changed online"; '' if none is known. What is no
    aspect, such as that it exists, is about the whole."""
    wanted = {*aspects}
    about = wanted if wanted <= ASPECTS else ASPECTS
    return next((_by(edit) for edit in diff.edits if edit.aspects & about), "")


def _by(edit: OnlineEdit) -> str:
    who, at, client = safe(edit.by) or t("somebody unnamed"), shown_time(edit.at), safe(edit.client)
    if edit.how is How.CONSOLE:
        return t("by {who} in the console, {at}", who=who, at=at)
    if edit.how is How.API and client:
        return t("by {who} through the API ({client}), {at}", who=who, client=client, at=at)
    if edit.how is How.API:
        return t("by {who} through the API, {at}", who=who, at=at)
    return t("by {who}, {at}", who=who, at=at)
