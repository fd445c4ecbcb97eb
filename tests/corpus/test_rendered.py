"""Templates, rendered: each is deployed quietly, or told what is wrong with it beyond its places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fc_local.server import LocalServer
from tests.corpus.corpus import ABSENT, entries, names, present
from tests.corpus.faults import EXPECTED_RENDERED, as_expected, expected_of
from tests.corpus.quiet import Result, outcome
from tests.corpus.resolve import Resolved, resolve
from tests.corpus.table import table
from tests.host.harness import Host

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

TITLE = "rendered templates"
FIRST = {entry.shape: entry for entry in reversed(entries("templates"))}
RENDERED = tuple(
    replace(entry, filled=True)
    for entry in entries("templates")
    if entry.file in EXPECTED_RENDERED or FIRST[entry.shape] is entry
)
"""One of each shape: templates of one shape have the same keys, and get the same values."""


@pytest.fixture(scope="module")
def rendered(corpus_host: Host, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Resolved]:
    return resolve(RENDERED, tmp_path_factory.mktemp("rendered"), corpus_host)


@pytest.mark.parametrize("name", names(RENDERED))
def test_a_rendered_template_is_deployed_quietly_or_told_what_is_wrong(
    name: str, rendered: Mapping[str, Resolved], corpus_fc: LocalServer, tmp_path: Path
) -> None:
    resolved = rendered[f"{name}.yaml"]
    found = outcome(resolved, tmp_path, corpus_fc)
    table(TITLE).put(name, found.result.value, found.lines)
    assert as_expected(resolved.entry, found), (
        f"{found.result.value}:\n" + "\n".join(found.lines) + f"\nexpected: {expected_of(resolved.entry)}"
    )


@pytest.mark.usefixtures("whole")
def test_every_rendered_template_is_accounted_for(rendered: Mapping[str, Resolved]) -> None:
    counts = table(TITLE).counts
    assert sum(counts.values()) == len(rendered) == len(RENDERED)
    told = sum(counts.values()) - counts[Result.QUIET.value]
    assert told == len([entry for entry in RENDERED if entry.file in EXPECTED_RENDERED])
