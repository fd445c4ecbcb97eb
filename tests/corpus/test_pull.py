"""Pull on real files: after random edits online only the lines that are meant change, the real host's parser reads what
is online, and what could not be written is told."""

from __future__ import annotations

import os
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from fc_guard.model.fields import CODE, Cause
from fc_guard.model.resources import Presence
from fc_local.server import LocalServer
from tests.corpus.checkout import Checkout, Ended
from tests.corpus.corpus import ABSENT, Entry, entries, names, present
from tests.corpus.faults import EXPECTED
from tests.corpus.hands import EDITS, Hands
from tests.corpus.quiet import Result, first_deployment
from tests.corpus.resolve import Resolved, Resolver
from tests.corpus.table import table
from tests.corpus.touched import unmeant

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

TITLE = "pulled after edits online"
WHOLE, PART, TOLD, FAULTY = "pulled", "pulled in part, the rest told", "all of it told", "cannot be deployed"
EDITS_A_FILE = 4
SEED = os.environ.get("FC_GUARD_PULL_SEED", "")
"""Other edits, for a longer run."""


@dataclass(frozen=True, slots=True)
class Rewritten(Entry):
    """A file of the corpus as a pull has left it."""

    now: str = ""

    @property
    def text(self) -> str:
        return self.now


@pytest.mark.parametrize("name", names(entries("files")))
def test_only_the_meant_lines_change_and_the_host_reads_what_is_online(
    name: str, files: Mapping[str, Resolved], resolver: Resolver, corpus_fc: LocalServer, tmp_path: Path
) -> None:
    entry = files[f"{name}.yaml"].entry
    if not _deployed(entry):
        table(TITLE).put(entry.file, FAULTY)
        return
    corpus_fc.admin.reset()
    corpus_fc.admin.switches(foreign_role="accept")  # each file was its own account's
    rng = random.Random(f"{SEED}{entry.file}")
    checkout = Checkout(tmp_path / "project", corpus_fc, files[entry.file])
    assert [ended.error for ended in first_deployment(checkout) if ended.error] == []
    edits = Hands(corpus_fc, rng.choice(checkout.blocks), rng).edit(EDITS_A_FILE)
    corpus_fc.admin.clear_journal()
    before = _text(checkout)
    ends = checkout.run("pull -y" + rng.choice(["", " --include-secrets"]))
    said = "\n".join([f"edits: {', '.join(edits)}", *(ended.text for ended in ends)])
    assert [ended.error for ended in ends if ended.error] == [], said
    assert corpus_fc.admin.writes() == []
    after = _text(checkout)
    assert unmeant(before, after) == [], said
    left = {item for ended in ends for item in _left(ended)}
    checkout.reread(resolver.resolved(_rewritten(entry, after), tmp_path / "again"))
    assert checkout.resolved.error == "", said
    assert [line for ended in checkout.run("plan") for line in _remaining(ended, left)] == [], said
    pulled = any(ended.report.output["pull"]["fields"] for ended in ends if ended.report)
    table(TITLE).put(entry.file, TOLD if not pulled else PART if left else WHOLE, tuple(edits))


def _deployed(entry: Entry) -> bool:
    return entry.file not in EXPECTED or EXPECTED[entry.file].result is Result.WARNED


def _rewritten(entry: Entry, now: str) -> Rewritten:
    return Rewritten(entry.folder, entry.file, entry.repo, entry.path, now=now)


def _left(ended: Ended) -> list[str]:
    """The resources of which something was told, and functions of which code was."""
    if ended.report is None:
        return []
    document = ended.report.output["pull"]
    code = document.get("code", {})
    told = [item["resource"] for item in document["left"]]
    return told + (["code"] if code.get("saved") or code.get("refused") or code.get("conflicts") else [])


def _text(checkout: Checkout) -> str:
    return checkout.yaml.read_bytes().decode()


def _remaining(ended: Ended, left: Collection[str]) -> list[str]:
    """What is still to say of the edited file: nothing but what was told."""
    if ended.report is None:
        return [f"{ended.step}: {ended.error}"]
    lines = []
    for action in ended.report.plan.actions:
        desired = action.diff.desired
        said, follows = ({}, {}) if desired is None else (desired.fields, desired.derived)
        told = str(action.id) in left
        if action.diff.presence in (Presence.DELETED_ONLINE, Presence.ONLINE_ONLY) and not told:
            lines.append(f"{action.id} is {action.diff.presence.value}")
        for change in action.diff.changes:
            if change.path == CODE:  # s.yaml itself may be in the package
                expected = "code" in left or change.cause is Cause.CHANGE
            elif change.path in follows and change.path not in said:  # what was pulled needs it, as if written here
                expected = change.cause is Cause.CHANGE
            else:
                ours = change.cause is Cause.CHANGE and change.path in said  # not what goes along with theirs
                expected = change.cause is Cause.CONVERGED or (told and not ours)
            if not expected:
                lines.append(f"{action.id} {change.name} {change.cause.value}: {change.live!r} {change.desired!r}")
    return lines


def test_every_file_is_accounted_for(whole: None) -> None:
    counts = table(TITLE).counts
    assert sum(counts.values()) == len(entries("files"))
    played = sum(counts.values()) - counts[FAULTY]
    assert counts[WHOLE] > played * 0.3
    assert counts.get(TOLD, 0) < played * 0.2


def test_every_type_of_edit_was_made(whole: None) -> None:
    made = {edit for _, edits in table(TITLE).rows.values() for edit in edits}
    assert made == set(EDITS)
