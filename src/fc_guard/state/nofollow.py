"""The files of a state directory: all of them are opened, made, listed and removed here, and nowhere else.

What lies there may have come with a repository, so no link is followed: each folder is opened relative to the one above
it, and a link in the place of a folder or a file is refused. Files are durable; see DESIGN §4.
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
from fc_guard.state.place import Place

CAP: Final = 16 * 1024 * 1024
"""No file of ours is larger; a larger one is not ours."""
IGNORE: Final = ".gitignore"
DEEPEST: Final = 100
"""Nothing of ours is nested so deep: a tree that is deeper stays."""
LISTED: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
THROUGH: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
"""How a folder is opened that is only passed: where the system has it, without the right to list it."""
REFUSED: Final = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)
"""What systems say of a link that they were told not to follow."""
LINKED: Final = "state-linked"
LINK, FOLDER, FILE = "link", "folder", "file"
NONE: Final = (FileNotFoundError, NotADirectoryError)
"""What says that there is nothing of that name."""
T = TypeVar("T")


# folders


def make_directory(place: Place) -> None:
    """Makes a folder and those above it for the owner alone, each made durable in its parent.

    A state directory that is made, or that bears our name, is made to keep git from taking what is in it.
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
    """A folder's descriptor. Raises `FileNotFoundError`, and `BaselineUnusable` where a link is in the way."""
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
    """Opens what is in an open folder: the place, or what is `depth` names on the way to it."""
    try:
        return os.open(name, flags | os.O_NOFOLLOW, 0o600, dir_fd=fd)
    except OSError as error:
        if error.errno in REFUSED and _is_link(fd, name):
            raise linked(place.up_to(depth) if depth else place) from error
        raise


@contextmanager
def _made(fd: int, place: Place) -> Iterator[int]:
    """A folder inside an open one, made where it is missing."""
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
    """Makes the folder that the user named, where it is missing. Returns whether it was."""
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
    """git takes nothing of a folder that says so itself. Whatever lies there of that name stays."""
    with suppress(FileExistsError):
        file = os.open(IGNORE, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600, dir_fd=fd)
        try:
            os.write(file, b"*\n")
        finally:
            os.close(file)


def _sync(fd: int) -> None:
    """Makes durable what is in a folder."""
    listed = os.open(".", LISTED, dir_fd=fd)
    try:
        os.fsync(listed)
    finally:
        os.close(listed)


def names_in(place: Place) -> list[str]:
    """What is in a folder; nothing only when there is no such folder."""
    return [name for name, _ in _in(place, lambda item: None)]


def sorts_in(place: Place) -> list[tuple[str, str]]:
    """The same, with what each is: link, folder or file."""
    return _in(place, _sort)


def statuses_in(place: Place) -> list[tuple[str, os.stat_result]]:
    """The same with what is known of each, links not followed. What another run removes meanwhile is left out."""
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
    """Removes a folder with all that is in it, if it is there; of links in it, only these themselves."""
    with _told(place, _unwritable), suppress(FileNotFoundError), _folder(place.parent) as fd:
        _empty(fd, place.name, place, DEEPEST)
        os.rmdir(place.name, dir_fd=fd)


def _empty(fd: int, name: str, place: Place, depth: int) -> None:
    if not depth:
        raise OSError(errno.ENAMETOOLONG, "it is nested too deeply")
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
    """Gives a file or folder another name in its folder, durably."""
    with _told(place, _unwritable), _folder(place.parent) as fd:
        os.rename(place.name, name, src_dir_fd=fd, dst_dir_fd=fd)
        _sync(fd)


# files


def write_file(place: Place, data: bytes, *, fresh: bool = False) -> None:
    """Replaces a file in one step: temp file beside it, all bytes, fsync, rename, fsync of the directory.

    `fresh` leaves an existing file alone instead. Raises `BaselineUnusable` when the disk does not take it.
    """
    _write(place, (data,), fresh)


def write_pieces(place: Place, data: Iterable[bytes]) -> None:
    """The same for what is too large to be whole in memory."""
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
        except BaseException:  # what the pieces come from may fail as well
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
    """Copies a file of the user's, with its mode and date; a link as the link it is. Not durable."""
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
    """A file's bytes; None only when there is no such file. Anything else is `BaselineUnusable`."""
    opened = open_file(place)
    if opened is None:
        return None
    with _told(place, _unreadable), opened as file:
        data = file.read(CAP + 1)
    if len(data) > CAP:
        raise _unreadable(place, f"larger than {CAP} bytes")
    return data


def open_file(place: Place) -> IO[bytes] | None:
    """The same for a file that is read in parts."""
    with _told(place, _unreadable), suppress(*NONE), _folder(place.parent) as fd:
        return os.fdopen(_regular(fd, place, os.O_RDONLY), "rb")
    return None


def open_lock(place: Place) -> int:
    """The descriptor of a lock's file, which is made where it is missing."""
    make_directory(place.parent)
    with _told(place, _unwritable), _folder(place.parent) as fd:
        found = _regular(fd, place, os.O_CREAT | os.O_RDWR)
        if os.fstat(found).st_nlink > 1:  # its text is replaced, and must not be another file's too
            os.close(found)
            raise _unwritable(place, "it has another name besides, outside perhaps")
        return found


def _regular(fd: int, place: Place, flags: int) -> int:
    """Opens a file, and nothing else: a pipe would be waited for, a device would do something."""
    found = _below(fd, place.name, flags | os.O_CLOEXEC | os.O_NONBLOCK, place)
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise _unreadable(place, "it is no file")
    return found


def status_of(place: Place) -> os.stat_result | None:
    """What is known of a file or folder; None where there is none."""
    with _told(place, _unreadable), suppress(*NONE), _folder(place.parent) as fd:
        return os.stat(place.name, dir_fd=fd, follow_symlinks=False)
    return None


def seen(path: str) -> os.stat_result | None:
    """The same at a fraction of the cost, for nothing but to tell whether what was read before is still there: a link
    on the way is not noticed. None for whatever cannot be told."""
    try:
        return os.lstat(path)
    except OSError:
        return None


def touch(place: Place) -> None:
    """Dates a file now, if it is there."""
    with _told(place, _unwritable), suppress(FileNotFoundError), _folder(place.parent) as fd:
        os.utime(place.name, dir_fd=fd, follow_symlinks=False)


def remove_file(place: Place) -> None:
    with _told(place, _unwritable), suppress(FileNotFoundError), _folder(place.parent) as fd:
        os.unlink(place.name, dir_fd=fd)
        _sync(fd)


# what is said of it


def linked(place: Place) -> BaselineUnusable:
    return BaselineUnusable(
        f"{place} is a link. fc-guard follows none among its own files, since what it writes and deletes there\n"
        "would be written and deleted elsewhere.",
        hint="A repository may have brought it: remove the link, and run again. To keep the baselines in another\n"
        "place, name that in FC_GUARD_CACHE_DIR.",
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
        f"{place} cannot be read: {why}.",
        hint="Mend the file's permissions, or delete it: the resource then counts as never deployed from here.",
        effect=Effect.NOTHING,
    )


def _unwritable(place: Place | Path, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        f"{place} cannot be written: {why}.",
        hint="fc-guard does not deploy what it cannot record. Free some space, or name another place in\n"
        "FC_GUARD_CACHE_DIR.",
    )
