"""The user, as a run speaks to them. The host's side implements it; tests have a scripted one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from fc_guard.model.fields import Reveal


class Terminal(Protocol):
    @property
    def can_ask(self) -> bool:
        """Says whether a person is there to answer."""

    @property
    def private(self) -> bool:
        """Says whether a person is there, and what is said is theirs alone: no pipe, no file, no CI."""

    @property
    def colour(self) -> bool: ...

    def pause_point(self) -> None:
        """Raises `Interrupted` if the user asked to stop. Called between steps that must not be torn apart."""

    def interruptible(self) -> AbstractContextManager[None]:
        """Surrounds work that may be dropped at any point, such as reading or waiting: Ctrl-C ends it at once."""

    def say(self, text: str, reveal: Reveal = Reveal.NOTHING) -> None:
        """Prints text for people; several lines are allowed. `reveal` says which values of secret fields it may hold:
        whatever else is secret is taken out."""

    def show(self, text: str) -> None:
        """Prints text that may hold secret values on the screen of the person who is asked, and nowhere else."""

    def warn(self, text: str) -> None: ...

    def ask(self, question: str, keys: Mapping[str, str], default: str) -> str:
        """Asks until one of the keys is given; Enter gives the default. Raises `Interrupted` on Ctrl-C."""
