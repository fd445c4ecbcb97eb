"""Pages of a list: limit, prefix, startKey (inclusive), nextToken (facts 1.5)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from fc_local.errors import invalid, too_large, too_small


@dataclass(frozen=True, slots=True)
class Page:
    limit: int
    prefix: str
    start: str


def read_page(query: Mapping[str, object], *, strict: bool) -> Page:
    limit = _limit(query.get("limit"), strict)
    token = str(query.get("nextToken") or "")
    start = _from_token(token) if token else str(query.get("startKey") or "")
    return Page(limit, str(query.get("prefix") or ""), start)


def token_for(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _from_token(token: str) -> str:
    try:
        return base64.b64decode(token.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise invalid(f"NextToken is set to an invalid value (actual: '{token}')") from error


def _limit(value: object, strict: bool) -> int:
    if value is None or value == "":
        return 20
    try:
        limit = int(str(value))
    except ValueError as error:
        raise invalid(f"Limit is set to an invalid value (actual: '{value}')") from error
    if limit < 1:
        raise too_small("Limit", 1, limit)
    if limit > 100 and strict:
        raise too_large("Limit", 100, limit)
    return min(limit, 100)
