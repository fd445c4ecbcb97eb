"""Writes the file that `--report` names: the reports of all steps that the host process has run so far."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from fc_guard.errors import BadInput
from fc_guard.language import t

FORMAT: Final = 1
Rendered = Callable[[Mapping[str, Any]], str]
"""A document -> JSON without the secrets of the run."""


class ReportFiles:
    """The files of one run. Each is replaced whole after a step, so that whoever reads it never sees half of one."""

    def __init__(self) -> None:
        self._steps: dict[Path, list[Mapping[str, Any]]] = {}

    def begin(self, path: Path) -> None:
        """Removes what an earlier run left there, so that a file that is there is this run's.

        Raises `BadInput` where no file can be written.
        """
        if path in self._steps:
            return
        if not path.parent.is_dir():
            raise _unusable(path, t("the folder {parent} does not exist", parent=path.parent))
        if path.exists() and not path.is_file():
            raise _unusable(path, t("it is no regular file"))
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(path, str(error.strerror)) from error
        self._steps[path] = []

    def add(self, path: Path, step: str, report: Mapping[str, Any], rendered: Rendered) -> None:
        """Adds the report of a step. Raises `OSError`."""
        steps = self._steps.setdefault(path, [])
        steps.append({"step": step, "report": report})
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with draft.open("x", encoding="ascii") as file:
                file.write(rendered({"format_version": FORMAT, "steps": steps}) + "\n")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _unusable(path: Path, why: str) -> BadInput:
    return BadInput(
        t("--report {path}: {why}.", path=path, why=why),
        hint=t("Name a file in a folder that exists."),
        reference="bad-option",
    )
