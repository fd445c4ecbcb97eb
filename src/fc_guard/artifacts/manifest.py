"""The names, modes and contents of a package's files, independent of how it is zipped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import IO

from fc_guard.artifacts.leftovers import is_temporary
from fc_guard.artifacts.zips import Archive, Entry, opened
from fc_guard.model.files import FileState, Manifest


def manifest_of_zip(source: IO[bytes], *, ours: bool = False) -> Manifest:
    """Reads all files of a zip, jar or war. Raises `BadArchive` for a bad or hostile archive."""
    archive = opened(source, ours=ours)
    return Manifest(in_order(state_of(archive, entry) for entry in archive.entries))


def state_of(archive: Archive, entry: Entry) -> FileState:
    digest = hashlib.sha256()
    for chunk in archive.pieces(entry):
        digest.update(chunk)
    return stated(entry, digest.hexdigest())


def stated(entry: Entry, sha256: str) -> FileState:
    return FileState(entry.name, entry.executable, sha256, entry.size, entry.crc32, entry.link)


def in_order(states: Iterable[FileState]) -> tuple[FileState, ...]:
    """Returns the files sorted by name, without our temporary files, which older packages may contain."""
    code = (state for state in states if not any(map(is_temporary, state.name.split("/"))))
    return tuple(sorted(code, key=lambda state: state.name))
