"""What a kind answers where it has nothing special to say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath, Fields, Value


def never(fields: Fields, path: FieldPath) -> bool:
    return False


def as_it_is(fields: Fields) -> Fields:
    return fields


def nothing_more(document: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


def at_once(document: Mapping[str, Any]) -> bool:
    return True


def not_blocked(document: Mapping[str, Any]) -> str:
    return ""


def no_caution(id: Address) -> str:
    return ""


def no_loss(id: Address) -> str:
    return ""


def nobody(id: Address, kind: str, fields: Fields) -> bool:
    return False


def never_refused(code: str, message: str) -> bool:
    return False


def no_lookups(wanted: Fields, live: Fields) -> Mapping[FieldPath, str]:
    return {}


def all_at_once(path: FieldPath) -> FieldPath:
    return ()


def every_entry(entry: Value, named: Collection[Address]) -> bool:
    return True
