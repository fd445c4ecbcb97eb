"""Real edits: the older version of a file is deployed, the newer one planned. What was edited appears, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from fc_guard.model.fields import CODE, Cause
from fc_guard.model.plans import Action, Verb
from fc_guard.model.resources import Presence
from fc_local.server import LocalServer
from tests.corpus.checkout import Checkout, Ended
from tests.corpus.code import EVERYTHING
from tests.corpus.corpus import ABSENT, Entry, pairs, present
from tests.corpus.edits import Edits, Key, edits
from tests.corpus.quiet import first_deployment, refusal
from tests.corpus.resolve import Resolved
from tests.corpus.table import table

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

TITLE = "pairs of versions"


def _name_of(older: Entry, newer: Entry) -> str:
    """`<file> h01-h02`, and `<file> h02-last`."""
    versions = (f"h{entry.order:02}" if entry.order else "last" for entry in (older, newer))
    return f"{older.base.removesuffix('.yaml')} {'-'.join(versions)}"


PAIRS = {_name_of(older, newer): (older, newer) for older, newer in pairs()}


@pytest.mark.parametrize("pair", PAIRS)
def test_exactly_what_was_edited_appears_and_as_ours(
    pair: str,
    files: Mapping[str, Resolved],
    history: Mapping[str, Resolved],
    corpus_fc: LocalServer,
    tmp_path: Path,
) -> None:
    older, newer = (_of(entry, files, history) for entry in PAIRS[pair])
    for which, version in (("older", older), ("newer", newer)):
        if version.error:
            table(TITLE).put(pair, f"the {which} one is refused by the host", (version.error.splitlines()[0],))
            return
    corpus_fc.admin.reset()
    checkout = Checkout(tmp_path, corpus_fc, older, EVERYTHING)
    refused = refusal(first_deployment(checkout))
    if refused is not None:
        table(TITLE).put(pair, f"the older one: {refused.result.value}", refused.lines)
        return
    before, code = checkout.blocks, checkout.code()
    checkout.update(newer)
    planned = checkout.run("plan")
    refused = refusal(planned)
    if refused is not None:
        table(TITLE).put(pair, f"the newer one: {refused.result.value}", refused.lines)
        return
    expected = edits(before, checkout.blocks)
    moved = {step for step, content in checkout.code().items() if content != code.get(step)}
    _check(planned, expected, moved)
    table(TITLE).put(pair, "exactly the edits, as ours" if expected or moved else "no differences")


def _of(entry: Entry, files: Mapping[str, Resolved], history: Mapping[str, Resolved]) -> Resolved:
    return (files if entry.folder == "files" else history)[entry.file]


def _check(planned: tuple[Ended, ...], expected: Edits, moved: set[str]) -> None:
    actions = [(ended.step, action) for ended in planned if ended.report for action in ended.report.plan.actions]
    text = "\n".join(ended.text for ended in planned)
    found = {
        (_key(action), _name(action, change.path))
        for _, action in actions
        for change in action.diff.changes
        if change.path != CODE
    }
    causes = {change.cause for _, action in actions for change in action.diff.changes}
    new = {_key(action) for _, action in actions if action.diff.presence is Presence.NEW}
    left = {_key(action) for _, action in actions if action.diff.presence in (Presence.ORPHAN, Presence.ONLINE_ONLY)}
    code = {step for step, action in actions for change in action.diff.changes if change.path == CODE}
    assert Edits(frozenset(found), frozenset(new), frozenset(left)) == expected, text
    assert causes <= {Cause.CHANGE}, text
    assert code <= moved, text
    assert not any(ended.report.plan.undecided for ended in planned if ended.report), text
    status = max((ended.report.status(exit_code=True) for ended in planned if ended.report), default=0)
    writes = expected.fields or expected.new or code or any(action.verb is Verb.DELETE for _, action in actions)
    assert status == (10 if writes else 0), text
    if not expected and not moved:
        assert all("no differences" in ended.text.lower() for ended in planned), text


def _key(action: Action) -> Key:
    return action.id.region, action.id.kind, action.id.parts


def _name(action: Action, path: tuple[str, ...]) -> str:
    """The field as a plain comparison of s.yaml can name it."""
    if action.id.kind == "service" and path[0] == "tracingConfig":
        return path[0]
    whole = path[0] in ("nasConfig", "ossMountConfig", "triggerConfig")
    return ".".join(path[:2] if whole else path)
