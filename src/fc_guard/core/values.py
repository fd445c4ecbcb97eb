"""Compares values. Python says 1 == True and (1,) != [1]; JSON says otherwise."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fc_guard.model.fields import MISSING, CodeVersion, FieldPath, Json, Sealed, Value
from fc_guard.model.rules import FieldRules

Seal = Callable[[FieldPath, Json], Sealed]
"""Makes the keyed hash of a secret value; the key never reaches the pure half."""


LISTS: Final = (list, tuple)


def is_empty(value: Value) -> bool:
    """Says whether a value is empty: FC answers null, '', {} and [] for the same thing, nothing."""
    return value is None or (isinstance(value, str | list | tuple | Mapping) and not value)


def frozen(value: Json) -> Json:
    """Returns a copy nobody else can edit: lists as tuples, mappings copied."""
    if isinstance(value, Mapping):
        return {str(key): frozen(item) for key, item in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, LISTS) else value


def thawed(value: Json) -> Json:
    """Returns the plain JSON form of a frozen value, for a request body or a file."""
    if isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    return list(map(thawed, value)) if isinstance(value, LISTS) else value


def same(left: Value, right: Value) -> bool:
    """Says whether two values are equal JSON; two code packages are if a checksum or a digest they both know is."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    for types, alike in _ALIKE:
        if isinstance(left, types) and isinstance(right, types):
            return alike(left, right)
    return type(left) is type(right) and left == right


def _absent(value: Value) -> bool:
    return value is None or value is MISSING


def _same_members(left: Mapping[str, Json], right: Mapping[str, Json]) -> bool:
    return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)


def _same_items(left: Sequence[Json], right: Sequence[Json]) -> bool:
    return len(left) == len(right) and all(map(same, left, right))


def _same_code(left: CodeVersion, right: CodeVersion) -> bool:
    """Compares by content. If one side's is not known, code from the same place in OSS counts as the same."""
    if _both_know(left.checksum, right.checksum) or _both_know(left.digest, right.digest):
        return True
    unread = {(None, None)} & {(left.checksum, left.digest), (right.checksum, right.digest)}
    return bool(unread) and _both_know(left.source, right.source)


def _both_know(left: str | None, right: str | None) -> bool:
    return left is not None and left == right


_ALIKE: Final[tuple[tuple[Any, Callable[[Any, Any], bool]], ...]] = (
    (str, operator.eq),
    (CodeVersion, _same_code),
    (Mapping, _same_members),
    (LISTS, _same_items),
    ((int, float), operator.eq),
)
"""How values of one type are compared. A number is a number, whole or not."""


class Comparer:
    """Compares under one kind's rules: sets without order, text without case, secrets by their keyed hash."""

    def __init__(self, rules: FieldRules, seal: Seal) -> None:
        self._rules = rules
        self._seal = seal

    def same(self, path: FieldPath, left: Value, right: Value) -> bool:
        left, right = self.comparable(path, left), self.comparable(path, right)
        if isinstance(left, Sealed) != isinstance(right, Sealed):
            left, right = self.sealed(path, left), self.sealed(path, right)
        return same(left, right) or self._alike(path, left, right)

    def _alike(self, path: FieldPath, left: Value, right: Value) -> bool:
        alike = self._rules.alike.get(path)
        return alike is not None and not _absent(left) and not _absent(right) and alike(left, right)

    def sealed(self, path: FieldPath, value: Value) -> Value:
        """Returns the value as the baseline may keep it."""
        if not self._rules.is_secret(path) or value is MISSING or isinstance(value, Sealed):
            return value
        return self._seal(path, value)

    def comparable(self, path: FieldPath, value: Value) -> Value:
        """Returns a value in the one spelling that all alike have."""
        return spelled(value, path, self._rules)


def spelled(value: Value, path: FieldPath, rules: FieldRules) -> Value:
    """Returns a value in the one spelling that all alike have: sets sorted, text that is blind to case small."""
    if path in rules.sets and isinstance(value, LISTS):
        unique = {json.dumps(thawed(item), sort_keys=True, default=repr): item for item in value}
        return tuple(unique[key] for key in sorted(unique))
    if path in rules.case_blind and isinstance(value, str):
        return value.lower()
    return value
