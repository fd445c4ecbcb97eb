"""Values as people see them."""

from __future__ import annotations

import pytest

from fc_guard.catalogs import in_language
from fc_guard.language import said, t
from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING, CodeVersion, Sealed, Value
from fc_guard.model.outputs import Output
from fc_guard.render.values import safe, shown_sides

CHINESE = in_language("zh_CN")


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


LABELS = ("last deployed", "online", "yours")


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (("a", "b", "a"), ("(hidden)", "(hidden, another value)", "(hidden, as last deployed)")),
        (("a", "b", "b"), ("(hidden)", "(hidden, another value)", "(hidden, as online)")),
        ((Sealed("x"), "b", "c"), ("(hidden)", "(hidden, another value)", "(hidden, a third value)")),
        ((Sealed("x"), "b", MISSING), ("(hidden)", "(hidden, another value)", "(absent)")),
        (("a", MISSING, "a"), ("(hidden)", "(absent)", "(hidden, as last deployed)")),
        ((MISSING, "a", "b"), ("(absent)", "(hidden)", "(hidden, another value)")),
        ((None, "a", None), ("(empty)", "(hidden)", "(empty)")),
    ],
)
def test_sides_of_a_secret_tell_which_differ(values: tuple[Value, ...], texts: tuple[str, ...]) -> None:
    assert shown_sides(values, secret=True, labels=LABELS) == texts


def test_sides_of_a_secret_without_names_tell_that_they_differ() -> None:
    assert shown_sides(("a", "b"), secret=True) == ("(hidden)", "(hidden, another value)")
    assert shown_sides(("a", "a"), secret=True) == ("(hidden)", "(hidden)")


@pytest.mark.parametrize("text", ["(hidden)", "(hidden, another value)", "(hidden, as online)"])
def test_text_that_is_written_like_a_hidden_value_is_quoted(text: str) -> None:
    assert shown(text) == f'"{text}"'


def test_sides_of_a_secret_are_told_in_chinese() -> None:
    told = shown_sides(("a", "b", "a"), secret=True, labels=(t("last deployed"), t("online"), t("yours")))
    assert [said(text, CHINESE) for text in told] == ["（已隐藏）", "（已隐藏，值不同）", "（已隐藏，与上次部署相同）"]


def test_values_to_come_are_told_in_chinese() -> None:
    spring, well = (Address("farm", "1", "here", kind, ("a",)) for kind in ("spring", "well"))
    value = {"water": Output(spring, "address", form="pipe:{}"), "wells": (Output(well, "depth"),)}
    (told,) = shown_sides((value,), full=True)
    assert told == '{"water": "pipe:(the address of the new spring)", "wells": ["(the depth of the new well)"]}'
    assert (
        said(told, CHINESE) == '{"water": "pipe:（新建的 spring 的 address）", "wells": ["（新建的 well 的 depth）"]}'
    )


@pytest.mark.parametrize("text", ["\x1b[31m", "a\rb", "\u202eabc", "\x9b1m", "\x07", "\u200bx"])
def test_text_from_outside_cannot_steer_the_terminal(text: str) -> None:
    assert all(c.isprintable() for c in safe(text))
