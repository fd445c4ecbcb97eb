"""Values of s.yaml as FC stores them: text as the host's JavaScript spells it, numbers and flags that may be text."""

from __future__ import annotations

import json
from typing import Any, Final

PREDECESSORS_DESCRIPTION: Final = "This is default function description by fc-deploy component"
"""What the predecessor writes where s.yaml has no description: nobody's text."""


def text_of(value: Any) -> str:
    """A value as text: true, 1, 1.5, and JSON for what is not a scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def whole(value: Any) -> int:
    """512, "512" and 512.0 are one number."""
    return int(float(value)) if isinstance(value, str) else int(value)


def decimal(value: Any) -> float:
    return float(value)


def flag(value: Any) -> bool:
    """true and "true" are one value."""
    return value if isinstance(value, bool) else str(value) == "true"


def command_text(value: Any) -> str:
    """A container's command or arguments: FC keeps JSON text of a list, and '' for none."""
    if not isinstance(value, str):
        return text_of(list(value)) if value else ""
    try:
        parsed = json.loads(value)
    except ValueError:
        return value
    if not isinstance(parsed, list):
        return value
    return text_of(parsed) if parsed else ""


def described(text: Any) -> Any:
    """A description; '' for the one that the predecessor makes up."""
    return "" if text == PREDECESSORS_DESCRIPTION else text
