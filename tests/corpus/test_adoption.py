"""What the predecessor deployed is adopted quietly: each file, as it would have deployed it, and then by us."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from fc_guard.model.fields import Cause
from fc_local.server import LocalServer
from fc_local.switches import OTHER
from tests.corpus.checkout import Checkout
from tests.corpus.corpus import ABSENT, entries, names, present
from tests.corpus.faults import EXPECTED
from tests.corpus.predecessor import Refused, deployed_by_the_predecessor
from tests.corpus.quiet import Result, differences, writes
from tests.corpus.resolve import Resolved
from tests.corpus.table import table

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

TITLE = "deployed by the predecessor"
QUIET, FAULTY, LOUD = "adopted quietly", "cannot be deployed, as in the table of files", "NOT QUIET"
EMPTIED = "asks: its last step emptied what its first one says of the service they share"
HONEST = {
    "devsapp__fc__examples__remote-invoke__s": (EMPTIED, ("fc-event-test: service fc-test description",)),
}
"""Files of which online is truly not what they say: the row, and all that is asked about."""
ANSWERS: Mapping[str, Mapping[str, Any]] = {"other": OTHER, "noise": {"noise": 7}}


@pytest.mark.parametrize("name", names(entries("files")))
def test_what_the_predecessor_deployed_is_adopted_quietly(
    name: str, files: Mapping[str, Resolved], corpus_fc: LocalServer, tmp_path: Path
) -> None:
    row, lines = adopted(name, files, tmp_path, corpus_fc) if _deploys(name) else (FAULTY, ())
    table(TITLE).put(name, row, lines)
    assert (row, lines) == HONEST.get(name, (row, ())), "\n".join(lines)


@pytest.mark.usefixtures("whole")
def test_every_file_is_accounted_for(files: Mapping[str, Resolved]) -> None:
    counts = table(TITLE).counts
    assert counts == {
        QUIET: sum(map(_deploys, names(entries("files")))) - len(HONEST),
        EMPTIED: len(HONEST),
        FAULTY: sum(found.result is not Result.WARNED for found in EXPECTED.values()),
    }
    assert sum(counts.values()) == len(files)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("answers", ANSWERS)
def test_one_file_of_each_shape_is_adopted_quietly_whatever_words_fc_answers_in(
    answers: str, files: Mapping[str, Resolved], corpus_fc: LocalServer, tmp_path: Path
) -> None:
    sound = (entry for entry in entries("files") if _deploys(names([entry])[0]))
    shapes = {entry.shape: names([entry])[0] for entry in sound}
    found = {name: adopted(name, files, tmp_path / name, corpus_fc, ANSWERS[answers]) for name in shapes.values()}
    assert {name: told for name, told in found.items() if told != HONEST.get(name, (QUIET, ()))} == {}


def _deploys(name: str) -> bool:
    found = EXPECTED.get(f"{name}.yaml")
    return found is None or found.result is Result.WARNED


def adopted(
    name: str,
    files: Mapping[str, Resolved],
    root: Path,
    server: LocalServer,
    answers: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[str, tuple[str, ...]]:
    """What became of the file, and what there was to see where nothing should be."""
    server.admin.reset()
    server.admin.switches(**{**answers, "foreign_role": "accept"})  # each file was its own account's
    checkout = Checkout(root, server, files[f"{name}.yaml"])
    try:
        deployed_by_the_predecessor(checkout)
    except Refused as error:
        return LOUD, (f"the predecessor: {error}",)
    if name in HONEST:
        return HONEST[name][0], _asked_about(checkout)
    for title, look in (("plan", differences), ("deploy", writes), ("plan again", differences)):
        if lines := tuple(f"{title}: {line}" for line in look(checkout)):
            return LOUD, lines
    return QUIET, ()


def _asked_about(checkout: Checkout) -> tuple[str, ...]:
    plans = [(ended.step, ended.report.plan) for ended in checkout.run("plan") if ended.report is not None]
    return tuple(
        f"{step}: {action.id} {change.name}"
        for step, plan in plans
        for action in plan.actions
        for change in action.diff.changes
        if change.cause is Cause.UNKNOWN
    )
