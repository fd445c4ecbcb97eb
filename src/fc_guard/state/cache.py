"""What this machine has read of a shared state, so that it is not fetched again: `shared/<hash of the bucket's name>/`.

What lies in the project's folder may have come with a repository, so a file counts only with this user's seal.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Final

from fc_guard.errors import BaselineUnusable
from fc_guard.state.nofollow import LINKED, read_file, write_file
from fc_guard.state.owner import Owner
from fc_guard.state.place import Place

FOLDER: Final = "shared"
NAME_LENGTH: Final = 40


class Cache:
    """Bytes by name. One that is missing, or of somebody else, is None. Raises `BaselineUnusable` for a link alone."""

    def __init__(self, root: Place, of: str) -> None:
        """`root` is the project's state directory, `of` the name of the shared state."""
        self._of = of
        self._folder = root / FOLDER / _hashed(of)
        self._owner = Owner()

    def read(self, name: str) -> bytes | None:
        try:
            sealed = read_file(self._folder / _hashed(name))
        except BaselineUnusable as error:
            if error.reference == LINKED:
                raise
            return None
        seal, line, data = (sealed or b"").partition(b"\n")
        ours = line and self._owner.wrote(self._message(name, data), seal.decode("ascii", "replace"))
        return data if ours else None

    def write(self, name: str, data: bytes) -> None:
        """Keeps bytes for later runs, unless this machine takes none."""
        seal = self._owner.seal(self._message(name, data))
        if seal is None:
            return
        with suppress(BaselineUnusable):  # a link among our folders is told when something is read
            write_file(self._folder / _hashed(name), seal.encode() + b"\n" + data)

    def _message(self, name: str, data: bytes) -> bytes:
        return f"{self._of}\n{name}\n".encode() + data


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:NAME_LENGTH]
