"""The schemas of props: one a layout, the one that the host serves and checks."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


def directory() -> Path:
    """Where the schema files are: beside the sources in the component, inside the package when installed."""
    installed = Path(__file__).resolve().parent.parent / "schema"
    return installed if installed.is_dir() else Path(__file__).resolve().parents[3] / "schema"


@cache
def schema_named(name: str) -> dict[str, Any]:
    """The content of a schema's file. It is the same object every time: nobody changes it."""
    content: dict[str, Any] = json.loads((directory() / f"{name}.json").read_text(encoding="utf-8"))
    return content
