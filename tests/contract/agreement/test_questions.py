"""Every switch of the local FC is a question to the real one, or has a reason why it is none."""

from __future__ import annotations

from ask_fc.asking import NEEDS
from ask_fc.questions import NOT_ASKED, QUESTIONS
from fc_local.switches import SWITCHES


def test_every_switch_has_one_question_or_a_reason() -> None:
    asked = [name for question in QUESTIONS for name in question.switches]
    assert sorted([*asked, *NOT_ASKED]) == sorted(SWITCHES)
    assert all(NOT_ASKED.values())


def test_every_need_of_a_question_is_told() -> None:
    assert {question.needs for question in QUESTIONS} - {""} == NEEDS.keys()
