"""What two fingerprints of a plan say moved."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.core.choices import Choice
from fc_guard.core.fingerprints import fingerprint, moved, with_own_writes
from fc_guard.core.planning import plan_deployment
from fc_guard.model.fields import Cause, CodeVersion
from fc_guard.model.files import FileChange, FileSide, FileState
from fc_guard.model.fingerprints import Fingerprint, Fingerprints, Moved, OwnWrite, Side
from fc_guard.model.plans import Policy
from fc_guard.model.resources import ResourceDiff
from fc_guard.state.seal import Sealer
from tests.unit.sides import ID, KINDS, RULES, diff

SEAL = Sealer(b"k" * 32)
OURS = diff({"size": 2}, {"size": 1}, {"size": 1})


def taken(result: ResourceDiff, policy: Policy = Policy.FAIL, serial: int = 1, day: str = "2026-02-03") -> Fingerprint:
    [action] = plan_deployment([result], KINDS, Choice(policy, {}, day)).actions
    return fingerprint(action, serial, RULES, SEAL)


def code(base: str, live: str, local: str) -> ResourceDiff:
    """A function whose package holds a.py."""

    def side(text: str) -> FileSide | None:
        return FileSide(FileState("a.py", False, text), text) if text else None

    versions = ({"code": CodeVersion(checksum=text, digest=text)} for text in (local, live, base))
    result = diff(*versions)
    return replace(result, files=(FileChange("a.py", Cause.CONFLICT, side(base), side(live), side(local)),))


def only(print: Fingerprint) -> Fingerprints:
    return {ID: print}


def test_the_file_is_named_on_the_side_where_it_moved() -> None:
    before = only(taken(code("1", "2", "3")))
    assert moved(before, only(taken(code("1", "4", "3")))) == (Moved(ID, Side.ONLINE, "a.py"),)
    assert moved(before, only(taken(code("1", "2", "5")))) == (Moved(ID, Side.HERE, "a.py"),)


def test_code_without_a_list_of_files_is_named_as_a_whole() -> None:
    before, now = (replace(code("1", "2", each), files=()) for each in "34")
    assert moved(only(taken(before)), only(taken(now))) == (Moved(ID, Side.HERE, "code"),)


def test_another_choice_is_another_plan() -> None:
    theirs = diff({"size": 1}, {"size": 2}, {"size": 1})
    [found] = moved(only(taken(theirs, Policy.FAIL)), only(taken(theirs, Policy.KEEP)))
    assert (found.side, found.what) == (Side.PLAN, "update → record")


def test_the_day_is_no_part_of_it() -> None:
    theirs = diff({"size": 1}, {"size": 2}, {"size": 1})
    assert taken(theirs, Policy.KEEP, day="2026-02-03") == taken(theirs, Policy.KEEP, day="2026-02-04")


def test_an_etag_counts_where_both_are_known() -> None:
    before = taken(OURS)
    for now, found in ((None, 0), ("e1", 0), ("e2", 1)):
        assert len(moved(only(before), only(replace(before, etag=now)))) == found


def test_what_came_or_went_is_named() -> None:
    there = only(taken(OURS))
    assert moved({}, there) == (Moved(ID, Side.HERE, "not there then"),)
    assert moved(there, {}) == (Moved(ID, Side.HERE, "no longer there"),)
    assert moved(there, only(taken(diff({"size": 2}, None, {"size": 1})))) == (
        Moved(ID, Side.ONLINE, "no longer there"),
    )


def test_what_this_run_carried_out_has_not_moved() -> None:
    before = only(taken(OURS))
    after = diff({"size": 2}, {"size": 2}, {"size": 2})
    own = {ID: OwnWrite(3, done=True)}
    assert with_own_writes(before, only(taken(after, serial=3)), own, {ID: after}) == ()


def test_what_somebody_did_after_this_run_s_write_has() -> None:
    before = only(taken(OURS))
    own = {ID: OwnWrite(3, done=True)}
    edited = diff({"size": 2}, {"size": 7}, {"size": 2})
    assert with_own_writes(before, only(taken(edited, serial=3)), own, {ID: edited}) == (
        Moved(ID, Side.ONLINE, "size"),
    )
    written = diff({"size": 2}, {"size": 2}, {"size": 2})
    found = with_own_writes(before, only(taken(written, serial=4)), own, {ID: written})
    assert Moved(ID, Side.HISTORY, "record 1 → 4") in found


def test_of_what_this_run_gave_up_only_the_record_may_have_moved() -> None:
    before = only(taken(OURS))
    own = {ID: OwnWrite(3, done=False)}
    assert with_own_writes(before, only(taken(OURS, serial=3)), own, {ID: OURS}) == ()
    more = diff({"size": 2}, {"size": 1, "env.A": "x"}, {"size": 1})
    assert with_own_writes(before, only(taken(more, serial=3)), own, {ID: more}) == (Moved(ID, Side.ONLINE, "env.A"),)
