"""Whose edits are told of what drifted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from fc_guard.core.attribution import MOST, attributed, began, is_somebodys
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, Came, Cause, FieldChange
from fc_guard.model.moments import moment
from fc_guard.model.origins import Doubt, Since
from fc_guard.model.resources import Baseline, Live, Presence, Record, ResourceDiff
from fc_guard.model.trail import How, OnlineEdit, TrailEvent
from tests.props import REGION

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=timezone.utc)
MODIFIED = NOW - timedelta(minutes=30)
DEPLOYED = NOW - timedelta(hours=2)
PARTS = {
    "service": ("demo",),
    "function": ("demo", "hello"),
    "trigger": ("demo", "hello", "tick"),
    "customDomain": ("www.example.com",),
    "asyncConfig": ("demo", "hello", "LATEST"),
    "vpcBinding": ("demo", "vpc-1"),
}


def at(minutes: float) -> datetime:
    """Minutes after the last write of the resource."""
    return MODIFIED + timedelta(minutes=minutes)


def drift(kind: str = "function", path: tuple[str, ...] = ("timeout",), **parts: Any) -> ResourceDiff:
    id = Address("fc2", "1", REGION, kind, PARTS[kind])
    live = Live(id, {}, {"lastModifiedTime": MODIFIED.strftime("%Y-%m-%dT%H:%M:%SZ")})
    baseline = Baseline(id, {}, {}, recorded_at=DEPLOYED.isoformat(timespec="seconds"))
    change = FieldChange(path, Cause.DRIFT, 10, 30, 10, 10)
    return replace(ResourceDiff(id, Presence.PRESENT, None, live, baseline, (change,)), **parts)


def event(minutes: float = 0, **parts: Any) -> TrailEvent:
    told = TrailEvent(
        "UpdateFunction", at(minutes), "wang", How.CONSOLE, request="r-1", mentions=frozenset({"demo", "hello"})
    )
    return replace(told, **parts)


def found(
    diff: ResourceDiff, *events: TrailEvent, own: frozenset[str] = frozenset(), now: datetime = NOW
) -> ResourceDiff:
    kind = next(kind for kind in CATALOG.kinds if kind.name == diff.id.kind)
    return attributed(diff, kind, events, Record(diff.id, diff.baseline), own, now)


def people(diff: ResourceDiff, *events: TrailEvent, own: frozenset[str] = frozenset()) -> list[str]:
    return [edit.by for edit in found(diff, *events, own=own).edits]


def test_the_edit_is_told() -> None:
    told = found(drift(), event(client="Mozilla"))
    assert told.edits == (OnlineEdit("wang", MODIFIED, How.CONSOLE, "UpdateFunction", "Mozilla"),)
    assert not told.edits_to_come


@pytest.mark.parametrize(
    "other",
    [
        {"mentions": frozenset({"demo"})},
        {"mentions": frozenset({"hello"})},
        {"mentions": frozenset({"demo", "hello2"})},
        {"mentions": frozenset({"demo", "Hello"})},
        {"name": "UpdateService"},
        {"name": "DeleteFunction"},
        {"name": "GetFunction"},
        {"failed": True},
        {"at": DEPLOYED - timedelta(seconds=1)},
        {"at": DEPLOYED},
    ],
)
def test_what_is_about_something_else_is_left_out(other: dict[str, Any]) -> None:
    assert people(drift(), event(**other)) == []


def test_our_own_requests_are_left_out() -> None:
    assert people(drift(), event(request="ours"), event(-1, by="li"), own=frozenset({"ours"})) == ["li"]


def test_with_our_own_requests_known_a_clock_may_be_behind() -> None:
    early = event(at=DEPLOYED - timedelta(seconds=30))
    assert people(drift(), early, own=frozenset({"another"})) == ["wang"]
    assert people(drift(), early) == []


@pytest.mark.parametrize(
    ("kind", "made", "changed", "deleted"),
    [
        ("service", "CreateService", "UpdateService", "DeleteService"),
        ("function", "CreateFunction", "UpdateFunction", "DeleteFunction"),
        ("trigger", "CreateTrigger", "UpdateTrigger", "DeleteTrigger"),
        ("customDomain", "CreateCustomDomain", "UpdateCustomDomain", "DeleteCustomDomain"),
        ("asyncConfig", "PutFunctionAsyncInvokeConfig", "PutAsyncInvokeConfig", "DeleteFunctionAsyncInvokeConfig"),
        ("vpcBinding", "CreateVpcBinding", "CreateVpcBinding", "DeleteVpcBinding"),
    ],
)
def test_each_kind_has_its_events(kind: str, made: str, changed: str, deleted: str) -> None:
    words = frozenset(PARTS[kind])
    events = [event(mentions=words, name=name, by=name) for name in (made, changed, deleted)]
    assert set(people(drift(kind), *events)) == {made, changed}
    gone = drift(kind, presence=Presence.DELETED_ONLINE, live=None, changes=())
    assert people(gone, *events) == [deleted]


def test_every_kind_names_its_events() -> None:
    assert {kind.name for kind in CATALOG.kinds if kind.events.written and kind.events.deleted} == PARTS.keys()


def test_the_names_of_an_asynchronous_configuration_are_those_in_its_path() -> None:
    told = event(name="PutFunctionAsyncInvokeConfig", mentions=frozenset({"demo", "hello"}))
    assert people(drift("asyncConfig"), told) == ["wang"]


def test_letter_case_means_nothing_in_a_domain() -> None:
    told = event(name="UpdateCustomDomain", mentions=frozenset({"WWW.example.com"}))
    assert people(drift("customDomain"), told) == ["wang"]


@pytest.mark.parametrize(
    ("members", "config", "code"),
    [
        ((), True, True),
        (("functionName",), True, True),
        (("functionName", "code"), False, True),
        (("functionName", "timeout"), True, False),
        (("functionName", "timeout", "code"), True, True),
    ],
)
def test_code_and_configuration_are_told_apart_where_the_parameters_do(
    members: tuple[str, ...], config: bool, code: bool
) -> None:
    told = event(members=frozenset(members))
    assert bool(people(drift(), told)) == config
    assert bool(people(drift(path=CODE), told)) == code


def test_the_edit_at_the_time_of_the_last_write_comes_first() -> None:
    events = (event(-20, by="early"), event(0.5, by="near"), event(0.1, by="nearest"), event(5, by="late"))
    assert people(drift(), *events) == ["nearest", "near", "late"]
    assert len(found(drift(), *events).edits) == MOST


def test_a_person_is_named_once_in_each_way() -> None:
    again = (event(-9), event(-5), event(-5, how=How.API), event(-1))
    assert [(edit.by, edit.how, edit.at) for edit in found(drift(), *again).edits] == [
        ("wang", How.CONSOLE, at(-1)),
        ("wang", How.API, at(-5)),
    ]


def test_of_what_was_never_deployed_from_here_only_the_last_write_is_told() -> None:
    adopted = drift(baseline=None, changes=(FieldChange(("timeout",), Cause.UNKNOWN, None, 30, 10, 10),))
    assert people(adopted, event(-300, by="old"), event(0), event(-10, by="li")) == ["wang"]
    assert began(adopted, None) == MODIFIED - timedelta(seconds=60)


@pytest.mark.parametrize(
    ("minutes", "events", "to_come"),
    [(9, (), True), (11, (), False), (9, (event(0),), False), (9, (event(-5),), True), (11, (event(-5),), False)],
)
def test_what_is_younger_than_the_delay_may_come(minutes: int, events: tuple[TrailEvent, ...], to_come: bool) -> None:
    assert found(drift(), *events, now=at(minutes)).edits_to_come == to_come


def test_a_deletion_has_no_time_but_that_of_the_deployment() -> None:
    gone = drift(presence=Presence.DELETED_ONLINE, live=None, changes=())
    assert found(gone, now=DEPLOYED + timedelta(minutes=9)).edits_to_come
    assert not found(gone, now=DEPLOYED + timedelta(minutes=11)).edits_to_come
    assert not found(gone, event(name="DeleteFunction"), now=DEPLOYED + timedelta(minutes=9)).edits_to_come


@pytest.mark.parametrize("odd", [None, 7, "", "yesterday", "2026-11-27", "9999-99-99T00:00:00Z"])
def test_an_odd_time_of_the_last_write_is_none(odd: Any) -> None:
    diff = drift(live=Live(drift().id, {}, {"lastModifiedTime": odd}))
    assert people(diff, event(by="early"), event(5)) == ["wang", "early"]


def test_what_this_project_put_back_kept_or_deployed_is_nobody_elses() -> None:
    for came in (Came.UNDO, Came.KEPT, Came.MERGED, Came.DEPLOYED):
        assert not is_somebodys(drift(changes=tuple(replace(each, came=came) for each in drift().changes)))
    assert is_somebodys(drift())
    assert not is_somebodys(drift(changes=(FieldChange(("timeout",), Cause.CHANGE, 10, 10, 30, 30),)))
    gone = drift(presence=Presence.DELETED_ONLINE, changes=())
    assert is_somebodys(gone)
    assert not is_somebodys(replace(gone, deleted_by=Since(2, None, Doubt.NOT_HERE)))


def test_a_time_without_a_zone_is_none() -> None:
    assert moment("2026-11-27T02:04:00") is None
    assert moment("2026-11-27T10:04:00+08:00") == moment("2026-11-27T02:04:00Z")


def test_a_deployment_from_another_checkout_is_no_edit() -> None:
    """Without the ids of its requests it is told by its time, which is that of the newest record."""
    diff = drift()
    assert diff.baseline is not None
    later = replace(diff.baseline, recorded_at=at(-10).isoformat(timespec="seconds"))
    kind = next(kind for kind in CATALOG.kinds if kind.name == "function")
    events = [event(-10, by="deployer"), event(0)]
    told = attributed(diff, kind, events, Record(diff.id, later), frozenset(), NOW)
    assert [edit.by for edit in told.edits] == ["wang"]
