"""Text that needs no quotes is text to every reader of YAML."""

from __future__ import annotations

import pytest
import yaml

from fc_guard.artifacts.yaml_text import is_plain


@pytest.mark.parametrize(
    "text", ["a", "index.handler", "acs:ram::1:role/x", "/mnt/a", "./code", "你好 世界", "a b", "a::b"]
)
def test_these_need_none(text: str) -> None:
    assert is_plain(text)
    assert yaml.safe_load(f"a: {text}") == {"a": text}
    assert yaml.safe_load(f"[{text}]") == [text]


NUMBERS = (".5", ".inf", ".NaN", "1e3", "0x1F", "-1", "2026-01-01", "12:30")
SIGNS = ("~", "@every 5m", "{a}", "a,b", "*", "- a", "a\nb", "=", "<<", "a: b", "a #b", "a:", "", " a", "a ")


@pytest.mark.parametrize("text", [*NUMBERS, *SIGNS, "on", "No", "null"])
def test_these_are_quoted(text: str) -> None:
    assert not is_plain(text)
