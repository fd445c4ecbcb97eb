"""Checks that several kinds share, with messages in the style of the real service (facts 5.3)."""

from __future__ import annotations

import re

from fc_local.errors import bad_format, foreign_role, invalid, not_allowed, required, too_large, too_small
from fc_local.scope import DEFAULT_ACCOUNT

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")  # of http triggers and of domain routes
ROLE = r"^acs:ram::[0-9]*:role/.*$"
NAME = r"^[_a-zA-Z][-_a-zA-Z0-9]*$"
_NAME = re.compile(r"[_a-zA-Z][-_a-zA-Z0-9]*\Z")


def name(field: str, value: object, longest: int = 128) -> None:
    if not value:
        raise required(field)
    text = str(value)
    if not _NAME.match(text):
        raise bad_format(field, NAME, text)
    if len(text) > longest:
        raise invalid(f"{field} is too long (max length: {longest}, actual: '{len(text)}')")


def given(field: str, value: object) -> None:
    if not value:
        raise required(field)


def within(field: str, value: float | None, low: float, high: float) -> None:
    if value is None:
        return
    if value < low:
        raise too_small(field, low, value)
    if value > high:
        raise too_large(field, high, value)


def one_of(field: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise not_allowed(field, allowed, value)


def multiple_of(field: str, value: int | None, step: int, unit: str) -> None:
    if value is not None and value % step:
        raise invalid(f"{field} must be a multiple of {step} {unit}")


def role(field: str, value: object, account: str, foreign: str) -> None:
    """Checks an ARN; '' stands for none. Letter case is free: FC's own console writes aliyunfcdefaultrole both ways.
    `foreign` says what becomes of a role of another account: the code of the error, or "accept". The account that is
    there without keys stands for anybody's: no role is foreign to it."""
    if not value:
        return
    if not re.match(ROLE, str(value), re.IGNORECASE):
        raise bad_format(field, ROLE, str(value))
    if foreign != "accept" and account != DEFAULT_ACCOUNT and str(value).split(":")[3] not in ("", account):
        raise foreign_role(foreign, field, str(value))
