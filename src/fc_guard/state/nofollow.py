"""Opens, makes, lists and removes all files of a state directory; no other module does.

A repository may have brought these files, so no link is followed: each folder is opened relative to the one above it,
and a link in place of a folder or a file is refused. Files are durable; see DESIGN §4.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final, TypeVar

from fc_guard.errors import BaselineUnusable, Effect
from fc_guard.language import t
from fc_guard.state.place import Place

CAP: Final = 16 * 1024 * 1024
"""The largest size of our files, in bytes. A larger file is not ours."""
IGNORE: Final = ".gitignore"
DEEPEST: Final = 100
"""The deepest nesting of our folders. A deeper tree stays."""
LISTED: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
THROUGH: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
"""Flags for a folder on the way to another: on Linux they do not need the right to list it."""
REFUSED: Final = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)
"""The errors for a link that must not be followed."""
LINKED: Final = "state-linked"
LINK, FOLDER, FILE = "link", "folder", "file"
NONE: Final = (FileNotFoundError, NotADirectoryError)
"""The errors for a missing file or folder."""
T = TypeVar("T")


# folders


def make_directory(place: Place) -> None:
    """Makes a folder and its parents for the owner alone, each durable in its parent.

    Makes git ignore the state directory if it is new or bears our name.
    """
    made = _make_anchor(place.anchor)
    with _told(place, _unwritable), ExitStack() as opened:
        at = opened.enter_context(_folder(Place(place.anchor)))
        for depth in range(len(place.names) + 1):
            if depth > 0:
                at = opened.enter_context(_made(at, place.up_to(depth)))
            if depth == len(place.root) and (made or place.root):
                _ignore_all(at)


@contextmanager
def _folder(place: Place, flags: int = THROUGH) -> Iterator[int]:
    """Yields a folder's descriptor. Raises `FileNotFoundError`, or `BaselineUnusable` if a link is in the way."""
    names = place.names
    fd = os.open(place.anchor, THROUGH if names else flags)
    try:
        for depth, name in enumerate(names, start=1):
            inner = _below(fd, name, flags if depth == len(names) else THROUGH, place, depth)
            os.close(fd)
            fd = inner
        yield fd
    finally:
        os.close(fd)


def _below(fd: int, name: str, flags: int, place: Place, depth: int = 0) -> int:
    """Opens `place`, or its parent that is `depth` names down. Raises `BaselineUnusable` for a link."""
    try:
        return os.open(name, flags | os.O_NOFOLLOW, 0o600, dir_fd=fd)
    except OSError as error:
        if error.errno in REFUSED and _is_link(fd, name):
            raise linked(place.up_to(depth) if depth else place) from error
        raise


@contextmanager
def _made(fd: int, place: Place) -> Iterator[int]:
    """Yields the descriptor of a folder inside an open one, and makes the folder if it is missing."""
    try:
        found = _below(fd, place.name, THROUGH, place)
    except FileNotFoundError:
        with suppress(FileExistsError):  # another run was quicker
            os.mkdir(place.name, 0o700, dir_fd=fd)
            _sync(fd)
        found = _below(fd, place.name, THROUGH, place)
    try:
        yield found
    finally:
        os.close(found)


def _make_anchor(anchor: Path) -> bool:
    """Makes the folder that the user named. Returns whether it was missing."""
    missing = []
    while not anchor.exists():
        missing.append(anchor)
        anchor = anchor.parent
    for directory in reversed(missing):
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            continue  # another run was quicker
        except OSError as error:
            raise _unwritable(directory, error.strerror or str(error)) from error
        with _folder(Place(directory.parent)) as fd:
            _sync(fd)
    return bool(missing)


def _ignore_all(fd: int) -> None:
    """Writes a .gitignore that covers everything, unless there is one."""
    with suppress(FileExistsError):
        file = os.open(IGNORE, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600, dir_fd=fd)
        try:
            os.write(file, b"*\n")
        finally:
            os.close(file)


def _sync(fd: int) -> None:
    """Makes the entries of a folder durable."""
    listed = os.open(".", LISTED, dir_fd=fd)
    try:
        os.fsync(listed)
    finally:
        os.close(listed)


def names_in(place: Place) -> list[str]:
    """Returns the names in a folder, [] if there is no such folder."""
    return [name for name, _ in _in(place, lambda item: None)]


def sorts_in(place: Place) -> list[tuple[str, str]]:
    """Returns the names in a folder with the sort of each: link, folder or file."""
    return _in(place, _sort)


def statuses_in(place: Place) -> list[tuple[str, os.stat_result]]:
    """Returns the names in a folder with their status, links not followed, without what is removed meanwhile."""
    return [(name, status) for name, status in _in(place, _status) if status is not None]


def _in(place: Place, told: Callable[[os.DirEntry[str]], T]) -> list[tuple[str, T]]:
    with _told(place, _unreadable), suppress(*NONE), _folder(place, LISTED) as fd, os.scandir(fd) as found:
        return [(item.name, told(item)) for item in found]
    return []


def _sort(item: os.DirEntry[str]) -> str:
    if item.is_symlink():
        return LINK
    return FOLDER if item.is_dir(follow_symlinks=False) else FILE


def _status(item: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return item.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None


def remove_tree(place: Place) -> None:
    """Removes a folder with everything in it, if it exists. Removes links, not their targets."""
    with _told(place, _unwritable), suppress(FileNotFoundError), _folder(place.parent) as fd:
        _empty(fd, place.name, place, DEEPEST)
        os.rmdir(place.name, dir_fd=fd)


def _empty(fd: int, name: str, place: Place, depth: int) -> None:
    if not depth:
        raise OSError(errno.ENAMETOOLONG, t("it is nested too deeply"))
    inside = _below(fd, name, LISTED, place)
    try:
        with os.scandir(inside) as found:
            items = list(found)
        for item in items:
            if item.is_dir(follow_symlinks=False):
                _empty(inside, item.name, place / item.name, depth - 1)
                os.rmdir(item.name, dir_fd=inside)
            else:
                os.unlink(item.name, dir_fd=inside)
    finally:
        os.close(inside)


def rename(place: Place, name: str) -> None:
    """Renames a file or folder within its folder, durably."""
    with _told(place, _unwritable), _folder(place.parent) as fd:
        os.rename(place.name, name, src_dir_fd=fd, dst_dir_fd=fd)
        _sync(fd)


# files


def write_file(place: Place, data: bytes, *, fresh: bool = False) -> None:
    """Replaces a file in one step: temporary file beside it, all bytes, fsync, rename, fsync of the directory.

    `fresh` leaves an existing file alone instead. Raises `BaselineUnusable` if the disk does not take it.
    """
    _write(place, (data,), fresh)


def write_pieces(place: Place, data: Iterable[bytes]) -> None:
    """Replaces a file like `write_file`, with data that is too large for memory."""
    _write(place, data, False)


def _write(place: Place, data: Iterable[bytes], fresh: bool) -> None:
    make_directory(place.parent)
    temp = f".tmp.{place.name[:100]}.{os.getpid()}.{secrets.token_hex(4)}"
    with _told(place, _unwritable), _folder(place.parent) as fd:
        if _is_link(fd, place.name):
            raise linked(place)
        try:
            _write_new(fd, temp, data)
            if fresh:
                _link_fresh(fd, temp, place.name)
            else:
                os.replace(temp, place.name, src_dir_fd=fd, dst_dir_fd=fd)
            _sync(fd)
        except BaseException:  # the source of the pieces may fail as well
            with suppress(FileNotFoundError):
                os.unlink(temp, dir_fd=fd)
            raise


def _link_fresh(fd: int, temp: str, name: str) -> None:
    with suppress(FileExistsError):  # another run made it; that one counts
        os.link(temp, name, src_dir_fd=fd, dst_dir_fd=fd, follow_symlinks=False)
    os.unlink(temp, dir_fd=fd)


def _write_new(fd: int, name: str, data: Iterable[bytes]) -> None:
    new = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600, dir_fd=fd)
    # A buffered file loops until every byte is written; a bare write() may stop short on a full disk.
    with os.fdopen(new, "wb") as file:
        for piece in data:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def copy_in(source: Path, place: Place) -> None:
    """Copies a user's file with its mode and date, and a link as a link. The copy is not durable."""
    make_directory(place.parent)
    with _told(place, _unwritable), _folder(place.parent) as fd:
        if source.is_symlink():
            os.symlink(source.readlink(), place.name, dir_fd=fd)
            return
        new = os.open(place.name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600, dir_fd=fd)
        with source.open("rb") as read, os.fdopen(new, "wb") as write:
            shutil.copyfileobj(read, write)
            write.flush()
            status = os.fstat(read.fileno())
            os.fchmod(new, stat.S_IMODE(status.st_mode))
            os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))


def read_file(place: Place) -> bytes | None:
    """Returns a file's bytes, None if there is no such file. Raises `BaselineUnusable` for anything else."""
    opened = open_file(place)
    if opened is None:
        return None
    with _told(place, _unreadable), opened as file:
        data = file.read(CAP + 1)
    if len(data) > CAP:
        raise _unreadable(place, t("larger than {cap} bytes", cap=CAP))
    return data


def open_file(place: Place) -> IO[bytes] | None:
    """Opens a file for reading in parts, None if there is no such file. Raises `BaselineUnusable` for anything else."""
    with _told(place, _unreadable), suppress(*NONE), _folder(place.parent) as fd:
        return os.fdopen(_regular(fd, place, os.O_RDONLY), "rb")
    return None


def open_lock(place: Place) -> int:
    """Returns the descriptor of a lock file, which is made if it is missing."""
    make_directory(place.parent)
    with _told(place, _unwritable), _folder(place.parent) as fd:
        found = _regular(fd, place, os.O_CREAT | os.O_RDWR)
        if os.fstat(found).st_nlink > 1:  # its text is replaced, and must not be another file's too
            os.close(found)
            raise _unwritable(place, t("it has another name besides, outside perhaps"))
        return found


def _regular(fd: int, place: Place, flags: int) -> int:
    """Opens a regular file only: a pipe would block, and opening a device may have an effect."""
    found = _below(fd, place.name, flags | os.O_CLOEXEC | os.O_NONBLOCK, place)
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise _unreadable(place, t("it is no file"))
    return found


def status_of(place: Place) -> os.stat_result | None:
    """Returns the status of a file or folder, None if there is none."""
    with _told(place, _unreadable), suppress(*NONE), _folder(place.parent) as fd:
        return os.stat(place.name, dir_fd=fd, follow_symlinks=False)
    return None


def seen(path: str) -> os.stat_result | None:
    """Returns a status cheaply, None if there is none. It does not notice links on the way, so it only serves to tell
    whether a file that was read before is unchanged."""
    try:
        return os.lstat(path)
    except OSError:
        return None


def touch(place: Place) -> None:
    """Sets a file's date to now, if the file exists."""
    with _told(place, _unwritable), suppress(FileNotFoundError), _folder(place.parent) as fd:
        os.utime(place.name, dir_fd=fd, follow_symlinks=False)


def remove_file(place: Place) -> None:
    with _told(place, _unwritable), suppress(FileNotFoundError), _folder(place.parent) as fd:
        os.unlink(place.name, dir_fd=fd)
        _sync(fd)


# errors


def linked(place: Place) -> BaselineUnusable:
    return BaselineUnusable(
        t(
            "{place} is a link. fc-guard follows none among its own files, since what it writes "
            "and deletes there\n"
            "would be written and deleted elsewhere.",
            place=place,
        ),
        hint=t(
            "A repository may have brought it: remove the link, and run again. To keep the "
            "baselines in another\n"
            "place, name that in FC_GUARD_CACHE_DIR."
        ),
        effect=Effect.NOTHING,
        reference=LINKED,
    )


def _is_link(fd: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


@contextmanager
def _told(place: Place, told: Callable[[Place | Path, str], BaselineUnusable]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise told(place, error.strerror or str(error)) from error


def _unreadable(place: Place | Path, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        t("{place} cannot be read: {why}.", place=place, why=why),
        hint=t("Mend the file's permissions, or delete it: the resource then counts as never deployed from here."),
        effect=Effect.NOTHING,
    )


def _unwritable(place: Place | Path, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        t("{place} cannot be written: {why}.", place=place, why=why),
        hint=t(
            "fc-guard does not deploy what it cannot record. Free some space, or name another "
            "place in\n"
            "FC_GUARD_CACHE_DIR."
        ),
    )
