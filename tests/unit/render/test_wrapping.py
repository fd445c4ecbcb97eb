"""Lines go on under their own text, and nothing breaks inside a word."""

from __future__ import annotations

import pytest

from fc_guard.render.known import Secrets
from fc_guard.render.paint import COLOUR, painter
from fc_guard.render.sink import Sink
from fc_guard.render.wrapping import BREAK_OF_CHINESE, width, wrapped

PATH = "/home/somebody/projects/shop/.s/fc-guard/rescue/20261124T080000Z-function-shop.hello-1a2b"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("one two three four five six seven eight nine ten", "one two three four five six seven eight\nnine ten"),
        (
            "  [k] keep what is online, deploy the rest of it",
            "  [k] keep what is online, deploy the\n      rest of it",
        ),
        (
            "  hint: Deploy again and choose, or take it out",
            "  hint: Deploy again and choose, or take\n        it out",
        ),
        (
            "      size  last deployed 10 → online 30 → yours 10",
            "      size  last deployed 10 → online 30\n            → yours 10",
        ),
        (
            "      size  last deployed 10 → online  changed",
            "      size  last deployed 10 → online\n            changed",
        ),
        (
            "      environmentVariables.LONGER  (hidden) → (hidden)",
            "      environmentVariables.LONGER\n        (hidden) → (hidden)",
        ),
        (f"  rescue copy of x: {PATH}", f"  rescue copy of x:\n  {PATH}"),
        (f"  ✔ {PATH}  made", f"  ✔ {PATH}\n      made"),
        ("  为什么 为什么 为什么 为什么 为什么 为什么", "  为什么 为什么 为什么 为什么 为什么\n  为什么"),
        (f"{'x' * 30}   {'y' * 30}", f"{'x' * 30}   {'y' * 30}"),
    ],
)
def test_a_line_goes_on_under_its_text(line: str, told: str) -> None:
    assert wrapped(line, 40) == told


def test_only_a_terminal_has_a_width() -> None:
    line = "word " * 40
    assert wrapped(line, None) == line
    assert wrapped(line, 20) == line
    assert Sink(Secrets()).text(line) == line


def test_colours_take_no_room() -> None:
    paint = painter(True)
    line = f"      size  {paint('last deployed 10', 'red')} → {paint('online 30', 'green')} → yours 10"
    told = wrapped(line, 40)
    assert COLOUR.sub("", told) == "      size  last deployed 10 → online 30\n            → yours 10"
    assert width(line) == len(COLOUR.sub("", line))


def test_a_wrapped_line_steers_no_ci_system() -> None:
    told = Sink(Secrets()).text("a line that is long enough to go on  ::set-output name=x::y", columns=40)
    assert "\n::" not in told
    assert "\\x3a:set-output" in told


def test_chinese_goes_on_under_its_own_text_after_a_part_of_the_sentence() -> None:
    line = "  提示：重新部署并选择，或先用 s pull 把线上的内容取进 s.yaml 与代码；也可以什么都不做。"
    assert wrapped(line, 50, BREAK_OF_CHINESE).split("\n") == [
        "  提示：重新部署并选择，或先用 s pull",
        "        把线上的内容取进 s.yaml 与代码；",
        "        也可以什么都不做。",
    ]
