"""Files that a person has to settle: both sides in one, with the usual markers, one folder a resource."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from fc_guard.errors import BaselineUnusable
from fc_guard.model.ids import ResourceId
from fc_guard.state.files import write_file
from fc_guard.state.names import file_stem

FOLDER = "conflicts"


def write_conflicts(root: Path, id: ResourceId, files: Mapping[str, str]) -> Path:
    """Replaces what was there for the resource. Returns the folder. Names are relative and stay inside."""
    folder = drop_conflicts(root, id)
    for name, text in files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{name!r} leads out of the folder")
        write_file(folder / path, text.encode())
    return folder


def drop_conflicts(root: Path, id: ResourceId) -> Path:
    """Removes them: settled, or about to be written anew."""
    folder = root / FOLDER / file_stem(id)
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise BaselineUnusable(f"{folder} cannot be removed: {error.strerror or error}.") from error
    return folder
