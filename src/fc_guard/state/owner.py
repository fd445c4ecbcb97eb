"""The seal that says: this machine's user wrote this state. Its key is in the user's own folder, not in the project."""

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
    """Seals for the user whose home this is. The key is read once; without one, nothing has a valid seal."""

    def __init__(self) -> None:
        self._key: bytes | None = None
        self._made = False

    def seal(self, message: bytes) -> str | None:
        """The seal of a message; None where the home takes no key."""
        key = self._read() or self._make()
        return None if key is None else _seal(key, message)

    def wrote(self, message: bytes, seal: object) -> bool:
        """Whether the seal of a message is this user's."""
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
        """A new key, once a run. That the home cannot be written is no reason not to deploy."""
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
    """Where the key is: in the host's home. None for a user who has no home, as in some containers."""
    root = os.environ.get("serverless_devs_config_home") or os.path.expanduser("~")  # noqa: SIM112, PTH111
    return Place(Path(root) / ".s" / "fc-guard") / KEY if os.path.isabs(root) else None  # noqa: PTH117


def _key_in(place: Place) -> bytes | None:
    """The key, if it is the user's alone: a checkout cannot bring a file that only its owner may read."""
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
