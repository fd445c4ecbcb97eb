"""The corpus is quiet: what is right is deployed and planned without a word, what is wrong is told at its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from fc_local.server import LocalServer
from tests.corpus.corpus import ABSENT, entries, names, present
from tests.corpus.faults import EXPECTED, LINE, as_expected, unknown_keys
from tests.corpus.quiet import Outcome, Result, outcome
from tests.corpus.resolve import Resolved
from tests.corpus.table import table

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

TITLE = "files"
INDEXED = re.compile(r"unknown key \S*?([^.\s]+)$")
NOT_IN_INDEX = {"accelerationInfo", "cors"}
"""Keys of FC's own answers, and of another service: the index has nothing against them."""
ONLY_IN_INDEX = {"functionName", "code"}
"""Told of as what they are: a file for FC 3.0."""


@pytest.mark.parametrize("name", names(entries("files")))
def test_a_file_is_deployed_quietly_or_told_what_is_wrong(
    name: str, files: Mapping[str, Resolved], corpus_fc: LocalServer, tmp_path: Path
) -> None:
    resolved = files[f"{name}.yaml"]
    found = outcome(resolved, tmp_path, corpus_fc)
    table(TITLE).put(name, found.result.value, found.lines)
    expected = EXPECTED.get(resolved.entry.file, Outcome(Result.QUIET))
    assert as_expected(resolved.entry, found), (
        f"{found.result.value}:\n" + "\n".join(found.lines) + f"\nexpected: {expected}"
    )


@pytest.mark.usefixtures("whole")
def test_every_file_is_accounted_for(files: Mapping[str, Resolved]) -> None:
    counts = table(TITLE).counts
    assert sum(counts.values()) == len(files) == len(entries("files"))
    assert counts.get(Result.LOUD.value, 0) == 0
    faulty = [entry for entry in entries("files") if entry.file in EXPECTED]
    told = sum(counts.values()) - counts[Result.QUIET.value]
    assert told == len(faulty)


@pytest.mark.parametrize("name", names(entry for entry in entries("files") if entry.file in EXPECTED))
def test_the_lines_that_are_to_be_named_hold_what_is_said_of_them(name: str) -> None:
    entry = next(entry for entry in entries("files") if entry.file == f"{name}.yaml")
    lines = entry.text.splitlines()
    for words in EXPECTED[entry.file].lines:
        if (placed := LINE.match(words)) is not None:
            assert _holds(lines[int(placed[1]) - 1], placed[2]), words


def _holds(line: str, words: str) -> bool:
    """Whether the line has the key, or one above it whose value comes from elsewhere in the file."""
    if "was not resolved" in words:
        return "${" in line
    if "is missing" in words:
        return line.strip().split(":")[0] in ("props", "function", "runtime")
    quoted = re.match(r"unknown key '([^']+)'", words)
    keys = [quoted[1]] if quoted else re.split(r"[: ]", words, maxsplit=1)[0].split(".")
    return any(key in line for key in keys if not key.isdigit())


@pytest.mark.parametrize("file", [entry.file for entry in entries("files") if entry.issues])
def test_the_unknown_keys_told_of_are_those_that_the_index_of_the_corpus_lists(file: str) -> None:
    entry = next(entry for entry in entries("files") if entry.file == file)
    listed = {match[1] for issue in entry.issues if (match := INDEXED.search(issue))} - ONLY_IN_INDEX
    expected = EXPECTED.get(file, Outcome(Result.QUIET))
    if expected.result in (Result.FC, Result.HOST):
        return  # what the host or FC refuses is told by them
    assert unknown_keys(expected) - NOT_IN_INDEX == listed
