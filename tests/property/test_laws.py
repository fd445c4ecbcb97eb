"""Laws of compare and plan (DESIGN §3): whatever the values, these hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.core.choices import Choice
from fc_guard.core.normal import effective, nested, normalise
from fc_guard.core.planning import plan_deployment
from fc_guard.core.values import Comparer
from fc_guard.model.fields import MISSING, Cause, FieldPath, Sealed
from fc_guard.model.plans import Action, Policy, Verb
from fc_guard.model.resources import Baseline, ResourceDiff
from tests.unit.sides import ID, KINDS, RULES, causes, diff, seal

SIZES = st.integers(0, 3)
TEXTS = st.sampled_from([None, "a", "b", "acs:ram::1:role/X"])
METHODS = st.lists(st.sampled_from(["GET", "POST", "PUT"]), min_size=1, max_size=3).map(tuple)
LAYERS = st.lists(st.sampled_from(["l1", "l2"]), min_size=1, max_size=3).map(tuple)
LEAVES = {
    "size": SIZES,
    "timeout": st.integers(1, 4),
    "text": TEXTS,
    "role": st.sampled_from(["acs:ram::1:role/X", "acs:ram::1:role/x", "acs:ram::1:role/Y"]),
    "methods": METHODS,
    "layers": LAYERS,
    "log.project": st.sampled_from(["p", "q"]),
    "log.rule": st.sampled_from(["None", "DefaultRegex"]),
    "env.A": st.sampled_from(["1", "2"]),
    "env.B": st.sampled_from(["1", "2"]),
    "env.C": st.sampled_from(["1", "2"]),
}
SIDE = st.fixed_dictionaries({}, optional=LEAVES)
POLICIES = st.sampled_from([Policy.OVERWRITE, Policy.KEEP, Policy.MERGE])


def value(side: Mapping[str, Any], name: str) -> Any:
    """The value a field has on a side, default included."""
    return effective({tuple(key.split(".")): item for key, item in side.items()}, tuple(name.split(".")), RULES)


def equal(name: str, left: Any, right: Any) -> bool:
    return Comparer(RULES, seal).same(tuple(name.split(".")), left, right)


@given(SIDE)
def test_equal_sides_give_no_change(side: dict[str, Any]) -> None:
    assert diff(side, side, side).changes == ()
    assert diff(side, side).changes == ()


@given(SIDE, SIDE)
def test_when_only_live_moved_nothing_is_ours(ours: dict[str, Any], live: dict[str, Any]) -> None:
    found = set(causes(diff(ours, live, ours)).values())
    assert found <= {Cause.DRIFT, Cause.ONLINE_ONLY}


@given(SIDE, SIDE)
def test_when_only_s_yaml_moved_nothing_is_theirs(before: dict[str, Any], now: dict[str, Any]) -> None:
    assert set(causes(diff(now, before, before)).values()) <= {Cause.CHANGE}


@given(SIDE, SIDE, SIDE)
def test_swapping_s_yaml_and_live_swaps_the_owner(a: dict[str, Any], b: dict[str, Any], base: dict[str, Any]) -> None:
    """For fields that all three sides spell out: absence means something else on each side."""
    shared = a.keys() & b.keys() & base.keys()
    a, b, base = ({key: side[key] for key in shared} for side in (a, b, base))
    swapped = {Cause.DRIFT: Cause.CHANGE, Cause.CHANGE: Cause.DRIFT}
    there, back = causes(diff(a, b, base)), causes(diff(b, a, base))
    assert there == {name: swapped.get(cause, cause) for name, cause in back.items()}


@given(SIDE, SIDE, SIDE, st.randoms())
def test_the_order_of_keys_never_matters(
    a: dict[str, Any], b: dict[str, Any], base: dict[str, Any], random: Any
) -> None:
    def shuffled(side: dict[str, Any]) -> dict[str, Any]:
        keys = list(side)
        random.shuffle(keys)
        return {key: side[key] for key in keys}

    assert diff(a, b, base).changes == diff(shuffled(a), shuffled(b), shuffled(base)).changes


@given(METHODS, st.randoms())
def test_the_order_of_a_set_never_matters(methods: tuple[str, ...], random: Any) -> None:
    shuffled = list(methods)
    random.shuffle(shuffled)
    assert diff({"methods": methods}, {"methods": tuple(shuffled)}, {"methods": methods}).changes == ()


@given(SIDE, SIDE, SIDE)
def test_every_difference_between_s_yaml_and_live_has_a_cause(
    desired: dict[str, Any], live: dict[str, Any], base: dict[str, Any]
) -> None:
    result = diff(desired, live, base)
    for name in desired:
        if not equal(name, value(desired, name), value(live, name)):
            moved = not equal(name, value(live, name), value(base, name))
            declared_before = name in base and equal(name, value(desired, name), value(base, name))
            assert moved or not declared_before
            assert name in causes(result)


def applied(action: Action, live: Mapping[FieldPath, Any], policy: Policy) -> dict[FieldPath, Any]:
    """Live after FC carried out the action's call, by FC's rules: structs and maps are replaced whole."""
    if action.call is None:
        return dict(live)
    body = normalise(dict(action.call.body or {}), RULES)
    replaced = set(action.call.body or {})
    kept = {path: item for path, item in live.items() if path[0] not in replaced}
    return {**kept, **body}


def redeployed(desired: dict[str, Any], live: dict[str, Any], base: dict[str, Any] | None, policy: Policy) -> Any:
    """(first diff, its action, the diff after apply and record), or None where merge stops at a conflict."""
    before = diff(desired, live, base, declared=("env",))
    plan = plan_deployment([before], KINDS, Choice(policy, {}, "d"))
    if plan.conflicts:
        return None
    (action,) = plan.actions
    fields = {tuple(key.split(".")): item for key, item in live.items()}
    after_fields = applied(action, fields, policy)
    after = {".".join(path): item for path, item in after_fields.items()}
    kept = {".".join(path): since for path, since in action.keeps.items()}
    again = diff(desired, after, desired, observed=after, kept=kept, declared=("env",))
    return before, action, again, after


@given(SIDE, SIDE, st.none() | SIDE, POLICIES)
def test_after_apply_and_record_a_plan_is_empty(
    desired: dict[str, Any], live: dict[str, Any], base: dict[str, Any] | None, policy: Policy
) -> None:
    result = redeployed(desired, live, base, policy)
    if result is None:
        return
    _, _, again, _ = result
    plan = plan_deployment([again], KINDS, Choice(Policy.FAIL, {}, "d"))
    assert set(causes(again).values()) <= {Cause.KEPT}
    assert (plan.writes, plan.undecided) == ((), ())


@given(SIDE, SIDE, st.none() | SIDE)
def test_overwrite_gives_what_s_yaml_says(
    desired: dict[str, Any], live: dict[str, Any], base: dict[str, Any] | None
) -> None:
    _, _, _, after = redeployed(desired, live, base, Policy.OVERWRITE)
    assert all(equal(name, value(after, name), value(desired, name)) for name in desired)


@given(SIDE, SIDE, st.none() | SIDE)
def test_keep_changes_nothing_that_somebody_changed(
    desired: dict[str, Any], live: dict[str, Any], base: dict[str, Any] | None
) -> None:
    before, action, _, after = redeployed(desired, live, base, Policy.KEEP)
    theirs = [change for change in before.changes if change.at_risk or change.cause is Cause.ONLINE_ONLY]
    assert all(equal(change.name, value(after, change.name), change.live) for change in theirs)
    assert not action.rescues


@given(SIDE, SIDE, SIDE)
def test_merge_gives_both_sides_what_only_they_changed(
    desired: dict[str, Any], live: dict[str, Any], base: dict[str, Any]
) -> None:
    result = redeployed(desired, live, base, Policy.MERGE)
    if result is None:
        return
    before, _, _, after = result
    for change in before.changes:
        wanted = change.target if change.cause is Cause.CHANGE else change.live
        assert equal(change.name, value(after, change.name), wanted)


@given(SIDE, SIDE, st.none() | SIDE, POLICIES)
def test_what_is_lost_is_rescued(
    desired: dict[str, Any], live: dict[str, Any], base: dict[str, Any] | None, policy: Policy
) -> None:
    result = redeployed(desired, live, base, policy)
    if result is None:
        return
    before, action, _, after = result
    lost = [
        change
        for change in before.changes
        if change.cause is not Cause.CHANGE and not equal(change.name, value(after, change.name), change.live)
    ]
    assert bool(lost) <= action.rescues


def kept_after(action: Action, desired: dict[str, Any], live: Mapping[FieldPath, Any]) -> dict[str, Any]:
    """The sides of the next comparison, after a deployment that kept what is online."""
    return {
        "applied": desired,
        "observed": {".".join(path): item for path, item in live.items()},
        "kept": {".".join(path): since for path, since in action.keeps.items()},
    }


@given(SIDE, SIDE, st.none() | SIDE, st.lists(SIDE, min_size=1, max_size=2), POLICIES)
def test_nothing_that_was_kept_is_sent_without_a_decision(
    first: dict[str, Any],
    live: dict[str, Any],
    base: dict[str, Any] | None,
    later: list[dict[str, Any]],
    policy: Policy,
) -> None:
    """However often s.yaml changes: it stays, it stops the run, or it is saved first."""
    online = {tuple(key.split(".")): item for key, item in live.items()}
    (action,) = plan_deployment(
        [diff(first, live, base, declared=("env",))], KINDS, Choice(Policy.KEEP, {}, "d")
    ).actions
    online = applied(action, online, Policy.KEEP)
    ours = first
    for desired in later:
        sides = kept_after(action, ours, online)
        theirs = {path: effective(online, path, RULES) for path in action.keeps}
        shown = {".".join(path): item for path, item in online.items()}
        again = diff(desired, shown, declared=("env",), **sides)
        for stopping in (Policy.FAIL, Policy.ASK):
            plan = plan_deployment([again], KINDS, Choice(stopping, {}, "d"))
            (stopped,) = plan.actions
            assert plan.undecided or not theirs.keys() & {change.path for change in stopped.sends}
        plan = plan_deployment([again], KINDS, Choice(policy, {}, "d"))
        (decided,) = plan.actions
        sent = theirs.keys() & {change.path for change in decided.sends}
        assert not sent or decided.rescues
        assert not sent or policy is Policy.OVERWRITE
        (action,) = plan_deployment([again], KINDS, Choice(Policy.KEEP, {}, "d")).actions
        online, ours = applied(action, online, Policy.KEEP), desired
        after = {".".join(path): item for path, item in online.items()}
        for path, there in theirs.items():
            assert equal(".".join(path), value(after, ".".join(path)), there)
            taken_over = equal(".".join(path), value(desired, ".".join(path)), there)
            assert path in action.keeps or taken_over


@given(SIDE)
def test_normal_form_and_body_are_each_other_s_inverse(side: dict[str, Any]) -> None:
    fields = {tuple(key.split(".")): item for key, item in side.items() if item is not None}
    assert normalise(nested(fields, RULES), RULES) == fields


@given(SIDE, SIDE)
def test_secrets_never_stand_in_a_baseline(ours: dict[str, Any], live: dict[str, Any]) -> None:
    """The record has the seal. What it seals is shown where online or s.yaml still says it, as the seal tells."""
    result: ResourceDiff = diff(ours, live, ours)
    assert isinstance(result.baseline, Baseline)
    for change in result.changes:
        if change.secret and change.baseline is not MISSING:
            assert result.baseline.applied[change.path] == seal(change.path, ours[change.name])
            known = isinstance(change.baseline, Sealed) or change.baseline in (change.live, change.desired)
            assert known


@given(st.lists(st.sampled_from(["service", "function", "trigger"]), unique=True), st.randoms())
def test_parents_are_written_before_their_children(kinds: list[str], random: Any) -> None:
    ids = {
        "service": replace(ID, kind="service", parts=("svc",)),
        "function": ID,
        "trigger": ID.child("trigger", "t"),
    }
    random.shuffle(kinds)
    plan = plan_deployment(
        [replace(diff({"size": 1}), id=ids[kind]) for kind in kinds], KINDS, Choice(Policy.FAIL, {}, "d")
    )
    ranks = [KINDS.generation(action.id) for action in plan.actions]
    assert ranks == sorted(ranks)
    assert all(action.verb is Verb.CREATE for action in plan.actions)
