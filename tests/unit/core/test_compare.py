"""Comparing, where a case needs more than three sides: the others are files, cases/compare."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fc_guard.core.normal import normalise, observed
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.fields import Cause
from fc_guard.model.rows import one_of
from tests.unit.sides import RULES, causes, diff


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_the_server_s_ways_to_say_nothing_are_one(empty: object) -> None:
    assert normalise({"text": empty}, RULES) == {("text",): None}
    live = {"text": normalise({"text": empty}, RULES)[("text",)]}
    assert diff({}, live, applied={}, observed={}).changes == ()


def test_what_fc_answers_and_nobody_can_set_is_not_compared() -> None:
    for kind in CATALOG.kinds:
        if kind.rules.known:
            answer = {"futureField": 7, "logConfig": {"futureField": 1}, "triggerConfig": '{"futureField": true}'}
            assert observed(answer, kind.rules) == {}, kind.name


def test_what_fc_fills_in_may_come_and_go_and_an_edit_of_it_is_told() -> None:
    rules = replace(RULES, filling={("size",): (one_of(1, 3),)})
    assert diff({}, {"size": 3}, applied={}, observed={}, rules=rules).changes == ()
    assert diff({}, {}, applied={}, observed={"size": 1}, rules=rules).changes == ()
    assert causes(diff({}, {"size": 1}, applied={}, observed={"size": 3}, rules=rules)) == {"size": Cause.ONLINE_ONLY}
