"""Writes the file that `--report` names: the reports of all steps that the host process has run so far."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fc_guard.errors import BadInput
from fc_guard.language import joined, t
from fc_guard.model.reports import Report
from fc_guard.render.machine import report_document
from fc_guard.render.sink import Sink

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing reports. `take` keeps what is needed of a step (name, report, exit status), `write` makes the
    file of all that was kept."""

    take: Callable[[str, Report, int], Any]
    write: Callable[[Sequence[Any], Sink], str]


def _document(step: str, report: Report, status: int) -> Mapping[str, Any]:
    return {"step": step, "report": report_document(report, status)}


def _json(steps: Sequence[Any], sink: Sink) -> str:
    return sink.json({"format_version": FORMAT, "steps": steps}) + "\n"


def _chapter(step: str, report: Report, status: int) -> Any:
    from fc_guard.render.chapters import chapter_of  # noqa: PLC0415  most runs write no page

    return chapter_of(step, report, status)


def _markdown(steps: Sequence[Any], sink: Sink) -> str:
    from fc_guard.render.markdown import markdown  # noqa: PLC0415

    return markdown(steps, sink)


def _html(steps: Sequence[Any], sink: Sink) -> str:
    from fc_guard.render.html import html  # noqa: PLC0415

    return html(steps, sink)


FORMS: Final = {".json": Form(_document, _json), ".md": Form(_chapter, _markdown), ".html": Form(_chapter, _html)}
"""The forms by the end of a file's name."""


class ReportFiles:
    """The files of one run. Each is replaced whole after a step, so that whoever reads it never sees half of one."""

    def __init__(self) -> None:
        self._steps: dict[Path, list[Any]] = {}

    def begin(self, path: Path) -> None:
        """Removes what an earlier run left there, so that a file that is there is this run's.

        Raises `BadInput` where no file can be written.
        """
        if path in self._steps:
            return
        _form(path)
        if not path.parent.is_dir():
            raise _unusable(path, t("the folder {parent} does not exist", parent=path.parent))
        if path.exists() and not path.is_file():
            raise _unusable(path, t("it is no regular file"))
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(path, str(error.strerror)) from error
        self._steps[path] = []

    def add(self, path: Path, step: str, report: Report, status: int, sink: Sink) -> None:
        """Adds the report of a step. All steps are written anew, since a later one may have met a secret that an
        earlier one shows. Raises `OSError`."""
        form = _form(path)
        steps = self._steps.setdefault(path, [])
        steps.append(form.take(step, report, status))
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with draft.open("x", encoding="utf-8") as file:
                file.write(form.write(steps, sink))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _form(path: Path) -> Form:
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise BadInput(
            t("--report {path}: the name says no form of a report.", path=path),
            hint=t("Name a file that ends in one of: {ends}.", ends=joined(FORMS, ", ")),
            reference="bad-option",
        )
    return form


def _unusable(path: Path, why: str) -> BadInput:
    return BadInput(
        t("--report {path}: {why}.", path=path, why=why),
        hint=t("Name a file in a folder that exists."),
        reference="bad-option",
    )
