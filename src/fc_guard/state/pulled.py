"""What a pull has replaced in the project, kept for a while: `pulled/<time>-<step>/` in the state directory."""

from __future__ import annotations

import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from fc_guard.state.files import names_in

KEPT: Final = 20
"""So many pulls are kept; the oldest go first."""


def place_for(root: Path, step: str, now: datetime) -> Path:
    """The folder of one pull. It is not made yet."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", step)[:60] or "step"
    return root / "pulled" / f"{now.strftime('%Y%m%dT%H%M%SZ')}-{name}-{secrets.token_hex(2)}"


def prune(root: Path) -> None:
    for name in sorted(names_in(root / "pulled"))[:-KEPT]:
        shutil.rmtree(root / "pulled" / name, ignore_errors=True)
