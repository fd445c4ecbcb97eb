"""If-Match (facts 3.2): compared without quotes and W/, as the clients send it both ways."""

from __future__ import annotations


def matches(if_match: str, etag: str, *, star: bool, quotes: bool = True) -> bool:
    """`quotes`: an ETag in quotes, or weak, means the same as the bare one."""
    for candidate in if_match.split(","):
        text = candidate.strip()
        if quotes:
            text = text.removeprefix("W/").strip('"')
        if text == etag or (star and text == "*"):
            return True
    return False
