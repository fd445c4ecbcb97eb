"""Lines of texts that are repeated so often that comparing all of them with all would take minutes."""

from __future__ import annotations

from fc_guard.core.alignment import EFFORT, aligned
from fc_guard.core.hunks import merged_text

SAME = ["same\n"] * 19_000


def changed(lines: list[str], *places: int) -> list[str]:
    return [f"changed {number}\n" if number in places else line for number, line in enumerate(lines)]


def test_what_would_cost_too_much_is_left_as_changed() -> None:
    """The ends go together, whatever is between them."""
    assert len(SAME) ** 2 > EFFORT
    assert list(aligned(SAME, changed(SAME, 1, 9_000, 18_998))) == [0, 18_999]


def test_a_line_changed_among_thousands_alike_is_found() -> None:
    assert aligned(SAME, changed(SAME, 9_000)).keys() == set(range(19_000)) - {9_000}


def test_lines_that_are_there_once_are_found_among_thousands_alike() -> None:
    lines = changed(SAME, *range(0, 19_000, 500))
    assert len(aligned(lines, changed(lines, 1, 9_001, 18_999))) == 19_000 - 3


def test_effort_is_spent_once_not_in_every_gap() -> None:
    """Thirty stretches, each of which could be afforded alone."""
    stretch = ["a\n", "b\n"] * 300
    lines = [line for number in range(30) for line in (f"mark {number}\n", "x\n", *stretch, "y\n")]
    other = [line for number in range(30) for line in (f"mark {number}\n", "v\n", *stretch, "w\n")]
    found = len(aligned(lines, other))
    assert 30 + 600 < found < 30 * 601


def test_what_is_left_as_changed_is_a_conflict_and_no_line_is_lost() -> None:
    merged = merged_text("".join(SAME), "".join(changed(SAME, 1, 18_998)), "".join(changed(SAME, 500, 9_000)))
    assert merged.conflicts == 1
    assert all(f"changed {number}\n" in merged.text for number in (1, 18_998, 500, 9_000))
