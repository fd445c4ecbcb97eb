"""What is in a package, however it is zipped: the names, modes and contents of its files."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Final

from fc_guard.model.resources import FileChange

UNIX: Final = 3
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MOST_UNPACKED: Final = 1024 * 1024 * 1024
"""Bytes. FC unpacks at most 500 MB of code; a package that claims more is an attack."""


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


def manifest_of_zip(source: IO[bytes]) -> Manifest:
    """The files of a zip, jar or war. Raises ValueError when it is none, or a hostile one."""
    try:
        with zipfile.ZipFile(source) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            total = 0
            states = []
            for info in files:
                if info.compress_type not in METHODS:
                    raise ValueError(f"{info.filename} is compressed in a way that few can unpack")
                digest, size = _hashed(archive, info, MOST_UNPACKED - total)
                total += size
                executable = info.create_system == UNIX and bool((info.external_attr >> 16) & 0o111)
                link = (info.external_attr >> 16) & 0o170000 == 0o120000
                states.append(FileState(info.filename, executable and not link, digest))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ValueError(f"not a zip that can be read: {error}") from error
    return Manifest(tuple(sorted(states, key=lambda state: state.name)))


def _hashed(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with archive.open(info) as file:
        while chunk := file.read(1 << 20):
            size += len(chunk)
            if size > room:
                raise ValueError(f"unpacks to more than {MOST_UNPACKED} bytes")
            digest.update(chunk)
    return digest.hexdigest(), size
