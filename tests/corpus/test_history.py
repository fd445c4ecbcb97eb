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
from tests.corpus.quiet import differences, first_deployment, refusal
from tests.corpus.resolve import Resolved
from tests.corpus.table import table

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

TITLE = "pairs of versions"
EXACT, NOTHING = "exactly the edits, as ours", "no differences"
OLDER_HOST = "the older one: refused by the host"
OLDER, NEWER = "the older one: rejected", "the newer one: rejected"
FAULTY = {
    "202780181__NeteaseCloudMusicApi__s h01-h02": OLDER_HOST,
    "202780181__NeteaseCloudMusicApi__s h04-h05": NEWER,  # https, as a trigger's type and without a certificate
    "202780181__NeteaseCloudMusicApi__s h05-h06": OLDER,
    "202780181__NeteaseCloudMusicApi__s h06-h07": OLDER,
    "2100758446__zhixuetong-competition__s h01-last": OLDER,  # a reserved variable
    "Aadiprofessional__MatrixAI-Server__s_yml h01-h02": OLDER,
    "Aadiprofessional__MatrixAI-Server__s_yml h02-h03": OLDER,
    "Aadiprofessional__MatrixAI-Server__s_yml h03-last": OLDER,
    "AqiuBeats__jmcorner__s h01-h02": OLDER,  # 4 MB of memory
    "Serverless-Devs__core__test__fixtures__start-fc-http-nodejs12__d h01-last": NEWER,  # unresolved
    "Serverless-Devs__core__test__fixtures__yaml__s h01-last": NEWER,  # method POSTx
    "chengxiaobin__start-flask-df8b__s h01-h02": NEWER,  # a timeout of 600000
    "chengxiaobin__start-flask-df8b__s h02-last": OLDER,
    "devsapp__fc__examples__fc-nas__s h01-last": NEWER,  # a role without an account
    "devsapp__fc__examples__multi-envs__s h01-h02": OLDER,  # no region
    "devsapp__fc__examples__multi-envs__s h02-h03": OLDER,
    "devsapp__fc__examples__multi-envs__s h03-h04": OLDER,
    "devsapp__fc__examples__multi-envs__s h04-last": OLDER,
    "jhao0413__SeshiCloud-CheckIn__s h01-h02": OLDER,  # no config
}
"""Pairs of which one cannot be deployed. Every other must be understood."""


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
    corpus_fc.admin.reset()
    corpus_fc.admin.switches(foreign_role="accept")  # each file was its own account's
    row, lines = _played(older, newer, tmp_path, corpus_fc)
    table(TITLE).put(pair, row, lines)
    if pair in FAULTY:
        assert row == FAULTY[pair], lines
    else:
        assert row in (EXACT, NOTHING), lines


def _played(older: Resolved, newer: Resolved, root: Path, server: LocalServer) -> tuple[str, tuple[str, ...]]:
    """What became of the pair, and why."""
    for which, version in (("older", older), ("newer", newer)):
        if version.error:
            return f"the {which} one: refused by the host", (version.error.splitlines()[0],)
    checkout = Checkout(root, server, older, EVERYTHING)
    refused = refusal(first_deployment(checkout))
    if refused is not None:
        return f"the older one: {refused.result.value}", refused.lines
    before, code = checkout.blocks, checkout.code()
    checkout.update(newer)
    planned = checkout.run("plan")
    refused = refusal(planned)
    if refused is not None:
        return f"the newer one: {refused.result.value}", refused.lines
    expected = edits(before, checkout.blocks)
    moved = {step for step, content in checkout.code().items() if content != code.get(step)}
    _check(planned, expected, moved)
    deployed = checkout.run("deploy -y")
    assert [str(ended.error) for ended in deployed if ended.error] == []
    assert differences(checkout) == []
    return (EXACT if expected or moved else NOTHING), ()


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
    untold = {field for field in expected.fields - found if _is_left_to_a_plugin(field, text)}
    assert Edits(frozenset(found | untold), frozenset(new), frozenset(left)) == expected, text
    assert causes <= {Cause.CHANGE}, text
    assert code <= moved, text
    assert not any(ended.report.plan.undecided for ended in planned if ended.report), text
    status = max((ended.report.status(exit_code=True) for ended in planned if ended.report), default=0)
    writes = (
        expected.fields - untold or expected.new or code or any(action.verb is Verb.DELETE for _, action in actions)
    )
    assert status == (10 if writes else 0), text
    if not expected and not moved:
        assert all("no differences" in ended.text.lower() for ended in planned), text


def _is_left_to_a_plugin(field: tuple[Key, str], text: str) -> bool:
    """Whether the plan notes that a field left s.yaml and is taken as deployed, since only `deploy` runs the plugin."""
    (_, kind, parts), name = field
    _, _, note = text.partition("since the plugin of ")
    return f"\n  {kind} {'/'.join(parts)}: " in note and name in note


def _key(action: Action) -> Key:
    return action.id.region, action.id.kind, action.id.parts


def _name(action: Action, path: tuple[str, ...]) -> str:
    """The field as a plain comparison of s.yaml can name it."""
    if action.id.kind == "service" and path[0] == "tracingConfig":
        return path[0]
    whole = path[0] in ("nasConfig", "ossMountConfig", "triggerConfig")
    return ".".join(path[:2] if whole else path)


@pytest.mark.usefixtures("whole")
def test_every_pair_is_accounted_for() -> None:
    counts = table(TITLE).counts
    assert sum(counts.values()) == len(PAIRS)
    assert counts[EXACT] + counts[NOTHING] + sum(pair in FAULTY for pair in PAIRS) == len(PAIRS)
