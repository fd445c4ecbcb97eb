"""The access keys that a server accepts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    access_key_id: str
    access_key_secret: str
    account: str


class KeyRing:
    def __init__(self, keys: tuple[Key, ...]) -> None:
        self._keys = {key.access_key_id: key for key in keys}

    def find(self, access_key_id: str) -> Key | None:
        return self._keys.get(access_key_id)
