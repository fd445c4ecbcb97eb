"""Code packages: zips as files, each written and synced before any row refers to it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import io
import os
import re
import secrets
import time
import uuid
import zipfile
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from fc_local.checksum import crc64
from fc_local.errors import FcError, concurrent_update, entity_too_large, invalid

_NAME = re.compile(r"^[0-9a-f-]{36}$")
_KEPT_AFTER_REPLACEMENT = 16  # a download URL given out just before an update keeps working


class Stored(Protocol):
    """An object of the bucket: a file with its size and checksum."""

    @property
    def file(self) -> Path: ...
    @property
    def size(self) -> int: ...
    @property
    def checksum(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Package:
    """A stored zip: the file is `<function id>/<uuid>.zip`."""

    function_id: str
    uuid: str
    size: int
    checksum: str


def decode(code: Mapping[str, Any] | None, limit: int) -> bytes:
    """Returns the zip in a request's `code`, checked. Raises the API's errors."""
    text = (code or {}).get("zipFile")
    if not text:
        raise invalid("Either ossBucketName/ossObjectName or zipFile must be set")
    if len(text) * 3 // 4 > limit + 2:
        raise entity_too_large(limit)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid("ZipFile is not valid base64") from error
    return check_zip(data, limit)


def check_zip(data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise entity_too_large(limit)
    _check_archive(io.BytesIO(data))
    return data


def _check_archive(source: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise invalid("ZipFile is not a valid zip file") from error


def merge_files(package: bytes, files: Mapping[str, str | None]) -> bytes:
    """Returns the package after a console's save: with these text files written, or removed where the text is None."""
    for path in files:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\\" in path:
            raise invalid(f"file name '{path}' is not inside the package")
    merged = io.BytesIO()
    with zipfile.ZipFile(merged, "w", zipfile.ZIP_DEFLATED) as target:
        written: set[str] = set()
        if package:
            with zipfile.ZipFile(io.BytesIO(package)) as source:
                for entry in source.infolist():
                    if entry.filename in files:
                        text = files[entry.filename]
                        if text is not None and entry.filename not in written:
                            target.writestr(
                                _entry(entry.filename, entry.external_attr), text.encode("utf-8", "replace")
                            )
                        written.add(entry.filename)
                    else:
                        target.writestr(entry, source.read(entry))
        for path, text in files.items():
            if text is not None and path not in written:
                target.writestr(_entry(path, 0o100644 << 16), text.encode("utf-8", "replace"))
    return merged.getvalue()


def _entry(path: str, attributes: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, time.localtime()[:6])
    entry.external_attr = attributes
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class Packages:
    """The folder of packages, and the signed URLs for downloading them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._key = secrets.token_bytes(32)
        self._replaced: deque[Package] = deque()

    def add(self, function_id: str, data: bytes) -> Package:
        """Writes and syncs the file. It is safe in a thread, since the name is new."""
        package = Package(function_id, str(uuid.uuid4()), len(data), crc64(data))
        with self._place(package).open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._sync(package)
        return package

    def add_object(self, function_id: str, stored: Stored, limit: int) -> Package:
        """Makes a package of an object of the bucket, which is a file already and never read whole."""
        if stored.size > limit:
            raise entity_too_large(limit)
        package = Package(function_id, str(uuid.uuid4()), stored.size, stored.checksum)
        path = self._place(package)
        try:
            path.hardlink_to(stored.file)
        except FileNotFoundError as error:
            raise concurrent_update("the object") from error
        with path.open("rb") as file:
            try:
                _check_archive(file)
            except FcError:
                self.discard(package)
                raise
        self._sync(package)
        return package

    def _place(self, package: Package) -> Path:
        path = self.path(package.function_id, package.uuid)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        return path

    def _sync(self, package: Package) -> None:
        for folder in (self.path(package.function_id, package.uuid).parent, self._folder):
            _sync_folder(folder)

    def path(self, function_id: str, name: str) -> Path:
        if not _NAME.match(function_id) or not _NAME.match(name):
            raise FcError(404, "NoSuchKey", "The specified key does not exist.")
        return self._folder / function_id / f"{name}.zip"

    def discard(self, package: Package) -> None:
        path = self.path(package.function_id, package.uuid)
        path.unlink(missing_ok=True)

    def retire(self, package: Package) -> None:
        """Marks a package that no row refers to. It is removed after enough others, or at the next start."""
        self._replaced.append(package)
        while len(self._replaced) > _KEPT_AFTER_REPLACEMENT:
            self.discard(self._replaced.popleft())

    def sweep(self, used: Iterable[tuple[str, str]]) -> None:
        """Removes files that no row refers to: those of replaced packages and of killed processes."""
        keep = {self.path(function_id, name) for function_id, name in used}
        for folder in self._folder.iterdir():
            for file in folder.iterdir():
                if file not in keep:
                    file.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()

    def sign(self, function_id: str, name: str, expires: int) -> str:
        message = f"{function_id}/{name}/{expires}".encode()
        return base64.urlsafe_b64encode(hmac.new(self._key, message, hashlib.sha256).digest()).decode().rstrip("=")

    def check(self, function_id: str, name: str, expires: str, signature: str) -> None:
        """Raises the error that OSS answers to a bad or old URL."""
        if not expires.isdigit() or not hmac.compare_digest(
            self.sign(function_id, name, int(expires)).encode(), signature.encode()
        ):
            raise FcError(403, "SignatureDoesNotMatch", "The URL's signature is not one of this server's.")
        if int(expires) < time.time():
            raise FcError(403, "AccessDenied", "Request has expired.")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
