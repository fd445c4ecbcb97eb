"""The random name of a state directory. Files of two directories never pass for one history."""

from __future__ import annotations

import secrets
from typing import Final

from fc_guard.state.nofollow import read_file, write_file
from fc_guard.state.place import Place

NAME: Final = "lineage"


def read_lineage(root: Place) -> str:
    """Returns the name, '' if the directory has none yet."""
    return (read_file(root / NAME) or b"").decode("ascii", "replace")


def open_lineage(root: Place) -> str:
    """Returns the name, which is made at the first use."""
    if read_file(root / NAME) is None:
        write_file(root / NAME, secrets.token_hex(16).encode(), fresh=True)
    return read_lineage(root)
