"""What s.yaml leaves unsaid is taken as it was last deployed."""

from __future__ import annotations

from fc_guard.core.unsaid import as_deployed, unsaid
from fc_guard.model.address import Address
from fc_guard.model.resources import Baseline, Desired
from tests.known import kind_named

TRIGGER = kind_named("trigger")
ID = Address("fc2", "1", "cn-hangzhou", "trigger", ("demo", "hello", "t"))
TIMER = {
    ("triggerType",): "timer",
    ("triggerConfig", "cronExpression"): "@every 5m",
    ("invocationRole",): "acs:ram::1:role/x",
}


def test_said_goes_before_deployed() -> None:
    desired = Desired(ID, {("triggerType",): "timer", ("triggerConfig", "cronExpression"): "@every 9m"})
    found = as_deployed(TRIGGER, desired, Baseline(ID, TIMER, TIMER))
    assert found is not None
    assert found.fields == {**TIMER, ("triggerConfig", "cronExpression"): "@every 9m"}


def test_what_means_nothing_beside_what_is_said_is_left_out() -> None:
    http = Desired(ID, {("triggerType",): "http", ("triggerConfig", "authType"): "anonymous"})
    assert unsaid(TRIGGER, http, Baseline(ID, TIMER, TIMER)) == {("invocationRole",)}


def test_what_is_not_named_at_all_is_as_it_was_deployed() -> None:
    assert as_deployed(TRIGGER, None, Baseline(ID, TIMER, TIMER)) == Desired(ID, TIMER)


def test_what_was_never_deployed_from_here_is_what_is_said() -> None:
    desired = Desired(ID, {})
    assert as_deployed(TRIGGER, desired, None) is desired
    assert as_deployed(TRIGGER, None, None) is None
    assert unsaid(TRIGGER, desired, None) == frozenset()
