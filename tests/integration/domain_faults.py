"""What the attacks on `domainName: auto` share: its requests, faults, and a service that says what it likes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.integration.test_auto_domain import HELPER

FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "cut before": {"cut": "before"},
    "cut answer": {"cut": "answer"},
    "cut body": {"cut": "body"},
    "refused": {"status": 403, "code": "AccessDenied", "message": "no"},
    "broken": {"status": 500, "code": "InternalServerError", "message": "oh"},
    "throttled": {"throttle": {"retry_after_ms": 5}},
    "gone": {"status": 404, "code": "ServiceNotFound", "message": "where"},
    "nonsense": {"raw": {"body": "<html>"}},
    "nothing": {"raw": {"body": "{}", "headers": {"Content-Type": "application/json"}}},
    "other types": {"raw": {"body": '{"functions": [7, {"description": []}], "nextToken": 7, "Response": []}'}},
}
OWN: Final = {"api": "test-domain"}
REQUESTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "Token": {**OWN, "op": "Token"},
    "ListFunctions": {"op": "ListFunctions", "path": HELPER},
    "CreateService": {"op": "CreateService"},
    "CreateFunction": {"op": "CreateFunction", "path": HELPER},
    "CreateTrigger": {"op": "CreateTrigger", "path": HELPER},
    "Domain": {**OWN, "op": "Domain"},
    "DeleteTrigger": {"op": "DeleteTrigger", "path": HELPER},
    "DeleteFunction": {"op": "DeleteFunction", "path": HELPER},
}
"""The requests of one run, in their order."""


def raw(answer: Any) -> dict[str, Any]:
    body = answer if isinstance(answer, str) else json.dumps(answer)
    return {"raw": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}}


def trusting(token: str, domain: str | None = None) -> list[dict[str, Any]]:
    """A service that gives everybody the same token, believes everybody, and may tell a name."""
    name = {} if domain is None else {"Domain": domain}
    return [
        {**REQUESTS["Token"], "action": raw({"Response": {"Status": "Success", "Body": {"Token": token}}}), "times": 0},
        {**REQUESTS["Domain"], "action": raw({"Response": {"Status": "Success", "Body": name}}), "times": 0},
    ]


def all_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every helper that was left is old enough to be deleted."""
    monkeypatch.setattr("fc_guard.cloud.support.helper.OLD_SECONDS", -60.0)


OURS: Final = "fc-guard: proves whose the account is, for a moment"
"""The description of our own helpers."""


def theirs(name: str, description: str = "made by hand") -> dict[str, Any]:
    return {
        "functionName": name,
        "runtime": "python3",
        "handler": "index.handler",
        "description": description,
        "code": {"zipFile": EMPTY},
    }


EMPTY: Final = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="
