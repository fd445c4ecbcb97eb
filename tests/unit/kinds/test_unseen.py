"""Which refusals say that a product has not heard yet of what was just made for it, and which are final."""

from __future__ import annotations

import pytest

from fc_guard.kinds.fc2.service import SERVICE
from fc_guard.kinds.fc2.trigger import TRIGGER
from fc_guard.kinds.support.logs import LOG_INDEX, LOG_STORE
from fc_guard.model.kinds import Kind

ROLE = "Role 'acs:ram::1:role/fcDeployDefaultRole-demo' does not exist"


@pytest.mark.parametrize(
    ("kind", "code", "message"),
    [
        (SERVICE, "InvalidArgument", "project 'x' does not exist"),
        (SERVICE, "InvalidArgument", "logstore 'x' does not exist"),
        (SERVICE, "InvalidArgument", "the log store x in project y does not exist"),
        (SERVICE, "InvalidArgument", "LogStore x not exist"),
        (SERVICE, "InvalidArgument", "No permission to access the logstore x"),
        (SERVICE, "InvalidArgument", ROLE),
        (SERVICE, "AccessDenied", "the service is not authorized to assume the role"),
        (TRIGGER, "InvalidArgument", ROLE),
        (TRIGGER, "AccessDenied", "role acs:ram::1:role/x cannot be assumed"),
        (LOG_STORE, "ProjectNotExist", "The Project does not exist : x"),
        (LOG_INDEX, "ProjectNotExist", "The Project does not exist : x"),
        (LOG_INDEX, "LogStoreNotExist", "logstore x does not exist"),
    ],
)
def test_it_is_sent_again(kind: Kind, code: str, message: str) -> None:
    assert kind.unseen(code, message)


@pytest.mark.parametrize(
    ("kind", "code", "message"),
    [
        (SERVICE, "AccessDenied", "the caller is not authorized to perform 'ram:PassRole' on resource 'x'"),
        (SERVICE, "AccessDenied", "FC service is not enabled for current user"),
        (SERVICE, "InvalidArgument", "VpcId 'vpc-1' does not exist"),
        (SERVICE, "ServiceNotFound", "service 'demo' does not exist"),
        (TRIGGER, "AccessDenied", "the caller is not authorized to perform 'fc:CreateTrigger'"),
        (TRIGGER, "FunctionNotFound", "function 'hello' does not exist in service 'demo'"),
        (LOG_STORE, "ParameterInvalid", "logstore name is invalid"),
    ],
)
def test_it_is_told_at_once(kind: Kind, code: str, message: str) -> None:
    assert not kind.unseen(code, message)
