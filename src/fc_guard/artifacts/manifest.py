"""What is in a package, however it is zipped: the names, modes and contents of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import IO

from fc_guard.artifacts.leftovers import is_temporary
from fc_guard.artifacts.zips import Archive, Entry, opened
from fc_guard.model.files import FileState, Manifest


def manifest_of_zip(source: IO[bytes], *, ours: bool = False) -> Manifest:
    """The files of a zip, jar or war, each read whole. Raises `BadArchive` when it is none, or a hostile one."""
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
    """A package's files as they are compared: without temporary files of ours that got into it once."""
    code = (state for state in states if not any(map(is_temporary, state.name.split("/"))))
    return tuple(sorted(code, key=lambda state: state.name))
