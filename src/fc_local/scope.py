"""Where a resource lives: an account and a region."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_ACCOUNT = "1000000000000000"
DEFAULT_REGION = "cn-hangzhou"

_HOST = re.compile(r"^(?:https?://)?(\d+)\.([a-z0-9-]+?)(?:-internal)?\.fc\.aliyuncs\.com(?::\d+)?/?$")
_BASE = re.compile(r"^/~(?:(\d+)\.)?([a-z][a-z0-9-]*)(?=/|\?|$)")


@dataclass(frozen=True, slots=True)
class Scope:
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Place:
    """What a request says about where it belongs, before its key is known; None: it does not say."""

    account: str | None = None
    region: str | None = None


def from_host(host: str) -> Place:
    """`<account>.<region>.fc.aliyuncs.com`, the name the real service is reached by."""
    match = _HOST.match(host)
    return Place(match[1], match[2]) if match else Place()


def split_base(target: str) -> tuple[Place, str]:
    """Takes `/~<region>` or `/~<account>.<region>` off the front of a request target.

    The clients do not sign such a path base, which lets one server hold several regions."""
    match = _BASE.match(target)
    if match is None:
        return Place(), target
    rest = target[match.end() :]
    return Place(match[1], match[2]), rest if rest.startswith("/") else "/" + rest
