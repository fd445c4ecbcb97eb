"""Whatever a value holds, it is shown on as many lines as it may have."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.render.values import safe, safe_text
from tests.unit.render.test_values import shown


@given(st.text())
def test_text_from_outside_is_one_line_unless_it_may_have_several(text: str) -> None:
    assert all(c.isprintable() for c in safe(text))
    assert all(c.isprintable() or c in "\n\t" for c in safe_text(text))
    assert safe_text(text).count("\n") == text.count("\n")


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in shown(text)
    assert all(c.isprintable() for c in shown(text))
