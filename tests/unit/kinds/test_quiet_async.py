"""Asynchronous invocation: what FC fills in is no difference, and silence is not a wish."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.kinds.fc2.async_config import ASYNC_CONFIG
from fc_guard.kinds.fc2.vpc_binding import VPC_BINDING
from tests.unit.kinds.quiet import ACCOUNT, REGION, assert_quiet, differences, drifted

QUEUE = f"acs:mns:{REGION}:{ACCOUNT}:/queues/q/messages"
FILLED = {"maxAsyncEventAgeInSeconds": 86400, "maxAsyncRetryAttempts": 3, "statefulInvocation": False}


@pytest.mark.parametrize(
    "props",
    [
        {"maxAsyncRetryAttempts": 3},
        {"statefulInvocation": "false"},
        {"maxAsyncEventAgeInSeconds": "86400", "maxAsyncRetryAttempts": "3"},
        {**FILLED, "destination": {}},
    ],
)
@pytest.mark.parametrize(
    "answer", [{}, FILLED, {**FILLED, "destinationConfig": {}}, {**FILLED, "destinationConfig": None}]
)
def test_members_that_s_yaml_does_not_name_are_no_difference(props: dict[str, Any], answer: dict[str, Any]) -> None:
    assert_quiet("asyncConfig", props, answer)


def test_other_documents_say_two_retries() -> None:
    assert_quiet("asyncConfig", {"statefulInvocation": True}, {"statefulInvocation": True, "maxAsyncRetryAttempts": 2})


def test_what_s_yaml_names_is_compared() -> None:
    assert differences("asyncConfig", {"maxAsyncRetryAttempts": 1}, FILLED) == ["maxAsyncRetryAttempts"]
    assert differences("asyncConfig", {"statefulInvocation": True}, FILLED) == ["statefulInvocation"]


def test_a_short_destination_stands_for_this_account_and_region() -> None:
    props = {"destination": {"onFailure": "acs:mns:::/queues/q/messages"}}
    answer = {"destinationConfig": {"onSuccess": {"destination": None}, "onFailure": {"destination": QUEUE}}}
    assert_quiet("asyncConfig", props, answer)
    other = {"destinationConfig": {"onFailure": {"destination": QUEUE.replace("/q/", "/Q/")}}}
    assert differences("asyncConfig", props, other) == ["destinationConfig.onFailure.destination"]


def test_a_destination_set_online_is_told() -> None:
    after = {**FILLED, "destinationConfig": {"onSuccess": {"destination": QUEUE}}}
    assert drifted("asyncConfig", FILLED, FILLED, after) == {"destinationConfig.onSuccess.destination": "online-only"}


@pytest.mark.parametrize("config", [{}, None, {"destination": {}}, {"destinationConfig": {}}])
def test_an_empty_configuration_asks_for_nothing(config: Any) -> None:
    step = {"service": {"name": "s"}, "function": {"name": "f", "asyncConfiguration": config}}
    assert ASYNC_CONFIG.desired(step, ACCOUNT, REGION) == ()
    assert ASYNC_CONFIG.desired({"service": {"name": "s"}}, ACCOUNT, REGION) == ()


def test_bindings_in_any_order_are_the_same_resources() -> None:
    def bound(*ids: str) -> set[str]:
        items = VPC_BINDING.desired({"service": {"name": "s", "vpcBinding": list(ids)}}, ACCOUNT, REGION)
        return {str(item.id) for item in items}

    assert bound("vpc-1", "vpc-2") == bound("vpc-2", "vpc-1", "vpc-2") == {"vpcBinding s/vpc-1", "vpcBinding s/vpc-2"}
    assert bound() == set()
