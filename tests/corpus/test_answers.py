"""The corpus stays quiet when FC answers in other words: the other answer to every open question, or at random."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fc_local.server import LocalServer
from fc_local.switches import OTHER
from tests.corpus.corpus import ABSENT, entries, present
from tests.corpus.faults import EXPECTED
from tests.corpus.quiet import Result, outcome
from tests.corpus.resolve import Resolved

ANSWERS: Mapping[str, Mapping[str, Any]] = {"other": OTHER, "noise": {"noise": 7}}

pytestmark = [pytest.mark.skipif(not present(), reason=ABSENT), pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("answers", ANSWERS)
def test_one_file_of_each_shape_is_quiet_whatever_words_fc_answers_in(
    answers: str, files: Mapping[str, Resolved], corpus_fc: LocalServer, tmp_path: Path
) -> None:
    sound = [entry for entry in entries("files") if _deployed(entry.file)]
    shapes = {entry.shape: entry.file for entry in sound}
    loud = []
    for file in sorted(shapes.values()):
        found = outcome(files[file], tmp_path / file, corpus_fc, ANSWERS[answers])
        if found.result not in (Result.QUIET, Result.WARNED):
            loud.append("\n    ".join((file, *found.lines)))
    assert not loud, f"{len(loud)} of {len(shapes)}:\n" + "\n".join(loud)


def _deployed(file: str) -> bool:
    return file not in EXPECTED or EXPECTED[file].result is Result.WARNED
