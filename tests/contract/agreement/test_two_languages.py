"""What is written in both languages says the same in both, leads somewhere, and each page leads to the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from fc_guard.commands import COMMANDS
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.layouts import LAYOUTS

ROOT = Path(__file__).resolve().parents[3]
PAIRS = {path.name: (path.with_name(path.name.replace(".zh.md", ".md")), path) for path in ROOT.glob("docs/*.zh.md")}
PAIRS["README.zh.md"] = (ROOT / "README.md", ROOT / "README.zh.md")
PAGES = sorted(path for pair in PAIRS.values() for path in pair)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ODD = ("宿主", "前身", "救援")


def text_of(page: Path) -> str:
    """Without fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def headings(page: Path) -> list[tuple[int, str]]:
    return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.*)$", text_of(page), re.M)]


def anchor(title: str) -> str:
    """The name that a heading has in an address."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def rows(page: Path) -> list[list[str]]:
    return [re.split(r" \| ", line[2:-2]) for line in text_of(page).splitlines() if line.startswith("| ")]


def codes(cell: str) -> list[str]:
    return sorted(re.findall(r"`([^`]+)`", cell))


def targets(page: Path) -> list[str]:
    """The pages that a page leads to, whatever their language; not what stands at its top."""
    found = re.findall(r"\]\(([^)#\s]+)", re.sub(r"^\[(中文|English)\]\(.*\)$", "", text_of(page), flags=re.M))
    return sorted(target.replace(".zh.md", ".md") for target in found)


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_each_heading_is_there_in_both(name: str) -> None:
    english, chinese = PAIRS[name]
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_each_section_has_its_rows_and_points_in_both(name: str) -> None:
    def shape(page: Path) -> list[tuple[int, int]]:
        sections = re.split(r"^#+ ", text_of(page), flags=re.M)
        return [(len(re.findall(r"^\|", part, re.M)), len(re.findall(r"^- ", part, re.M))) for part in sections]

    english, chinese = PAIRS[name]
    assert shape(english) == shape(chinese)


@pytest.mark.parametrize("name", ["guarantees.zh.md", "exit-statuses.zh.md", "ci.zh.md"])
def test_each_row_names_the_same_things_in_both(name: str) -> None:
    english, chinese = (rows(page) for page in PAIRS[name])
    assert [[codes(cell) for cell in row] for row in english] == [[codes(cell) for cell in row] for row in chinese]


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_both_lead_to_the_same_pages(name: str) -> None:
    english, chinese = (set(targets(page)) for page in PAIRS[name])
    assert english == chinese


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_each_page_leads_to_the_other_at_its_top(name: str) -> None:
    english, chinese = PAIRS[name]
    assert f"\n\n[中文]({chinese.name})\n" in english.read_text(encoding="utf-8")[:200]
    assert f"\n\n[English]({english.name})\n" in chinese.read_text(encoding="utf-8")[:200]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_anchor_is_a_heading(page: Path) -> None:
    for target, name in re.findall(r"\]\((?!http)([^)#\s]*)#([^)\s]+)\)", text_of(page)):
        there = (page.parent / target).resolve() if target else page
        assert name in {anchor(title) for _, title in headings(there)}, (page.name, target, name)


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_a_chinese_page_leads_to_the_chinese_page_where_there_is_one(name: str) -> None:
    _, chinese = PAIRS[name]
    led = re.findall(r"(?<!\[English\])\(([^)#\s]+\.md)", text_of(chinese))
    assert [target for target in led if Path(target).name.replace(".md", ".zh.md") in PAIRS] == []


def test_the_readme_leads_to_every_page() -> None:
    for english, chinese in PAIRS.values():
        if english.parent.name == "docs":
            assert f"(docs/{english.name})" in (ROOT / "README.md").read_text(encoding="utf-8")
            assert f"(docs/{chinese.name})" in (ROOT / "README.zh.md").read_text(encoding="utf-8")


def test_no_chinese_text_has_a_word_that_reads_oddly() -> None:
    """The host is "s 工具", the predecessor "原 fc 组件", a rescue copy "备份"."""
    looked_at = [
        path
        for folder in ("docs", "schema", "src", "examples", "script")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".md", ".json", ".js", ".py", ".po", ".yaml", ".svg") and "node_modules" not in path.parts
    ]
    looked_at += [ROOT / "README.zh.md", ROOT / "README.md", ROOT / "publish.yaml"]
    texts = {path: path.read_text(encoding="utf-8") for path in looked_at}
    assert sum(bool(CHINESE.search(text)) for text in texts.values()) > 5
    found = [(path.name, word) for path, text in texts.items() for word in ODD if word in text]
    assert found == []


@pytest.mark.parametrize("page", PAIRS["ci.zh.md"], ids=lambda page: page.name)
def test_the_commands_of_the_page_about_ci_are_commands(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    commands = re.findall(r"`s ([a-z][^`]*)`", text) + re.findall(r"run: s (.*?)(?: \|\| .*)?$", text, re.M)
    assert len(commands) > 6
    for line in commands:
        command = COMMANDS[line.split()[0]]
        argv = [word for word in line.split()[1:] if word != "--silent"]
        parse(argv, command.name, "one", command.options, LAYOUTS)


def test_the_examples_of_the_page_about_ci_are_yaml_and_the_same_in_both() -> None:
    english, chinese = (
        re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S) for page in PAIRS["ci.zh.md"]
    )
    assert english == chinese
    assert yaml.safe_load(english[0])["state"].startswith("oss://")
