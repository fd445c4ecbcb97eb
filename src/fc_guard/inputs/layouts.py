"""The ways there are of writing functions in s.yaml."""

from __future__ import annotations

from typing import Final

from fc_guard.inputs.fc2.layout import LAYOUT as FC2
from fc_guard.model.layouts import Layout

LAYOUTS: Final[tuple[Layout, ...]] = (FC2,)
"""For the module that puts a run together. All others are given layouts."""
