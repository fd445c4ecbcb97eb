"""Our temporary files in the user's folders: they have names of one pattern, are never packed, and are removed once no
run can need them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PATTERN: Final = re.compile(r"\.(.{1,250}\.)?fc-guard-[0-9a-f]{8}", re.DOTALL)
SETTLED_SECONDS: Final = 3600.0
"""The longest time between two bytes of one file in any run."""


def temporary_name(of: str = "") -> str:
    """Returns a new name for a temporary file, which becomes the file `of` if that is given."""
    return f".{of}{'.' if of else ''}fc-guard-{secrets.token_hex(4)}"


def is_temporary(name: str) -> bool:
    """Says whether a name is that of our temporary file or folder, which is never code."""
    return PATTERN.fullmatch(name) is not None


def found_in(folder: Path) -> list[Path]:
    """Returns the temporary files directly in a folder."""
    try:
        with os.scandir(folder) as items:
            return [Path(item.path) for item in items if is_temporary(item.name)]
    except OSError:
        return []  # the code that needs the folder reports the error


def sweep(paths: Iterable[Path]) -> None:
    """Removes temporary files of killed runs. Files that may still be written, or cannot be removed, stay."""
    for path in paths:
        try:
            status = path.lstat()
            if not is_temporary(path.name) or time.time() - status.st_mtime < SETTLED_SECONDS:
                continue
            if stat.S_ISDIR(status.st_mode):
                shutil.rmtree(path)
            elif stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
                path.unlink()
        except OSError:
            continue
