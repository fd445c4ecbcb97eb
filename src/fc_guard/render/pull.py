"""A pull as text: the patch of s.yaml, the files of the code folder, and what is left to a person."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

from fc_guard.model.pulls import CodeTaken, Left, Pull
from fc_guard.render.paint import Paint
from fc_guard.render.values import safe

CONTEXT: Final = 2
MOST_FILES: Final = 50


def pull_text(pull: Pull, paint: Paint) -> str:
    """What would be written, in the order in which a reader decides."""
    sections = [
        "\n".join(_patch(pull, paint)),
        "\n".join(_code(pull.code, paint)) if pull.code is not None else "",
        "\n".join(_left(pull.left, paint)),
    ]
    return "\n\n".join(section for section in sections if section)


def count_line(pull: Pull) -> str:
    """What there is, in numbers."""
    code = pull.code
    fields = sum(1 if item.gone else max(len(item.paths), 1) for item in pull.taken)
    files = len(code.writes) + len(code.deletes) if code is not None else 0
    conflicts = len(code.conflicts) + len(code.refused) if code is not None else 0
    counts = [(fields, "into s.yaml"), (files, "files"), (conflicts, "files left to you"), (len(pull.left), "not done")]
    return "Pull: " + ", ".join(f"{number} {word}" for number, word in counts if number)


def _patch(pull: Pull, paint: Paint) -> Iterator[str]:
    before, after = (text.split("\n") for text in pull.shown)
    for line in difflib.unified_diff(before, after, pull.file, f"{pull.file} (pulled)", n=CONTEXT, lineterm=""):
        colour = "bold" if line.startswith(("---", "+++")) else {"-": "red", "+": "green", "@": "dim"}.get(line[:1], "")
        yield paint(safe(line.removesuffix("\r")), colour)


def _code(code: CodeTaken, paint: Paint) -> Iterator[str]:
    if code.saved:
        yield paint(f"Code of {safe(str(code.id))}: not written into the project, since {safe(code.why)}.", "bold")
        yield f"  the package that is online goes to {safe(code.saved)}"
        return
    yield paint(f"Code in {safe(code.root)}:", "bold")
    groups = [
        (code.writes, "+", "green", "as it is online"),
        (code.deletes, "-", "red", "deleted, as online"),
        (code.conflicts, "!", "red", "changed here too: yours stays, the online one goes beside it as {name}.online"),
        (code.mine, "·", "dim", "yours, stays"),
    ]
    for names, symbol, colour, word in groups:
        for name in names[:MOST_FILES]:
            yield f"  {paint(symbol, colour)} {safe(name)}  {paint(word.format(name=safe(name)), 'dim')}"
        if len(names) > MOST_FILES:
            yield f"    … and {len(names) - MOST_FILES} more"
    for name, why in code.refused[:MOST_FILES]:
        yield f"  {paint('!', 'red')} {safe(name)}  {paint(f'not written: {safe(why)}', 'dim')}"


def _left(left: Iterable[Left], paint: Paint) -> Iterator[str]:
    items = list(left)
    if items:
        yield paint("Not done, for you to edit:", "bold")
    for item in items:
        yield f"  {safe(item.at)}: {safe(item.what)}  {paint(f'({safe(item.why)})', 'dim')}"
        yield from (f"    {paint(f'- {safe(line)}', 'red')}" for line in item.minus)
        yield from (f"    {paint(f'+ {safe(line)}', 'green')}" for line in item.plus)


def pull_document(pull: Pull) -> dict[str, object]:
    """The same as plain JSON."""
    code = pull.code
    document: dict[str, object] = {
        "file": pull.file,
        "fields": [f"{item.diff.id} {'.'.join(path)}" for item in pull.taken for path in sorted(item.paths)],
        "left": [{"resource": str(item.id), "at": item.at, "what": item.what, "why": item.why} for item in pull.left],
    }
    if code is not None:
        document["code"] = {
            "writes": list(code.writes),
            "deletes": list(code.deletes),
            "conflicts": list(code.conflicts),
            "refused": [name for name, _ in code.refused],
            **({"saved": code.saved} if code.saved else {}),
        }
    return document
