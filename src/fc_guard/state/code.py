"""Remembers the deployed code: the files of a package, and the contents of its text files.

Each package is one zip, `code/<digest>.zip`, with the manifest and the texts under their hashes, as far as they are
small and there is room. It only serves to show differences by file and by line: without it, packages are still compared
as a whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from fc_guard.core import strict_json
from fc_guard.language import t
from fc_guard.model.files import MOST_TEXT, FileState, Manifest, as_text
from fc_guard.state.nofollow import open_file, remove_file, status_of, statuses_in, touch, write_file, write_pieces
from fc_guard.state.place import Place
from fc_guard.state.typed import UNSOUND, count, items, members, text

FOLDER: Final = "code"
MANIFEST: Final = "manifest"
MOST_KEPT: Final = 64 * 1024 * 1024
"""Bytes of all packages together. Beyond them a package is kept without its texts."""
SETTLED_SECONDS: Final = 3600.0
"""A package without a reference stays this long: another run may be about to refer to it."""
MARKS: Final = ("-", "x", "l")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
NAME: Final = re.compile(r"[0-9a-f]{64}\.zip")
CHUNK: Final = 1 << 20
MOST_MANIFEST: Final = 16 * 1024 * 1024
"""Bytes of the list of a package's files."""
MOST_ENTRIES: Final = 50_000
"""Entries of a zip. Further texts are left out."""
MOST_LISTED: Final = MOST_ENTRIES * 200
"""Bytes of the list of entries. Each entry takes 110."""
END: Final = struct.Struct("<4s4H2LH")
"""The end of a zip: signature, two disks, entries here and in all, size and offset of their list, comment size."""
END_SIGNATURE: Final = b"PK\5\6"
WIDE_SIGNATURE: Final = b"PK\6\7"
WIDE_SIZE: Final = 20
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, *UNSOUND)


class DeployedCode:
    """A package that was deployed, or was online when a decision was made about it."""

    def __init__(self, file: IO[bytes]) -> None:
        """Raises one of `DAMAGED` if the zip is not one that we wrote. Unpacks no more than we would have packed."""
        self._file = file
        _look_at_end(file)
        self._zip = zipfile.ZipFile(file)
        self.manifest = _decoded(self._unpacked(MANIFEST, MOST_MANIFEST))

    def text(self, sha256: str) -> str | None:
        """Returns the text of a file by its hash, None if it was not kept."""
        try:
            data = self._unpacked(sha256, MOST_TEXT)
        except DAMAGED:
            return None
        return as_text(data) if hashlib.sha256(data).hexdigest() == sha256 else None

    def _unpacked(self, name: str, most: int) -> bytes:
        """Unpacks an entry. zipfile reads at most the stated size, but bounds memory only for deflated entries."""
        entry = self._zip.getinfo(name)
        if entry.file_size > most or entry.compress_type != zipfile.ZIP_DEFLATED:
            raise ValueError(t("{name} is none of ours", name=name))
        with self._zip.open(entry) as file:
            return file.read(most)

    def __del__(self) -> None:
        self._file.close()


class CodeReader:
    def __init__(self, root: Place) -> None:
        self._folder = root / FOLDER

    def read(self, digest: str) -> DeployedCode | None:
        """Returns a package by its digest, None if it is not kept or not readable."""
        if not DIGEST.fullmatch(digest):
            return None
        file = open_file(self._path(digest))
        return None if file is None else opened(file, digest)

    def has(self, digest: str) -> bool:
        return status_of(self._path(digest)) is not None

    def _path(self, digest: str) -> Place:
        return self._folder / f"{digest}.zip"


class CodeStore(CodeReader):
    def keep(self, manifest: Manifest, texts: Callable[[FileState], str | None]) -> bool:
        """Keeps a package durably, unless it is kept already. Returns whether it is new."""
        path = self._path(manifest.digest)
        if self.read(manifest.digest) is not None:
            touch(path)  # needed again: a sweep lets it stay
            return False
        with packed(manifest, texts, MOST_KEPT - self._size()) as file:
            if file is not None:
                write_pieces(path, _pieces(file))
        return file is not None

    def put(self, digest: str, data: bytes) -> None:
        """Keeps a package that was packed elsewhere."""
        write_file(self._path(digest), data)

    def sweep(self, needed: Callable[[], Collection[str]]) -> None:
        """Removes packages that no baseline refers to, once they are old."""
        files = [(name, status) for name, status in statuses_in(self._folder) if NAME.fullmatch(name)]
        old = [name for name, status in files if time.time() - status.st_mtime > SETTLED_SECONDS]
        if not old:
            return
        known = {f"{digest}.zip" for digest in needed()}
        for name in old:
            if name not in known:
                remove_file(self._folder / name)

    def _size(self) -> int:
        return sum(status.st_size for _, status in statuses_in(self._folder))


def opened(file: IO[bytes], digest: str) -> DeployedCode | None:
    """Returns the package in a zip, None if that is not the package of this digest."""
    try:
        found = DeployedCode(file)
        return found if found.manifest.digest == digest else None
    except DAMAGED:
        return None


@contextmanager
def packed(manifest: Manifest, texts: Callable[[FileState], str | None], room: int) -> Iterator[IO[bytes] | None]:
    """Yields a package as a temporary zip, without its texts if they need more than `room` bytes; None where even the
    list of its files is too long."""
    listed = _encoded(manifest)
    if len(listed) > MOST_MANIFEST:
        yield None
        return
    with tempfile.TemporaryFile(prefix="fc-guard-") as file:
        _packed(file, listed, manifest, texts)
        if file.tell() > room:
            file.seek(0)
            file.truncate()
            _packed(file, listed, manifest, lambda state: None)
        yield file


def _look_at_end(file: IO[bytes]) -> None:
    """Bounds the zip's list of entries, which zipfile reads whole, however long it says that it is."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END.size - WIDE_SIZE))
    tail = file.read()
    signature, _, _, _, entries, listed, _, comment = END.unpack(tail[-END.size :].rjust(END.size, b"\0"))
    wide = len(tail) == WIDE_SIZE + END.size and tail.startswith(WIDE_SIGNATURE)
    if signature != END_SIGNATURE or comment or wide or entries > MOST_ENTRIES or listed > MOST_LISTED:
        raise zipfile.BadZipFile(t("none of ours"))


def _packed(file: IO[bytes], listed: bytes, manifest: Manifest, texts: Callable[[FileState], str | None]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr(MANIFEST, listed)
        known: set[str] = set()
        for state in manifest.files:
            if len(known) + 1 == MOST_ENTRIES:
                return
            if state.sha256 not in known and (text := texts(state)) is not None:
                known.add(state.sha256)
                packed.writestr(state.sha256, text.encode())


def _encoded(manifest: Manifest) -> bytes:
    rows = [[file.name, file.mark, file.sha256, file.size, file.crc32] for file in manifest.files]
    return json.dumps({"format_version": 1, "files": rows}, ensure_ascii=True, separators=(",", ":")).encode()


def _decoded(data: bytes) -> Manifest:
    return Manifest(tuple(_file(*row) for row in items(members(strict_json.read(data))["files"])))


def _file(name: Any, mark: Any, sha256: Any, size: Any, crc32: Any) -> FileState:
    if mark not in MARKS:
        raise ValueError(t("a file of no sort"))
    return FileState(text(name), mark == "x", text(sha256), count(size), count(crc32), mark == "l")


def _pieces(file: IO[bytes]) -> Iterable[bytes]:
    file.seek(0)
    while piece := file.read(CHUNK):
        yield piece
