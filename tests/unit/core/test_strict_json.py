"""What is JSON, and no more."""

from __future__ import annotations

import pytest

from fc_guard.core import strict_json


@pytest.mark.parametrize(
    "text", ["NaN", "[Infinity]", "-Infinity", "1e999", '{"a": 1, "a": 1}', "[" * 100_000, "", "a"]
)
def test_what_is_not_json_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):
        strict_json.read(text)
