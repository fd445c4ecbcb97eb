"""Asks ActionTrail who wrote what. Its answers are for people to read, so no failure is one of the run.

docs/decisions/0016-who-and-when.md says why this sends the request through the SDK's general client.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Final

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import OpenApiRequest
from alibabacloud_tea_util.models import RuntimeOptions

from fc_guard.cloud.gateway import Credential, Heard
from fc_guard.cloud.wire.faults import Fault
from fc_guard.cloud.wire.guarded_sdk import configured, exchanged, rpc
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.core import strict_json
from fc_guard.language import t
from fc_guard.model.moments import moment
from fc_guard.model.trail import How, TrailEvent

OPERATION: Final = "LookupEvents"
VERSION: Final = "2020-07-06"
PERMISSION: Final = "actiontrail:LookupEvents"
SECONDS: Final = 1.7
"""The time for all pages. With the ticks of the watch over it, an answer takes no more than two seconds."""
MOST_PAGES: Final = 3
PAGE: Final = 50
QUESTIONS: Final = ({"ServiceName": "Fc", "EventRW": "Write"}, {"EventRW": "Write"})
"""The narrow question, and the one for where it brings nothing: how FC is spelled there was not seen on the real
service, nor whether it takes two conditions."""
OURS: Final = "fc"
CONSOLE: Final = "AliyunConsole"
WORD: Final = re.compile(r"[\w.-]+")
LONGEST: Final = 128
"""The longest name that is shown."""
MOST_TEXT: Final = 1 << 16
MOST_VALUES: Final = 2000


class ActionTrail:
    """The audit trail of one account and region."""

    def __init__(self, address: str, region: str, credential: Credential) -> None:
        self._client = Client(configured(address, region, credential))

    def lookup(self, since: datetime, until: datetime) -> Heard:
        """Returns the newest writes to FC in that time, within two seconds."""
        end = time.monotonic() + SECONDS
        heard = Heard()
        for conditions in QUESTIONS:
            heard = self._pages({**_window(since, until), **_conditions(conditions)}, end)
            if heard.events or heard.denied:
                break
        return heard

    def _pages(self, query: Mapping[str, str], end: float) -> Heard:
        events: list[TrailEvent] = []
        page: Mapping[str, str] = {}
        for _ in range(MOST_PAGES):
            try:
                found, token = self._page({**query, **page}, end)
            except FaultError as error:
                fault = error.fault
                return Heard(tuple(events), _why(fault), denied=fault.status in (401, 403))
            events += found
            if not token or token == page.get("NextToken"):
                break
            page = {"NextToken": token}
        return Heard(tuple(events))

    def _page(self, query: Mapping[str, str], end: float) -> tuple[list[TrailEvent], str]:
        """Returns the events of a page and the token of the next, '' at the end. Raises `FaultError`."""
        left = end - time.monotonic()
        if left <= 0:
            raise FaultError(Fault(OPERATION, None, "TooSlow", ""))
        patience = int(left * 1000)
        runtime = RuntimeOptions(autoretry=False, connect_timeout=patience, read_timeout=patience)
        request = OpenApiRequest(query=dict(query))
        reply = exchanged(OPERATION, lambda: self._client.call_api(rpc(OPERATION, VERSION), request, runtime), left)
        events, token = reply.document.get("Events"), reply.document.get("NextToken")
        if not isinstance(events, list):
            raise FaultError(Fault(OPERATION, 200, "BadAnswer", ""))
        understood = (event_of(item) for item in events[:PAGE])
        return [event for event in understood if event is not None], token if isinstance(token, str) else ""


def event_of(item: object) -> TrailEvent | None:
    """Returns what is understood of an event; None if it is none of FC, or has no name or time."""
    if not isinstance(item, Mapping) or _text(item.get("serviceName")).lower() != OURS:
        return None
    name, at = _text(item.get("eventName")), moment(_text(item.get("eventTime")))
    if not name or at is None:
        return None
    parameters = _parsed(item.get("requestParameters"))
    places = (item.get("resourceName"), item.get("referencedResources"), parameters)
    return TrailEvent(
        name=name,
        at=at.astimezone(timezone.utc),
        by=_person(item.get("userIdentity")),
        how=_how(_text(item.get("eventType")), _text(item.get("userAgent"))),
        client=re.split(r"[ (]", _text(item.get("userAgent")), maxsplit=1)[0],
        request=_text(item.get("requestId")),
        failed=bool(item.get("errorCode") or item.get("errorMessage")),
        mentions=frozenset(word for place in places for word in _words(place)),
        members=_members(parameters),
    )


def _window(since: datetime, until: datetime) -> dict[str, str]:
    start, end = (each.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") for each in (since, until))
    return {"StartTime": start, "EndTime": end, "MaxResults": str(PAGE), "Direction": "BACKWARD"}


def _conditions(conditions: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, (key, value) in enumerate(conditions.items(), start=1):
        found |= {f"LookupAttribute.{number}.Key": key, f"LookupAttribute.{number}.Value": value}
    return found


def _why(fault: Fault) -> str:
    """Returns in a few words why there is no answer."""
    if fault.status in (401, 403):
        return t(
            "the access used here lacks the permission {permission}. Grant it, or set FC_GUARD_AUDIT=off",
            permission=PERMISSION,
        )
    if fault.throttled or fault.code.startswith("Throttling"):
        return t("ActionTrail was asked too often")
    if not fault.reached:
        return t("ActionTrail cannot be reached: {problem}", problem=fault.message)
    if fault.status is None:
        return t("ActionTrail gave no answer in time")
    return t("ActionTrail answered {code}", code=fault.code[:LONGEST])


def _person(identity: object) -> str:
    if not isinstance(identity, Mapping):
        return ""
    names = (_text(identity.get(key)) for key in ("userName", "principalId", "accessKeyId"))
    return next((name for name in names if name), "")


def _how(kind: str, agent: str) -> How:
    """The console's own calls may be told as calls of the API."""
    if kind == "ConsoleOperation" or agent.startswith(CONSOLE):
        return How.CONSOLE
    return How.API if kind == "ApiCall" else How.OTHER


def _text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _parsed(value: object) -> object:
    """Returns an object that may have been answered as its JSON text."""
    if not isinstance(value, str) or not value.startswith("{") or len(value) > MOST_TEXT:
        return value
    try:
        return strict_json.read(value)
    except ValueError:
        return value


def _members(parameters: object) -> frozenset[str]:
    """Returns the names of a request's parameters, and of the members of its body."""
    if not isinstance(parameters, Mapping):
        return frozenset()
    bodies = (_parsed(value) for key, value in parameters.items() if str(key).lower() == "body")
    named = [key for body in bodies if isinstance(body, Mapping) for key in body]
    return frozenset(_text(key) for key in [*parameters, *named][:MOST_VALUES])


def _words(value: object) -> Iterator[str]:
    """Yields the words of all texts in a value. A name with a qualifier, demo.LATEST, is two words."""
    waiting, seen = [value], 0
    while waiting and seen < MOST_VALUES:
        seen += 1
        here = waiting.pop()
        if isinstance(here, str):
            for word in WORD.findall(here[:MOST_TEXT]):
                yield word
                yield word.partition(".")[0]
        elif isinstance(here, Mapping):
            waiting += list(here.values())[:MOST_VALUES]
        elif isinstance(here, list):
            waiting += here[:MOST_VALUES]
