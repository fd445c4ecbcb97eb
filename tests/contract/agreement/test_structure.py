"""What the documents say of the structure is so."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Final

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

ROOT: Final = Path(__file__).resolve().parents[3]
PACKAGES: Final = ROOT / "src" / "fc_guard"
PLACE: Final = re.compile(r"`((?:src/|docs/|schema/|tests/|script/)?[\w./-]+\.(?:py|js|json|md)|[\w/]+/)`")
ELSEWHERE: Final = ("rescue/", "locks/", "pulled/", "conflicts/", "live.json", "rescue.json", "schema/trigger.json")
"""Folders and files of a state directory, and what lies at the root."""


def contracts() -> dict[str, dict[str, Any]]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in found["tool"]["importlinter"]["contracts"]}


def places(document: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return [place for place in PLACE.findall(text) if place not in ELSEWHERE]


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_module_and_folder_that_is_named_is_there(document: str) -> None:
    named = places(document)
    assert len(named) > 10
    missing = [
        place
        for place in named
        if not any((base / place).exists() for base in (ROOT, PACKAGES, ROOT / "src", ROOT / "tests"))
    ]
    assert missing == []


def test_the_layers_that_are_named_are_those_that_are_held() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (named,) = re.findall(r"`(__main__ > [^`]+)`", text)
    held = contracts()["Who may import whom"]["layers"]
    assert named.split(" > ") == held


def test_the_rooms_that_are_named_are_those_that_are_held() -> None:
    rooms = contracts()["Who may import whom among the engine's rooms"]["layers"]
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert ", ".join(f"`{room}`" for room in reversed(rooms)) in text
    assert sorted(rooms) == sorted(path.parent.name for path in (PACKAGES / "engine").glob("*/__init__.py"))
