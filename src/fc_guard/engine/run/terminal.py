"""How a run speaks to a person. The host's side implements it; tests have a written one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol


class Terminal(Protocol):
    @property
    def can_ask(self) -> bool:
        """Whether a person is there to answer."""

    @property
    def colour(self) -> bool: ...

    def pause_point(self) -> None:
        """Between two steps that must not be torn: raises `Interrupted` if the user asked to stop."""

    def interruptible(self) -> AbstractContextManager[None]:
        """Around work that may be dropped at any point, such as reading or waiting: a Ctrl-C ends it at once."""

    def say(self, text: str) -> None:
        """Prints text for people; several lines allowed."""

    def warn(self, text: str) -> None: ...

    def ask(self, question: str, keys: Mapping[str, str], default: str) -> str:
        """Asks until one of the keys is given; Enter gives the default. Raises `Interrupted` on Ctrl-C."""
