"""One run: every question in its turn, whatever becomes of the others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from ask_fc.desk import Desk, Given, UnansweredError
from ask_fc.questions.question import Question
from ask_fc.report import Finding
from ask_fc.wire import NoAnswerError

MOST_SECONDS = 600.0
NEEDS = {
    "domain": "needs --domain",
    "log": "needs --log and --role",
    "eventbridge": "needs --eventbridge",
}


def asked(desk: Desk, questions: Sequence[Question]) -> Iterator[Finding]:
    """Yields what becomes of each question. Raises `StoppedError` when somebody asks for the end."""
    end = time.monotonic() + MOST_SECONDS
    for question in questions:
        if time.monotonic() < end:
            yield _asked(desk, question)
        else:
            yield Finding(question, why=f"it was not asked: the run took longer than {MOST_SECONDS:.0f} seconds")


def _asked(desk: Desk, question: Question) -> Finding:
    if not has(desk.given, question.needs):
        return Finding(question, why=NEEDS[question.needs])
    desk.question = question.name
    try:
        found = dict(question.ask(desk))
    except (UnansweredError, NoAnswerError) as error:
        return Finding(question, why=str(error))
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # an answer of another form than FC's
        return Finding(question, why=f"the answer cannot be read ({type(error).__name__})")
    missing = [name for name in question.switches if name not in found]
    return Finding(question, found, f"nothing tells {', '.join(missing)}" if missing else "")


def has(given: Given, need: str) -> bool:
    if need == "log":
        return bool(given.log and given.role)
    return not need or bool(getattr(given, need))
