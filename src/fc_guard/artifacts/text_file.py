"""Replaces a user's text file in one step."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from fc_guard.artifacts.leftovers import temporary_name
from fc_guard.errors import BadInput
from fc_guard.language import t


def replace_text(path: Path, text: str) -> None:
    """Replaces a file's text and keeps its mode. A link is followed to its file. Raises `BadInput`."""
    real = path.resolve()
    temp = real.with_name(temporary_name(real.name))
    try:
        with temp.open("xb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        temp.chmod(stat.S_IMODE(real.stat().st_mode))
        temp.replace(real)
    except OSError as error:
        temp.unlink(missing_ok=True)
        raise BadInput(
            t("{path} cannot be written: {strerror}.", path=path, strerror=error.strerror or error),
            hint=t("Nothing was recorded. Mend it, and pull again."),
            reference="bad-target",
        ) from error
