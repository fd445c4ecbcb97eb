"""A folder's files as one package: read once, packed the same way on every machine."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fastcrc import crc64

from fc_guard.artifacts.folder import Entry, entries
from fc_guard.errors import BadInput
from fc_guard.model.fields import CodeVersion
from fc_guard.model.resources import FileChange

INLINE_LIMIT = 100 * 1024 * 1024
"""FC's limit for a package inside a request, in bytes (CodeSizeLimit 104857600)."""

EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
SYMLINK = 0o120777


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a package: what decides whether two packages hold the same."""

    name: str
    executable: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package's files, sorted by name. `digest` names exactly this content, however it is zipped."""

    files: tuple[FileState, ...]

    @property
    def digest(self) -> str:
        lines = (f"{file.name}\0{'x' if file.executable else '-'}\0{file.sha256}\n" for file in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def differing(live: Manifest, local: Manifest) -> tuple[FileChange, ...]:
    """The files in which two packages differ, sorted by name."""
    online, here = ({file.name: file for file in side.files} for side in (live, local))
    changes = []
    for name in sorted({*online, *here}):
        if name not in here:
            changes.append(FileChange(name, "online"))
        elif name not in online:
            changes.append(FileChange(name, "here"))
        elif online[name] != here[name]:
            changes.append(FileChange(name, "both"))
    return tuple(changes)


@dataclass(slots=True)
class Package:
    """A code folder as it was when first looked at. What is hashed, shown and uploaded are the same bytes."""

    root: Path
    manifest: Manifest
    _contents: dict[str, bytes] = field(repr=False)
    _entries: tuple[Entry, ...] = field(repr=False)
    _zip: bytes | None = field(default=None, repr=False)

    def zip_bytes(self) -> bytes:
        """The zip, made at the first need. Raises `BadInput` when FC would not take it."""
        if self._zip is None:
            self._zip = _zip(self._entries, self._contents)
            self._contents = {}
            if len(self._zip) > INLINE_LIMIT:
                raise BadInput(
                    f"The package of {self.root} has {len(self._zip):,} bytes; FC takes {INLINE_LIMIT:,} in a request.",
                    hint="Leave out what the function does not need (.fcignore). Larger packages are not built yet.",
                    reference="code-too-large",
                )
        return self._zip

    def version(self, *, packed: bool) -> CodeVersion:
        """The package as a field's value; with its checksum when `packed`."""
        if not packed:
            return CodeVersion(digest=self.manifest.digest)
        data = self.zip_bytes()
        return CodeVersion(checksum(data), self.manifest.digest, len(data))


def checksum(data: bytes) -> str:
    """FC's codeChecksum: CRC-64/XZ of the zip as an unsigned decimal (proved on three packages of the real service)."""
    return str(crc64.xz(data))


def open_folder(root: Path, without: tuple[Path, ...] = ()) -> Package:
    return read_folder(root, entries(root, without))


def read_folder(root: Path, found: tuple[Entry, ...]) -> Package:
    """Reads the files of a code folder, once."""
    contents: dict[str, bytes] = {}
    problems = []
    for entry in found:
        try:
            contents[entry.name] = entry.link.encode() if entry.link is not None else entry.path.read_bytes()
        except OSError as error:
            problems.append(f"{entry.name}: {error.strerror}")
    if problems:
        raise BadInput(
            f"The code folder {root} cannot be read:\n" + "\n".join(problems),
            hint="Mend the permissions, or name these in .fcignore.",
            reference="bad-code",
        )
    return Package(root, manifest_of_folder(found, contents), contents, found)


def manifest_of_folder(found: Iterable[Entry], contents: dict[str, bytes]) -> Manifest:
    return Manifest(
        tuple(
            FileState(entry.name, entry.executable, hashlib.sha256(contents[entry.name]).hexdigest()) for entry in found
        )
    )


def manifest_of_zip(data: bytes) -> Manifest:
    """The files of a package from FC. Raises ValueError when it is no zip, or a hostile one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            total = 0
            states = []
            for info in files:
                digest, size = _hashed(archive, info, MOST_UNPACKED - total)
                total += size
                executable = info.create_system == UNIX and bool((info.external_attr >> 16) & 0o111)
                link = (info.external_attr >> 16) & 0o170000 == 0o120000
                states.append(FileState(info.filename, executable and not link, digest))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ValueError(f"not a zip that can be read: {error}") from error
    return Manifest(tuple(sorted(states, key=lambda state: state.name)))


MOST_UNPACKED = 1024 * 1024 * 1024
"""Bytes. FC unpacks at most 500 MB of code; a package that claims more is an attack."""


def _hashed(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with archive.open(info) as file:
        while chunk := file.read(1 << 20):
            size += len(chunk)
            if size > room:
                raise ValueError(f"unpacks to more than {MOST_UNPACKED} bytes")
            digest.update(chunk)
    return digest.hexdigest(), size


def _zip(found: Iterable[Entry], contents: dict[str, bytes]) -> bytes:
    """Sorted names, one date, two modes: the same files give the same bytes in every run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for entry in found:
            info = zipfile.ZipInfo(entry.name, EPOCH)
            info.create_system = UNIX
            info.compress_type = zipfile.ZIP_DEFLATED
            mode = SYMLINK if entry.link is not None else 0o100755 if entry.executable else 0o100644
            info.external_attr = mode << 16
            archive.writestr(info, contents[entry.name])
    return buffer.getvalue()
