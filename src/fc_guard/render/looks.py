"""Judges whether a value of a secret field looks like a secret, by its name and by its form.

It is a guess that errs towards secret, and decides only what a person at a terminal sees unasked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from fc_guard.model.fields import Json

LONGEST: Final = 300
TELLING: Final = re.compile(
    "auth|bearer|cert|cipher|cookie|credential|dsn|encrypt|hmac|jwt|key|license|passphrase|passw|private|pwd|salt|"
    "secret|session|signature|token|webhook|密码|密钥|口令|令牌|私钥",
    re.IGNORECASE,
)
"""Matches what a secret is called, in a name or in the text itself."""
SHORT: Final = re.compile(r"ak|creds?|iv|psk|sk|\w*(?:(?<!by)pass|pin|pw|otp)", re.IGNORECASE)
"""Matches a word that is short for a secret. Those that end few other words may end a name that is run together."""
IN_NAMES: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""Matches the words of a name, at `_`, `-`, `.`, digits and in camelCase."""
LOGIN: Final = re.compile(r":[^\s@]*@")
"""Matches the password in `user:password@host`."""
BETWEEN: Final = re.compile(r"[\W_]+")
WORD: Final = re.compile(
    r"(?:[a-z]{1,20}|[A-Z]{1,20}|[A-Z]?[a-z]{2,19}(?:[A-Z][a-z]{2,19}){0,3}|[A-Z][a-z])\d{0,2}|\d{1,9}[A-Za-z]{0,3}"
)
"""Matches words, names and numbers as people write them. Keys and tokens mix letters and digits, or are longer."""


def looks_secret(name: str, value: Json) -> bool:
    return any(_telling(called, text) for called, text in leaves(value, name))


def leaves(value: Json, name: str = "") -> Iterator[tuple[str, str]]:
    """Yields every text and number in a value, with the names that lead to it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, f"{name}.{key}")
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item, name)
    elif isinstance(value, str):
        yield name, value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, json.dumps(value)


def _telling(name: str, text: str) -> bool:
    if _speaks_of_one(name) or _speaks_of_one(text) or LOGIN.search(text) or len(text) > LONGEST:
        return True
    return not all(_ordinary(word) for word in BETWEEN.split(text) if word)


def _speaks_of_one(said: str) -> bool:
    return TELLING.search(said) is not None or any(SHORT.fullmatch(word) for word in IN_NAMES.findall(said))


def _ordinary(word: str) -> bool:
    return WORD.fullmatch(word) is not None or (word.isalpha() and not word.isascii())
