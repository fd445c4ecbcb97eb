"""Compares values. Python says 1 == True and (1,) != [1]; JSON says otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from fc_guard.model.fields import MISSING, CodeVersion, FieldPath, Json, Sealed, Value
from fc_guard.model.rules import FieldRules

Seal = Callable[[FieldPath, Json], Sealed]
"""Makes the keyed hash of a secret value; the key never reaches the pure half."""


def is_empty(value: Value) -> bool:
    """Says whether a value is empty: FC answers null, '', {} and [] for the same thing, nothing."""
    return value is None or value == "" or (isinstance(value, list | tuple | Mapping) and not value)


def frozen(value: Json) -> Json:
    """Returns a copy nobody else can edit: lists as tuples, mappings copied."""
    if isinstance(value, Mapping):
        return {str(key): frozen(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return value


def thawed(value: Json) -> Json:
    """Returns the plain JSON form of a frozen value, for a request body or a file."""
    if isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [thawed(item) for item in value]
    return value


def same(left: Value, right: Value) -> bool:
    """Says whether two values are equal JSON; two code packages are if a checksum or a digest they both know is."""
    if isinstance(left, CodeVersion) and isinstance(right, CodeVersion):
        return _same_code(left, right)
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left == right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    return (type(left) is type(right) and left == right) or _same_number(left, right)


def _absent(*values: Value) -> bool:
    return any(value is None or value is MISSING for value in values)


def _same_number(left: Value, right: Value) -> bool:
    return isinstance(left, int | float) and isinstance(right, int | float) and left == right


def _same_code(left: CodeVersion, right: CodeVersion) -> bool:
    """Compares by content. If one side's is not known, code from the same place in OSS counts as the same."""
    if left.checksum is not None and left.checksum == right.checksum:
        return True
    if left.digest is not None and left.digest == right.digest:
        return True
    unread = any(code.checksum is None and code.digest is None for code in (left, right))
    return unread and left.source is not None and left.source == right.source


class Comparer:
    """Compares under one kind's rules: sets without order, text without case, secrets by their keyed hash."""

    def __init__(self, rules: FieldRules, seal: Seal) -> None:
        self._rules = rules
        self._seal = seal

    def same(self, path: FieldPath, left: Value, right: Value) -> bool:
        left, right = self._comparable(path, left), self._comparable(path, right)
        if isinstance(left, Sealed) != isinstance(right, Sealed) and MISSING not in (left, right):
            left, right = self.sealed(path, left), self.sealed(path, right)
        alike = self._rules.alike.get(path)
        return same(left, right) or (alike is not None and not _absent(left, right) and alike(left, right))

    def sealed(self, path: FieldPath, value: Value) -> Value:
        """Returns the value as the baseline may keep it."""
        if not self._rules.is_secret(path) or value is MISSING or isinstance(value, Sealed):
            return value
        return self._seal(path, value)

    def _comparable(self, path: FieldPath, value: Value) -> Value:
        if path in self._rules.sets and isinstance(value, list | tuple):
            unique = {json.dumps(thawed(item), sort_keys=True): item for item in value}
            return tuple(unique[key] for key in sorted(unique))
        if path in self._rules.case_blind and isinstance(value, str):
            return value.lower()
        return value
