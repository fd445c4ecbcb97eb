"""A way of writing functions in s.yaml, as data."""

from __future__ import annotations

from dataclasses import dataclass

from fc_guard.model.kinds import Kind


@dataclass(frozen=True, slots=True)
class Layout:
    """One way of writing functions in s.yaml.

    kinds     what a step of this layout may ask for, parents first
    provider  whose endpoint a step names
    """

    name: str
    provider: str
    kinds: tuple[Kind, ...]
