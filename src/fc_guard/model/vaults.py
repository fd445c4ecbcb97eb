"""Where certificates lie that are read with the keys of the run. `cloud/` has the account's for it."""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """What was read stays the same for the rest of the run. Every method raises `Unreadable`, and `BadInput` for what
    cannot be meant."""

    def numbered(self, number: int) -> tuple[str, str] | None:
        """Returns certificate and private key as PEM text; None if the account has no certificate with that number."""

    def object(self, region: str, bucket: str, key: str, most: int) -> bytes | None:
        """Returns an object, cut off somewhere beyond `most` bytes; None if there is no such object or bucket."""
