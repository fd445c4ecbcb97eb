"""The schemas of props: one for each layout, which the host serves and checks too."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


def directory() -> Path:
    """Returns the schemas' folder: beside the sources in the component, inside the package when installed."""
    installed = Path(__file__).resolve().parent.parent / "schema"
    return installed if installed.is_dir() else Path(__file__).resolve().parents[3] / "schema"


def has_schema(name: str) -> bool:
    return (directory() / f"{name}.json").is_file()


@cache
def schema_named(name: str) -> dict[str, Any]:
    """Returns the content of a schema's file. All callers share the object, so nobody may change it."""
    content: dict[str, Any] = json.loads((directory() / f"{name}.json").read_text(encoding="utf-8"))
    return content
