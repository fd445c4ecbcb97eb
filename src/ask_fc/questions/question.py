"""What a question is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ask_fc.desk import Desk


@dataclass(frozen=True, slots=True)
class Question:
    """`switches` are those of the local FC that the answer sets; `ask` returns a value for each, or raises
    `UnansweredError`. `needs` is the member of `Given` without which it is not asked."""

    text: str
    switches: tuple[str, ...]
    ask: Callable[[Desk], Mapping[str, Any]]
    needs: str = ""

    @property
    def name(self) -> str:
        return self.switches[0]
