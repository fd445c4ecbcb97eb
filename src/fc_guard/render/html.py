"""Writes reports as one HTML page that needs nothing else: no script, no font, no picture, no other file.

Every text is escaped; a content security policy in the page forbids what an escape that was forgotten would do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from fc_guard.language import t, tn
from fc_guard.render.markdown import depths
from fc_guard.render.markup import document, element, text_in
from fc_guard.render.page import LANGUAGE, Chapter, Diff, Field, File, Limits, Point, Section, colon, told
from fc_guard.render.sink import Sink

LIMITS: Final = Limits(value=None, lines=5_000)
SIGNS: Final = {"-": "d0", "+": "d1", "@": "d2"}
DEEPEST: Final = 3


def html(chapters: Sequence[Chapter], sink: Sink) -> str:
    """Returns one page about all steps of a run. `chapters` is never empty."""
    pages = [told(chapter, sink, LIMITS) for chapter in chapters]
    summaries = [_summary(page, sink) for page in pages]
    rest = [line for page in pages for line in _chapter(page, sink, several=len(pages) > 1)]
    return document(f"fc-guard {pages[0].command}", sink.text(LANGUAGE), [*summaries, *rest])


def _summary(page: Chapter, sink: Sink) -> str:
    urgent = "bad" if page.error else "open" if page.points else ""
    status = [sink.text(t("exit status {status}", status=page.status))] if page.status else []
    return element(
        "section",
        element("h4", _code(page.step), " ", escape(page.count)),
        text_in("p", " · ".join(text for text in (page.place, *status) if text), "dim"),
        *(
            text_in("p", points.title) + element("ul", *(_point(point, sink) for point in points.points))
            for points in page.points
        ),
        *(text_in("pre", text) for text in (page.hint, page.error) if text),
        kind=f"step {urgent}".rstrip(),
    )


def _point(point: Point, sink: Sink) -> str:
    reason = f"{colon(sink)}{escape(point.reason)}" if point.reason else ""
    whose = element("ul", *(text_in("li", who) for who in point.whose)) if point.whose else ""
    return element("li", _code(point.name), reason, whose)


def _chapter(page: Chapter, sink: Sink, *, several: bool) -> Iterator[str]:
    if several and (page.sections or page.found):
        yield element("h2", _code(page.step))
    for section in page.sections:
        yield from _section(section, sink)
    if page.found:
        yield _folded(sink.text(t("Result")), text_in("pre", page.found))


def _section(section: Section, sink: Sink) -> Iterator[str]:
    yield text_in("h3", section.title)
    for depth, line in depths(section.lines):
        yield text_in("p", line, f"in{min(depth, DEEPEST)}" if depth else "")
    for entry in section.entries:
        yield element(
            "section",
            element("h4", _marked(entry.mark, entry.name)),
            *(text_in("p", note.strip(), "dim") for note in entry.notes),
            *map(_field, entry.fields),
            *(_file(file, sink) for file in entry.files),
            kind="entry",
        )


def _field(field: Field) -> str:
    return element("div", element("b", _code(field.name)), _note(field.note), _sides(field), kind="field")


def _sides(field: Field) -> str:
    """Returns the values, a line each; those that need no label beside each other."""
    if not any(label for label, _ in field.sides):
        return element("p", " → ".join(_code(value) for _, value in field.sides)) if field.sides else ""
    arrows = ("", *["→ "] * len(field.sides))
    rows = (
        text_in("dt", arrow + label) + element("dd", _code(value))
        for arrow, (label, value) in zip(arrows, field.sides, strict=False)
    )
    return element("dl", *rows, kind="sides")


def _file(file: File, sink: Sink) -> str:
    diffs = (_diff(diff, sink) for diff in file.diffs)
    return element("div", _marked(file.mark, file.name), _note(file.words), *diffs, kind="field")


def _diff(diff: Diff, sink: Sink) -> str:
    lines = [text_in("span", line, SIGNS.get(line[:1], "")) for line in diff.lines]
    if diff.more:
        more = tn("… {number:,} more line", "… {number:,} more lines", diff.more)
        lines.append(text_in("span", sink.text(more)))
    return _folded(f"{diff.before} → {diff.after}", element("pre", *lines, kind="diff"))


def _folded(title: str, body: str) -> str:
    return element("details", text_in("summary", title), body)


def _marked(mark: str, name: str) -> str:
    return text_in("span", mark, "mark") + " " + _code(name)


def _note(text: str) -> str:
    return " " + text_in("span", text, "note") if text else ""


def _code(text: str) -> str:
    return text_in("code", text)
