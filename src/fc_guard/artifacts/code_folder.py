"""Writes files into the code folder: each whole or not at all, none outside the folder, and none over a file that has
changed since it was compared."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

from fc_guard.artifacts.archive import Contents
from fc_guard.artifacts.blob import CHUNK
from fc_guard.artifacts.leftovers import temporary_name
from fc_guard.artifacts.zips import BadArchive, one_for_all
from fc_guard.disk import open_regular
from fc_guard.language import joined, t
from fc_guard.model.files import FileState, Manifest
from fc_guard.render.values import safe


class NotWritten(Exception):
    """The reasons why files were not written, escaped for a terminal."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(joined(reasons))


def write_files(folder: Path, before: Manifest, after: Manifest, contents: Contents, names: Collection[str]) -> None:
    """Gives the named files the contents that they have in `after`; removes those that `after` lacks.

    `before` is the folder as it was compared. Raises `NotWritten` before it writes anything if one of them has changed
    or may not be written; and if the disk fails, with the names written so far.
    """
    was, wanted = before.by_name(), after.by_name()
    done: list[str] = []
    try:
        links = {name: target_of(wanted[name], contents) for name in names if name in wanted and wanted[name].link}
        one_for_all(iter(wanted))
        reasons = [reason for name in names for reason in _reasons(folder, name, was)]
        reasons += [reason for name, target in links.items() if (reason := astray(folder, name, target))]
        if reasons:
            raise NotWritten(reasons)
        for name in sorted(names):
            place = folder / name
            if name not in wanted:
                _remove(folder, place)
            elif name in links:
                _link(place, links[name])
            else:
                _write(place, wanted[name], contents)
            done.append(name)
    except BadArchive as error:
        raise NotWritten([str(error), *_before(done)]) from error
    except OSError as error:
        why = f"{safe(str(error.filename or folder))}: {error.strerror or error}"
        raise NotWritten([why, *_before(done)]) from error


def _before(done: list[str]) -> list[str]:
    return [t("written before that: {names}", names=joined(map(safe, done), ", "))] if done else []


def obstacle(root: Path, name: str) -> str:
    """Says why a file cannot be written at a name below the folder; '' if it can."""
    place = root
    parts = name.split("/")
    for part in parts[:-1]:
        place = place / part
        if place.is_symlink():
            return t("{part} is a symbolic link here", part=part)
        if place.exists() and not place.is_dir():
            return t("{part} is a file here", part=part)
    place = place / parts[-1]
    return t("it is a folder here") if place.is_dir() and not place.is_symlink() else ""


def astray(root: Path, name: str, target: str) -> str:
    """Says why a link may not be made at a name below the folder; '' if it may.

    A step up after a step down may lead through another link, and from there anywhere; no tool writes that.
    """
    parts = PurePosixPath(target).parts
    down = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
    odd = not target or "\0" in target or PurePosixPath(target).is_absolute() or ".." in parts[down:]
    if odd or not Path(os.path.realpath((root / name).parent / target)).is_relative_to(os.path.realpath(root)):
        return t("{name} would be a link that leads out of the folder ({target})", name=safe(name), target=safe(target))
    return ""


def target_of(state: FileState, contents: Contents) -> str:
    return os.fsdecode(b"".join(contents.pieces(state)))


def _reasons(folder: Path, name: str, before: Mapping[str, FileState]) -> Iterator[str]:
    """Says why a file may not be written."""
    place, root = folder / name, os.path.realpath(folder)
    if not Path(os.path.realpath(place.parent)).is_relative_to(root):
        yield t("{name} would be outside the folder: a link leads there", name=safe(name))
    elif name in before and _sha256(place, link=before[name].link) != before[name].sha256:
        yield t("{name} was changed while it was being shown", name=safe(name))
    elif name not in before and os.path.lexists(place):
        yield t("{name} is there, and does not belong to the code (.fcignore)", name=safe(name))


def _sha256(place: Path, *, link: bool) -> str:
    """Returns the hash of a file or link as it is now, '' if it is something else."""
    if place.is_symlink() != link or not (link or place.is_file()):
        return ""
    if link:
        return hashlib.sha256(os.fsencode(place.readlink())).hexdigest()
    digest = hashlib.sha256()
    with open_regular(place) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _write(place: Path, state: FileState, contents: Contents) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    temp, digest = place.parent / temporary_name(), hashlib.sha256()
    try:
        with temp.open("xb") as file:
            for piece in contents.pieces(state):
                digest.update(piece)
                file.write(piece)
        if digest.hexdigest() != state.sha256:
            raise BadArchive(t("{state} is not the file that was compared", state=safe(state.name)))
        temp.chmod(_mode(place, temp, executable=state.executable))
        temp.replace(place)
    finally:
        temp.unlink(missing_ok=True)


def _mode(place: Path, new: Path, *, executable: bool) -> int:
    """Returns the mode of the existing file, or of the new one. `executable` applies to everybody who may read it."""
    there = place.is_file() and not place.is_symlink()
    mode = stat.S_IMODE((place if there else new).stat().st_mode)
    return mode | (mode & 0o444) >> 2 if executable else mode & ~0o111


def _link(place: Path, target: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    temp = place.parent / temporary_name()
    temp.symlink_to(target)
    temp.replace(place)


def _remove(folder: Path, place: Path) -> None:
    """Removes a file and the folders that are then empty."""
    place.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        for parent in place.parents:
            if parent == folder:
                break
            parent.rmdir()
