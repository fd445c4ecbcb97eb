"""What is said of several things is not what is said of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from fc_guard.render.deletions import leaving, pruning, removing
from fc_guard.render.phrases import Phrases, Speech, Wording, deploying, undoing

COMMANDS = pytest.mark.parametrize("speech", [deploying, undoing, removing, pruning, leaving])
OF_ONE = re.compile(r"\b(it|its|this)\b")
MEANT = (
    "pull it into s.yaml",  # what is online
    "--on-drift keep leaves it and deploys the rest",
    "put it back over what is online",  # the saved state
    "each on its own",
    "this project",
    "this checkout",
    "on this screen",
)
"""What is one thing, however many are spoken of."""


def texts(phrases: Phrases) -> Iterator[str]:
    for wording in (*phrases.of.values(), phrases.mixed):
        yield from said(wording)


def said(wording: Wording) -> Iterator[str]:
    yield from (wording.happened, wording.would, wording.when_stopped, wording.when_alone, wording.alone)
    yield from wording.answers.values()


def about_one(text: str) -> bool:
    for phrase in MEANT:
        text = text.replace(phrase, "")
    return OF_ONE.search(text) is not None


@COMMANDS
def test_several_things_are_never_it(speech: Speech) -> None:
    assert [text for text in texts(speech(2)) if about_one(text)] == []


@COMMANDS
def test_one_thing_is_never_them(speech: Speech) -> None:
    assert [text for text in texts(speech(1)) if re.search(r"\b(them|these)\b", text)] == []


@COMMANDS
def test_both_answer_the_same_questions(speech: Speech) -> None:
    one, several = speech(1), speech(2)
    assert one.of.keys() == several.of.keys()
    assert {story: wording.answers.keys() for story, wording in one.of.items()} == {
        story: wording.answers.keys() for story, wording in several.of.items()
    }
