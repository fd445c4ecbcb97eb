"""The README says what is so: its output is the program's, its commands run, and both languages say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.integration.project import KEYS
from tests.integration.scenes import play

from fc_local.server import LocalServer

ROOT = Path(__file__).resolve().parents[3]
READMES = ("README.md", "README.zh.md")


def blocks(name: str) -> dict[str, str]:
    """Fenced blocks by their info string; several of one kind joined."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for info, body in re.findall(r"^```([^\n`]*)\n(.*?)^```$", text, re.M | re.S):
        found[info] = found.get(info, "") + body
    return found


def varying(text: str) -> str:
    """Package sizes and checksums depend on the zlib at hand."""
    return re.sub(r"[\d,]+ B(, crc64 \d+)?", "N B", text).strip()


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("readme")
    with LocalServer(home=root / "fc", keys=[KEYS]) as server:
        return play(root, server)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("scene", ["scene-1", "scene-2", "scene-3", "ci-force"])
def test_the_output_shown_is_the_output_printed(scenes: dict[str, str], readme: str, scene: str) -> None:
    shown, printed = varying(blocks(readme)[f"text {scene}"]), varying(scenes[scene])
    assert printed.startswith(shown)
    assert printed == shown or scene in ("scene-2", "scene-3")  # these go on after the question


def test_both_readmes_show_the_same_commands_and_outputs() -> None:
    first, second = (blocks(name) for name in READMES)
    first.pop(""), second.pop("")  # the picture is told in each language
    assert first == second


def test_both_readmes_have_the_same_shape() -> None:
    def shape(name: str) -> list[tuple[int, int]]:
        text = re.sub(r"^```.*?^```$", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.M | re.S)
        sections = re.split(r"^## ", text, flags=re.M)
        return [(len(re.findall(r"^\|", part, re.M)), len(re.findall(r"^- ", part, re.M))) for part in sections]

    assert shape(READMES[0]) == shape(READMES[1])


def test_links_lead_somewhere() -> None:
    for name in (*READMES, "CONTRIBUTING.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert ((ROOT / name).parent / target).exists(), (name, target)


def test_every_test_that_the_guarantees_name_exists() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for name in re.findall(r"`(test_\w+)`", text):
        assert f"def {name}(" in tests, name
    for path in re.findall(r"`(tests/[\w/.*]+)`", text):
        assert list(ROOT.glob(path)), path
