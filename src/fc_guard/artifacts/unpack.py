"""Unpacks a package from FC into a folder. The archive may be hostile: nothing is written outside."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import IO

from fc_guard.artifacts.folder import reserved
from fc_guard.artifacts.zips import Archive, BadArchive, Entry, one_for_all, opened
from fc_guard.errors import BadInput
from fc_guard.language import t
from fc_guard.render.values import safe


def unpack(source: IO[bytes], into: Path) -> tuple[str, ...]:
    """Writes the files of a zip below a new folder. Returns the names that were left out, since tools here would run
    such files (`reserved`).

    Raises `BadInput` for an archive that cannot be read, leads out of the folder, or is larger than FC unpacks.
    """
    try:
        archive = opened(source)
        one_for_all(name for name in (*(entry.name for entry in archive.entries), *archive.folders))
        into.mkdir(parents=True)
        for name in archive.folders:
            if not reserved(name):
                (into / name).mkdir(parents=True, exist_ok=True)
        wanted = [entry for entry in archive.entries if not reserved(entry.name)]
        for entry in wanted:
            if not entry.link:
                _write(archive, entry, into / entry.name)
        links = [entry for entry in wanted if entry.link]
        for link in links:  # at the end: no file is ever written through a link
            _link(into / link.name, archive.read(link).decode())
        for link in links:
            _stays_inside(into, into / link.name)
    except ValueError as error:
        raise _refused(str(error)) from error
    except OSError as error:  # a name that is too long, a disk that is full
        raise _refused(error.strerror or str(error)) from error
    return tuple(entry.name for entry in archive.entries if entry not in wanted)


def _write(archive: Archive, entry: Entry, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:
        for piece in archive.pieces(entry):
            target.write(piece)
    if entry.executable:
        path.chmod(path.stat().st_mode | 0o111)


def _link(path: Path, target: str) -> None:
    if not target or PurePosixPath(target).is_absolute():
        raise BadArchive(
            t("the link {path} leads out of the folder ({target})", path=safe(path.name), target=safe(target))
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def _stays_inside(root: Path, link: Path) -> None:
    """Raises `BadArchive` if a link leads outside. Links may lead through links, so all must exist and be followed."""
    if not Path(os.path.realpath(link)).is_relative_to(os.path.realpath(root)):
        raise BadArchive(
            t(
                "the link {link} leads out of the folder ({readlink})",
                link=safe(link.name),
                readlink=safe(str(link.readlink())),
            )
        )


def _refused(why: str) -> BadInput:
    return BadInput(
        t("The package online cannot be unpacked: {why}.", why=why),
        hint=t("Nothing of it was kept. `s info` shows the function; its package can be fetched from the console."),
        reference="bad-package",
    )
