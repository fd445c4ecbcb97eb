"""Merged files on their way into the code folder. Nothing outside it is touched, and nothing that has changed since it
was compared."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.blob import CHUNK
from fc_guard.errors import BadInput
from fc_guard.model.files import FileState
from fc_guard.model.merges import MergedFile
from fc_guard.render.values import safe


def write_back(folder: Path, local: Package, merged: Package, files: Iterable[MergedFile]) -> None:
    """Makes files of the folder what they are in the merged package.

    Raises `BadInput` when one of them is not as it was compared any more, and then writes none of them.
    """
    writes = list(files)
    before, after = local.manifest.by_name(), merged.manifest.by_name()
    links = {name: _target(merged, state) for name, state in after.items() if state.link}
    try:
        problems = [problem for file in writes for problem in _problems(folder, file.name, before)]
        problems += [problem for file in writes for problem in _astray(folder, file.name, links)]
        if problems:
            raise _refused(folder, problems)
        for file in writes:
            place = folder / file.name
            if file.name not in after:
                _remove(folder, place)
            elif after[file.name].link:
                _link(place, links[file.name])
            else:
                _write(place, merged, after[file.name])
    except OSError as error:
        raise _refused(folder, [f"{safe(str(error.filename or folder))}: {error.strerror or error}"]) from error


def _problems(folder: Path, name: str, before: Mapping[str, FileState]) -> Iterator[str]:
    """Why a file may not be written."""
    place, root = folder / name, os.path.realpath(folder)
    if not Path(os.path.realpath(place.parent)).is_relative_to(root):
        yield f"{safe(name)} would be outside the folder: a link leads there"
    elif name in before and _sha256(place, link=before[name].link) != before[name].sha256:
        yield f"{safe(name)} is not as it was compared"
    elif name not in before and os.path.lexists(place):
        yield f"{safe(name)} is there, and does not belong to the code (.fcignore)"


def _sha256(place: Path, *, link: bool) -> str:
    """What a file or link holds now; '' where it is something else."""
    if place.is_symlink() != link or not (link or place.is_file()):
        return ""
    if link:
        return hashlib.sha256(place.readlink().as_posix().encode()).hexdigest()
    digest = hashlib.sha256()
    with place.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _astray(folder: Path, name: str, links: Mapping[str, str]) -> Iterator[str]:
    """Why a link may not be made."""
    target = links.get(name)
    if target is None:
        return
    odd = not target or "\0" in target or Path(target).is_absolute()
    if odd or not Path(os.path.realpath((folder / name).parent / target)).is_relative_to(os.path.realpath(folder)):
        yield f"{safe(name)} would be a link out of the folder ({safe(target)})"


def _target(merged: Package, state: FileState) -> str:
    return os.fsdecode(b"".join(merged.contents.pieces(state)))


def _write(place: Path, merged: Package, state: FileState) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = place.stat().st_mode & 0o777 if place.is_file() and not place.is_symlink() else None
    temp = place.parent / f".fc-guard-{secrets.token_hex(4)}"
    try:
        with temp.open("xb") as file:
            for piece in merged.contents.pieces(state):
                file.write(piece)
        was = temp.stat().st_mode & 0o777 if mode is None else mode
        temp.chmod(was | 0o111 if state.executable else was & ~0o111)
        temp.replace(place)
    finally:
        temp.unlink(missing_ok=True)


def _link(place: Path, target: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def _remove(folder: Path, place: Path) -> None:
    """Removes a file, and the folders that are empty without it."""
    place.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        for parent in place.parents:
            if parent == folder:
                break
            parent.rmdir()


def _refused(folder: Path, problems: list[str]) -> BadInput:
    return BadInput(
        f"The merged files were not written into {folder}:\n" + "\n".join(problems),
        hint="They are online all the same. Run `s plan` to see how the folder differs from it.",
        reference="not-written-back",
    )
