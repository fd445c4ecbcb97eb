"""Whatever the values are, a record comes back from its bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.model.resources import Record
from fc_guard.state.record import decode, encode
from tests.unit.state.test_record import BASELINE, ID

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PATHS = st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple)


@given(st.dictionaries(PATHS, VALUES, max_size=5))
def test_any_value_survives(fields: dict[tuple[str, ...], Any]) -> None:
    record = Record(ID, replace(BASELINE, applied=fields), None, 1)
    assert decode(encode(record, "l"), ID, "x") == record
