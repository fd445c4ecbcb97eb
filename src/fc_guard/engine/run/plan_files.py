"""Writes the file that `plan --out` names: the plans of all steps that the host process has run so far."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fc_guard.errors import BadInput
from fc_guard.language import t
from fc_guard.state.plan_file import encode, is_plan_file


class PlanFiles:
    """The plan files of one run. Each is replaced whole after a step, and only its owner can read it."""

    def __init__(self) -> None:
        self._steps: dict[Path, list[Mapping[str, Any]]] = {}

    def begin(self, path: Path) -> None:
        """Removes the plan that an earlier run left there, so that a file that is there is this run's. Makes its folder
        if only that is missing, as `.s` is before the first deployment.

        Raises `BadInput` where no file can be written, or something else would be replaced.
        """
        if path in self._steps:
            return
        if not path.parent.parent.is_dir():
            raise _unusable(path, t("the folder {parent} does not exist", parent=path.parent))
        try:
            path.parent.mkdir(exist_ok=True)
            if os.path.lexists(path):
                if not is_plan_file(path):
                    raise _unusable(path, t("something else is there, which would be replaced"))
                path.unlink()
        except OSError as error:
            raise _unusable(path, str(error.strerror)) from error
        self._steps[path] = []

    def add(self, path: Path, step: Mapping[str, Any], words: Sequence[str], made_at: str) -> None:
        """Adds the plan of a step. Raises `BadInput` where the disk does not take it."""
        steps = self._steps.setdefault(path, [])
        steps.append(step)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(encode(steps, words, made_at))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise _unusable(path, str(error.strerror)) from error
        finally:
            draft.unlink(missing_ok=True)

    def undecided(self, path: Path) -> tuple[str, ...]:
        """Returns the steps so far whose plan leaves something undecided, for which none of the file is deployed."""
        open_ends = (
            step for step in self._steps.get(path, ()) if step["plan"]["undecided"] or step["plan"]["conflicts"]
        )
        return tuple(str(step["step"]) for step in open_ends)


def _unusable(path: Path, why: str) -> BadInput:
    return BadInput(
        t("--out {path}: {why}.", path=path, why=why),
        hint=t("Name a new file, in a folder that exists."),
        reference="bad-option",
    )
