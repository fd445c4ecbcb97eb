"""The sink is the one way out: every text that leaves a call goes through it, whoever wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from fc_guard.language import Translate, english, said
from fc_guard.model.fields import Reveal
from fc_guard.render.cutting import UNSEEN
from fc_guard.render.known import Secrets
from fc_guard.render.paint import COLOUR
from fc_guard.render.values import UNBROKEN, safe_text
from fc_guard.render.wrapping import BREAK, BREAK_OF_CHINESE, wrapped

ANYWHERE: Final = re.compile(r"#(?=#(?:\[|vso\[|teamcity\[))", re.IGNORECASE)
"""Matches what Azure, GitHub and TeamCity take for a command anywhere in a line."""
AT_THE_START: Final = re.compile(r"^((?:[^\S\n]|\x1b\[\d*m)*):(?=:)", re.MULTILINE)
"""Matches what GitHub takes for a command at the beginning of a line, after any white space."""
MESSAGES: Final = frozenset({"message", "hint", "note", "notes", "reason", "why"})
"""The members of a report that may quote what FC or the file system said."""


class Sink:
    """Returns texts without the secrets of a run, and without anything that steers a terminal or a CI system.

    Line ends stay: where a line is a unit, outside text comes as one line (`values.safe`). `columns` is the width of
    the terminal that a text is for; it is not wrapped without one.
    """

    def __init__(self, secrets: Secrets, translate: Translate = english) -> None:
        self._secrets = secrets
        self._translate = translate
        self._ends = BREAK if translate is english else BREAK_OF_CHINESE

    def text(
        self, text: str, *, colour: bool = False, columns: int | None = None, reveal: Reveal = Reveal.NOTHING
    ) -> str:
        """Returns text of ours for people. `colour` leaves our own colours in it, `reveal` values of secret fields."""
        return _harmless(self._secrets.masks(reveal).hide(said(text, self._translate)), colour, columns, self._ends)

    def message(self, text: str, *, columns: int | None = None) -> str:
        """Returns text that may quote what others said: a message of FC, of a library, of the file system."""
        return _harmless(self._secrets.masks().hide_quoted(said(text, self._translate)), False, columns, self._ends)

    def document(self, value: Any) -> Any:
        """Returns a report that the host prints as it likes, so that its very values have to be harmless."""
        masks = self._secrets.masks()
        return _walked(
            value,
            lambda text: _harmless(masks.hide(text), False, None),
            lambda text: _harmless(masks.hide_quoted(text), False, None),
        )

    def json(self, value: Any) -> str:
        """Returns a report as one line of ASCII. Its values are exact, except for the secrets."""
        masks = self._secrets.masks()
        return json_text(json.dumps(_walked(value, masks.hide, masks.hide_quoted), ensure_ascii=True))


def json_text(text: str) -> str:
    """Returns JSON that says the same, with escapes for everything that could steer a terminal or a CI system."""
    return ANYWHERE.sub(r"\\u0023", UNBROKEN.sub(lambda found: _escaped(found[0]), text))


def _escaped(text: str) -> str:
    if text.isprintable() and (text.isascii() or UNSEEN.isdisjoint(text)):
        return text
    return "".join(c if c.isprintable() and c not in UNSEEN else _of_json(c) for c in text)


def _of_json(c: str) -> str:
    return "\\u007f" if c == "\x7f" else json.dumps(c)[1:-1]


def _harmless(text: str, colour: bool, columns: int | None, ends: re.Pattern[str] = BREAK) -> str:
    if colour:
        pieces = COLOUR.split(text)
        pieces[::2] = map(safe_text, pieces[::2])
        text = "".join(pieces)
    else:
        text = safe_text(text)
    return AT_THE_START.sub(r"\1\\x3a", ANYWHERE.sub(r"\\x23", wrapped(text, columns, ends)))


def _walked(value: Any, text: Callable[[str], str], message: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {key: _walked(item, message if key in MESSAGES else text, message) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(item, text, message) for item in value]
    return value
