"""Reads lists strictly: whatever is not the API's answer is unreadable, and never "nothing is there"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fc_guard.cloud.support.product import Document
from fc_guard.cloud.wire.faults import Fault, as_read_error
from fc_guard.core.values import LISTS
from fc_guard.errors import GuardError
from fc_guard.language import joined, t

MOST_PAGES: Final = 1000
ROUNDS: Final = 3


def every(
    operation: str, page: Callable[[int], Document], place: Sequence[str], needed: Sequence[str]
) -> tuple[Document, ...]:
    """Returns the items of all pages. `page` takes a page's number, from 1, and returns the answer; `place` leads to
    the list in it. Each item has the members `needed` as text; the first of them is its id.

    What is moved from page to page while somebody makes or deletes something could be missed, so the list is then read
    again. Raises `Unreadable`.
    """
    for _ in range(ROUNDS):
        found = _every(operation, page, place, needed)
        if found is not None:
            return found
    raise odd(operation, t("the list changes while it is read"))


def items(operation: str, answer: Document, place: Sequence[str], needed: Sequence[str] = ()) -> tuple[Document, ...]:
    """Returns the list at a place in an answer, or in an item of one. Raises `Unreadable` if there is none, or if an
    item lacks one of the members `needed`."""
    value: Any = answer
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, LISTS):
        raise odd(operation, t("the answer has no list {place}", place=".".join(place)))
    for each in value:
        _require(operation, each, needed)
    return tuple(value)


def struct(operation: str, answer: Document, name: str) -> Document:
    """Returns a member that is an object; {} where there is none. Raises `Unreadable` for anything else."""
    value = answer.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise odd(operation, t("{name} is not an object", name=name))
    return value


def texts(operation: str, answer: Document, name: str) -> tuple[str, ...]:
    """Returns a list of names. Raises `Unreadable` if it is none."""
    value = answer.get(name)
    if not isinstance(value, LISTS) or not all(isinstance(each, str) and each for each in value):
        raise odd(operation, t("the answer has no list {place}", place=name))
    return tuple(value)


def count(operation: str, answer: Document, name: str) -> int:
    """Returns how many there are in all. Raises `Unreadable` if the answer does not say it."""
    total = answer.get(name)
    if type(total) is not int or total < 0:
        raise odd(operation, t("the answer does not say how many there are"))
    return total


def short(operation: str, found: int, total: int) -> GuardError:
    """Returns the error for a list that ends too early."""
    return odd(operation, t("the list ends after {found} of {total} items", found=found, total=total))


def odd(operation: str, why: str) -> GuardError:
    """Returns the error for an answer that cannot be the API's."""
    return as_read_error(Fault(operation, 200, "BadAnswer", why))


def _every(
    operation: str, page: Callable[[int], Document], place: Sequence[str], needed: Sequence[str]
) -> tuple[Document, ...] | None:
    """Returns the items of all pages; None if the list was changed in between."""
    found: dict[str, Document] = {}
    before: int | None = None
    for number in range(1, MOST_PAGES + 1):
        answer = page(number)
        more, total = items(operation, answer, place, needed), count(operation, answer, "TotalCount")
        if before not in (None, total):
            return None
        before = total
        for each in more:
            if str(each[needed[0]]) in found:
                return None
            found[str(each[needed[0]])] = each
        if len(found) >= total:
            return tuple(found.values())
        if not more:
            raise short(operation, len(found), total)
    raise odd(operation, t("the list does not end"))


def _require(operation: str, item: Any, needed: Sequence[str]) -> None:
    if not isinstance(item, Mapping):
        raise odd(operation, t("the list has an item that is no object"))
    missing = [name for name in needed if not isinstance(item.get(name), str) or not item[name]]
    if missing:
        raise odd(operation, t("the list has an item without {missing}", missing=joined(missing, ", ")))
