"""A zip that is somewhere else, read in parts: its list of entries, and the entries that are not known yet."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Final, Protocol, cast

from fc_guard.artifacts.manifest import in_order, state_of, stated
from fc_guard.artifacts.zips import BadArchive, Entry, opened
from fc_guard.model.files import FileState, Manifest

AT_LEAST: Final = 16 * 1024
"""Bytes worth a request: less is not fetched alone, and a smaller gap between two parts is fetched with them."""
IN_FLIGHT: Final = 8
MOST_PARTS: Final = 64
SLACK: Final = 512
"""Bytes that an entry may have around its name and content: extra fields, which differ from those in the list."""

Span = tuple[int, int]
"""Where a part starts, and where it ends."""


class Parts(Protocol):
    """Something of `size` bytes, of which any part can be had."""

    @property
    def size(self) -> int: ...

    def read(self, start: int, end: int) -> bytes: ...


class TooMuch(Exception):
    """So much would have to be fetched that the whole is had as cheaply."""


class RemoteZip:
    """A package somewhere else. `parts` may raise what it likes; a bad archive is `BadArchive`."""

    def __init__(self, parts: Parts) -> None:
        self._file = _Fetched(parts)
        self._archive = opened(cast("IO[bytes]", self._file))
        self._entries = {entry.name: entry for entry in self._archive.entries}

    def manifest(self, known: Iterable[FileState]) -> Manifest:
        """Its files. One that is named, sized and summed (CRC-32) as a known one is taken for it; the others are
        fetched. Raises `TooMuch` where that is most of them."""
        contents = {(file.name, file.size, file.crc32, file.link): file.sha256 for file in known}
        unknown = [entry for entry in self._archive.entries if entry.key() not in contents]
        self._fetch(unknown)
        states = [
            stated(entry, contents[entry.key()]) if entry.key() in contents else state_of(self._archive, entry)
            for entry in self._archive.entries
        ]
        return Manifest(in_order(states))

    def fetch(self, states: Iterable[FileState]) -> None:
        """Fetches what files hold, before it is read. Raises `TooMuch` likewise."""
        self._fetch([self._entries[state.name] for state in states])

    def pieces(self, state: FileState) -> Iterable[bytes]:
        return self._archive.pieces(self._entries[state.name])

    def _fetch(self, entries: list[Entry]) -> None:
        spans = joined((entry.start, min(entry.end, entry.start + _length(entry))) for entry in entries)
        if len(spans) > MOST_PARTS or 2 * sum(end - start for start, end in spans) > self._file.size:
            raise TooMuch
        self._file.fetch(spans)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Parts in order; those with little between them as one."""
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
    """Parts as a file that can be read anywhere: what was not fetched yet is fetched when it is read."""

    def __init__(self, parts: Parts) -> None:
        self.size = parts.size
        self._parts = parts
        self._at = 0
        self._have: dict[int, bytes] = {}

    def fetch(self, spans: list[Span]) -> None:
        """Fetches parts that will be read, several at a time."""
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
            raise BadArchive("it points in front of its beginning")
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
