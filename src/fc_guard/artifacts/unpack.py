"""A package from FC as files in a folder. Whoever made the archive may mean harm: nothing is written outside."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import IO

from fc_guard.artifacts.manifest import METHODS, MOST_UNPACKED, UNIX
from fc_guard.errors import BadInput

MOST_FILES = 100_000


def unpack(source: IO[bytes], into: Path, only: Collection[str] | None = None) -> int:
    """Writes the files of a zip below a new folder, and returns how many. `only` names those that are wanted.

    Raises `BadInput` for an archive that cannot be read, leads out of the folder, or is larger than FC unpacks.
    """
    into.mkdir(parents=True)
    room, count = MOST_UNPACKED, 0
    try:
        with zipfile.ZipFile(source) as archive:
            links = []
            for info in archive.infolist():
                name = _inside(info.filename)
                if only is not None and info.filename not in only:
                    continue
                if info.is_dir():
                    (into / name).mkdir(parents=True, exist_ok=True)
                    continue
                count += 1
                if count > MOST_FILES or info.compress_type not in METHODS:
                    raise _refused(f"{info.filename}: too many files, or compressed in a way that few can unpack")
                if _is_link(info):
                    links.append((into / name, archive.read(info).decode()))
                else:
                    room -= _write(archive, info, into / name, room)
            for path, target in links:  # at the end: no file is ever written through a link
                _link(into, path, target)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, UnicodeDecodeError) as error:
        raise _refused(f"not a zip that can be read: {error}") from error
    return count


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not path.parts:
        raise _refused(f"{name!r} leads out of the folder")
    return path


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, room: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(info) as source, path.open("xb") as target:
        while chunk := source.read(1 << 20):
            size += len(chunk)
            if size > room:
                raise _refused(f"unpacks to more than {MOST_UNPACKED} bytes")
            target.write(chunk)
    if info.create_system == UNIX and (info.external_attr >> 16) & 0o111:
        path.chmod(path.stat().st_mode | 0o111)
    return size


def _is_link(info: zipfile.ZipInfo) -> bool:
    return info.create_system == UNIX and stat.S_ISLNK(info.external_attr >> 16)


def _link(root: Path, path: Path, target: str) -> None:
    aim = PurePosixPath(target)
    here = path.parent.relative_to(root)
    depth = len(here.parts)
    for part in aim.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            raise _refused(f"the link {path.name} leads out of the folder ({target})")
    if aim.is_absolute():
        raise _refused(f"the link {path.name} leads out of the folder ({target})")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def _refused(why: str) -> BadInput:
    return BadInput(
        f"The package online cannot be unpacked: {why}.",
        hint="Nothing of it was kept. `s info` shows the function; its package can be fetched from the console.",
        reference="bad-package",
    )
