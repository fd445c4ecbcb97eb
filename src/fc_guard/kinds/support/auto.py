"""The word with which s.yaml leaves a resource to be found or made."""

from __future__ import annotations

from typing import Any, Final

AUTO: Final = "auto"
PERFORMANCE: Final = "autoperformance"
"""A file system may be asked for by its sort."""
WORDS: Final = (AUTO, PERFORMANCE)


def is_auto(value: Any) -> bool:
    """Says whether a value is the word, in any letter case."""
    return isinstance(value, str) and value.strip().lower() in WORDS
