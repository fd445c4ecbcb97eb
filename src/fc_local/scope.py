"""The account and region that a resource belongs to."""

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
    """The account and region in a request's address, before its key is known; None where it names none."""

    account: str | None = None
    region: str | None = None


def from_host(host: str) -> Place:
    """Reads `<account>.<region>.fc.aliyuncs.com`, the real service's host name."""
    match = _HOST.match(host)
    return Place(match[1], match[2]) if match else Place()


def split_base(target: str) -> tuple[Place, str]:
    """Splits `/~<region>` or `/~<account>.<region>` from the front of a request target.

    Clients do not sign such a path base, so one server can hold several regions.
    """
    match = _BASE.match(target)
    if match is None:
        return Place(), target
    rest = target[match.end() :]
    return Place(match[1], match[2]), rest if rest.startswith("/") else "/" + rest
