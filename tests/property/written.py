"""YAML texts as people write them: one value in many styles, with comments, and no two lines alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from hypothesis import strategies as st

from fc_guard.artifacts.yaml_text import is_plain

KEYS: Final = ("name", "timeout", "A_b", "环境", "1", "yes", "x y", "key-z")
TEXTS: Final = (
    "plain",
    "two words",
    "PLAIN",
    "60",
    "0.05",
    "true",
    "1e3",
    "0x1F",
    "on",
    "",
    "~",
    ".5",
    "a: b",
    "c # d",
    "it's",
    '"q"',
    "文 字",
    "- x",
)
TEXTS_OF_LINES: Final = ("one\ntwo", "one\ntwo\n", " led", "trailing ", "tab\t", "/bin:/usr/bin")
scalars = st.one_of(
    st.sampled_from(TEXTS), st.sampled_from(TEXTS_OF_LINES), st.integers(-5, 3000), st.booleans(), st.just(0.05)
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, min_size=0, max_size=4)
    ),
    max_leaves=14,
)
mappings = st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=4)
documents = st.fixed_dictionaries({"edition": scalars, "props": mappings}, optional={"vars": values})


@dataclass
class Writer:
    """Writes a value. `choose` picks among styles, so that hypothesis can shrink them."""

    choose: Callable[[int], int]
    step: int = field(init=False)
    dash: int = field(init=False)
    _marks: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.step = (2, 4, 3)[self.choose(3)]
        self.dash = (self.step, 0, 2)[self.choose(3)]

    def text(self, value: dict[str, Any]) -> str:
        lines = [*self._above(0), *self._mapping(value, 0)]
        text = "".join(f"{line}\n" for line in lines)
        text = text.replace("\n", "\r\n") if self.choose(2) else text
        return text.removesuffix("\n").removesuffix("\r") if self.choose(3) == 1 else text

    def _mapping(self, value: dict[str, Any], column: int) -> list[str]:
        lines: list[str] = []
        for key, item in value.items():
            lines += self._above(column)
            lines += self._entry(f"{' ' * column}{self._scalar(key)}:", item, column)
        return lines

    def _entry(self, head: str, value: Any, column: int) -> list[str]:
        if isinstance(value, dict | list) and value and self.choose(3):
            if isinstance(value, dict):
                return [head + self._behind(), *self._mapping(value, column + self.step)]
            return [head + self._behind(), *self._list(value, column + self.dash)]
        block = self._block_scalar(value, column + self.step)
        if block is not None:
            return [f"{head} {block[0]}", *block[1:]]
        return [f"{head} {self._flow(value)}{self._behind()}"]

    def _list(self, items: list[Any], column: int) -> list[str]:
        lines: list[str] = []
        for item in items:
            lines += self._above(column)
            if isinstance(item, dict) and item and self.choose(4):
                inner = self._mapping(item, column + 2)
                while inner[0].lstrip().startswith("#") or not inner[0].strip():
                    lines.append(inner.pop(0)[2:])
                lines += [f"{' ' * column}- {inner[0][column + 2 :]}", *inner[1:]]
            else:
                lines.append(f"{' ' * column}- {self._flow(item)}{self._behind()}")
        return lines

    def _flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self._scalar(key)}: {self._flow(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self._flow(item) for item in value) + "]"
        return self._scalar(value)

    def _scalar(self, value: Any) -> str:
        if not isinstance(value, str):
            return json.dumps(value)
        style = self.choose(3)
        if style == 0 and is_plain(value):
            return value
        if style == 1 and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=bool(self.choose(2)))

    def _block_scalar(self, value: Any, column: int) -> list[str] | None:
        if not isinstance(value, str) or not value or value != value.strip() or not value.isprintable():
            return None
        match self.choose(6):
            case 0:
                words = value.split(" ") if "  " not in value else [value]
                return [">-", *(f"{' ' * column}{word}" for word in words)]
            case 1:
                return ["|-", f"{' ' * column}{value}"]
        return None

    def _above(self, column: int) -> list[str]:
        match self.choose(8):
            case 0:
                return [f"{' ' * column}# 注释 {next(self._marks)}"]
            case 1:
                return ["", f"{' ' * column}#: {next(self._marks)}"]
        return []

    def _behind(self) -> str:
        match self.choose(6):
            case 0:
                return f"  # behind {next(self._marks)}"
            case 1:
                return "   "
        return ""


@st.composite
def written(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A text and what it says."""
    value = draw(documents)
    writer = Writer(lambda size: draw(st.integers(0, size - 1)))
    return writer.text(value), value
