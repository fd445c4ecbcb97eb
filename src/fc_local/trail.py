"""ActionTrail's LookupEvents over the audit: who wrote what, and when."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from aiohttp import web

from fc_local.clock import Clock, stamp
from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.scope import Scope
from fc_local.store import Store
from fc_local.switches import Switches

VERSION: Final = "2020-07-06"
OPERATION: Final = "LookupEvents"
CONSOLE: Final = "console"
WIDEST: Final = timedelta(days=30)
USUAL: Final = timedelta(days=7)
MOST: Final = 50

_SORTS: Final = {"custom-domains": "domain"}
_VERB: Final = re.compile("^(Create|Update|Delete|Put)")

Event = Mapping[str, Any]
_KEYS: Final[Mapping[str, Callable[[Event], Any]]] = {
    "ServiceName": lambda event: event["serviceName"],
    "EventName": lambda event: event["eventName"],
    "User": lambda event: event["userIdentity"]["userName"],
    "EventId": lambda event: event["eventId"],
    "ResourceType": lambda event: event["resourceType"],
    "ResourceName": lambda event: event["resourceName"],
    "EventRW": lambda event: event["eventRW"],
    "EventAccessKeyId": lambda event: event["userIdentity"].get("accessKeyId"),
}


class Trail:
    def __init__(self, store: Store, switches: Switches, clock: Clock) -> None:
        self._store = store
        self._switches = switches
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}

    def looked_up(self, exchange: Exchange, scope: Scope) -> web.Response:
        """Answers one page. Raises FcError."""
        header, query = exchange.signed.header, exchange.query()
        if (header("x-acs-version"), header("x-acs-action")) != (VERSION, OPERATION):
            raise FcError(
                404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
            )
        self._count(scope.account)
        since, until = self._window(query)
        attributes = _attributes(query, self._switches["trail_conditions"])
        found = [
            event
            for event in self._visible(scope)
            if since <= event["eventTime"] <= until
            and all(_KEYS[key](event) == value for key, value in attributes.items())
        ]
        if _one_of(query, "Direction", ("BACKWARD", "FORWARD")) == "BACKWARD":
            found.reverse()
        start, most = _number(query, "NextToken", 0, None), _number(query, "MaxResults", 20, MOST)
        page = {"Events": found[start : start + most], "StartTime": since, "EndTime": until}
        more = {"NextToken": str(start + most)} if start + most < len(found) else {}
        return web.json_response({"RequestId": exchange.request_id, **page, **more})

    def _count(self, account: str) -> None:
        """Raises FcError where an account asks more often than it may."""
        most, now = self._switches["trail_calls_per_second"], time.monotonic()
        calls = self._calls.setdefault(account, deque())
        while calls and now - calls[0] >= 1:
            calls.popleft()
        if most and len(calls) >= most:
            raise FcError(400, "Throttling.User", "Request was denied due to user flow control.")
        calls.append(now)

    def _window(self, query: Mapping[str, str]) -> tuple[str, str]:
        since, until = query.get("StartTime", ""), query.get("EndTime", "")
        now = _moment(self._clock.now())
        if not since and not until:
            return stamp(now - USUAL), stamp(now)
        first, last = _moment(since), _moment(until)
        if last < first or last - first > WIDEST:
            raise _invalid("StartTime and EndTime")
        return stamp(first), stamp(last)

    def _visible(self, scope: Scope) -> Iterator[Event]:
        """Yields the events that are old enough to be shown, oldest first."""
        newest = _moment(self._clock.now()) - timedelta(seconds=self._switches["trail_delay_seconds"])
        for event in self._store.events(0):
            of_scope = (event["account"], event["region"]) == (scope.account, scope.region)
            if of_scope and "request_id" in event and _moment(event["time"]) <= newest:
                yield _documented(event, self._switches["trail_service_name"])


def _documented(event: Event, service: str) -> Event:
    """Returns an event with the members that ActionTrail documents. Fields of FC's events are not documented: the names
    in the path and the fields of the body are what requestParameters holds here."""
    console = event["client"] == CONSOLE
    kind, names = _VERB.sub("", event["what"]), _names(event["resource"])
    name = "/".join(names.values())
    key = {} if console else {"accessKeyId": event["who"]}
    return {
        "eventId": f"{event['seq']:08d}-{event['request_id']}",
        "eventVersion": "1",
        "eventName": event["what"],
        "eventTime": event["time"],
        "eventType": "ConsoleOperation" if console else "ApiCall",
        "eventRW": "Write",
        "eventSource": f"fc.{event['region']}.aliyuncs.com",
        "acsRegion": event["region"],
        "apiVersion": "2021-04-06",
        "requestId": event["request_id"],
        "serviceName": service,
        "sourceIpAddress": event["source"],
        "userAgent": "AliyunConsole" if console else event["agent"],
        "requestParameters": {**names, **event["fields"]},
        "referencedResources": {f"ACS::FC::{kind}": [name]},
        "resourceType": f"ACS::FC::{kind}",
        "resourceName": name,
        "recipientAccountId": event["account"],
        "userIdentity": {
            "type": "ram-user",
            "principalId": event["who"],
            "accountId": event["account"],
            "userName": event["who"],
            **key,
        },
    }


def _names(resource: str) -> dict[str, str]:
    """Returns the names in services/demo/functions/hello: {"serviceName": "demo", "functionName": "hello"}."""
    parts = resource.split("/")
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return {f"{_SORTS.get(sort, sort.removesuffix('s'))}Name": name for sort, name in pairs}


def _attributes(query: Mapping[str, str], most: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for number in range(1, 1 + sum(name.startswith("LookupAttribute.") for name in query)):
        key = query.get(f"LookupAttribute.{number}.Key")
        if key is None:
            break
        if key not in _KEYS:
            raise _invalid(f"LookupAttribute.{number}.Key")
        found[key] = query.get(f"LookupAttribute.{number}.Value", "")
    if len(found) > most:
        raise _invalid("LookupAttribute")
    return found


def _one_of(query: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """Returns a parameter, the first of `allowed` where it is missing."""
    value = query.get(name) or allowed[0]
    if value not in allowed:
        raise _invalid(name)
    return value


def _number(query: Mapping[str, str], name: str, usual: int, most: int | None) -> int:
    text = query.get(name) or str(usual)
    if not (text.isascii() and text.isdigit()) or (most is not None and int(text) > most):
        raise _invalid(name)
    return int(text)


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise _invalid("StartTime or EndTime") from error


def _invalid(name: str) -> FcError:
    return FcError(400, "InvalidQueryParameter", f"The specified query parameter {name} is not valid.")
