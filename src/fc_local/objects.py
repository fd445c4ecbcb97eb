"""The objects of the fake OSS: files in a folder, with their names in the store. A put makes a new file and never
writes into an old one, so a package may share its file."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from fc_local.scope import Scope
from fc_local.shape import Document
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
    """An object. `checksum` is the CRC-64 of its bytes, `md5` the hex digest, `modified` in seconds since 1970."""

    file: Path
    size: int
    checksum: str
    md5: str
    modified: float = 0.0


@dataclass(frozen=True, slots=True)
class BucketInfo:
    """A bucket. `region` is '' for one that was made at its first use: it is wherever it is asked for. `versioning` is
    '', Enabled or Suspended."""

    owner: str
    region: str = ""
    versioning: str = ""


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
        return self._stored(document)

    def listed(self, bucket: str, prefix: str, after: str, limit: int) -> list[tuple[str, Stored]]:
        """Returns objects whose names begin with `prefix` and come after `after`, in byte order."""
        found = self._store.list_objects(bucket, prefix, after, limit)
        return [(name, self._stored(document)) for name, document in found]

    def bucket(self, name: str) -> BucketInfo | None:
        document = self._store.get_bucket(name)
        return None if document is None else BucketInfo(**document)

    def keep_bucket(self, name: str, info: BucketInfo) -> None:
        self._store.put_bucket(name, asdict(info))

    def _stored(self, document: Document) -> Stored:
        file, modified = self._folder / document["file"], document.get("modified", 0.0)
        return Stored(file, document["size"], document["checksum"], document["md5"], modified)

    def new_file(self) -> Path:
        """Returns a path that is not used yet."""
        return self._folder / str(uuid.uuid4())

    def keep(self, bucket: str, name: str, stored: Stored) -> None:
        """Makes the file the object of that name, and removes the one before."""
        before = self.find(bucket, name)
        document = {**asdict(stored), "file": stored.file.name}
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
