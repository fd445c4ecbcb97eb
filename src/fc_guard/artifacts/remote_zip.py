"""Reads a zip that is somewhere else in parts: its list of entries, and the entries that are not known yet."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Final, Protocol, cast

from fc_guard.artifacts.manifest import in_order, state_of, stated
from fc_guard.artifacts.zips import BadArchive, Entry, opened
from fc_guard.language import t
from fc_guard.model.files import FileState, Manifest

AT_LEAST: Final = 16 * 1024
"""The smallest request, in bytes. A smaller gap between two parts is fetched with them."""
IN_FLIGHT: Final = 8
MOST_PARTS: Final = 64
SLACK: Final = 512
"""Bytes for an entry's own extra fields, which may differ from those in the list."""

Span = tuple[int, int]
"""The start of a part and the end after it."""


class Parts(Protocol):
    @property
    def size(self) -> int: ...

    def read(self, start: int, end: int) -> bytes: ...


class TooMuch(Exception):
    """So much would have to be fetched that the whole package costs no more."""


class RemoteZip:
    """A package somewhere else. Errors of `parts` pass through; a bad archive raises `BadArchive`."""

    def __init__(self, parts: Parts) -> None:
        self._file = _Fetched(parts)
        self._archive = opened(cast("IO[bytes]", self._file))
        self._entries = {entry.name: entry for entry in self._archive.entries}

    def manifest(self, known: Iterable[FileState]) -> Manifest:
        """Returns the files. One with the name, size and CRC-32 of a known file counts as that file; all others are
        fetched. Raises `TooMuch` if they are most of the package."""
        contents = {(file.name, file.size, file.crc32, file.link): file.sha256 for file in known}
        unknown = [entry for entry in self._archive.entries if entry.key() not in contents]
        self._fetch(unknown)
        states = [
            stated(entry, contents[entry.key()]) if entry.key() in contents else state_of(self._archive, entry)
            for entry in self._archive.entries
        ]
        return Manifest(in_order(states))

    def fetch(self, states: Iterable[FileState]) -> None:
        """Fetches the contents of files before they are read. Raises `TooMuch` as well."""
        self._fetch([self._entries[state.name] for state in states])

    def pieces(self, state: FileState) -> Iterable[bytes]:
        return self._archive.pieces(self._entries[state.name])

    def _fetch(self, entries: list[Entry]) -> None:
        spans = joined((entry.start, min(entry.end, entry.start + _length(entry))) for entry in entries)
        if len(spans) > MOST_PARTS or 2 * sum(end - start for start, end in spans) > self._file.size:
            raise TooMuch
        self._file.fetch(spans)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Returns the parts in order. Parts with a small gap between them become one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start - result[-1][1] <= AT_LEAST:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _length(entry: Entry) -> int:
    return 30 + len(entry.info.orig_filename.encode()) + len(entry.info.extra) + SLACK + entry.packed


class _Fetched:
    """Parts as a seekable file. A part that is missing is fetched when it is read."""

    def __init__(self, parts: Parts) -> None:
        self.size = parts.size
        self._parts = parts
        self._at = 0
        self._have: dict[int, bytes] = {}

    def fetch(self, spans: list[Span]) -> None:
        """Fetches parts ahead of reading, several at a time."""
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            for span, data in zip(spans, pool.map(lambda span: self._parts.read(*span), spans), strict=True):
                self._have[span[0]] = data

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        at = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence] + offset
        if at < 0:
            raise BadArchive(t("it points in front of its beginning"))
        self._at = at
        return at

    def read(self, size: int = -1) -> bytes:
        end = self.size if size < 0 else min(self.size, self._at + size)
        if end <= self._at:
            return b""
        data = self._slice(self._at, end)
        self._at = end
        return data

    def _slice(self, start: int, end: int) -> bytes:
        for begin, data in self._have.items():
            if begin <= start and end <= begin + len(data):
                return data[start - begin : end - begin]
        wanted = min(self.size, max(end, start + AT_LEAST))
        self._have[start] = self._parts.read(start, wanted)
        return self._have[start][: end - start]
