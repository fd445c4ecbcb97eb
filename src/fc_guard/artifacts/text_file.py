"""A text file of the user's, replaced in one step."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from fc_guard.artifacts.leftovers import temporary_name
from fc_guard.errors import BadInput


def replace_text(path: Path, text: str) -> None:
    """Puts another text into a file; its mode stays. A link leads to the file that is meant."""
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
            f"{path} cannot be written: {error.strerror or error}.",
            hint="Nothing was recorded. Mend it, and pull again.",
            reference="bad-target",
        ) from error
