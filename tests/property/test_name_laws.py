"""Whatever a resource is called, its file has a name of its own, inside the directory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.state.names import PLAIN
from tests.unit.state.test_names import stem


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3), st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_different_names_give_different_files(left: list[str], right: list[str]) -> None:
    assert (stem(*left) == stem(*right)) == (left == right)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_a_name_cannot_leave_its_directory(parts: list[str]) -> None:
    made = stem(*parts)
    assert set(made) <= PLAIN | set("=.~")
    assert len(made) <= 180
    assert made not in {".", ".."}
