"""Names the provider of these kinds."""

from __future__ import annotations

from typing import Final

FC2: Final = "fc2"
"""Function Compute 2.0, API 2021-04-06."""
