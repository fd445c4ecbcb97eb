"""What is secret in props, by its name: derived from the rules of the kinds, so that it is said once."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds import REGISTRY

SECRET_NAMES: Final = frozenset(path[-1] for kind in REGISTRY.values() for path in kind.rules.secret)
"""Keys of s.yaml below which every value is secret: they are spelled as FC spells the fields."""
