"""Counts things in words. A count says what it counts: resources, fields, files, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fc_guard.language import joined, t, tn


def resources_counted(counts: Iterable[tuple[int, str]]) -> str:
    """Returns numbers of resources, each before what becomes of them, without zeros: 1 resource to update, 2 unchanged.
    The first says what all of them count."""
    return joined(_told((number, words) for number, words in counts if number), ", ")


def _told(counts: Iterable[tuple[int, str]]) -> Iterator[str]:
    for at, (number, words) in enumerate(counts):
        if at:
            yield t("{number:,} {words}", number=number, words=words)
        else:
            yield tn("{number:,} resource {words}", "{number:,} resources {words}", number, words=words)


def more_fields(number: int) -> str:
    """Returns the line for fields that are folded."""
    return tn(
        "… and {number:,} more field (--full-diff shows it)",
        "… and {number:,} more fields (--full-diff shows them)",
        number,
    )


def more_files(number: int) -> str:
    """Returns the line for files that are folded."""
    return tn(
        "… and {number:,} more file (--full-diff shows it)",
        "… and {number:,} more files (--full-diff shows them)",
        number,
    )
