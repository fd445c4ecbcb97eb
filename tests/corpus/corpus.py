"""The corpus: real s.yaml files, read in place. None of their text is in this project."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from tests.corpus.rendering import rendered

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("FC_GUARD_CORPUS") or ROOT.parent / "shared" / "corpus")
ABSENT = f"the corpus is not at {CORPUS} (FC_GUARD_CORPUS names another place)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the corpus, and where it stands in its repository."""

    folder: str  # files, history, fc3, templates
    file: str
    repo: str
    path: str
    issues: tuple[str, ...] = ()  # what the index found wrong with it
    base: str = ""  # history: the file in files/ that came of it
    order: int = 0
    shape: str = ""  # files of one shape have the same keys
    filled: bool = False  # templates: with a value in every place

    @property
    def source(self) -> Path:
        return CORPUS / self.folder / self.file

    @property
    def text(self) -> str:
        text = self.source.read_text(encoding="utf-8")
        return rendered(text) if self.filled else text


def present() -> bool:
    return (CORPUS / "files" / "index.csv").is_file()


@cache
def entries(folder: str) -> tuple[Entry, ...]:
    """The folder's index, for the files that are here; nothing where there is no corpus."""
    if not present():
        return ()
    rows = csv.DictReader((CORPUS / folder / "index.csv").read_text(encoding="utf-8").splitlines())
    found = (
        Entry(
            folder,
            row["file"],
            row["repo"],
            row["path"],
            tuple(issue for issue in row.get("issues", "").split(";") if issue),
            row.get("base", ""),
            int(row.get("order") or 0),
            row.get("shape_id", ""),
        )
        for row in rows
    )
    return tuple(entry for entry in found if entry.source.is_file())


def pairs() -> Iterator[tuple[Entry, Entry]]:
    """Each version in history/ with the next one; the last with the file in files/, where that is here."""
    newest = {entry.file: entry for entry in entries("files")}
    versions: dict[str, list[Entry]] = {}
    for entry in entries("history"):
        versions.setdefault(entry.base, []).append(entry)
    for base, found in versions.items():
        chain = sorted(found, key=lambda entry: entry.order)
        chain += [newest[base]] if base in newest else []
        yield from pairwise(chain)


def names(found: Iterable[Entry]) -> list[str]:
    return [entry.file.removesuffix(".yaml") for entry in found]
