"""The keyed hash that stands for a secret value in a baseline."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets

from fc_guard.core.values import thawed
from fc_guard.errors import BaselineUnusable
from fc_guard.language import t
from fc_guard.model.fields import FieldPath, Json, Sealed
from fc_guard.state.nofollow import read_file, write_file
from fc_guard.state.place import Place

KEY_BYTES = 32


class Sealer:
    """Seals values with the key beside the baselines. Two keys never give equal seals."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._name = hashlib.sha256(b"fc-guard key " + key).hexdigest()[:8]

    def __call__(self, path: FieldPath, value: Json) -> Sealed:
        message = json.dumps([list(path), thawed(value)], sort_keys=True).encode()
        return Sealed(f"hmac-sha256:{self._name}:{hmac.new(self._key, message, hashlib.sha256).hexdigest()}")


def read_sealer(root: Place) -> Sealer | None:
    """Returns the sealer of a state directory, None if it has no key yet."""
    data = read_file(root / "key")
    return None if data is None else sealer_of(data, str(root / "key"))


def stranger() -> Sealer:
    """Returns a sealer whose seals match nothing."""
    return Sealer(secrets.token_bytes(KEY_BYTES))


def open_sealer(root: Place) -> Sealer:
    """Returns the sealer of a state directory, whose key is made at the first use."""
    path = root / "key"
    data = read_file(path)
    if data is None:
        write_file(path, new_key(), fresh=True)
        data = read_file(path)
    return sealer_of(data or b"", str(path))


def new_key() -> bytes:
    """Returns the contents of a new key's file."""
    return secrets.token_hex(KEY_BYTES).encode()


def sealer_of(data: bytes, place: str) -> Sealer:
    """Returns the sealer of a key's file. Raises `BaselineUnusable` if it is damaged."""
    try:
        key = bytes.fromhex(data.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BaselineUnusable(
            t("{root} is damaged, so hidden values (environment variables) cannot be compared.", root=place),
            hint=t("Restore the file, or delete it: every hidden value will then count as changed online once."),
        )
    return Sealer(key)
