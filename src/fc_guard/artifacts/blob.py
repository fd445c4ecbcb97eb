"""A package's bytes: a few in memory, more in a file. They are never needed whole."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from fastcrc import crc64

from fc_guard.disk import open_regular
from fc_guard.errors import BadInput, Effect, GuardError
from fc_guard.language import t

KEPT: Final = 16 * 1024 * 1024
"""Bytes that may stay in memory; a larger package goes to a temporary file."""
CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with their size and FC's codeChecksum: CRC-64/XZ as an unsigned decimal (proved on three packages of the
    real service). `name` is for messages."""

    name: str
    size: int
    checksum: str
    _source: bytes | _Held

    def open(self) -> IO[bytes]:
        """Opens the bytes at their beginning. Several readers do not disturb each other."""
        if isinstance(self._source, bytes):
            return io.BytesIO(self._source)
        return io.BufferedReader(_Window(self._source), CHUNK)

    def chunks(self) -> Iterator[bytes]:
        """Yields all bytes in order, the last only after the checksum of all is proved.

        Raises `BadInput` if the user's file has changed meanwhile.
        """
        value, left = 0, self.size
        with self.open() as file:
            while left:
                chunk = file.read(min(CHUNK, left))
                left -= len(chunk)
                value = crc64.xz(chunk, value)
                if not chunk or (not left and str(value) != self.checksum):
                    raise changed(self.name)
                yield chunk


def in_memory(data: bytes, name: str = "") -> Blob:
    return Blob(name, len(data), str(crc64.xz(data)), data)


def in_file(path: Path) -> Blob:
    """Returns a file as it is now. Replacing the file later has no effect; writing into it is noticed."""
    with open_regular(path) as file:
        return _made(file, str(path))


@contextmanager
def spool() -> Iterator[IO[bytes]]:
    """Yields a file for a package: in memory first, then a nameless temporary file for the owner alone, which ends with
    the process. Call `spooled` before it closes. Raises `GuardError`."""
    try:
        with tempfile.SpooledTemporaryFile(max_size=KEPT, prefix="fc-guard-") as file:
            yield file
    except OSError as error:
        raise GuardError(
            t(
                "A temporary file in {folder} cannot be written: {strerror}.",
                folder=tempfile.gettempdir(),
                strerror=error.strerror or error,
            ),
            hint=t("Free some space, or name another folder in TMPDIR."),
            effect=Effect.NOTHING,
            reference="no-temporary-space",
        ) from error


def spooled(file: IO[bytes], name: str) -> Blob:
    return _made(file, name)


def changed(name: str) -> BadInput:
    return BadInput(
        t("{name} was changed while it was being read.", name=name),
        hint=t("Is a build still running? Wait for its end and run again."),
        reference="code-changed",
    )


def _made(file: IO[bytes], name: str) -> Blob:
    file.seek(0)
    size, value = 0, 0
    while chunk := file.read(CHUNK):
        size += len(chunk)
        value = crc64.xz(chunk, value)
    if size > KEPT:
        return Blob(name, size, str(value), _Held(file))
    file.seek(0)
    return in_memory(file.read(), name)


class _Held:
    """An open file, closed with its last user."""

    def __init__(self, file: IO[bytes]) -> None:
        file.flush()
        self.descriptor = os.dup(file.fileno())

    def __del__(self) -> None:
        os.close(self.descriptor)


class _Window(io.RawIOBase):
    """Reads a file that others read at the same time. Closing it leaves the file open."""

    def __init__(self, file: _Held) -> None:
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._file.descriptor).st_size}[whence]
        self._at = start + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = os.pread(self._file.descriptor, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
