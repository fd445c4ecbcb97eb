"""File names for resources: no two share one, and none leaves its directory."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from fc_guard.errors import BadInput
from fc_guard.model.address import Address

LONGEST = 180
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def encoded(part: str) -> str:
    """One name part: capitals and everything unusual as =XX, so that file systems blind to case keep them apart."""
    return "".join(c if c in PLAIN else "".join(f"={byte:02x}" for byte in c.encode()) for c in part)


def file_stem(id: Address) -> str:
    """Parts joined by '.', which no encoded part contains. Too long a name ends in its hash."""
    stem = ".".join(encoded(part) for part in id.parts)
    if len(stem) <= LONGEST:
        return stem
    return f"{stem[:100]}~{hashlib.sha256(stem.encode()).hexdigest()[:32]}"


def folder_of(id: Address) -> str:
    """`<provider>.<kind>`: one folder a kind, and two for kinds of one name."""
    return f"{encoded(id.provider)}.{encoded(id.kind)}"


def own_stem(id: Address) -> str:
    """The same as `file_stem`, for where resources of all kinds and providers lie side by side."""
    return f"{folder_of(id)}~{file_stem(id)}"


def is_account(account: str) -> bool:
    """An account's id is a number: it becomes a directory, and part of a host's name."""
    return account.isascii() and account.isdigit()


def require_account(account: str) -> None:
    if not is_account(account):
        raise BadInput(
            f"The account id {account!r} is not a number.",
            hint="Set AccountID of the access used here: s config add, or ALIBABA_CLOUD_ACCOUNT_ID.",
            reference="bad-account",
        )


def directory_of(account: str, region: str) -> PurePosixPath:
    """`<account>/<region>`; both must look like what they are, since they become directories."""
    require_account(account)
    if not region or not all(c in PLAIN for c in region):
        raise BadInput(f"The region {region!r} is not a region's name.", reference="bad-region")
    return PurePosixPath(account, region)
