"""What a pull has replaced in the project, kept for a while: `pulled/<time>-<step>/` in the state directory."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from fc_guard.errors import BaselineUnusable
from fc_guard.state.files import names_in

KEPT: Final = 20
"""So many pulls are kept; the oldest go first."""


def place_for(root: Path, step: str, now: datetime) -> Path:
    """The folder of one pull. It is not made yet."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", step)[:60] or "step"
    return root / "pulled" / f"{now.strftime('%Y%m%dT%H%M%SZ')}-{name}-{secrets.token_hex(2)}"


def keep(folder: Path, names: Iterable[str], into: Path) -> None:
    """Copies files that are about to be replaced, as far as they are there."""
    try:
        for name in names:
            if (folder / name).is_symlink() or (folder / name).is_file():
                target = into / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(folder / name, target, follow_symlinks=False)
    except OSError as error:
        raise BaselineUnusable(
            f"{error.filename or into} cannot be copied: {error.strerror or error}.", hint="Nothing was replaced."
        ) from error


def prune(root: Path) -> None:
    for name in sorted(names_in(root / "pulled"))[:-KEPT]:
        shutil.rmtree(root / "pulled" / name, ignore_errors=True)
