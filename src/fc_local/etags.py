"""If-Match (facts 3.2). Clients send ETags with and without quotes and W/, so these are ignored."""

from __future__ import annotations


def matches(if_match: str, etag: str, *, star: bool, quotes: bool = True) -> bool:
    """With `quotes`, an ETag in quotes, or a weak one, equals the bare one."""
    for candidate in if_match.split(","):
        text = candidate.strip()
        if quotes:
            text = text.removeprefix("W/").strip('"')
        if text == etag or (star and text == "*"):
            return True
    return False
