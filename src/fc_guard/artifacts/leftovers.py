"""Temporary files in the user's folders: one pattern of names, never packed, and removed once no run can need them."""

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
"""No run of ours takes so long between two bytes of one file."""


def temporary_name(of: str = "") -> str:
    """A new name for what becomes the file `of`, or for what has no name yet."""
    return f".{of}{'.' if of else ''}fc-guard-{secrets.token_hex(4)}"


def is_temporary(name: str) -> bool:
    """Whether a file or folder of that name is ours, and no part of anybody's code."""
    return PATTERN.fullmatch(name) is not None


def found_in(folder: Path) -> list[Path]:
    """What is temporary in a folder itself."""
    try:
        with os.scandir(folder) as items:
            return [Path(item.path) for item in items if is_temporary(item.name)]
    except OSError:
        return []  # whoever needs the folder says what is wrong with it


def sweep(paths: Iterable[Path]) -> None:
    """Removes what killed runs left. What may still be written stays, and so does what cannot be removed."""
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
