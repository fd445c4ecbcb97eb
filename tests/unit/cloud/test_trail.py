"""What is understood of the events of the audit trail, whatever they are made of."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from fc_guard.cloud.providers import trail_beside
from fc_guard.cloud.wire.trail import MOST_VALUES, event_of
from fc_guard.model.trail import How, TrailEvent

EVENT = {
    "eventName": "UpdateFunction",
    "eventTime": "2026-11-27T02:04:00Z",
    "eventType": "ConsoleOperation",
    "serviceName": "Fc",
    "requestId": "r-1",
    "resourceName": "demo/hello",
    "referencedResources": {"ACS::FC::Function": ["demo/hello"]},
    "requestParameters": {"serviceName": "demo.LATEST", "functionName": "hello", "body": '{"timeout": 9}'},
    "userIdentity": {"type": "ram-user", "userName": "wang", "accountId": "1"},
    "userAgent": "Mozilla/5.0 (X11)",
}


def read(**parts: Any) -> TrailEvent:
    event = event_of({**EVENT, **parts})
    assert event is not None
    return event


def test_an_event_is_read() -> None:
    assert read() == TrailEvent(
        name="UpdateFunction",
        at=datetime(2026, 11, 27, 2, 4, tzinfo=timezone.utc),
        by="wang",
        how=How.CONSOLE,
        client="Mozilla/5.0",
        request="r-1",
        mentions=frozenset({"demo", "hello", "demo.LATEST", "timeout", "9"}),
        members=frozenset({"serviceName", "functionName", "body", "timeout"}),
    )


@pytest.mark.parametrize("name", ["Fc", "FC", "fc"])
def test_fc_is_fc_in_any_spelling(name: str) -> None:
    assert read(serviceName=name).name == "UpdateFunction"


@pytest.mark.parametrize(
    ("kind", "agent", "how"),
    [
        ("ConsoleOperation", "", How.CONSOLE),
        ("ApiCall", "AliyunConsole", How.CONSOLE),
        ("ApiCall", "AlibabaCloud (Linux)", How.API),
        ("AliyunServiceEvent", "", How.OTHER),
        (None, None, How.OTHER),
        ([], {}, How.OTHER),
    ],
)
def test_how_it_was_done(kind: Any, agent: Any, how: How) -> None:
    assert read(eventType=kind, userAgent=agent).how is how


@pytest.mark.parametrize(
    ("identity", "by"),
    [
        ({"type": "root-account", "userName": "root"}, "root"),
        ({"type": "assumed-role", "userName": "admin:session"}, "admin:session"),
        ({"principalId": "288", "accessKeyId": "LTAI"}, "288"),
        ({"userName": 7, "accessKeyId": "LTAI"}, "LTAI"),
        ({}, ""),
        (None, ""),
        ("wang", ""),
        ({"userName": "w" * 10_000}, "w" * 128),
    ],
)
def test_who_it_was(identity: Any, by: str) -> None:
    assert read(userIdentity=identity).by == by


@pytest.mark.parametrize(
    "item",
    [
        None,
        "event",
        [],
        {},
        {**EVENT, "serviceName": "Ecs"},
        {**EVENT, "serviceName": None},
        {**EVENT, "eventName": 7},
        {**EVENT, "eventTime": "yesterday"},
        {**EVENT, "eventTime": "2026-11-27T02:04:00"},
        {**EVENT, "eventTime": 1764209040},
    ],
)
def test_what_is_no_event_of_fc_is_none(item: object) -> None:
    assert event_of(item) is None


@pytest.mark.parametrize(
    "odd", [None, 7, "x", [], [[["x"]]], {"a": {"b": None}}, {"a": [1, None, {"c": True}]}, {"": ""}]
)
def test_odd_members_are_lived_with(odd: Any) -> None:
    members = ("resourceName", "referencedResources", "requestParameters", "userAgent", "requestId", "eventType")
    for member in members:
        assert read(**{member: odd}).name == "UpdateFunction"


def test_a_failed_request_is_told_by_its_error() -> None:
    assert not read(errorCode="", errorMessage=None).failed
    assert read(errorCode="FunctionNotFound").failed
    assert read(errorMessage="no").failed
    assert read(errorCode=["odd"]).failed


def test_something_huge_is_read_in_part() -> None:
    deep: Any = "bottom"
    for _ in range(100_000):
        deep = [deep]
    assert "bottom" not in read(requestParameters={"x": deep}).mentions
    many = read(requestParameters={f"k{number}": f"v{number}" for number in range(100_000)})
    assert len(many.members) <= MOST_VALUES and len(many.mentions) < 3 * MOST_VALUES
    long = read(requestParameters="{" + "word " * 1_000_000)
    assert long.members == frozenset()


def test_parameters_may_come_as_text() -> None:
    assert read(requestParameters='{"functionName": "hello", "code": {}}').members == {"functionName", "code"}
    assert read(requestParameters="{broken hello").mentions >= {"hello"}


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("https://1.cn-hangzhou.fc.aliyuncs.com", "https://actiontrail.cn-hangzhou.aliyuncs.com"),
        ("https://1.cn-hangzhou-internal.fc.aliyuncs.com", "https://actiontrail.cn-hangzhou.aliyuncs.com"),
        ("http://127.0.0.1:9580/~cn-shanghai", "http://127.0.0.1:9580/~cn-shanghai/__actiontrail"),
        ("http://localhost:9580/", "http://localhost:9580/__actiontrail"),
        ("https://fc.example.com", ""),
        ("https://aliyuncs.com.example.com", ""),
    ],
)
def test_the_trail_is_asked_beside_fc_and_nobody_else_is(endpoint: str, address: str) -> None:
    assert trail_beside(endpoint, "cn-hangzhou") == address
