"""Durable files. `write_file` is the only function that writes state; see DESIGN §4."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from fc_guard.errors import BaselineUnusable

CAP = 16 * 1024 * 1024
"""No file of ours is larger; a larger one is not ours."""


def make_directory(path: Path) -> None:
    """Makes a directory and its parents for the owner alone, each made durable in its parent."""
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for directory in reversed(missing):
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            continue  # another run was quicker
        except OSError as error:
            raise _unwritable(directory, error) from error
        sync_directory(directory.parent)


def write_file(path: Path, data: bytes, *, fresh: bool = False) -> None:
    """Replaces a file in one step: temp file beside it, all bytes, fsync, rename, fsync of the directory.

    `fresh` leaves an existing file alone instead. Raises `BaselineUnusable` when the disk does not take it.
    """
    _write(path, (data,), fresh)


def write_pieces(path: Path, data: Iterable[bytes]) -> None:
    """The same for what is too large to be whole in memory."""
    _write(path, data, False)


def _write(path: Path, data: Iterable[bytes], fresh: bool) -> None:
    make_directory(path.parent)
    temp = path.parent / f".tmp.{path.name[:100]}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        _write_new(temp, data)
        if fresh:
            _link_fresh(temp, path)
        else:
            temp.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        temp.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _link_fresh(temp: Path, path: Path) -> None:
    with contextlib.suppress(FileExistsError):  # another run made it; that one counts
        path.hardlink_to(temp)
    temp.unlink()


def _write_new(path: Path, data: Iterable[bytes]) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    fd = os.open(path, flags, 0o600)
    # A buffered file loops until every byte is written; a bare write() may stop short on a full disk.
    with os.fdopen(fd, "wb") as file:
        for piece in data:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def read_file(path: Path) -> bytes | None:
    """A file's bytes; None only when there is no such file. Anything else is `BaselineUnusable`."""
    opened = open_file(path)
    if opened is None:
        return None
    try:
        with opened as file:
            data = file.read(CAP + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if len(data) > CAP:
        raise _unreadable(path, f"larger than {CAP} bytes")
    return data


def open_file(path: Path) -> IO[bytes] | None:
    """The same for a file that is read in parts."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    try:
        return os.fdopen(fd, "rb")
    except OSError as error:  # it is a folder
        os.close(fd)
        raise _unreadable(path, error.strerror or str(error)) from error


def names_in(folder: Path) -> list[str]:
    """What is in a folder; nothing only when there is no such folder."""
    try:
        with os.scandir(folder) as found:
            return [item.name for item in found]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise _unreadable(folder, error.strerror or str(error)) from error


def remove_file(path: Path) -> None:
    try:
        path.unlink()
        sync_directory(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(path, error) from error


def _unreadable(path: Path, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        f"{path} cannot be read: {why}.",
        hint="Nothing was changed. Mend the file's permissions, or delete it: the resource then counts as\n"
        "never deployed from here.",
    )


def _unwritable(path: Path, error: OSError) -> BaselineUnusable:
    return BaselineUnusable(
        f"{path} cannot be written: {error.strerror or error}.",
        hint="fc-guard does not deploy what it cannot record. Free some space, or name another place in\n"
        "FC_GUARD_CACHE_DIR.",
    )
