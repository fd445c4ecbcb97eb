"""The one way out: every text that leaves a call goes through here, whoever wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from fc_guard.render.cutting import UNSEEN
from fc_guard.render.known import Secrets
from fc_guard.render.paint import CODES
from fc_guard.render.values import UNBROKEN, safe_text

COLOURS_OF_OURS: Final = re.compile("(\x1b\\[(?:0|" + "|".join(CODES.values()) + ")m)")
"""The colours that we paint with. A text from outside that were not escaped where it was put in could have no more."""
ANYWHERE: Final = re.compile(r"#(?=#(?:\[|vso\[|teamcity\[))", re.IGNORECASE)
"""Azure, GitHub and TeamCity look for their commands in all of a line."""
AT_THE_START: Final = re.compile(r"^((?:[^\S\n]|\x1b\[\d*m)*):(?=:)", re.MULTILINE)
"""GitHub takes a line for a command that begins with it, after any white space."""
MESSAGES: Final = frozenset({"message", "hint", "note", "notes", "reason", "why"})
"""Members of a report that may quote what FC or the file system said."""


class Sink:
    """Texts without the secrets of a run, and without anything that steers a terminal or a CI system.

    Line ends stay: where a line is a unit, outside text comes as one line (`values.safe`).
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def text(self, text: str, *, colour: bool = False) -> str:
        """Text of ours for people. `colour`: our own colours stay."""
        return _harmless(self._secrets.masks.hide(text), colour)

    def message(self, text: str) -> str:
        """Text that may quote what others said: a message of FC, of a library, of the file system."""
        return _harmless(self._secrets.masks.hide_quoted(text), colour=False)

    def document(self, value: Any) -> Any:
        """A report that the host prints as it likes, so that its very values have to be harmless."""
        return _walked(value, self.text, self.message)

    def json(self, value: Any) -> str:
        """A report as one line of ASCII. Its values are exact, but for the secrets."""
        masks = self._secrets.masks
        return json_text(json.dumps(_walked(value, masks.hide, masks.hide_quoted), ensure_ascii=True))


def json_text(text: str) -> str:
    """JSON that says the same, with escapes of JSON for everything that could steer a terminal or a CI system."""
    return ANYWHERE.sub(r"\\u0023", UNBROKEN.sub(lambda found: _escaped(found[0]), text))


def _escaped(text: str) -> str:
    if text.isprintable() and (text.isascii() or UNSEEN.isdisjoint(text)):
        return text
    return "".join(c if c.isprintable() and c not in UNSEEN else _of_json(c) for c in text)


def _of_json(c: str) -> str:
    return "\\u007f" if c == "\x7f" else json.dumps(c)[1:-1]


def _harmless(text: str, colour: bool) -> str:
    if colour:
        pieces = COLOURS_OF_OURS.split(text)
        pieces[::2] = map(safe_text, pieces[::2])
        text = "".join(pieces)
    else:
        text = safe_text(text)
    return AT_THE_START.sub(r"\1\\x3a", ANYWHERE.sub(r"\\x23", text))


def _walked(value: Any, text: Callable[[str], str], message: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {key: _walked(item, message if key in MESSAGES else text, message) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(item, text, message) for item in value]
    return value
