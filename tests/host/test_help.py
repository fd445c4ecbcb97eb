"""`-h` fits a terminal of 80 columns in both languages, through both hosts. A Chinese character takes two columns."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from tests.host.conftest import FakeWorker
from tests.host.harness import ROOT, Host, project_v1, project_v3

from fc_guard.commands import COMMANDS

WORDS = [*COMMANDS, "build", "logs", "version", "ondemand"]
"""Every command, and some words that are none here."""
NEW, OLD = "3.1.10", "2.2.2"
ASKED = [*((NEW, word) for word in WORDS), (OLD, "deploy"), (OLD, "version")]
"""The old host shows the same texts in the same way."""
LANGUAGES = ("en", "zh")
COLUMNS = 80


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def too_wide(text: str) -> list[str]:
    """Without the host's log, which warns whoever is root, and its line with the description of the package."""
    return [line for line in text.splitlines() if columns(line) > COLUMNS and not line.startswith(("[20", "🚀"))]


def texts(language: str) -> dict[str, list[str]]:
    table = json.loads((ROOT / "src" / "commands.json").read_text(encoding="utf-8"))
    told = table["zh_CN" if language == "zh" else "commands"]
    return {name: [help["description"], *(text for _, text in help["option"])] for name, help in told.items()}


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("version", "word"), ASKED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_fits_80_columns(
    host: Host, host2: Host, fake: FakeWorker, tmp_path: Path, version: str, language: str, word: str
) -> None:
    own, project = (host, project_v3) if version == NEW else (host2, project_v1)
    own.variables["FC_GUARD_LANG"] = language
    done = own.run(project(tmp_path / "app", {"one": {}}), word, "-h")
    assert done.status == 0, done.text
    assert too_wide(done.stdout) == []
    told = squeezed(done.stdout)
    assert [text for text in texts(language).get(word, []) if squeezed(text) not in told] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_commands_fits_too(host: Host, fake: FakeWorker, tmp_path: Path, language: str) -> None:
    host.variables["FC_GUARD_LANG"] = language
    done = host.run(project_v3(tmp_path / "app", {"one": {}}), "one", "-h")
    assert too_wide(done.stdout) == []
