"""Shows a pull: the patch of s.yaml, the files of the code folder, and what is left to a person."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from fc_guard.language import joined, t, tn
from fc_guard.model.fields import CODE
from fc_guard.model.merges import FileConflict, MergedFile
from fc_guard.model.pulls import CodeTaken, Left, Pull, Taken
from fc_guard.model.resources import Presence
from fc_guard.render.counting import more_files
from fc_guard.render.file_lines import folded_lines, merged_lines, told_apart
from fc_guard.render.merge import origin
from fc_guard.render.paint import Paint
from fc_guard.render.values import safe

CONTEXT: Final = 2
MOST_FILES: Final = 50


def pull_text(pull: Pull, paint: Paint, *, full: bool = False) -> str:
    """Returns what would be written, in the order in which a reader decides. Long lists are folded, unless `full`."""
    sections = [
        joined(_patch(pull, paint)),
        *(joined(_code(code, paint, full)) for code in pull.codes),
        joined(_left(pull.left, paint)),
    ]
    return joined((section for section in sections if section), "\n\n")


def count_line(pull: Pull) -> str:
    """Returns the line that counts what a pull brings and leaves."""
    gone = sum(item.gone for item in pull.taken)
    whole = sum(_is_whole(item) for item in pull.taken)
    fields = sum(len(item.paths - {CODE}) for item in pull.taken if not _is_whole(item))
    files = sum(len(code.writes) for code in pull.codes)
    open_files = sum(len(code.merge.conflicts) + len(code.refused) for code in pull.codes)
    saved = sum(1 for code in pull.codes if code.saved)
    file = safe(pull.file)
    counts = [
        (fields, tn("{number:,} field into {file}", "{number:,} fields into {file}", fields, file=file)),
        (whole, tn("{number:,} resource into {file}", "{number:,} resources into {file}", whole, file=file)),
        (gone, tn("{number:,} resource out of {file}", "{number:,} resources out of {file}", gone, file=file)),
        (files, tn("{number:,} file", "{number:,} files", files)),
        (open_files, tn("{number:,} file left to you", "{number:,} files left to you", open_files)),
        (saved, tn("{number:,} package saved", "{number:,} packages saved", saved)),
        (len(pull.left), tn("{number:,} change not done", "{number:,} changes not done", len(pull.left))),
    ]
    return t("Pull: ") + joined((words for number, words in counts if number), ", ")


def _is_whole(item: Taken) -> bool:
    """Says whether a resource comes into s.yaml with all that it has."""
    return item.diff.presence is Presence.ONLINE_ONLY


def _patch(pull: Pull, paint: Paint) -> Iterator[str]:
    before, after = (text.split("\n") for text in pull.shown)
    names = safe(pull.file), t("{file} (pulled)", file=safe(pull.file))
    # A line feed ends a line; a carriage return before it, as the file may have, is not shown.
    lines = [line.removesuffix("\r") for line in difflib.unified_diff(before, after, *names, n=CONTEXT, lineterm="")]
    for line in (*lines[:2], *told_apart(lines[2:])):
        colour = "bold" if line.startswith(("---", "+++")) else {"-": "red", "+": "green", "@": "dim"}.get(line[:1], "")
        yield paint(line, colour)


def _code(code: CodeTaken, paint: Paint, full: bool) -> Iterator[str]:
    if code.saved:
        yield paint(
            t("Code of {id}: not written into the project, since {why}.", id=safe(str(code.id)), why=safe(code.why)),
            "bold",
        )
        yield t("  the package that is online goes to {saved}", saved=safe(code.saved))
        return
    yield paint(t("Code in {root}:", root=safe(code.root)), "bold")
    if code.shared and code.writes:
        steps = joined(map(safe, code.shared), ", ")
        yield paint(
            t("  it is the code of {steps} too, where this counts as your change and goes with s deploy", steps=steps),
            "yellow",
        )
    yield from _folded(code.writes, full, lambda file: _file(file, paint, full))
    yield from _folded(code.merge.conflicts, full, lambda conflict: _conflict(conflict, paint))
    if code.merge.conflicts:
        yield t(
            "    what you have to settle, with both sides in it where it is text, goes to {beside}",
            beside=safe(code.beside),
        )
    yield from _folded(
        code.refused, full, lambda item: _line("!", "red", item[0], t("not written: {item}", item=safe(item[1])), paint)
    )
    yield from _folded(code.mine, full, lambda name: _line("·", "dim", name, t("yours, stays"), paint))


T = TypeVar("T")


def _folded(items: Sequence[T], full: bool, lines: Callable[[T], Iterable[str]]) -> Iterator[str]:
    shown = items if full else items[:MOST_FILES]
    for item in shown:
        yield from lines(item)
    if len(items) > len(shown):
        yield "    " + more_files(len(items) - len(shown))


def _file(file: MergedFile, paint: Paint, full: bool) -> Iterator[str]:
    symbol, colour = ("-", "red") if not file.present else ("+", "green") if file.was == "" else ("~", "yellow")
    yield from _line(symbol, colour, file.name, origin(file), paint)
    if file.present and file.text is not None and file.was is not None:
        yield from folded_lines(merged_lines(file.name, file.was, file.text), paint, full=full, indent=6)


def _conflict(conflict: FileConflict, paint: Paint) -> Iterator[str]:
    yield from _line("!", "red", conflict.name, t("{why}: yours stays", why=conflict.why), paint)


def _line(symbol: str, colour: str, name: str, words: str, paint: Paint) -> Iterator[str]:
    yield t("  {mark} {name}  {words}", mark=paint(symbol, colour), name=safe(name), words=paint(words, "dim"))


def _left(left: Iterable[Left], paint: Paint) -> Iterator[str]:
    items = list(left)
    if items:
        yield paint(t("Not done, for you to edit:"), "bold")
    for item in items:
        why = paint(t("({why})", why=safe(item.why)), "dim")
        yield t("  {at}: {what}  {why}", at=safe(item.at), what=safe(item.what), why=why)
        yield from ("    " + paint(f"- {safe(line)}", "red") for line in item.minus)
        yield from ("    " + paint(f"+ {safe(line)}", "green") for line in item.plus)


def pull_document(pull: Pull) -> dict[str, object]:
    """Returns the pull as plain JSON. What another kind of the step has for code comes beside the first one's."""
    document: dict[str, object] = {
        "file": pull.file,
        "fields": [
            t("{id} {path}", id=item.diff.id, path=".".join(path)) for item in pull.taken for path in sorted(item.paths)
        ],
        "gone": [str(item.diff.id) for item in pull.taken if item.gone],
        "left": [{"resource": str(item.id), "at": item.at, "what": item.what, "why": item.why} for item in pull.left],
    }
    if pull.codes:
        document["code"] = _code_document(pull.codes[0])
    if len(pull.codes) > 1:
        document["more_code"] = [{"resource": str(code.id), **_code_document(code)} for code in pull.codes[1:]]
    return document


def _code_document(code: CodeTaken) -> dict[str, object]:
    return {
        "writes": [file.name for file in code.writes if file.present],
        "deletes": [file.name for file in code.writes if not file.present],
        "conflicts": [conflict.name for conflict in code.merge.conflicts],
        "refused": [name for name, _ in code.refused],
        **({"saved": code.saved} if code.saved else {}),
    }
