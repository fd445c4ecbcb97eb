"""The code of a run's functions. Each folder and file is read once, as long as it does not change."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fc_guard.artifacts.archive import Package, read_file, read_folder
from fc_guard.artifacts.folder import Entry, entries
from fc_guard.errors import BadInput
from fc_guard.language import t

PACKED: Final = (".zip", ".jar", ".war")

Look = tuple[Entry, ...] | tuple[int, int, int, int, int]
"""Identifies the content: it differs if the content may have changed."""


@dataclass(slots=True)
class Packages:
    """`without` are folders that never belong to a package, such as our state; `left` collects our temporary files in
    the folders that were read."""

    without: tuple[Path, ...] = ()
    left: list[Path] = field(default_factory=list)
    _known: dict[tuple[Path, bool], tuple[Look, Package]] = field(default_factory=dict)

    def open(self, path: Path, *, wrapped: bool = False) -> Package:
        """Returns the code that codeUri names: a folder, or packed code. `wrapped` puts packed code inside a zip.

        Raises `BadInput` if it is missing or cannot be packed.
        """
        if path.suffix.lower() in PACKED and not path.is_dir():
            return self._file(path, wrapped)
        found = entries(path, self.without, self.left)
        known = self._known.get((path, False))
        if known is None or known[0] != found:
            known = (found, read_folder(path, found))
            self._known[path, False] = known
        return known[1]

    def _file(self, path: Path, wrapped: bool) -> Package:
        try:
            status = path.stat()
        except OSError as error:
            raise BadInput(
                t("The code package {path} cannot be read: {strerror}.", path=path, strerror=error.strerror),
                hint=t("Check codeUri; it is relative to the s.yaml it stands in. If a build makes it, build first."),
                reference="no-code",
            ) from error
        found = (status.st_size, status.st_mode, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        known = self._known.get((path, wrapped))
        if known is None or known[0] != found:
            known = (found, read_file(path, bool(status.st_mode & 0o111), wrapped=wrapped))
            self._known[path, wrapped] = known
        return known[1]
