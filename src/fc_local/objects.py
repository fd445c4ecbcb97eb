"""The objects of the fake OSS: files in a folder, with their names in the store. A put makes a new file and never
writes into an old one, so a package may share its file."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from fc_local.scope import Scope
from fc_local.store import Store

TOKEN_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Grant:
    """A temporary key for one object, as FC grants it for its own bucket."""

    access_key_id: str
    access_key_secret: str
    security_token: str
    bucket: str
    object_name: str  # the end of the object's full name
    account: str
    expires: float


@dataclass(frozen=True, slots=True)
class Stored:
    """An object. `checksum` is the CRC-64 of its bytes, `md5` the hex digest."""

    file: Path
    size: int
    checksum: str
    md5: str


class Objects:
    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._grants: dict[str, Grant] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def find(self, bucket: str, name: str) -> Stored | None:
        document = self._store.get_object(bucket, name)
        if document is None:
            return None
        return Stored(self._folder / document["file"], document["size"], document["checksum"], document["md5"])

    def new_file(self) -> Path:
        """Returns a path that is not used yet."""
        return self._folder / str(uuid.uuid4())

    def keep(self, bucket: str, name: str, stored: Stored) -> None:
        """Makes the file the object of that name, and removes the one before."""
        before = self.find(bucket, name)
        document = {"file": stored.file.name, "size": stored.size, "checksum": stored.checksum, "md5": stored.md5}
        self._store.put_object(bucket, name, document)
        if before is not None:
            before.file.unlink(missing_ok=True)

    def remove(self, bucket: str, name: str) -> None:
        before = self.find(bucket, name)
        self._store.remove_object(bucket, name)
        if before is not None:
            before.file.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Removes files without a name: interrupted uploads, and everything after a reset."""
        used = {document["file"] for document in self._store.objects()}
        for file in self._folder.iterdir():
            if file.name not in used:
                file.unlink()

    def grant(self, scope: Scope) -> Grant:
        now = time.time()
        self._grants = {name: grant for name, grant in self._grants.items() if grant.expires > now}
        grant = Grant(
            access_key_id=f"STS.{secrets.token_hex(10)}",
            access_key_secret=secrets.token_urlsafe(30),
            security_token=secrets.token_urlsafe(48),
            bucket=f"fc-{scope.region}-temp-code",
            object_name=str(uuid.uuid4()),
            account=scope.account,
            expires=now + TOKEN_SECONDS,
        )
        self._grants[grant.access_key_id] = grant
        return grant

    def granted(self, access_key_id: str) -> Grant | None:
        grant = self._grants.get(access_key_id)
        return grant if grant is not None and grant.expires > time.time() else None
