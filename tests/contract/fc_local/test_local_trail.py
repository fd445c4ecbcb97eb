"""The audit trail, read through ActionTrail's own client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import pytest
from alibabacloud_actiontrail20200706 import models as at
from alibabacloud_actiontrail20200706.client import Client as TrailClient
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_openapi.models import Config
from tests.contract.fc_local.clients import ACCOUNT, KEY, failure, put_function

from fc_local.server import LocalServer

Attribute = at.LookupEventsRequestLookupAttribute


def trail_client(server: LocalServer, base: str = "", key: tuple[str, str, str] = KEY) -> TrailClient:
    endpoint = f"{urlsplit(server.url).netloc}{base}/__actiontrail"
    keys = {"access_key_id": key[0], "access_key_secret": key[1]}
    return TrailClient(Config(endpoint=endpoint, protocol="http", region_id="cn-hangzhou", **keys))


@pytest.fixture
def trail(server: LocalServer) -> TrailClient:
    return trail_client(server)


def asked(**parts: Any) -> at.LookupEventsRequest:
    return at.LookupEventsRequest(**parts)


def looked(trail: TrailClient, **parts: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = trail.lookup_events(asked(**parts)).body.events
    return found


def pages(trail: TrailClient, size: str) -> Iterator[list[str]]:
    token = None
    while True:
        page = trail.lookup_events(asked(max_results=size, next_token=token)).body
        yield [event["eventName"] for event in page.events]
        token = page.next_token
        if token is None:
            return


@pytest.mark.switches_at_default("trail_delay_seconds", "trail_service_name")
def test_an_edit_in_the_console_and_a_call_are_events_with_the_documented_members(
    server: LocalServer, client: Client, trail: TrailClient
) -> None:
    put_function(client)
    called = client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=9))
    secret = {"environmentVariables": {"TOKEN": "s3cret"}, "memorySize": 256}
    server.admin.edit("UpdateFunction", ["svc", "fn"], secret, who="wang", client="console")
    by_hand, by_call = looked(trail)[:2]
    expected = {
        "eventName": "UpdateFunction",
        "eventType": "ConsoleOperation",
        "eventRW": "Write",
        "serviceName": "Fc",
        "resourceType": "ACS::FC::Function",
        "resourceName": "svc/fn",
        "referencedResources": {"ACS::FC::Function": ["svc/fn"]},
        "sourceIpAddress": "127.0.0.1",
        "userAgent": "AliyunConsole",
        "acsRegion": "cn-hangzhou",
        "recipientAccountId": ACCOUNT,
        "userIdentity": {"type": "ram-user", "principalId": "wang", "accountId": ACCOUNT, "userName": "wang"},
    }
    assert {key: by_hand[key] for key in expected} == expected
    parameters = {"serviceName": "svc", "functionName": "fn", "environmentVariables": "***", "memorySize": "256"}
    assert by_hand["requestParameters"] == parameters
    assert (by_call["eventType"], by_call["userIdentity"]["accessKeyId"]) == ("ApiCall", KEY[0])
    assert by_call["requestId"] == called.headers["x-fc-request-id"]
    assert by_call["userAgent"].startswith("AlibabaCloud")
    assert by_call["requestParameters"] == {"serviceName": "svc", "functionName": "fn", "timeout": "9"}


@pytest.mark.switches_at_default("trail_delay_seconds")
def test_a_page_leads_to_the_next_in_either_direction(client: Client, trail: TrailClient) -> None:
    put_function(client)
    client.delete_function("svc", "fn")
    assert list(pages(trail, "2")) == [["DeleteFunction", "CreateFunction"], ["CreateService"]]
    forward = [event["eventName"] for event in looked(trail, direction="FORWARD")]
    assert forward == ["CreateService", "CreateFunction", "DeleteFunction"]


@pytest.mark.switches_at_default("trail_delay_seconds", "trail_service_name", "trail_conditions")
def test_conditions_select_events(server: LocalServer, client: Client, trail: TrailClient) -> None:
    put_function(client)
    server.admin.edit("UpdateService", ["svc"], {"description": "x"}, who="wang", client="console")

    def named(*pairs: tuple[str, str]) -> list[str]:
        conditions = [Attribute(key=key, value=value) for key, value in pairs]
        return [event["eventName"] for event in looked(trail, lookup_attribute=conditions)]

    every = ["UpdateService", "CreateFunction", "CreateService"]
    assert named(("ServiceName", "Fc"), ("EventRW", "Write")) == every
    assert named(("EventRW", "Read")) == named(("ServiceName", "Ecs")) == []
    assert named(("User", "wang")) == ["UpdateService"]
    assert named(("EventName", "CreateFunction")) == named(("ResourceName", "svc/fn")) == ["CreateFunction"]
    assert named(("EventAccessKeyId", KEY[0]), ("ResourceType", "ACS::FC::Service")) == ["CreateService"]
    three = [Attribute(key="EventRW", value="Write"), Attribute(key="User", value="x"), Attribute(key="EventId")]
    for refused in (three, [Attribute(key="Colour", value="red")]):
        assert failure(trail.lookup_events, asked(lookup_attribute=refused))[0] == 400
    server.admin.switches(trail_conditions=1)
    assert failure(trail.lookup_events, asked(lookup_attribute=three[:2]))[0] == 400
    assert named(("EventRW", "Write")) == every


@pytest.mark.switches_at_default("trail_delay_seconds")
def test_the_window_bounds_what_is_found(server: LocalServer, client: Client, trail: TrailClient) -> None:
    server.admin.clock("2026-05-01T12:00:00Z")
    put_function(client)
    server.admin.clock("2026-05-01T12:10:00Z")
    client.delete_function("svc", "fn")

    def within(start: str | None, end: str | None) -> list[str]:
        return [event["eventName"] for event in looked(trail, start_time=start, end_time=end)]

    assert within("2026-05-01T12:05:00Z", "2026-05-01T12:30:00Z") == ["DeleteFunction"]
    assert within("2026-05-01T11:00:00Z", "2026-05-01T12:05:00Z") == ["CreateFunction", "CreateService"]
    for start, end in (
        ("2026-05-01T12:05:00Z", None),
        ("2026-05-02T00:00:00Z", "2026-05-01T00:00:00Z"),
        ("2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z"),
        ("yesterday", "now"),
    ):
        assert failure(trail.lookup_events, asked(start_time=start, end_time=end))[0] == 400
    server.admin.clock("2026-05-20T00:00:00Z")
    assert within(None, None) == []  # of the last seven days


@pytest.mark.parametrize(("delay", "seen"), [(0, 2), (600, 0)])
def test_an_event_may_take_its_time(
    server: LocalServer, client: Client, trail: TrailClient, delay: int, seen: int
) -> None:
    server.admin.switches(trail_delay_seconds=delay)
    put_function(client)
    assert len(looked(trail)) == seen
    later = datetime.now(timezone.utc) + timedelta(seconds=601)
    server.admin.clock(later.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert len(looked(trail)) == 2


def test_more_than_two_calls_in_a_second_are_throttled(server: LocalServer, trail: TrailClient) -> None:
    server.admin.switches(trail_calls_per_second=2)
    looked(trail)
    looked(trail)
    assert failure(trail.lookup_events, asked()) == (400, "Throttling.User")


def test_a_missing_permission_is_a_fault_like_any_other(server: LocalServer, trail: TrailClient) -> None:
    denied = {"status": 403, "code": "NoPermission", "message": "You are not authorized to do this operation."}
    server.admin.faults([{"op": "LookupEvents", "action": denied}])
    assert failure(trail.lookup_events, asked()) == (403, "NoPermission")
    assert [(each["op"], each["status"]) for each in server.admin.journal()] == [("LookupEvents", 403)]


def test_only_the_key_of_the_account_reads_and_only_its_own_region(server: LocalServer, client: Client) -> None:
    put_function(client)
    wrong = trail_client(server, key=(KEY[0], "another", ACCOUNT))
    assert failure(wrong.lookup_events, asked())[1] == "SignatureNotMatch"
    assert looked(trail_client(server, "/~cn-shanghai")) == []


def test_another_action_is_not_there(trail: TrailClient) -> None:
    assert failure(trail.describe_trails, at.DescribeTrailsRequest()) == (404, "InvalidAction.NotFound")


@pytest.mark.parametrize("odd", [{"max_results": "51"}, {"max_results": "x"}, {"direction": "UP"}, {"next_token": "?"}])
def test_odd_parameters_are_refused(trail: TrailClient, odd: dict[str, str]) -> None:
    assert failure(trail.lookup_events, asked(**odd))[0] == 400
