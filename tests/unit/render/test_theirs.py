"""How it is told what became of changes of others: short, harmless, and a line for each person."""

from __future__ import annotations

import pytest

from fc_guard.model.fields import CODE
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.render.theirs import MOST_NAMED, known_whose, theirs_lines, whose_text

BOB, SOMEBODY = Whose(Means.CONSOLE, "bob"), Whose(Means.ONLINE)


def lines(*theirs: Theirs, full: bool = False) -> list[str]:
    return list(theirs_lines(theirs, full=full))


@pytest.mark.parametrize("means", Means)
def test_every_means_has_words_with_and_without_a_person(means: Means) -> None:
    assert whose_text(Whose(means))
    assert ("bob" in whose_text(Whose(means, "bob"))) is (means not in (Means.UNDO, Means.BEFORE))


@pytest.mark.parametrize(
    ("whose", "told"),
    [
        (None, ""),
        (SOMEBODY, ""),
        (Whose(Means.BEFORE), ""),
        (BOB, "changed in the console by bob"),
        (Whose(Means.ONLINE, "bob"), "changed online by bob"),
        (Whose(Means.UNDO), "put back by undo"),
        (Whose(Means.DEPLOYMENT), "deployed by somebody"),
    ],
)
def test_what_says_nothing_is_not_said(whose: Whose | None, told: str) -> None:
    assert known_whose(whose) == told


@pytest.mark.parametrize("becomes", [each for each in Becomes if each is not Becomes.UNDECIDED])
def test_a_line_says_what_became_of_it(becomes: Becomes) -> None:
    words = {"kept": "kept", "overwritten": "overwrote", "merged": "merged with", "deleted": "deleted"}
    expected = f"{words[becomes.value]} what was changed online: timeout"
    assert lines(Theirs(becomes, ("timeout",), SOMEBODY)) == [expected]


def test_each_person_and_each_end_has_a_line() -> None:
    over = Becomes.OVERWRITTEN
    assert lines(
        Theirs(over, ("timeout",), BOB),
        Theirs(Becomes.KEPT, ("env", "A"), BOB),
        Theirs(over, ("memorySize",), BOB),
        Theirs(over, (), SOMEBODY),
    ) == [
        "overwrote what was changed in the console by bob: timeout, memorySize",
        "kept what was changed in the console by bob: env.A",
        "made again: it was deleted online",
    ]


@pytest.mark.parametrize(("more", "files"), [(1, "and 1 more file"), (2, "and 2 more files")])
def test_files_are_folded_with_a_count(more: int, files: str) -> None:
    names = tuple(f"{n}.py" for n in range(MOST_NAMED))
    code = Theirs(Becomes.OVERWRITTEN, CODE, SOMEBODY, names, more)
    assert lines(code) == [f"overwrote what was changed online: code (0.py, 1.py, 2.py, 3.py, 4.py {files})"]
    many = Theirs(Becomes.OVERWRITTEN, CODE, SOMEBODY, (*names, "last.py"))
    assert "last.py" not in lines(many)[0]
    assert "last.py" in lines(many, full=True)[0]
    assert lines(Theirs(Becomes.MERGED, CODE, SOMEBODY)) == ["merged with what was changed online: code"]


def test_nothing_of_it_steers_a_terminal() -> None:
    hostile = "x\x1b[2J\n::error::y\u202e"
    (line,) = lines(Theirs(Becomes.KEPT, CODE, Whose(Means.API, hostile), (hostile,)))
    (other,) = lines(Theirs(Becomes.OVERWRITTEN, (), Whose(Means.API, hostile)))
    (field,) = lines(Theirs(Becomes.KEPT, (hostile,), BOB))
    assert all(each.isprintable() and "\u202e" not in each for each in (line, other, field))
