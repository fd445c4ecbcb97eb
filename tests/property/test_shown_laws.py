"""Whatever differs is seen to differ, cut or whole."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.core.values import frozen, same
from fc_guard.model.fields import MISSING
from fc_guard.render.cutting import around, look
from fc_guard.render.file_lines import cut_lines, told_apart
from fc_guard.render.values import shown_sides

FEW = st.sampled_from(
    ["a", "b", "ab" * 50, "a" * 200, " ", "\t", "\\", "x1b", "\x1b", "…", "é", "e\u0301", "\u200b", "\n"]
)
TEXTS = st.one_of(st.lists(FEW, max_size=6).map("".join), st.text(max_size=12))
SCALARS = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([1.5, 1e30]))
VALUES: st.SearchStrategy[Any] = st.one_of(
    SCALARS,
    st.just(MISSING),
    st.lists(SCALARS, max_size=3).map(frozen),
    st.dictionaries(st.sampled_from("abc"), SCALARS, max_size=3),
)


@given(st.lists(VALUES, min_size=2, max_size=3), st.booleans())
def test_unequal_values_are_shown_unequal(values: list[Any], full: bool) -> None:
    told = shown_sides(values, full=full)
    for one, other in combinations(range(len(values)), 2):
        if not same(values[one], values[other]):
            assert look(told[one]) != look(told[other])
    assert all("\n" not in text for text in told)


@given(st.lists(TEXTS, min_size=2, max_size=4), st.integers(4, 80))
def test_unequal_texts_are_cut_unequal(texts: list[str], longest: int) -> None:
    cut = around(texts, longest)
    for one, other in combinations(range(len(texts)), 2):
        assert (cut[one] == cut[other]) == (texts[one] == texts[other])


LINES = st.lists(TEXTS.map(lambda text: text.replace("\n", "")), min_size=1, max_size=4)


@given(LINES, LINES, st.booleans())
def test_unequal_lines_of_a_change_are_shown_unequal(minus: list[str], plus: list[str], full: bool) -> None:
    lines = [*(f"-{line}" for line in minus), *(f"+{line}" for line in plus)]
    told = told_apart(lines)
    shown = told if full else cut_lines(told)
    for one, other in combinations(range(len(lines)), 2):
        if lines[one][1:] != lines[other][1:]:
            assert look(shown[one][1:]) != look(shown[other][1:])
