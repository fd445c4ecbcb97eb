"""Decides which text is a plain YAML scalar that every reader takes for the same text."""

from __future__ import annotations

import re
from typing import Final

# First a letter, or the beginning of a path: nothing that YAML 1.1, YAML 1.2 or JavaScript could take for a number, a
# date or a sign of its own. Then nothing that ends a scalar, also between brackets.
PLAIN: Final = re.compile(r"(?:[^\W\d]|/|\.{1,2}/)(?:[\w./@+=()$*&;%^~'\"<>|\\ -]|:(?=[\w/.@+$:-]))*")
WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def is_plain(text: str) -> bool:
    return PLAIN.fullmatch(text) is not None and text == text.strip() and text.lower() not in WORDS
