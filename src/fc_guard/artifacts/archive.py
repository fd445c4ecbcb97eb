"""A function's code as one package: looked at once, packed the same way on every machine."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fc_guard.artifacts.blob import CHUNK, KEPT, Blob, changed, in_file, spool, spooled
from fc_guard.artifacts.folder import Entry, entries
from fc_guard.artifacts.manifest import UNIX, FileState, Manifest, manifest_of_zip
from fc_guard.errors import BadInput
from fc_guard.model.fields import CodeVersion

MOST_PACKED: Final = 500 * 1024 * 1024
"""Bytes of the largest package FC takes anywhere (a region may take less)."""

EPOCH = (1980, 1, 1, 0, 0, 0)
SYMLINK = 0o120777

Watch = Callable[[int], None]
"""Is told how many bytes are done."""


@dataclass(slots=True)
class Package:
    """A function's code as it was when first looked at. What is hashed, shown and uploaded are the same bytes.

    `bulk` is what packing it has to read, in bytes; 0 where it lies there ready.
    """

    root: Path
    manifest: Manifest
    bulk: int
    _pack: Callable[[Watch], Blob] = field(repr=False)
    _blob: Blob | None = field(default=None, repr=False)

    def blob(self, watch: Watch = lambda done: None) -> Blob:
        """The package's bytes, made at the first need. Raises `BadInput` when FC would not take them."""
        if self._blob is None:
            blob = self._pack(watch)
            self._blob = blob
            self._pack = lambda watch: blob  # lets go of the contents that were kept
        return self._blob

    def version(self, *, packed: bool, watch: Watch = lambda done: None) -> CodeVersion:
        """The package as a field's value; with its checksum when `packed`, or when that costs nothing."""
        if not packed and self._blob is None:
            return CodeVersion(digest=self.manifest.digest)
        blob = self.blob(watch)
        return CodeVersion(blob.checksum, self.manifest.digest, blob.size)


def open_folder(root: Path, without: tuple[Path, ...] = ()) -> Package:
    return read_folder(root, entries(root, without))


def read_folder(root: Path, found: tuple[Entry, ...]) -> Package:
    """Reads the files of a code folder. Few bytes are kept; many are read again when they are packed, and then have
    to be the same."""
    bulk = sum(entry.size for entry in found)
    kept: dict[str, bytes] = {}
    states, problems = [], []
    for entry in found:
        digest, content = hashlib.sha256(), []
        try:
            for chunk in _content(entry):
                digest.update(chunk)
                if bulk <= KEPT:
                    content.append(chunk)
        except OSError as error:
            problems.append(f"{entry.name}: {error.strerror}")
        kept[entry.name] = b"".join(content)
        states.append(FileState(entry.name, entry.executable, digest.hexdigest()))
    if problems:
        raise _unreadable(f"The code folder {root} cannot be read:\n" + "\n".join(problems))
    manifest = Manifest(tuple(states))
    return Package(root, manifest, bulk, _Zipper(root, found, manifest, kept if bulk <= KEPT else None))


def read_file(path: Path, executable: bool, *, wrapped: bool) -> Package:
    """Packed code (.zip, .jar, .war): the file as it is, or `wrapped` in a zip of its own.

    Raises `BadInput` when it is not what its name says.
    """
    try:
        blob = in_file(path)
    except OSError as error:
        raise _unreadable(f"The code package {path} cannot be read: {error.strerror}.") from error
    if blob.size > MOST_PACKED:
        raise _too_large(path)
    with blob.open() as file:
        try:
            inside = manifest_of_zip(file)
        except ValueError as error:
            raise _damaged(path, str(error)) from error
    if not inside.files:
        raise _damaged(path, "it holds no file")
    if not wrapped:
        return Package(path, inside, 0, lambda watch: blob, blob)
    return read_folder(path, (Entry(path.name, path, executable, blob.size, (0, 0, 0)),))


def _too_large(root: Path) -> BadInput:
    return BadInput(
        f"The package of {root} has more than {MOST_PACKED:,} bytes, which is the most that FC takes.",
        hint="Leave out what the function does not need (.fcignore), or move it to a layer or NAS.",
        reference="code-too-large",
    )


@dataclass(frozen=True, slots=True)
class _Zipper:
    """Zips entries: sorted names, one date, two modes, so that the same files give the same bytes in every run."""

    root: Path
    found: tuple[Entry, ...]
    manifest: Manifest
    kept: dict[str, bytes] | None

    def __call__(self, watch: Watch) -> Blob:
        done = 0
        with spool() as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for entry, state in zip(self.found, self.manifest.files, strict=True):
                    with archive.open(_info(entry), "w") as target:
                        for chunk in self._verified(entry, state):
                            target.write(chunk)
                            done += len(chunk)
                            watch(done)
                    if file.tell() > MOST_PACKED:
                        raise _too_large(self.root)
            return spooled(file, f"The package of {self.root}")

    def _verified(self, entry: Entry, state: FileState) -> Iterator[bytes]:
        """An entry's content, which must be what the manifest says."""
        if self.kept is not None:
            yield from _pieces(self.kept[entry.name])
            return
        digest = hashlib.sha256()
        try:
            for chunk in _content(entry):
                digest.update(chunk)
                yield chunk
        except OSError as error:
            raise _unreadable(f"{entry.path} cannot be read: {error.strerror}.") from error
        if digest.hexdigest() != state.sha256:
            raise changed(str(entry.path))


def _content(entry: Entry) -> Iterator[bytes]:
    """What the file holds, as much as it held when the folder was listed."""
    if entry.link is not None:
        yield entry.link.encode()
        return
    left = entry.size
    with entry.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
    if left:
        raise changed(str(entry.path))


def _pieces(data: bytes) -> Iterable[bytes]:
    return (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))


def _info(entry: Entry) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(entry.name, EPOCH)
    info.create_system = UNIX
    info.compress_type = zipfile.ZIP_DEFLATED
    info.file_size = entry.size  # tells zipfile whether the entry needs 64-bit sizes
    mode = SYMLINK if entry.link is not None else 0o100755 if entry.executable else 0o100644
    info.external_attr = mode << 16
    return info


def _unreadable(message: str) -> BadInput:
    return BadInput(message, hint="Mend the permissions, or name these in .fcignore.", reference="bad-code")


def _damaged(path: Path, why: str) -> BadInput:
    return BadInput(
        f"The code package {path} is damaged: {why}.",
        hint="Build it again.",
        reference="bad-code",
    )
