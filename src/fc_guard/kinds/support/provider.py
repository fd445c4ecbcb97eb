"""The name of the provider of supporting resources: several products of Alibaba Cloud, each with an API of its own."""

from __future__ import annotations

from typing import Final

SUPPORT: Final = "support"
