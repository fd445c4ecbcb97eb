"""The one spelling of a value that may be written in several ways: canonical forms, for both sides alike."""

from __future__ import annotations

import json
import re
from typing import Final

from fc_guard.model.fields import Json

_WHOLE: Final = re.compile(r"-?\d{1,18}\Z")


def number(value: Json) -> Json:
    """A whole number, also where it is written as text."""
    return int(value) if isinstance(value, str) and _WHOLE.match(value.strip()) else value


def flag(value: Json) -> Json:
    """true or false, also where it is written as text."""
    words = {"true": True, "false": False}
    return words.get(value.strip().lower(), value) if isinstance(value, str) else value


def json_text(value: Json) -> Json:
    """JSON carried as text: neither the order of keys nor spaces mean anything. Other text stays as it is."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
