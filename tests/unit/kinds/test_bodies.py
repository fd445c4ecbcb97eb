"""What is sent when s.yaml takes something back: bodies of updates, in FC's spelling."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.core import calls
from fc_guard.core.compare import compare
from fc_guard.model.fields import Cause
from fc_guard.model.resources import Baseline, Desired
from tests.known import kind_named
from tests.unit.kinds.quiet import shown, wanted
from tests.unit.sides import seal

QUEUE = "acs:mns:cn-hangzhou:1234567890123456:/queues/q/messages"
PROBE = {"httpGetUrl": "/", "failureThreshold": 1}


def sent(kind: str, before: dict[str, Any], now: dict[str, Any], answer: dict[str, Any]) -> Any:
    """The body of the update that leads from what was deployed, and answered, to what s.yaml says now."""
    of, old = kind_named(kind), wanted(kind, before)
    live = shown(kind, old, answer)
    baseline = Baseline(id=old.id, applied=old.fields, observed=live.fields)
    new = wanted(kind, now) if now else Desired(old.id, {})
    changes = compare(old.id, new, live, baseline, of.rules, seal).changes
    assert {change.cause for change in changes} == {Cause.CHANGE}
    return calls.update(of, live, changes, new).body


@pytest.mark.parametrize("now", [{"tracingConfig": "Disable"}, {"description": ""}])
def test_tracing_is_switched_off_by_an_empty_object(now: dict[str, Any]) -> None:
    answer = {"tracingConfig": {"type": "Jaeger", "params": {"endpoint": "e"}}}
    assert sent("service", {"tracingConfig": "Enable", "description": ""}, now, answer)["tracingConfig"] == {}


def test_tracing_is_switched_on_with_the_endpoint_that_was_looked_up() -> None:
    of = kind_named("service")
    found = wanted("service", {"tracingConfig": "Enable"})
    desired = Desired(found.id, found.fields, carried={("tracingConfig", "params"): {"endpoint": "e"}})
    body = calls.creation(of, desired, desired.fields).body
    assert body is not None
    assert body["tracingConfig"] == {"type": "Jaeger", "params": {"endpoint": "e"}}


def test_a_log_is_taken_back_as_the_predecessor_does_it() -> None:
    log = {"project": "p", "logstore": "l", "enableRequestMetrics": True, "logBeginRule": "DefaultRegex"}
    before = {"logConfig": log, "role": "acs:ram::1:role/x"}
    answer = {"logConfig": {**log, "enableInstanceMetrics": False}, "role": "acs:ram::1:role/x"}
    assert sent("service", before, {"role": "acs:ram::1:role/x"}, answer) == {
        "logConfig": {
            "project": "",
            "logstore": "",
            "enableRequestMetrics": False,
            "enableInstanceMetrics": False,
            "logBeginRule": "None",
        }
    }


def test_a_network_is_taken_back_with_its_list() -> None:
    role = {"role": "acs:ram::1:role/x"}
    before = {"vpcConfig": {"vpcId": "vpc-1", "vswitchIds": ["vsw-1"], "securityGroupId": "sg-1"}, **role}
    answer = {"vpcConfig": {"vpcId": "vpc-1", "vSwitchIds": ["vsw-1"], "securityGroupId": "sg-1", "role": "r"}, **role}
    assert sent("service", before, role, answer) == {
        "vpcConfig": {"vpcId": "", "vSwitchIds": [], "securityGroupId": ""}
    }


def test_a_health_check_is_taken_back_as_a_whole() -> None:
    answer = {"customHealthCheckConfig": {**PROBE, "periodSeconds": 3}}
    body = sent("function", {"customHealthCheckConfig": PROBE, "timeout": 3}, {"timeout": 3}, answer)
    assert body == {"customHealthCheckConfig": {}}


def test_a_soft_limit_is_taken_back_by_the_hard_one() -> None:
    limits = {"instanceConcurrency": 10, "instanceSoftConcurrency": 5}
    assert sent("function", limits, {"instanceConcurrency": 10}, limits) == {"instanceSoftConcurrency": 10}


def test_an_asynchronous_configuration_is_sent_whole() -> None:
    before = {"maxAsyncRetryAttempts": 1, "destination": {"onSuccess": QUEUE, "onFailure": QUEUE}}
    answer = {
        "maxAsyncRetryAttempts": 1,
        "maxAsyncEventAgeInSeconds": 86400,
        "destinationConfig": {"onSuccess": {"destination": QUEUE}, "onFailure": {"destination": QUEUE}},
    }
    now = {"maxAsyncRetryAttempts": 1, "destination": {"onSuccess": QUEUE}}
    assert sent("asyncConfig", before, now, answer) == {
        "qualifier": "LATEST",
        "maxAsyncRetryAttempts": 1,
        "maxAsyncEventAgeInSeconds": 86400,
        "destinationConfig": {"onSuccess": {"destination": QUEUE}, "onFailure": {}},
    }
