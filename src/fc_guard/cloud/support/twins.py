"""Names that are not unique: of several resources of one name the first counts, for everybody.

So two runs that make one at the same time end up with the same, and the later one deletes its own again, in which
nothing is yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from fc_guard.cloud.gateway import Waits
from fc_guard.cloud.support.patience import read_back, until
from fc_guard.cloud.support.product import Document
from fc_guard.errors import AlreadyExists, CallFailed, GuardError, OutcomeUnknown
from fc_guard.language import t

LISTED: Final = 15.0
"""Seconds until a list has what was just made. They are fewer than those for which the next run still reckons with it
(`engine/write/recovery.py`)."""


def oldest_first(documents: Sequence[Document], member: str) -> tuple[Document, ...]:
    """Returns documents that say when they were made, in the order in which they count. `member` is where they say
    their id, by which it goes where two were made at the same moment."""
    return tuple(sorted(documents, key=lambda each: (each["createdAt"], each[member])))


def first(documents: Sequence[Document]) -> Document | None:
    return documents[0] if documents else None


def one_of_its_name(
    waits: Waits,
    called: str,
    member: str,
    there: Callable[[], Sequence[Document]],
    make: Callable[[], str],
    delete: Callable[[str], Any],
) -> Document:
    """Makes the only one of its name. `there` returns those of that name, the one that counts first; `member` is where
    they say their id, which `make` returns and `delete` takes.

    Raises `AlreadyExists` where the one that counts is somebody else's: then nothing of ours is left, and the run
    compares again. Raises `OutcomeUnknown` where ours was made and is not listed in time.
    """
    _require_none(called, there())
    try:
        own = make()
    except CallFailed:
        _require_none(called, there())  # somebody was faster, and ours was refused for that
        raise
    found = until(
        waits, t("{called} is not listed yet", called=called), LISTED, lambda: _with(own, member, read_back(there))
    )
    if found is None:
        raise OutcomeUnknown(
            t("{called} was made ({own}), and is not listed yet.", called=called, own=own),
            hint=t("The next run finds out by reading."),
        )
    if found[0][member] == own:
        return found[0]
    _delete_own(called, own, delete)
    raise _exists(called)


def _with(own: str, member: str, found: Sequence[Document]) -> Sequence[Document] | None:
    """Returns what was found once our own is among it."""
    return found if any(each[member] == own for each in found) else None


def _require_none(called: str, found: Sequence[Document]) -> None:
    if found:
        raise _exists(called)


def _exists(called: str) -> AlreadyExists:
    return AlreadyExists(t("somebody else has made {called}", called=called), code="AlreadyExists", http_status=0)


def _delete_own(called: str, own: str, delete: Callable[[str], Any]) -> None:
    """Deletes the one that does not count. Whatever ends that, its id is told: nothing finds it again."""
    try:
        delete(own)
    except GuardError as error:
        raise CallFailed(
            t(
                "Somebody made {called} at the same moment, which counts. Ours ({own}) could not be deleted: {problem}",
                called=called,
                own=own,
                problem=error.message,
            ),
            code="TwinLeft",
            http_status=0,
            hint=t("Delete {own} in the console; nothing is in it.", own=own),
        ) from error
