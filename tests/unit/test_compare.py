"""Whose change is whose: the table of DESIGN §3, one fact a test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fc_guard.core.compare import View, compare
from fc_guard.core.normal import normalise, observed
from fc_guard.kinds import REGISTRY
from fc_guard.model.fields import CODE, MISSING, Cause, CodeVersion
from fc_guard.model.resources import Baseline, Desired, Live, Presence
from fc_guard.model.rows import one_of
from tests.unit.sides import ID, RULES, causes, diff, seal


@pytest.mark.parametrize(
    ("desired", "live", "applied", "expected"),
    [
        pytest.param(1, 1, 1, {}, id="same"),
        pytest.param(2, 1, 1, {"size": Cause.CHANGE}, id="changed here"),
        pytest.param(1, 2, 1, {"size": Cause.DRIFT}, id="changed online"),
        pytest.param(2, 2, 1, {"size": Cause.CONVERGED}, id="changed on both sides to the same"),
        pytest.param(2, 3, 1, {"size": Cause.CONFLICT}, id="changed on both sides"),
    ],
)
def test_the_cause_of_a_difference(desired: int, live: int, applied: int, expected: dict[str, Cause]) -> None:
    assert causes(diff({"size": desired}, {"size": live}, {"size": applied})) == expected


def test_without_a_baseline_the_owner_of_a_difference_is_unknown() -> None:
    result = diff({"size": 1}, {"size": 2})
    assert causes(result) == {"size": Cause.UNKNOWN}
    assert result.adopted


def test_a_default_edited_in_the_console_is_drift_that_survives() -> None:
    result = diff({}, {"timeout": 9}, applied={}, observed={"timeout": 3})
    (change,) = result.changes
    assert (change.cause, change.live, change.target) == (Cause.ONLINE_ONLY, 9, 9)
    assert not change.at_risk
    assert result.drifted


def test_a_line_removed_from_s_yaml_sends_the_default_back() -> None:
    (change,) = diff({}, {"timeout": 9}, applied={"timeout": 9}).changes
    assert (change.cause, change.target) == (Cause.CHANGE, 3)


def test_a_line_removed_from_s_yaml_removes_the_key_of_a_map() -> None:
    (change,) = diff({}, {"env.A": "1"}, applied={"env.A": "1"}).changes
    assert (change.cause, change.target) == (Cause.CHANGE, MISSING)


def test_a_line_removed_from_s_yaml_that_somebody_changed_online_is_a_conflict() -> None:
    (change,) = diff({}, {"timeout": 20}, applied={"timeout": 9}).changes
    assert (change.cause, change.target) == (Cause.CONFLICT, 3)


def test_a_key_added_online_is_kept_and_reported() -> None:
    (change,) = diff({"env.A": "1"}, {"env.A": "1", "env.B": "2"}, {"env.A": "1"}).changes
    assert (change.name, change.cause) == ("env.B", Cause.ONLINE_ONLY)


def test_a_key_removed_online_is_drift() -> None:
    (change,) = diff({"env.A": "1"}, {}, {"env.A": "1"}).changes
    assert (change.cause, change.live, change.target) == (Cause.DRIFT, MISSING, "1")


def test_declaring_what_is_already_so_is_no_difference() -> None:
    assert diff({"timeout": 3}, {"timeout": 3}, applied={}, observed={"timeout": 3}).changes == ()


def test_what_the_server_spelled_otherwise_at_our_own_write_is_not_drift() -> None:
    assert diff({"size": 100}, {"size": 128}, {"size": 100}, observed={"size": 128}).changes == ()


def test_a_kept_field_is_shown_with_its_date_until_one_side_changes() -> None:
    kept = {"size": "2026-01-01"}
    (change,) = diff({"size": 1}, {"size": 2}, {"size": 1}, observed={"size": 2}, kept=kept).changes
    assert (change.cause, change.since) == (Cause.KEPT, "2026-01-01")
    (change,) = diff({"size": 5}, {"size": 2}, {"size": 1}, observed={"size": 2}, kept=kept).changes
    assert change.cause is Cause.CONFLICT
    assert causes(diff({"size": 1}, {"size": 3}, {"size": 1}, observed={"size": 2}, kept=kept)) == {"size": Cause.DRIFT}


KEPT = {"size": "2026-01-01"}


@pytest.mark.parametrize(
    ("desired", "live", "expected"),
    [
        pytest.param(70, 90, (Cause.KEPT, 70, 90, 70, "2026-01-01"), id="nothing moved"),
        pytest.param(75, 90, (Cause.CONFLICT, 70, 90, 75, "2026-01-01"), id="changed here"),
        pytest.param(90, 90, None, id="taken over here"),
        pytest.param(70, 95, (Cause.DRIFT, 70, 95, 70, ""), id="changed online again"),
        pytest.param(75, 95, (Cause.CONFLICT, 70, 95, 75, ""), id="changed on both sides again"),
        pytest.param(95, 95, (Cause.CONVERGED, 70, 95, 95, ""), id="changed on both sides to the same"),
        pytest.param(70, 70, (Cause.CONVERGED, 70, 70, 70, ""), id="taken back online"),
        pytest.param(None, 90, (Cause.KEPT, 70, 90, 90, "2026-01-01"), id="taken out of s.yaml"),
        pytest.param(None, 95, (Cause.ONLINE_ONLY, 70, 95, 95, ""), id="taken out, and changed online again"),
        pytest.param(None, 70, (Cause.CONVERGED, 70, 70, 70, ""), id="taken out, and taken back online"),
    ],
)
def test_what_was_kept_is_theirs_whatever_moves_next(
    desired: int | None, live: int, expected: tuple[object, ...] | None
) -> None:
    """Deployed as 70, changed online to 90, kept: what was deployed is the side that both come from."""
    ours = {} if desired is None else {"size": desired}
    changes = diff(ours, {"size": live}, {"size": 70}, observed={"size": 90}, kept=KEPT).changes
    found = [(change.cause, change.baseline, change.live, change.target, change.since) for change in changes]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize("name", ["env.A", "text"])
def test_what_was_only_set_online_and_kept_is_a_conflict_once_s_yaml_names_it(name: str) -> None:
    theirs = {"live": {name: "1"}, "applied": {}, "observed": {name: "1"}, "kept": {name: "2026-01-01"}}
    assert causes(diff({}, **theirs)) == {name: Cause.KEPT}  # type: ignore[arg-type]
    assert causes(diff({name: "2"}, **theirs)) == {name: Cause.CONFLICT}  # type: ignore[arg-type]
    assert causes(diff({name: "1"}, **theirs)) == {}  # type: ignore[arg-type]


def test_a_key_that_was_only_set_online_and_is_gone_again_is_nothing_to_tell_for_long() -> None:
    gone = diff({}, {}, applied={}, observed={"env.A": "1"}, kept={"env.A": "2026-01-01"})
    assert causes(gone) == {"env.A": Cause.CONVERGED}


@pytest.mark.parametrize(
    ("desired", "cause"), [({"size": 70}, Cause.DRIFT), ({"size": 75}, Cause.CONFLICT), ({}, Cause.CONFLICT)]
)
def test_asked_about_again_what_was_kept_counts_as_changed_online_since_the_deployment(
    desired: dict[str, int], cause: Cause
) -> None:
    kept = diff({"size": 70}, {"size": 90}, {"size": 70}, observed={"size": 90}, kept=KEPT).baseline
    assert kept is not None
    ours = Desired(ID, {(name,): value for name, value in desired.items()})
    again = compare(ID, ours, Live(ID, {("size",): 90}, {}), kept, RULES, seal, View.ASKING_AGAIN)
    (change,) = again.changes
    assert (change.cause, change.baseline, change.since) == (cause, 70, "")


def test_a_deletion_that_was_kept_is_asked_about_again() -> None:
    absent = Baseline(ID, {("size",): 1}, None, kept_absent="2026-01-01")
    again = compare(ID, Desired(ID, {("size",): 1}), None, absent, RULES, seal, View.ASKING_AGAIN)
    assert again.presence is Presence.DELETED_ONLINE


# what follows from s.yaml


def derived(
    live: dict[str, str | None], applied: dict[str, str] | None, said: dict[str, str] | None = None, **more: Any
) -> list[tuple[Cause, object]]:
    """s.yaml needs `text`, and says `said`."""
    named = {(name,): value for name, value in (said or {}).items()}
    ours = Desired(ID, named, derived={("text",): "usual"})
    baseline = diff({}, {}, applied, **more).baseline
    changes = compare(ID, ours, Live(ID, {(k,): v for k, v in live.items()}, {}), baseline, RULES, seal).changes
    return [(change.cause, change.target) for change in changes]


def test_what_follows_from_s_yaml_is_ours_to_send_where_online_has_none() -> None:
    assert derived({}, applied=None) == [(Cause.CHANGE, "usual")]  # whoever made it
    assert derived({"text": None}, applied={}) == [(Cause.CHANGE, "usual")]  # it came to be needed


def test_what_is_online_in_its_place_is_left_alone() -> None:
    assert derived({"text": "usual"}, applied={}, observed={"text": "usual"}) == []
    assert derived({"text": "theirs"}, applied={}, observed={"text": "theirs"}) == []
    assert derived({"text": "usual"}, applied=None) == []
    assert derived({"text": "theirs"}, applied=None) == [(Cause.ONLINE_ONLY, "theirs")]
    assert derived({"text": "theirs"}, applied={}, observed={"text": "usual"}) == [(Cause.ONLINE_ONLY, "theirs")]


def test_what_s_yaml_says_itself_goes_before_what_follows_from_it() -> None:
    assert derived({}, applied=None, said={"text": "ours"}) == [(Cause.UNKNOWN, "ours")]
    assert derived({}, applied={}, said={"text": "ours"}) == [(Cause.CHANGE, "ours")]
    assert derived({"text": "ours"}, applied={"text": "ours"}) == [(Cause.CHANGE, "usual")]  # the line was taken out


def test_what_somebody_took_away_online_is_theirs_though_it_is_needed() -> None:
    assert derived({}, applied={}, observed={"text": "usual"}) == [(Cause.DRIFT, "usual")]
    kept = {"observed": {}, "kept": {"text": "2026-01-01"}}
    assert derived({}, applied={}, **kept) == [(Cause.KEPT, "usual")]


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_the_server_s_ways_to_say_nothing_are_one(empty: object) -> None:
    assert normalise({"text": empty}, RULES) == {("text",): None}
    live = {"text": normalise({"text": empty}, RULES)[("text",)]}
    assert diff({}, live, applied={}, observed={}).changes == ()


def test_the_order_of_a_set_does_not_count_and_that_of_a_list_does() -> None:
    assert diff({"methods": ("GET", "POST")}, {"methods": ("POST", "GET")}).changes == ()
    assert causes(diff({"layers": ("a", "b")}, {"layers": ("b", "a")})) == {"layers": Cause.UNKNOWN}


def test_letter_case_of_a_role_does_not_count() -> None:
    assert diff({"role": "acs:ram::1:role/Mine"}, {"role": "acs:ram::1:role/mine"}).changes == ()


def test_true_is_not_one() -> None:
    assert causes(diff({"flag": True}, {"flag": 1})) == {"flag": Cause.UNKNOWN}


def test_secrets_are_compared_by_their_seal() -> None:
    assert diff({"env.A": "x"}, {"env.A": "x"}, {"env.A": "x"}).changes == ()
    (change,) = diff({"env.A": "x"}, {"env.A": "y"}, {"env.A": "x"}).changes
    assert (change.cause, change.secret, change.baseline) == (Cause.DRIFT, True, seal(("env", "A"), "x"))


def code_diff(desired: CodeVersion, live: CodeVersion, applied: CodeVersion | None) -> dict[str, Cause]:
    baseline = None if applied is None else Baseline(ID, {CODE: applied}, {CODE: applied})
    result = compare(ID, Desired(ID, {CODE: desired}), Live(ID, {CODE: live}, {}), baseline, RULES, seal)
    return causes(result)


def test_code_that_was_only_zipped_again_is_not_drift() -> None:
    applied, live = CodeVersion("1", "d1"), CodeVersion("2", "d1")
    assert code_diff(CodeVersion("1", "d1"), live, applied) == {}


def test_code_that_another_person_uploaded_is_drift_and_in_conflict_with_an_edit_of_ours() -> None:
    applied, live = CodeVersion("1", "d1"), CodeVersion("2", "d2")
    assert code_diff(CodeVersion("1", "d1"), live, applied) == {"code": Cause.DRIFT}
    assert code_diff(CodeVersion("3", "d3"), live, applied) == {"code": Cause.CONFLICT}


def test_an_equal_checksum_is_enough_to_adopt_code() -> None:
    assert code_diff(CodeVersion("1", "d1"), CodeVersion("1", None), None) == {}


def presence(
    desired: bool = False, live: bool = False, baseline: bool = False, kept_absent: bool = False, moved: bool = False
) -> Presence:
    applied = {("size",): 1}
    known = Baseline(ID, applied, None if kept_absent else applied) if baseline else None
    return compare(
        ID,
        Desired(ID, {("size",): 2 if moved else 1}) if desired else None,
        Live(ID, {("size",): 1}, {}) if live else None,
        known,
        RULES,
        seal,
    ).presence


def test_presence_by_which_sides_there_are() -> None:
    assert presence(desired=True) is Presence.NEW
    assert presence(desired=True, live=True) is Presence.PRESENT
    assert presence(desired=True, live=True, baseline=True) is Presence.PRESENT
    assert presence(desired=True, baseline=True) is Presence.DELETED_ONLINE
    assert presence(desired=True, baseline=True, kept_absent=True) is Presence.KEPT_ABSENT
    # Making it again undoes somebody's deletion, as it does before that was accepted.
    assert presence(desired=True, baseline=True, kept_absent=True, moved=True) is Presence.DELETED_ONLINE
    assert presence(live=True, baseline=True) is Presence.ORPHAN
    assert presence(live=True) is Presence.ONLINE_ONLY
    assert presence(baseline=True) is Presence.GONE


def test_watching_asks_only_what_moved_online() -> None:
    result = diff({"size": 7}, {"size": 2}, {"size": 1}, watch=True)
    assert causes(result) == {"size": Cause.DRIFT}
    assert diff({"size": 7}, {"size": 1}, {"size": 1}, watch=True).changes == ()
    assert diff({"size": 7}, {"size": 1}, watch=True).changes == ()


def test_what_fc_answers_and_nobody_can_set_is_not_compared() -> None:
    for kind in REGISTRY.values():
        if kind.rules.known:
            answer = {"futureField": 7, "logConfig": {"futureField": 1}, "triggerConfig": '{"futureField": true}'}
            assert observed(answer, kind.rules) == {}, kind.name


def test_what_fc_fills_in_may_come_and_go_and_an_edit_of_it_is_told() -> None:
    rules = replace(RULES, filling={("size",): (one_of(1, 3),)})
    assert diff({}, {"size": 3}, applied={}, observed={}, rules=rules).changes == ()
    assert diff({}, {}, applied={}, observed={"size": 1}, rules=rules).changes == ()
    assert causes(diff({}, {"size": 1}, applied={}, observed={"size": 3}, rules=rules)) == {"size": Cause.ONLINE_ONLY}


def code(version: str) -> CodeVersion:
    return CodeVersion(checksum=version, digest=version, size=1)


def test_kept_code_that_is_changed_here_is_a_conflict_since_sending_ours_would_undo_theirs() -> None:
    """A field is one value; code is many files, and what was kept of them is still online."""
    kept = {"observed": {"code": code("theirs")}, "kept": {"code": "2026-01-01"}}
    sides = {"live": {"code": code("theirs")}, "applied": {"code": code("ours")}, **kept}
    assert causes(diff({"code": code("ours")}, **sides)) == {"code": Cause.KEPT}  # type: ignore[arg-type]
    assert causes(diff({"code": code("ours, later")}, **sides)) == {"code": Cause.CONFLICT}  # type: ignore[arg-type]
    assert causes(diff({"code": code("theirs")}, **sides)) == {}  # type: ignore[arg-type]
