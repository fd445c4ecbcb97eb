"""Counts things in words."""

from __future__ import annotations

from collections.abc import Iterable

from fc_guard.language import joined, t


def all_counted(counts: Iterable[tuple[int, str]]) -> str:
    """Returns all that is not zero, each number before its words."""
    return joined((t("{number:,} {words}", number=number, words=words) for number, words in counts if number), ", ")
