"""Asks whether git tracks a state directory: then it came with the checkout and holds another machine's memory."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from threading import Thread
from typing import Final

from fc_guard.errors import BaselineUnusable, Effect
from fc_guard.git import Git
from fc_guard.language import t
from fc_guard.state.place import Place

PATIENCE_SECONDS: Final = 2.0


class Tracking:
    """Asks git in a thread beside the run, since the answer may take a while."""

    def __init__(self, root: Place) -> None:
        self._root = root
        self._found = ""
        self._thread: Thread | None = None
        top = _repository(root.path)
        if top is not None:
            self._thread = Thread(target=self._ask, args=(top,), name="tracked", daemon=True)
            self._thread.start()

    def refuse(self) -> None:
        """Raises `BaselineUnusable` if git tracks the directory. If git does not answer, it counts as not tracked."""
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)
        if self._found:
            raise BaselineUnusable(
                t(
                    "git tracks {found} in {root}.\n"
                    "Baselines belong to one working folder. Out of a repository they would make changes "
                    "online count as\n"
                    "known that nobody here has seen.",
                    found=self._found,
                    root=self._root,
                ),
                hint=t(
                    "Take them out of git, and leave them on the disk only if they are yours:\n"
                    "git rm -r -f --cached {quote}",
                    quote=shlex.quote(str(self._root)),
                ),
                reference="state-tracked",
                effect=Effect.NOTHING,
            )

    def _ask(self, top: Path) -> None:
        below = os.path.relpath(self._root.path, top)
        done = Git(top).ask("ls-files", "-z", "--cached", "--", below)
        # Without an answer nothing is known. What came of one that was cut off is tracked all the same.
        self._found = os.fsdecode(done.output.split(b"\0")[0])


def _repository(folder: Path) -> Path | None:
    """Returns the nearest parent folder that is a git working tree, None if there is none or no state directory."""
    if not folder.is_dir():
        return None
    return next((above for above in folder.parents if (above / ".git").exists()), None)
