"""Steps that share a resource are compared with each other once, however many there are."""

from __future__ import annotations

import pytest

from fc_guard.engine.run import agreement as module
from fc_guard.engine.run.agreement import Agreement
from fc_guard.errors import BadInput
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.model.address import Address
from fc_guard.model.resources import Desired

SERVICE = Address(FC2, "1", "cn-hangzhou", "service", ("demo",))


def hear(agreement: Agreement, step: str, description: str) -> list[str]:
    """What is told when a step says this of the service."""
    desired = Desired(SERVICE, {("description",): description})
    try:
        agreement.hear((None, "deploy"), step, [desired], Places(None, step), LAYOUTS[0])
    except BadInput as error:
        return error.message.splitlines()
    return []


def test_steps_that_say_the_same_are_not_compared_all_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(module, "_contradictions", lambda one, other: compared.append(other.step) or [])
    agreement = Agreement()
    for number in range(50):
        assert hear(agreement, f"s{number}", "same") == []
    assert len(compared) <= 50


def test_one_that_differs_is_told_against_every_other() -> None:
    agreement = Agreement()
    for step in ("one", "two"):
        assert hear(agreement, step, "same") == []
    told = hear(agreement, "three", "other")
    assert [("(one)" in line, "(two)" in line) for line in told] == [(True, False), (False, True)]


def test_one_that_repeats_a_contradiction_is_told_too() -> None:
    agreement = Agreement()
    hear(agreement, "one", "same")
    assert len(hear(agreement, "two", "other")) == 1
    assert len(hear(agreement, "three", "other")) == 1
    assert len(hear(agreement, "four", "same")) == 2
