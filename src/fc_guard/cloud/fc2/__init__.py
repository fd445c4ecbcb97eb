"""Function Compute 2.0, API 2021-04-06 and, where that lacks something, 2016-08-15."""

from __future__ import annotations

from fc_guard.cloud import wire  # first: it spares what the SDK would import

__all__ = ["wire"]
