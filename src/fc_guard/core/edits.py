"""Finds the edits that lead from one state of a document to another, in a copy with a spelling of its own."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fc_guard.core.values import same, thawed
from fc_guard.model.edits import Edit, Place, Writing
from fc_guard.model.fields import MISSING, Json

PLAIN: Final = Writing()


def applied(document: Json, edits: Iterable[Edit]) -> Json:
    """Returns the document after the edits. Raises LookupError if it has no such place."""
    result = thawed(document)
    for edit in edits:
        result = _applied(result, edit, 0)
    return result


def _applied(value: Any, edit: Edit, depth: int) -> Any:
    if depth == len(edit.place):
        return thawed(edit.value)
    key = edit.place[depth]
    last = depth + 1 == len(edit.place)
    if isinstance(value, Mapping):
        copy: dict[Any, Any] = dict(value)
        if last and edit.removes:
            del copy[key]
        else:
            copy[key] = _applied(copy[key] if not last else None, edit, depth + 1)
        return copy
    if not isinstance(value, list) or not isinstance(key, int) or not 0 <= key <= len(value) - (not edit.inserted):
        raise LookupError(edit.place)
    items = list(value)
    if last and edit.inserted:
        items.insert(key, thawed(edit.value))
    elif last and edit.removes:
        del items[key]
    else:
        items[key] = _applied(items[key], edit, depth + 1)
    return items


def edits_between(before: Json, after: Json, now: Json, place: Place = (), writing: Writing = PLAIN) -> Iterator[Edit]:
    """Yields the edits that make `now` say what `after` says; `now` says the same as `before` in its own spelling.

    Nothing is touched where `before` and `after` agree. MISSING stands for nothing at all.
    """
    yield from _Between(writing).edits(before, after, now, place)


@dataclass(frozen=True, slots=True)
class _Between:
    writing: Writing

    def edits(self, before: Json, after: Json, now: Json, place: Place) -> Iterator[Edit]:
        if same(before, after):
            return
        if after is MISSING:
            if now is not MISSING:
                yield Edit(place, MISSING)
        elif isinstance(after, Mapping) and isinstance(now, Mapping):
            yield from self._members(before if isinstance(before, Mapping) else {}, after, now, place)
        elif _is_list(after) and _is_list(now) and now and after:
            yield from self._items(before if _is_list(before) else (), after, now, place)
        elif not same(after, now):
            respelled = type(before) is not type(now)
            yield Edit(place, styled(after, now) if respelled else thawed(after))

    def _members(
        self, before: Mapping[str, Json], after: Mapping[str, Json], now: Mapping[str, Json], place: Place
    ) -> Iterator[Edit]:
        for key in dict.fromkeys((*before, *after)):
            spelled = self._spelled(key, now)
            sides = (before.get(key, MISSING), after.get(key, MISSING), now.get(spelled, MISSING))
            yield from self.edits(*sides, (*place, spelled))

    def _spelled(self, key: str, now: Mapping[str, Json]) -> str:
        other = self.writing.keys.get(key, key)
        return other if key not in now and other in now else key

    def _items(
        self, before: Sequence[Json], after: Sequence[Json], now: Sequence[Json], place: Place
    ) -> Iterator[Edit]:
        name = self._name((*before, *after, *now))
        if name:
            form = self.writing.apart[name]
            sides = [{form(str(item[name])): item for item in side} for side in (before, after, now)]
            yield from self._named(sides[0], sides[1], sides[2], place)
            return
        order = _order(before, now)
        if order is None:
            yield Edit(place, thawed(after))
        elif order == list(range(len(now))):
            yield from self._sequence(before, after, now, place)
        else:
            yield from _set(before, after, order, place)

    def _name(self, items: Sequence[Json]) -> str:
        if not all(isinstance(item, Mapping) for item in items):
            return ""
        return next((name for name in self.writing.apart if all(name in item for item in items)), "")

    def _named(
        self, before: Mapping[str, Json], after: Mapping[str, Json], now: Mapping[str, Json], place: Place
    ) -> Iterator[Edit]:
        length = len(now)
        renamed = _renamed(list(before), list(after))
        for index, key in reversed(list(enumerate(now))):
            other = renamed.get(key, key)
            if other in after:
                yield from self.edits(before.get(key, MISSING), after[other], now[key], (*place, index))
            elif key in before:
                yield Edit((*place, index), MISSING)
                length -= 1
        for key in after:
            if key not in now and key not in renamed.values():
                yield Edit((*place, length), thawed(after[key]), inserted=True)
                length += 1

    def _sequence(
        self, before: Sequence[Json], after: Sequence[Json], now: Sequence[Json], place: Place
    ) -> Iterator[Edit]:
        """Works from the end to the beginning, so that the items still to come keep their indices."""
        sides = ([_exact(item) for item in before], [_exact(item) for item in after])
        for _, i1, i2, j1, j2 in reversed(difflib.SequenceMatcher(None, *sides, autojunk=False).get_opcodes()):
            both = min(i2 - i1, j2 - j1)
            for index in reversed(range(i1 + both, i2)):
                yield Edit((*place, index), MISSING)
            for item in reversed(after[j1 + both : j2]):
                yield Edit((*place, i1 + both), thawed(item), inserted=True)
            for step in range(both):
                sides_of = (before[i1 + step], after[j1 + step], now[i1 + step])
                yield from self.edits(*sides_of, (*place, i1 + step))


def _is_list(value: Json) -> bool:
    return isinstance(value, list | tuple)


def _renamed(before: list[str], after: list[str]) -> dict[str, str]:
    """Maps the old name to the new one if a single item was renamed in its place among the others."""
    moved = [(old, new) for old, new in zip(before, after, strict=False) if old != new]
    return dict(moved) if len(moved) == 1 and len(before) == len(after) else {}


def _order(before: Sequence[Json], now: Sequence[Json]) -> list[int] | None:
    """Returns the index in `before` of each item of `now`; None if they are not the same items."""
    left = [_loose(item) for item in before]
    order = []
    for item in now:
        if _loose(item) not in left:
            return None
        index = left.index(_loose(item))
        order.append(index)
        left[index] = ""
    return order if len(order) == len(before) else None


def _exact(item: Json) -> str:
    return json.dumps(thawed(item), sort_keys=True)


def _loose(item: Json) -> str:
    """Returns an item as text without regard to letter case, or to whether it is written as text."""
    return (item if isinstance(item, str) else json.dumps(thawed(item), sort_keys=True)).lower() + "."


def _set(before: Sequence[Json], after: Sequence[Json], order: list[int], place: Place) -> Iterator[Edit]:
    """Yields the edits of a list whose order means nothing: it keeps the order it has; what is new comes last."""
    wanted = [_exact(item) for item in after]
    there = [_exact(item) for item in before]
    length = len(order)
    for index, of_before in reversed(list(enumerate(order))):
        if there[of_before] not in wanted:
            yield Edit((*place, index), MISSING)
            length -= 1
    for item in after:
        if _exact(item) not in there:
            yield Edit((*place, length), thawed(item), inserted=True)
            length += 1


def styled(value: Json, now: Json) -> Json:
    """Returns a new value, written as the present one is: number or text, true or "true", a list or its JSON text."""
    value = thawed(value)
    if isinstance(value, str) and not isinstance(now, str):
        parsed = _parsed(value)
        alike = type(parsed) is type(now) and json.dumps(parsed, separators=(",", ":"), ensure_ascii=False) == value
        return parsed if alike else value
    if isinstance(value, bool | int | float) and isinstance(now, str) and type(_parsed(now)) is type(value):
        return json.dumps(value)
    return value


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return None
