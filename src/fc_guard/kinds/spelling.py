"""Brings values that may be written in several ways to the one way in which FC stores them."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from fc_guard.model.fields import Json

PREDECESSORS_DESCRIPTION: Final = "This is default function description by fc-deploy component"
"""The predecessor writes this if s.yaml has no description, so it counts as none."""

_WHOLE: Final = re.compile(r"-?\d{1,18}\Z")
_FLAGS: Final = {"true": True, "false": False}


def text_of(value: Any) -> str:
    """Returns a value as text, as the host's JavaScript spells it: true, 1, 1.5, and JSON for what is not a scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def texts(values: Any) -> list[str]:
    return [text_of(value) for value in values]


def text_map(values: Any) -> dict[str, str]:
    return {key: text_of(value) for key, value in values.items() if value is not None}


def whole(value: Any) -> int:
    """Returns a whole number: 512, "512" and 512.0 are one."""
    return int(float(value)) if isinstance(value, str) else int(value)


def number(value: Json) -> Json:
    """Returns a whole number, also if it is written as text. Other text stays as it is."""
    return int(value) if isinstance(value, str) and _WHOLE.match(value.strip()) else value


def decimal(value: Any) -> float:
    return float(value)


def flag(value: Json) -> Json:
    """Returns true or false, also if it is written as text. Other text stays as it is."""
    return _FLAGS.get(value.strip().lower(), value) if isinstance(value, str) else value


def json_text(value: Json) -> Json:
    """Returns JSON text without the order of keys and the spaces, which mean nothing. Other text stays as it is."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def command_text(value: Any) -> str:
    """Returns a container's command or arguments as FC keeps them: JSON text of a list of texts, and '' for none."""
    if not isinstance(value, str):
        return text_of(texts(value)) if value else ""
    try:
        parsed = json.loads(value)
    except ValueError:
        return value
    if not isinstance(parsed, list):
        return value
    return text_of(texts(parsed)) if parsed else ""


def described(text: Any) -> Any:
    """Returns a description; '' for the one that the predecessor makes up."""
    return "" if text == PREDECESSORS_DESCRIPTION else text
