"""A function's code as one package, which is read once and packed the same way on every machine."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from fc_guard.artifacts.blob import CHUNK, KEPT, Blob, changed, in_file, spool, spooled
from fc_guard.artifacts.folder import Entry, entries
from fc_guard.artifacts.manifest import manifest_of_zip
from fc_guard.artifacts.zips import UNIX, Archive, BadArchive, opened
from fc_guard.artifacts.zips import Entry as ZipEntry
from fc_guard.disk import open_regular
from fc_guard.errors import BadInput
from fc_guard.language import joined, t
from fc_guard.model.fields import CodeVersion
from fc_guard.model.files import MOST_TEXT, FileState, Manifest, as_text

MOST_PACKED: Final = 500 * 1024 * 1024
"""Bytes of the largest package that FC takes anywhere; a region may take less."""

EPOCH = (1980, 1, 1, 0, 0, 0)
MODES: Final = {"l": 0o120777, "x": 0o100755, "-": 0o100644}

Watch = Callable[[int], None]
"""It is told how many bytes are done."""


class Contents(Protocol):
    def pieces(self, state: FileState) -> Iterator[bytes]:
        """Yields a file's bytes. Raises `BadInput` if they are not the ones in its state any more."""


@dataclass(slots=True)
class Package:
    """A function's code as it was when first read. The same bytes are hashed, shown and uploaded.

    `root` is its name in messages. `bulk` is how many bytes packing has to read; 0 if the package is packed already.
    """

    root: Path
    manifest: Manifest
    bulk: int
    contents: Contents = field(repr=False)
    _blob: Blob | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path | None:
        """The folder of these files, None for packed code."""
        return self.root if self.root.is_dir() else None

    def blob(self, watch: Watch = lambda done: None) -> Blob:
        """Returns the package's bytes, made at the first call. Raises `BadInput` if FC would not take them."""
        if self._blob is None:
            self._blob = _zipped(self, watch)
            self.contents = Zipped(self._blob, ours=True)  # from now on, even if the folder changes
        return self._blob

    def version(self, *, packed: bool, watch: Watch = lambda done: None) -> CodeVersion:
        """Returns the package as a field's value, with its checksum if `packed` or if the bytes are there already."""
        if not packed and self._blob is None:
            return CodeVersion(digest=self.manifest.digest)
        blob = self.blob(watch)
        return CodeVersion(blob.checksum, self.manifest.digest, blob.size)

    def text(self, state: FileState) -> str | None:
        """Returns the text of a file, None if it is not text or has changed since it was read."""
        if state.link or state.size > MOST_TEXT:
            return None
        try:
            return as_text(b"".join(self.contents.pieces(state)))
        except BadInput:
            return None


def open_folder(root: Path, without: tuple[Path, ...] = ()) -> Package:
    return read_folder(root, entries(root, without))


def read_folder(root: Path, found: tuple[Entry, ...]) -> Package:
    """Reads the files of a code folder. Many bytes are read again for packing, and must then be the same."""
    bulk = sum(entry.size for entry in found)
    kept: dict[str, bytes] = {}
    states, problems = [], []
    for entry in found:
        digest, crc32, content = hashlib.sha256(), 0, []
        try:
            for chunk in _content(entry):
                digest.update(chunk)
                crc32 = zlib.crc32(chunk, crc32)
                if bulk <= KEPT:
                    content.append(chunk)
        except OSError as error:
            problems.append(f"{entry.name}: {error.strerror}")
        kept[entry.name] = b"".join(content)
        link = entry.link is not None
        states.append(FileState(entry.name, entry.executable, digest.hexdigest(), _size(entry), crc32, link))
    if problems:
        raise _unreadable(t("The code folder {root} cannot be read:\n", root=root) + joined(problems))
    folder = _Folder({entry.name: entry for entry in found}, kept if bulk <= KEPT else None)
    return Package(root, Manifest(tuple(states)), bulk, folder)


def read_file(path: Path, executable: bool, *, wrapped: bool) -> Package:
    """Reads packed code (.zip, .jar, .war): as it is, or `wrapped` in a zip of its own.

    Raises `BadInput` if the file is not what its name says.
    """
    try:
        if path.stat().st_size > MOST_PACKED:
            raise _too_large(path)
        blob = in_file(path)
    except OSError as error:
        raise _unreadable(
            t("The code package {path} cannot be read: {strerror}.", path=path, strerror=error.strerror)
        ) from error
    return read_blob(path, blob, executable, wrapped=wrapped)


def read_blob(path: Path, blob: Blob, executable: bool, *, wrapped: bool) -> Package:
    """Reads packed code that is open already. `path` is its name in messages."""
    if blob.size > MOST_PACKED:
        raise _too_large(path)
    with blob.open() as file:
        try:
            inside = manifest_of_zip(file, ours=True)
        except BadArchive as error:
            raise _damaged(path, str(error)) from error
    if not inside.files:
        raise _damaged(path, t("it holds no file"))
    if not wrapped:
        return Package(path, inside, 0, Zipped(blob, ours=True), blob)
    return read_folder(path, (Entry(path.name, path, executable, blob.size, (0, 0, 0)),))


class _Folder:
    """The files of a code folder, in memory if they are small."""

    def __init__(self, found: Mapping[str, Entry], kept: Mapping[str, bytes] | None) -> None:
        self._found = found
        self._kept = kept

    def pieces(self, state: FileState) -> Iterator[bytes]:
        if self._kept is not None:
            yield from _pieces(self._kept[state.name])
            return
        entry, digest = self._found[state.name], hashlib.sha256()
        try:
            for chunk in _content(entry):
                digest.update(chunk)
                yield chunk
        except OSError as error:
            raise _unreadable(
                t("{path} cannot be read: {strerror}.", path=entry.path, strerror=error.strerror)
            ) from error
        if digest.hexdigest() != state.sha256:
            raise changed(str(entry.path))


class Zipped:
    """The files of a package that is a zip already. `ours` says that the user made it."""

    def __init__(self, blob: Blob, *, ours: bool) -> None:
        self._blob = blob
        self._ours = ours
        self._opened: tuple[Archive, dict[str, ZipEntry]] | None = None

    def pieces(self, state: FileState) -> Iterator[bytes]:
        if self._opened is None:
            archive = opened(self._blob.open(), ours=self._ours)
            self._opened = (archive, {entry.name: entry for entry in archive.entries})
        archive, entries = self._opened
        return archive.pieces(entries[state.name])


def _zipped(package: Package, watch: Watch) -> Blob:
    """Zips files with sorted names, one date and three modes, so that the same files always give the same bytes."""
    done = 0
    with spool() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for state in package.manifest.files:
                with archive.open(_info(state), "w") as target:
                    for chunk in package.contents.pieces(state):
                        target.write(chunk)
                        done += len(chunk)
                        watch(done)
                if file.tell() > MOST_PACKED:
                    raise _too_large(package.root)
        return spooled(file, t("The package of {root}", root=package.root))


def _too_large(root: Path) -> BadInput:
    return BadInput(
        t(
            "The package of {root} has more than {most_packed:,} bytes, which is the most that FC takes.",
            root=root,
            most_packed=MOST_PACKED,
        ),
        hint=t("Leave out what the function does not need (.fcignore), or move it to a layer or NAS."),
        reference="code-too-large",
    )


def _content(entry: Entry) -> Iterator[bytes]:
    """Yields the bytes of a file or link. Raises `BadInput` if their number has changed since the folder was listed."""
    if entry.link is not None:
        yield entry.link.encode()
        return
    left = entry.size
    with open_regular(entry.path) as file:
        while chunk := file.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
    if left:
        raise changed(str(entry.path))


def _pieces(data: bytes) -> Iterable[bytes]:
    return (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))


def _size(entry: Entry) -> int:
    return len(entry.link.encode()) if entry.link is not None else entry.size


def _info(state: FileState) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(state.name, EPOCH)
    info.create_system = UNIX
    info.compress_type = zipfile.ZIP_DEFLATED
    info.file_size = state.size  # tells zipfile whether the entry needs 64-bit sizes
    info.external_attr = MODES[state.mark] << 16
    return info


def _unreadable(message: str) -> BadInput:
    return BadInput(message, hint=t("Mend the permissions, or name these in .fcignore."), reference="bad-code")


def _damaged(path: Path, why: str) -> BadInput:
    return BadInput(
        t("The code package {path} is damaged: {why}.", path=path, why=why),
        hint=t("Build it again."),
        reference="bad-code",
    )
