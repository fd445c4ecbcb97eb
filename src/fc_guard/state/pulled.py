"""Keeps files that a pull has replaced, for a while: `pulled/<time>-<step>/` in the state directory."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from fc_guard.errors import BaselineUnusable
from fc_guard.state.nofollow import copy_in, names_in, remove_tree
from fc_guard.state.place import Place

FOLDER: Final = "pulled"
KEPT: Final = 20
"""The number of pulls that are kept; the oldest go first."""


OURS: Final = re.compile(r"\d{8}T\d{6}Z-[A-Za-z0-9_-]{1,60}-[0-9a-f]{4}")
"""The name of a pull's folder. Anything else there belongs to somebody else and stays."""


def place_for(root: Place, step: str, now: datetime) -> Place:
    """Returns the folder for one pull, which is not made yet."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", step)[:60] or "step"
    return root / FOLDER / f"{now.strftime('%Y%m%dT%H%M%SZ')}-{name}-{secrets.token_hex(2)}"


def keep(folder: Path, names: Iterable[str], into: Place) -> None:
    """Copies the files that are about to be replaced. Skips names without a file."""
    for name in names:
        if (folder / name).is_symlink() or (folder / name).is_file():
            copy_in(folder / name, into / name)


def prune(newest: Place) -> None:
    """Drops the oldest pulls, but never `newest`, whatever its date. A pull that cannot be dropped stays."""
    others = [name for name in names_in(newest.parent) if OURS.fullmatch(name) and name != newest.name]
    for name in sorted(others)[: 1 - KEPT]:
        with suppress(BaselineUnusable):
            remove_tree(newest.parent / name)
