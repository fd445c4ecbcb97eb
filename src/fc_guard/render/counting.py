"""Counts things in words."""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, noun: str) -> str:
    """Returns a number with its noun, which takes an s unless there is just one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def joined(counts: Iterable[tuple[int, str]]) -> str:
    """Returns all that is not zero, each number before its words."""
    return ", ".join(f"{number:,} {words}" for number, words in counts if number)
