"""What a write did with what others had changed online, as it stands in a record's file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.state.typed import count, items, members, text


def listed(theirs: Iterable[Theirs]) -> list[dict[str, Any]]:
    return [
        {
            "becomes": each.becomes.value,
            "path": list(each.path),
            "means": each.whose.means.value,
            "by": each.whose.by,
            "files": list(each.files),
            "more": each.more,
        }
        for each in theirs
    ]


def as_theirs(data: Any) -> tuple[Theirs, ...]:
    """Returns what stands there. Raises one of `UNSOUND`."""
    return tuple(map(_as_one, map(members, items(data))))


def _as_one(told: dict[str, Any]) -> Theirs:
    return Theirs(
        Becomes(text(told["becomes"])),
        _texts(told["path"]),
        Whose(Means(text(told["means"])), text(told["by"])),
        _texts(told["files"]),
        count(told["more"]),
    )


def _texts(data: Any) -> tuple[str, ...]:
    return tuple(map(text, items(data)))
