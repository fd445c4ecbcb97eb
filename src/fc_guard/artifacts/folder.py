"""The code folder: which files belong to the package, in a fixed order."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pathspec

from fc_guard.artifacts.leftovers import is_temporary
from fc_guard.errors import BadInput

# What the predecessor leaves out, and the whole .s folder: ours is in it, with baselines and rescue copies.
ALWAYS_IGNORED = (".git", ".svn", ".env", ".DS_Store", ".s", ".fc-guard", "template.packaged.yml", ".nas.yml")
MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the folder. `name` is relative, with '/'. `link` is set for a symbolic link that stays inside."""

    name: str
    path: Path
    executable: bool
    size: int
    stamp: tuple[int, int, int]  # mtime_ns, ctime_ns, inode: changes when the content may have changed
    link: str | None = None


def entries(root: Path, without: tuple[Path, ...] = (), left: list[Path] | None = None) -> tuple[Entry, ...]:
    """The package's files, sorted by name. `without` are folders that never belong to it, such as our state. Temporary
    files of ours do not either; they are added to `left`.

    Raises `BadInput` that lists every file which cannot be packed.
    """
    if not root.exists():
        raise BadInput(
            f"The code folder {root} does not exist.",
            hint="Check codeUri; it is relative to the s.yaml it stands in. If a build makes it, build first.",
            reference="no-code",
        )
    if not root.is_dir():
        raise BadInput(
            f"codeUri {root} is neither a folder nor packed code (.zip, .jar, .war).",
            hint="Name the folder that holds the code.",
            reference="bad-code",
        )
    problems: list[str] = []
    found = sorted(_Walk(root, without, problems, left).files(root, ""), key=lambda entry: entry.name)
    if not found and not problems:
        problems.append("it holds no file")
    if len(found) > MOST_FILES:
        problems.append(f"{len(found)} files are more than {MOST_FILES}")
    if problems:
        problems.sort()
        shown = "\n".join(problems[:20]) + (f"\n… and {len(problems) - 20} more" if len(problems) > 20 else "")
        raise BadInput(
            f"The code folder {root} cannot be packed:\n{shown}",
            hint="Remove or mend these, or name them in .fcignore.",
            reference="bad-code",
        )
    return tuple(found)


def left_out(root: Path, without: tuple[Path, ...] = ()) -> Callable[[str], bool]:
    """Whether a file of this name would not belong to the package of a folder."""
    ignored = _ignore_rules(root)
    held = tuple(path.resolve() for path in without)

    def is_left_out(name: str) -> bool:
        parts = name.split("/")
        folders = ["/".join(parts[:size]) for size in range(1, len(parts))]
        if any(part in ALWAYS_IGNORED or is_temporary(part) for part in parts) or ignored.match_file(name):
            return True
        return any(ignored.match_file(f"{folder}/") or (root / folder).resolve() in held for folder in folders)

    return is_left_out


class _Walk:
    def __init__(self, root: Path, without: tuple[Path, ...], problems: list[str], left: list[Path] | None) -> None:
        self._root = root
        self._real = root.resolve()
        self._without = {path.resolve() for path in without}
        self._problems = problems
        self._left = [] if left is None else left
        self._ignored = _ignore_rules(root)

    def files(self, directory: Path, prefix: str) -> Iterator[Entry]:
        try:
            with os.scandir(directory) as scan:
                items = list(scan)
        except OSError as error:
            self._problems.append(f"{prefix or '.'}: {error.strerror}")
            return
        for item in items:
            name = prefix + item.name
            if is_temporary(item.name):
                self._left.append(Path(item.path))
                continue
            if item.name in ALWAYS_IGNORED or self._ignored.match_file(name):
                continue
            if item.is_dir(follow_symlinks=False):
                if Path(item.path).resolve() in self._without or self._ignored.match_file(f"{name}/"):
                    continue
                yield from self.files(Path(item.path), f"{name}/")
            elif (entry := self._entry(item, name)) is not None:
                yield entry

    def _entry(self, item: os.DirEntry[str], name: str) -> Entry | None:
        try:
            name.encode()
        except UnicodeEncodeError:
            self._problems.append(f"{name!r}: its name is not UTF-8")
            return None
        try:
            status = item.stat(follow_symlinks=False)
            link = self._link(item, name) if stat.S_ISLNK(status.st_mode) else None
        except OSError as error:
            self._problems.append(f"{name}: {error.strerror}")
            return None
        if link is None and not stat.S_ISREG(status.st_mode):
            if not stat.S_ISLNK(status.st_mode):
                self._problems.append(f"{name}: neither a file nor a folder")
            return None
        # A custom runtime starts `bootstrap`; without the bit it fails only online.
        executable = bool(status.st_mode & 0o111) or name == "bootstrap"
        stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        return Entry(name, Path(item.path), executable and link is None, status.st_size, stamp, link)

    def _link(self, item: os.DirEntry[str], name: str) -> str | None:
        """The target of a symbolic link; None, and a problem, when it leads out of the folder or nowhere."""
        target = Path(item.path).readlink()
        resolved = Path(os.path.realpath(item.path))  # Path.resolve() raises on a loop
        if target.is_absolute() or not resolved.is_relative_to(self._real):
            self._problems.append(f"{name}: a symbolic link out of the folder ({target})")
            return None
        if not resolved.exists():
            self._problems.append(f"{name}: a symbolic link to nothing ({target})")
            return None
        return target.as_posix()


def _ignore_rules(root: Path) -> pathspec.GitIgnoreSpec:
    """`.fcignore` of the folder, in .gitignore's syntax."""
    path = root / ".fcignore"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = []
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.", reference="bad-code") from error
    try:
        return pathspec.GitIgnoreSpec.from_lines([*lines, ".fcignore"])
    except ValueError as error:
        raise BadInput(f"{path} has a pattern that cannot be understood: {error}.", reference="bad-code") from error
