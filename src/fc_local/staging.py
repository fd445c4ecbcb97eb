"""Writes the code of a request to disk, before the transaction that refers to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from fc_local import errors
from fc_local.objects import Objects, Stored
from fc_local.packages import Package, Packages, check_zip, decode, merge_files
from fc_local.shape import Document
from fc_local.switches import Switches


@dataclass(frozen=True, slots=True)
class Sent:
    """The code in a request: `code` as in its body, `files` of an edit from inside, the checksum header."""

    code: Document | None
    files: Mapping[str, str | None] | None
    checksum: str | None


class Staging:
    def __init__(self, packages: Packages, objects: Objects, switches: Switches) -> None:
        self._packages = packages
        self._objects = objects
        self._switches = switches

    async def write(self, owner: str, sent: Sent, present: Package | None = None) -> Package:
        """`present` is the package over which the files of an edit are written."""
        stored = self._stored(sent.code)
        return await asyncio.to_thread(self._write, owner, sent, stored, present)

    def _stored(self, code: Document | None) -> Stored | None:
        """Returns the object that the code names, None if it names none. Raises FcError if it does not exist."""
        bucket, name = (code or {}).get("ossBucketName"), (code or {}).get("ossObjectName")
        if (code or {}).get("zipFile") or not bucket or not name:
            return None
        stored = self._objects.find(bucket, name)
        if stored is None:
            raise errors.invalid(f"object '{name}' does not exist in '{bucket}'")
        return stored

    def _write(self, owner: str, sent: Sent, stored: Stored | None, present: Package | None) -> Package:
        if stored is not None:
            package = self._packages.add_object(owner, stored, self._switches["oss_code_size_limit"])
        else:
            package = self._packages.add(owner, self._data(sent, present))
        if sent.checksum and self._switches["verify_code_checksum"] and sent.checksum != package.checksum:
            self._packages.discard(package)
            message = f"code checksum mismatch (header: '{sent.checksum}', calculated: '{package.checksum}')"
            raise errors.invalid(message)
        return package

    def _data(self, sent: Sent, present: Package | None) -> bytes:
        limit = self._switches["code_size_limit"]
        if sent.files is None:
            return decode(sent.code, limit)
        if sent.code is not None:
            below = decode(sent.code, limit)
        else:
            below = self._packages.path(present.function_id, present.uuid).read_bytes() if present else b""
        # an edited package was not sent in a request, so the limit of a package from a bucket applies
        return check_zip(merge_files(below, sent.files), self._switches["oss_code_size_limit"])
