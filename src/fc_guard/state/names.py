"""File names for resources: no two resources share one, and none leaves its directory."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from fc_guard.errors import BadInput
from fc_guard.language import t
from fc_guard.model.address import Address

LONGEST = 180
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def encoded(part: str) -> str:
    """Encodes one name part: capitals and unusual characters become =XX, since some file systems ignore case."""
    return "".join(c if c in PLAIN else "".join(f"={byte:02x}" for byte in c.encode()) for c in part)


def file_stem(id: Address) -> str:
    """Joins the encoded parts by '.', which none of them contains. A long name is cut and ends in its hash."""
    stem = ".".join(encoded(part) for part in id.parts)
    if len(stem) <= LONGEST:
        return stem
    return f"{stem[:100]}~{hashlib.sha256(stem.encode()).hexdigest()[:32]}"


def folder_of(id: Address) -> str:
    """Returns `<provider>.<kind>`, so kinds of two providers with one name have two folders."""
    return f"{encoded(id.provider)}.{encoded(id.kind)}"


def own_stem(id: Address) -> str:
    """Returns a file name like `file_stem`, unique across kinds and providers."""
    return f"{folder_of(id)}~{file_stem(id)}"


def is_account(account: str) -> bool:
    """Says whether an account's id is a number: it becomes a directory, and part of a host's name."""
    return account.isascii() and account.isdigit()


def require_account(account: str) -> None:
    if not is_account(account):
        raise BadInput(
            t("The account id {account!r} is not a number.", account=account),
            hint=t("Set AccountID of the access used here: s config add, or ALIBABA_CLOUD_ACCOUNT_ID."),
            reference="bad-account",
        )


def directory_of(account: str, region: str) -> PurePosixPath:
    """Returns `<account>/<region>`. Raises `BadInput` unless both are well-formed, since they become directories."""
    require_account(account)
    if not region or not all(c in PLAIN for c in region):
        raise BadInput(t("The region {region!r} is not a region's name.", region=region), reference="bad-region")
    return PurePosixPath(account, region)
