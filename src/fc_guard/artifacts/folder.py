"""The code folder: the files that belong to the package, in a fixed order."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fc_guard.artifacts.ignore import spec_of
from fc_guard.artifacts.leftovers import is_temporary
from fc_guard.disk import read_bounded
from fc_guard.errors import BadInput
from fc_guard.language import joined, t

# What the predecessor leaves out, and the whole .s folder: ours is in it, with baselines and rescue copies.
ALWAYS_IGNORED = (".git", ".svn", ".env", ".DS_Store", ".s", ".fc-guard", "template.packaged.yml", ".nas.yml")
READ_ONLINE = (".env",)
"""Names among these that code may read where somebody put them online."""
STATE = ("lineage", "key")
"""The files of every state directory. The first has this content:"""
LINEAGE = re.compile(rb"[0-9a-f]{32}")
LARGEST_LINEAGE = 32
MOST_FILES = 100_000


RESERVED = (*ALWAYS_IGNORED, ".hg")
"""Names that no package online may write here, since tools run what is in such files."""
SHORT = re.compile(r"git~[0-9]+")
"""The second name that Windows gives to .git."""


def reserved(name: str) -> bool:
    """Says whether a part of a name is in `RESERVED` for some file system: one that ignores case, the form of accents,
    characters without a shape, dots and spaces at the end, or what follows a colon."""
    return any(_essence(part) in RESERVED_ESSENCES or SHORT.fullmatch(_essence(part)) for part in name.split("/"))


def _essence(part: str) -> str:
    shaped = "".join(c for c in unicodedata.normalize("NFC", part) if unicodedata.category(c) != "Cf")
    return shaped.casefold().partition(":")[0].rstrip(". ")


RESERVED_ESSENCES = frozenset(map(_essence, RESERVED))


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the folder. `name` is relative, with '/'. `link` is set for a symbolic link that stays inside."""

    name: str
    path: Path
    executable: bool
    size: int
    stamp: tuple[int, int, int]  # mtime_ns, ctime_ns, inode: changes when the content may have changed
    link: str | None = None


def entries(root: Path, without: tuple[Path, ...] = (), left: list[Path] | None = None) -> tuple[Entry, ...]:
    """Returns the package's files, sorted by name. `without` are folders that never belong to it, such as our state.
    Our own temporary files are added to `left` instead.

    Raises `BadInput`, which lists all files that cannot be packed.
    """
    if not root.exists():
        raise BadInput(
            t("The code folder {root} does not exist.", root=root),
            hint=t("Check codeUri; it is relative to the s.yaml it stands in. If a build makes it, build first."),
            reference="no-code",
        )
    if not root.is_dir():
        raise BadInput(
            t("codeUri {root} is neither a folder nor packed code (.zip, .jar, .war).", root=root),
            hint=t("Name the folder that holds the code."),
            reference="bad-code",
        )
    problems: list[str] = []
    found = sorted(_Walk(root, without, problems, left).files(), key=lambda entry: entry.name)
    if not found and not problems:
        problems.append(t("it holds no file"))
    if len(found) > MOST_FILES:
        problems.append(t("{found} files are more than {most_files}", found=len(found), most_files=MOST_FILES))
    if problems:
        problems.sort()
        shown = joined(problems[:20]) + (
            t("\n… and {problems} more", problems=len(problems) - 20) if len(problems) > 20 else ""
        )
        raise BadInput(
            t("The code folder {root} cannot be packed:\n{shown}", root=root, shown=shown),
            hint=t("Remove or mend these, or name them in .fcignore."),
            reference="bad-code",
        )
    return tuple(found)


def left_out_online(root: Path, without: tuple[Path, ...] = ()) -> Callable[[str], bool]:
    """Returns a function that says whether a file of a name in the package online is not compared, since no package of
    the folder would hold it. A `.env` there may be what the code runs with, so it counts unless `.fcignore` names it.
    The folder need not exist."""
    return left_out(root, without, tuple(name for name in ALWAYS_IGNORED if name not in READ_ONLINE))


def left_out(
    root: Path, without: tuple[Path, ...] = (), always: tuple[str, ...] = ALWAYS_IGNORED
) -> Callable[[str], bool]:
    """Returns a function that says whether a file of a name would not belong to a folder's package."""
    ignored = spec_of(root)
    held = tuple(path.resolve() for path in without)

    @cache
    def is_closed(folder: str) -> bool:
        return ignored.match_file(f"{folder}/") or (root / folder).resolve() in held or _is_state(root / folder)

    def is_left_out(name: str) -> bool:
        parts = name.split("/")
        if any(part in always or is_temporary(part) for part in parts) or ignored.match_file(name):
            return True
        return any(is_closed("/".join(parts[:size])) for size in range(1, len(parts)))

    return is_left_out


class _Walk:
    def __init__(self, root: Path, without: tuple[Path, ...], problems: list[str], left: list[Path] | None) -> None:
        self._root = root
        self._real = root.resolve()
        self._without = {_identity(path.stat()) for path in without if path.exists()}
        self._problems = problems
        self._left = [] if left is None else left
        self._ignored = spec_of(root)

    def files(self) -> Iterator[Entry]:
        """Yields the files, folder after folder, without recursion."""
        waiting = [(self._root, "")]
        while waiting:
            directory, prefix = waiting.pop()
            for item in self._items(directory, prefix):
                name = prefix + item.name
                if is_temporary(item.name):
                    self._left.append(Path(item.path))
                    continue
                if item.name in ALWAYS_IGNORED or self._ignored.match_file(name):
                    continue
                if item.is_dir(follow_symlinks=False):
                    if not self._is_without(item, name):
                        waiting.append((Path(item.path), f"{name}/"))
                elif (entry := self._entry(item, name)) is not None:
                    yield entry

    def _items(self, directory: Path, prefix: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(directory) as scan:
                return list(scan)
        except OSError as error:
            self._problems.append(f"{prefix or '.'}: {error.strerror}")
            return []

    def _is_without(self, item: os.DirEntry[str], name: str) -> bool:
        if self._ignored.match_file(f"{name}/"):
            return True
        held = bool(self._without) and _identity(item.stat(follow_symlinks=False)) in self._without
        return held or _is_state(Path(item.path))

    def _entry(self, item: os.DirEntry[str], name: str) -> Entry | None:
        try:
            name.encode()
        except UnicodeEncodeError:
            self._problems.append(t("{name!r}: its name is not UTF-8", name=name))
            return None
        try:
            status = item.stat(follow_symlinks=False)
            link = self._link(item, name) if stat.S_ISLNK(status.st_mode) else None
        except OSError as error:
            self._problems.append(f"{name}: {error.strerror}")
            return None
        if link is None and not stat.S_ISREG(status.st_mode):
            if not stat.S_ISLNK(status.st_mode):
                self._problems.append(t("{name}: neither a file nor a folder", name=name))
            return None
        # A custom runtime starts `bootstrap`; without the bit it fails only online.
        executable = bool(status.st_mode & 0o111) or name == "bootstrap"
        stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        return Entry(name, Path(item.path), executable and link is None, status.st_size, stamp, link)

    def _link(self, item: os.DirEntry[str], name: str) -> str | None:
        """Returns a symbolic link's target; None, and notes a problem, if it leads outside or nowhere."""
        target = Path(item.path).readlink()
        resolved = Path(os.path.realpath(item.path))  # Path.resolve() raises on a loop
        if target.is_absolute() or not resolved.is_relative_to(self._real):
            self._problems.append(t("{name}: a symbolic link out of the folder ({target})", name=name, target=target))
            return None
        if not resolved.exists():
            self._problems.append(t("{name}: a symbolic link to nothing ({target})", name=name, target=target))
            return None
        return target.as_posix()


def _identity(status: os.stat_result) -> tuple[int, int]:
    """Returns what identifies a folder, independent of the path to it."""
    return (status.st_dev, status.st_ino)


def _is_state(folder: Path) -> bool:
    """Says whether a folder is a state directory of any project: it holds a seal key and live resources."""
    lineage, key = (folder / name for name in STATE)
    try:
        return key.is_file() and LINEAGE.fullmatch(read_bounded(lineage, LARGEST_LINEAGE)) is not None
    except (OSError, ValueError):
        return False
