"""A report as a page for people: what a Markdown or HTML file says, before it is written in either.

A `Chapter` holds texts as they came: in no language yet, with what was said outside and is secret. `told` says them as
the sink does, and cuts them only then: half a secret is no secret that could be found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fc_guard.language import joined, t
from fc_guard.model.fields import Json
from fc_guard.render.cutting import around
from fc_guard.render.file_lines import cut_lines
from fc_guard.render.sink import Sink
from fc_guard.render.values import safe

LANGUAGE: Final = t("en")
"""The tag of the language that a page is in, which each catalog translates by its own."""
LONGEST: Final = 300
"""The most characters of a phrase."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one thing is told: the characters of a value, None for all, and the lines of a difference."""

    value: int | None
    lines: int


@dataclass(frozen=True, slots=True)
class Field:
    """A changed field: the values that stand beside each other, (label, value) each, and whose change it is."""

    name: str
    sides: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Diff:
    """Lines of a unified diff between two sides, or a remark; `more` counts those that are left out."""

    before: str
    after: str
    lines: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """A file of the code: its mark, its name, whose change it is, and what differs."""

    mark: str
    name: str
    words: str
    diffs: tuple[Diff, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told of one resource."""

    mark: str
    name: str
    notes: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Resources under one heading, or lines of the terminal's text, indented as there."""

    title: str
    entries: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the summary: what it is about, why, and whose deployments are behind it."""

    name: str
    reason: str = ""
    whose: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a page says of one step. `count` is the plan in one line, `hint` what can be done next, `error` what ended
    the step. `output` is what a command without a plan has found; `found` is the same as text."""

    command: str
    step: str
    place: str
    status: int
    count: str
    points: tuple[Points, ...] = ()
    hint: str = ""
    error: str = ""
    sections: tuple[Section, ...] = ()
    output: Mapping[str, Json] = field(default_factory=dict)
    found: str = ""


def told(chapter: Chapter, sink: Sink, limits: Limits) -> Chapter:
    """Returns the chapter as it may be written: without secrets, in the person's language, harmless to a terminal, and
    cut. Texts are one line each, but for `hint`, `error` and `found`."""
    telling = _Telling(sink, limits)
    output = sink.document(chapter.output)
    return replace(
        chapter,
        step=telling.phrase(chapter.step),
        place=telling.phrase(chapter.place),
        count=telling.phrase(chapter.count),
        points=tuple(map(telling.points, chapter.points)),
        hint=sink.message(chapter.hint),
        error=sink.message(chapter.error),
        sections=tuple(map(telling.section, chapter.sections)),
        found=sink.text(json.dumps(output, ensure_ascii=False, indent=2)) if output else "",
    )


def colon(sink: Sink) -> str:
    """Returns what stands between a name and what is said of it, in the language of the page."""
    return sink.text(t(": "))


@dataclass(frozen=True, slots=True)
class _Telling:
    sink: Sink
    limits: Limits

    def phrase(self, text: str) -> str:
        """Returns text that may quote what others said, as one line."""
        return around([safe(self.sink.message(text))], LONGEST)[0]

    def phrases(self, texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(self.phrase, texts))

    def points(self, points: Points) -> Points:
        each = (Point(self.phrase(p.name), self.phrase(p.reason), self.phrases(p.whose)) for p in points.points)
        return Points(self.phrase(points.title), tuple(each))

    def section(self, section: Section) -> Section:
        lines = [line for text in section.lines for line in self.sink.message(text).split("\n")]
        return Section(self.phrase(section.title), tuple(map(self.entry, section.entries)), self.cut(lines))

    def cut(self, lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(around([safe(line)], LONGEST)[0] for line in lines)

    def entry(self, entry: Entry) -> Entry:
        return Entry(
            entry.mark,
            self.phrase(entry.name),
            self.phrases(entry.notes),
            tuple(map(self.field, entry.fields)),
            tuple(map(self.file, entry.files)),
        )

    def field(self, field: Field) -> Field:
        values = tuple(safe(self.sink.text(value)) for _, value in field.sides)
        shown = values if self.limits.value is None else around(values, self.limits.value)
        labels = (self.phrase(label) for label, _ in field.sides)
        return Field(self.phrase(field.name), tuple(zip(labels, shown, strict=True)), self.phrase(field.note))

    def file(self, file: File) -> File:
        return File(file.mark, self.phrase(file.name), self.phrase(file.words), tuple(map(self.diff, file.diffs)))

    def diff(self, diff: Diff) -> Diff:
        told = self.sink.text(joined(diff.lines[: self.limits.lines])).split("\n") if diff.lines else []
        shown = tuple(told) if self.limits.value is None else cut_lines(told)
        more = max(0, len(diff.lines) - self.limits.lines)
        return Diff(self.phrase(diff.before), self.phrase(diff.after), shown, more)
