"""The pages for those who come from the component `fc` say what is so, and have each of its words."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest

from fc_guard.commands import COMMANDS
from fc_guard.errors import BadInput
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.layouts import LAYOUTS

ROOT = Path(__file__).resolve().parents[3]
ENGLISH, CHINESE = PAGES = ("coming-from-fc.md", "coming-from-fc.zh.md")
INSTEAD: dict[str, str] = json.loads((ROOT / "src" / "elsewhere.json").read_text(encoding="utf-8"))
FACTS = Path(os.environ.get("FC_GUARD_FACTS") or ROOT.parent / "shared" / "facts") / "upstream.md"
ABSENT = f"what is known of the component fc is not at {FACTS} (FC_GUARD_FACTS names another folder)"
REFUSED = ("Status 2", "状态 2")


def tables(page: str) -> list[list[list[str]]]:
    """The tables of a page: rows of cells, without the head."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(r"^\|.*\|\n\|[ |-]+\|\n((?:\|.*\|\n)+)", text, re.M)
    return [[re.split(r" \| ", line[2:-2]) for line in rows.splitlines()] for rows in found]


def words(page: str) -> dict[str, str]:
    """The commands of `fc` that a page tells of."""
    return {word.strip("`"): told for word, told in tables(page)[0]}


@pytest.mark.parametrize("page", PAGES)
def test_each_word_that_is_no_command_and_only_commands_besides_are_told(page: str) -> None:
    assert set(INSTEAD) <= set(words(page)) <= {*INSTEAD, *COMMANDS}


@pytest.mark.parametrize(("page", "table"), [(ENGLISH, "elsewhere.json"), (CHINESE, "elsewhere.zh_CN.json")])
def test_the_page_says_of_each_word_what_the_component_says(page: str, table: str) -> None:
    told = words(page)
    said = json.loads((ROOT / "src" / table).read_text(encoding="utf-8"))
    assert {word: told[word] for word in INSTEAD} == said


@pytest.mark.skipif(not FACTS.exists(), reason=ABSENT)
@pytest.mark.parametrize("page", PAGES)
def test_each_command_of_the_predecessor_is_told(page: str) -> None:
    rows = re.search(r"^\| Command \|.*\n\|[-|]+\n((?:\|.*\n)+)", FACTS.read_text(encoding="utf-8"), re.M)
    assert rows is not None
    theirs = {word for row in rows[1].splitlines() for word in re.findall(r"\w+", row.split(" | ")[0])} - {"deprecated"}
    assert {"deploy", "onDemand", "fun2s"} <= theirs
    assert theirs <= set(words(page))


@pytest.mark.parametrize("page", PAGES)
def test_each_option_is_taken_or_refused_as_the_page_says(page: str) -> None:
    for line, told in tables(page)[1]:
        argv = shlex.split(line.strip("`"))[1:]
        command = COMMANDS[argv[0]]
        try:
            parse(argv, command.name, "one", command.options, LAYOUTS)
        except BadInput:
            assert told.startswith(REFUSED), line
        else:
            assert not told.startswith(REFUSED), line


def test_both_pages_tell_the_same() -> None:
    assert [[len(rows), len(rows[0])] for rows in tables(ENGLISH)] == [
        [len(rows), len(rows[0])] for rows in tables(CHINESE)
    ]
    for first, second in zip(tables(ENGLISH)[:2], tables(CHINESE)[:2], strict=True):
        assert [row[0] for row in first] == [row[0] for row in second]


@pytest.mark.parametrize("page", PAGES)
def test_what_the_page_points_to_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (ROOT / "docs" / target).exists(), target
    for readme, link in (("README.md", ENGLISH), ("README.zh.md", CHINESE)):
        assert f"(docs/{link})" in (ROOT / readme).read_text(encoding="utf-8")
