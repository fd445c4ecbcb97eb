"""Files of a package from FC, laid over a code folder: only those that are meant, each in one step, none outside."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Final

from fc_guard.artifacts.unpack import unpack
from fc_guard.errors import BadInput
from fc_guard.model.files import FileState

WORKSHOP: Final = ".fc-guard"
"""Where files are unpacked: in the folder, so that they can be moved into place. It never belongs to a package."""


def obstacle(root: Path, name: str) -> str:
    """Why a file cannot be written at a name below the folder; '' if it can."""
    place = root
    parts = name.split("/")
    for part in parts[:-1]:
        place = place / part
        if place.is_symlink():
            return f"{part} is a symbolic link here"
        if place.exists() and not place.is_dir():
            return f"{part} is a file here"
    place = place / parts[-1]
    return "it is a folder here" if place.is_dir() and not place.is_symlink() else ""


def state_of(root: Path, name: str) -> FileState | None:
    """What a folder holds at a name now; None where there is nothing, or no file."""
    path = root / name
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return FileState(name, False, hashlib.sha256(os.fsencode(path.readlink())).hexdigest(), link=True)
        if not stat.S_ISREG(status.st_mode):
            return None
        with path.open("rb") as file:
            digest = _digest(file)
    except OSError:
        return None
    # The same as the packer decides: a custom runtime starts `bootstrap`.
    executable = bool(status.st_mode & 0o111) or name == "bootstrap"
    return FileState(name, executable, digest.hexdigest())


def _digest(file: IO[bytes]) -> hashlib._Hash:
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest


def lay(package: IO[bytes], root: Path, places: Mapping[str, str]) -> None:
    """Writes files of the package, by their names in it, at names below the folder.

    Raises `BadInput` for a package that means harm, and where the folder cannot be written; each file is there whole or
    not at all.
    """
    if not places:
        return
    workshop = root / WORKSHOP
    try:
        _clear(workshop)
        unpack(package, workshop, places.keys())
        for name, place in places.items():
            target = root / place
            target.parent.mkdir(parents=True, exist_ok=True)
            made = workshop / name
            if not made.is_symlink():
                made.chmod(_mode(target, executable=bool(made.stat().st_mode & 0o111)))
            made.replace(target)
    except OSError as error:
        raise _unwritable(root, error) from error
    finally:
        _clear(workshop)


def drop(root: Path, names: Iterable[str]) -> None:
    """Deletes files below the folder, and the folders that are empty then."""
    try:
        for name in names:
            path = root / name
            path.unlink(missing_ok=True)
            while path.parent != root and not any(path.parent.iterdir()):
                path = path.parent
                path.rmdir()
    except OSError as error:
        raise _unwritable(root, error) from error


def keep(root: Path, names: Iterable[str], into: Path) -> None:
    """Copies files that are about to be replaced, as far as they are there."""
    try:
        for name in names:
            if (root / name).is_symlink() or (root / name).is_file():
                target = into / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, target, follow_symlinks=False)
    except OSError as error:
        raise _unwritable(into, error) from error


def replace_text(path: Path, text: str) -> None:
    """Puts another text into a file, in one step; its mode stays. A link leads to the file that is meant."""
    real = path.resolve()
    temp = real.with_name(f".{real.name}.fc-guard-{secrets.token_hex(4)}")
    try:
        with temp.open("xb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        temp.chmod(stat.S_IMODE(real.stat().st_mode))
        temp.replace(real)
    except OSError as error:
        temp.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _mode(target: Path, *, executable: bool) -> int:
    """The mode of what is there, or that of a new file; the executable bit as it is online."""
    if target.is_file() and not target.is_symlink():
        mode = stat.S_IMODE(target.stat().st_mode)
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    readers = (mode & 0o444) >> 2
    return mode | readers if executable else mode & ~0o111


def _clear(workshop: Path) -> None:
    if workshop.is_symlink() or workshop.is_file():
        workshop.unlink()
    shutil.rmtree(workshop, ignore_errors=True)


def _unwritable(root: Path, error: OSError) -> BadInput:
    return BadInput(
        f"{error.filename or root} cannot be written: {error.strerror or error}.",
        hint="Nothing was recorded. Mend it, and pull again.",
        reference="bad-target",
    )
