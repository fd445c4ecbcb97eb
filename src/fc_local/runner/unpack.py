"""Unpacks a code package. Packages come from users, so nothing may be written outside the target folder."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

SIZE_LIMIT = 500 * 1024 * 1024  # bytes of the unpacked files: FC's limit
CHUNK = 1024 * 1024


class BadPackage(Exception):
    """The package is not a zip file, or must not be unpacked. The text says why."""


def unpack(package: Path, target: Path) -> None:
    """Unpacks into the new folder `target`. Raises BadPackage, and then leaves what was written."""
    target.mkdir(parents=True)
    try:
        with zipfile.ZipFile(package) as archive:
            _unpack_all(archive, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        # RuntimeError: an encrypted entry. OSError: the file is gone, or a name is both a file and a folder.
        raise BadPackage(f"The code package cannot be unpacked: {error}") from error


def _unpack_all(archive: zipfile.ZipFile, target: Path) -> None:
    left = SIZE_LIMIT
    links: list[tuple[str, Path]] = []
    for entry in archive.infolist():
        place = target / _safe_name(entry.filename)
        mode = entry.external_attr >> 16
        if entry.filename.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
        elif stat.S_ISLNK(mode):
            links.append((archive.read(entry).decode(), place))
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            left = _write(archive, entry, place, left)
            place.chmod(0o700 if mode & 0o111 else 0o600)
    for link, place in links:  # last, so that no file is ever written through one
        _make_link(link, place, target)


def _safe_name(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not path.parts:
        raise BadPackage(f"The code package holds an entry that would leave its folder: {name!r}")
    return path


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path, left: int) -> int:
    """Writes an entry and returns the bytes left. It counts real bytes: the sizes in a zip are only claims."""
    with archive.open(entry) as source, place.open("wb") as sink:
        while chunk := source.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise BadPackage(f"The code package is larger than {SIZE_LIMIT // 1024 // 1024} MiB unpacked")
            sink.write(chunk)
    return left


def _make_link(link: str, place: Path, target: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    root = target.resolve()
    aim = (place.parent.resolve() / link).resolve()
    if not aim.is_relative_to(root) or not place.parent.resolve().is_relative_to(root):
        raise BadPackage(f"The code package holds a link that would leave its folder: {link!r}")
    place.symlink_to(link)
