"""Values of s.yaml as the text FC stores, spelled as the host's JavaScript spells them."""

from __future__ import annotations

import json
from typing import Any


def text_of(value: Any) -> str:
    """A value as text: true, 1, 1.5, and JSON for what is not a scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
