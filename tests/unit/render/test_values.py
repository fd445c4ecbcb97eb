"""Values as people see them."""

from __future__ import annotations

import pytest

from fc_guard.model.fields import MISSING, CodeVersion, Sealed, Value
from fc_guard.render.values import safe, shown_sides


def shown(value: Value, *, secret: bool = False) -> str:
    return shown_sides([value], secret=secret)[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (MISSING, "(absent)"),
        (None, "(empty)"),
        (128, "128"),
        (True, "true"),
        ("demo", "demo"),
        ("128", '"128"'),
        ("true", '"true"'),
        (" a", '" a"'),
        (("GET", "POST"), '["GET", "POST"]'),
        (Sealed("x"), "(kept as a hash)"),
        (CodeVersion("12", "ab" * 32, 1234), "1,234 B, crc64 12"),
        ("中文", "中文"),
    ],
)
def test_a_value_in_one_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_secret_is_never_shown() -> None:
    assert shown("canary", secret=True) == "(hidden)"


@pytest.mark.parametrize("text", ["\x1b[31m", "a\rb", "\u202eabc", "\x9b1m", "\x07", "\u200bx"])
def test_text_from_outside_cannot_steer_the_terminal(text: str) -> None:
    assert all(c.isprintable() for c in safe(text))
