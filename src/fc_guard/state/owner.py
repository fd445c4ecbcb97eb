"""The seal that says that this user wrote a record. Its key is in the user's own folder, not in the project."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from fc_guard.errors import BaselineUnusable
from fc_guard.state.nofollow import open_file, write_file
from fc_guard.state.place import Place

KEY: Final = "seal.key"
KEY_BYTES: Final = 32
FOREIGN_BITS: Final = 0o077


class Owner:
    """Makes and checks this user's seals. The key is read once; without a key no seal is valid."""

    def __init__(self) -> None:
        self._key: bytes | None = None
        self._made = False

    def seal(self, message: bytes) -> str | None:
        """Returns the seal of a message, None if the home takes no key."""
        key = self._read() or self._make()
        return None if key is None else _seal(key, message)

    def wrote(self, message: bytes, seal: object) -> bool:
        """Says whether this user made the seal of a message."""
        if not isinstance(seal, str) or not seal.isascii():
            return False
        key = self._read()
        return key is not None and hmac.compare_digest(seal, _seal(key, message))

    def _read(self) -> bytes | None:
        place = _place()
        if self._key is None and place is not None:
            self._key = _key_in(place)
        return self._key

    def _make(self) -> bytes | None:
        """Makes a new key, once a run. A home that cannot be written does not stop a deployment."""
        place = _place()
        if self._made or place is None:
            return None
        self._made = True
        try:
            write_file(place, secrets.token_hex(KEY_BYTES).encode(), fresh=True)
        except BaselineUnusable:
            return None
        return self._read()


def _place() -> Place | None:
    """Returns the place of the key in the host's home, None if the user has no home, as in some containers."""
    root = os.environ.get("serverless_devs_config_home") or os.path.expanduser("~")  # noqa: SIM112, PTH111
    return Place(Path(root) / ".s" / "fc-guard") / KEY if os.path.isabs(root) else None  # noqa: PTH117


def _key_in(place: Place) -> bytes | None:
    """Returns the key if only its owner may read it, which a checkout cannot bring about; None otherwise."""
    try:
        file = open_file(place)
        if file is None:
            return None
        with file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & FOREIGN_BITS:
                return None
            key = bytes.fromhex(file.read(4 * KEY_BYTES).decode("ascii").strip())
    except (BaselineUnusable, OSError, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _seal(key: bytes, message: bytes) -> str:
    return f"hmac-sha256:{hmac.new(key, message, hashlib.sha256).hexdigest()}"
