"""Refuses files that must not be written into a code folder, whoever asks for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.code_folder import astray, obstacle, target_of
from fc_guard.artifacts.folder import left_out, reserved
from fc_guard.artifacts.merged import Side
from fc_guard.engine.run.session import ReadSession
from fc_guard.language import t
from fc_guard.model.merges import MergedFile


def refused(
    session: ReadSession, here: Package, files: Iterable[MergedFile], made: Callable[[], Side]
) -> dict[str, str]:
    """Returns the names that must not be written or removed, with reasons. `made` has the targets of links, if any."""
    yaml, ignored = session.step.yaml, left_out(here.root, session.packages.without)
    found, links = dict[str, str](), list[str]()
    for file in files:
        if yaml is not None and _one_file(here.root / file.name, yaml):
            found[file.name] = t("it is the s.yaml of this project")
        elif reserved(file.name) or ignored(file.name):
            found[file.name] = t("files of that name do not belong to the package here (.fcignore, or by their nature)")
        elif file.present and (why := obstacle(here.root, file.name)):
            found[file.name] = why
        elif file.present and file.link:
            links.append(file.name)
    if links:
        side = made()
        states = side.manifest.by_name()
        targets = ((name, target_of(states[name], side.contents)) for name in links)
        found |= {name: why for name, target in targets if (why := astray(here.root, name, target))}
    return found


def _one_file(place: Path, other: Path) -> bool:
    """Says whether two paths may be the same file on a disk that ignores letter case and the encoding of accents."""
    left, right = (unicodedata.normalize("NFC", str(path.resolve())).casefold() for path in (place, other))
    return left == right
