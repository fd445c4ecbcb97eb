"""Reads `.fcignore`, which has the syntax of .gitignore, as people mean it; says which of its rules name nothing."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pathspec

from fc_guard.disk import read_bounded
from fc_guard.errors import BadInput
from fc_guard.language import t

NAME: Final = ".fcignore"
MOST_RULES: Final = 1024 * 1024
"""Bytes of `.fcignore`."""
MOST_LOOKED_AT: Final = 20_000
"""Files and folders; of a larger folder it is not said which rules name nothing."""
WINDOWS: Final = re.compile(r"\\(?=\w|$)")
"""A backslash that separates folders. Before other characters it takes their meaning away, as in .gitignore."""
HERE: Final = re.compile(r"(\./+)+")


class Rule(NamedTuple):
    """`text` is what stands in the file, `pattern` what it means."""

    line: int
    text: str
    pattern: str


def rules_of(root: Path) -> tuple[Rule, ...]:
    """Returns the rules of a folder's `.fcignore`; none if it has no such file. Raises `BadInput`."""
    path = root / NAME
    try:
        text = _decoded(read_bounded(path, MOST_RULES))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput(t("{path} cannot be read: {why}.", path=path, why=why), reference="bad-code") from error
    lines = enumerate(text.splitlines(), 1)
    return tuple(Rule(at, line.strip(), meant(line)) for at, line in lines if _says_something(line))


def meant(line: str) -> str:
    """Returns a line in the syntax of .gitignore: there './data' matches nothing, nor does what is indented."""
    line = line.lstrip()
    without = "!" if line.startswith("!") else ""
    pattern = WINDOWS.sub("/", line.removeprefix("!"))
    return without + HERE.sub("/", pattern, count=1) if HERE.match(pattern) else without + pattern


def spec_of(root: Path) -> pathspec.GitIgnoreSpec:
    """Returns what a folder's package leaves out, `.fcignore` itself included. Raises `BadInput`."""
    try:
        return pathspec.GitIgnoreSpec.from_lines([*(rule.pattern for rule in rules_of(root)), NAME])
    except ValueError as error:
        raise BadInput(
            t("{root} has a pattern that cannot be understood: {error}.", root=root / NAME, error=error),
            reference="bad-code",
        ) from error


def idle_rules(root: Path) -> tuple[Rule, ...]:
    """Returns the rules that name nothing in the folder. Raises `BadInput`."""
    left = [(rule, pathspec.GitIgnoreSpec.from_lines([rule.pattern.removeprefix("!")])) for rule in rules_of(root)]
    for seen, name in enumerate(_names(root) if left else ()):
        left = [(rule, spec) for rule, spec in left if not spec.match_file(name)]
        if not left or seen > MOST_LOOKED_AT:
            return ()
    return tuple(rule for rule, _ in left)


def empty_folders(root: Path) -> tuple[str, ...]:
    """Returns the folders that hold nothing at all and are not left out by a rule."""
    spec, found = spec_of(root), []
    waiting = [root]
    while waiting:
        for name, path in _folders(root, waiting.pop()):
            if spec.match_file(f"{name}/") or path.name in SKIPPED:
                continue
            with os.scandir(path) as items:
                if next(items, None) is None:
                    found.append(name)
            waiting.append(path)
    return tuple(sorted(found))


SKIPPED: Final = (".git", ".svn", ".s")
"""Folders that a package never holds, whatever the rules."""


def _names(root: Path) -> Iterator[str]:
    """Yields the names of all files and folders, a folder with a slash at its end."""
    for directory, folders, files in os.walk(root):
        place = Path(directory)
        for name in (*files, *(f"{name}/" for name in folders)):
            yield f"{(place / name).relative_to(root).as_posix()}{'/' if name.endswith('/') else ''}"
        folders[:] = [name for name in folders if name not in SKIPPED]


def _folders(root: Path, place: Path) -> Iterator[tuple[str, Path]]:
    with os.scandir(place) as items:
        for item in items:
            if item.is_dir(follow_symlinks=False):
                yield Path(item.path).relative_to(root).as_posix(), Path(item.path)


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _decoded(data: bytes) -> str:
    """Returns the text of a file that an editor may have marked as UTF-8 or UTF-16."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if marked else "utf-8-sig")
