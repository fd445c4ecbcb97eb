"""Whoever reads Chinese reads no English sentence, from the plan to the last hint."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fc_guard.catalogs import in_language
from fc_guard.errors import GuardError
from fc_guard.language import said
from fc_guard.model.fields import Reveal
from fc_local.server import LocalServer
from tests.integration.project import Person, Project

CHINESE = in_language("zh_CN")
NAMES = re.compile(
    r"\b(?:service|function|trigger|customDomain|asyncConfig) [\w./*-]+|`[^`]*`|--[\w-]+ \w+|\bs [a-z]+\b"
    r"|fc-guard \w+ +\w+|error|127\.0\.0\.1:\d+|demo service"
)
"""What stays as it is: addresses of resources, commands and options."""
QUOTED = re.compile(r"^(?: {12}|[-+@]).*$", re.MULTILINE)
"""Lines of code, and of s.yaml."""
SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


class Reader(Person):
    """Reads everything in Chinese, and remembers what was not."""

    def heard(self) -> str:
        return "\n".join(self.said)

    def say(self, text: str, reveal: Reveal = Reveal.NOTHING) -> None:
        super().say(said(text, CHINESE), reveal)

    def warn(self, text: str) -> None:
        super().warn(said(text, CHINESE))

    def ask(self, question: str, keys: dict[str, str], default: str) -> str:  # type: ignore[override]
        self.said += [said(text, CHINESE) for text in (question, *keys.values())]
        return super().ask(question, keys, default)


HALF_WIDTH = re.compile(r".{0,9}(?:[\u4e00-\u9fff）。，][,;:?!(]|[,;:?!)] ?[\u4e00-\u9fff（]|[。！？] (?=\S)).{0,9}")
"""Punctuation and spaces of English beside Chinese."""


def english_in(text: str) -> list[str]:
    """English sentences, and English punctuation of Chinese ones."""
    text = QUOTED.sub("", text)
    return SENTENCE.findall(NAMES.sub("", text)) + HALF_WIDTH.findall(text)


@pytest.fixture
def project(server: LocalServer, tmp_path: Path) -> Project:
    return Project(tmp_path / "a", server, code={"index.py": "one\n"})


def ran(project: Project, line: str, *answers: str, present: bool = True) -> str:
    reader = Reader(answers=list(answers), present=present)
    try:
        report, *_ = project.run(line, reader)
    except GuardError as error:
        return "\n".join([*reader.said, said(str(error), CHINESE)])
    told = [said(str(report.error), CHINESE)] if report.error is not None else []
    return "\n".join([*reader.said, *told])


def changed_online(project: Project) -> None:
    project.edit("UpdateFunction", "demo", "hello", timeout=77)
    project.edit("DeleteTrigger", "demo", "hello", "http")


SCENES: dict[str, Callable[[Project], str]] = {
    "new": lambda project: ran(project, "deploy"),
    "asked": lambda project: ran(project, "deploy", "d", "s"),
    "each": lambda project: ran(project, "deploy", "e", "k", "o"),
    "nobody to ask": lambda project: ran(project, "deploy", present=False),
    "overwritten": lambda project: ran(project, "deploy --use-remote"),
    "kept": lambda project: ran(project, "deploy --on-drift keep") + "\n" + ran(project, "plan"),
    "plan": lambda project: ran(project, "plan"),
    "drift": lambda project: ran(project, "drift"),
    "explained": lambda project: ran(project, "plan --explain"),
    "removed": lambda project: ran(project, "remove", "s"),
    "undone": lambda project: ran(project, "deploy --use-remote") + ran(project, "undo", "y") + ran(project, "rescue"),
    "a slip": lambda project: ran(project, "deploy --on-drft keep") + ran(project, "deploy function --type codes"),
}


@pytest.mark.parametrize("scene", SCENES)
def test_nobody_who_reads_chinese_meets_an_english_sentence(project: Project, scene: str) -> None:
    if scene != "new":
        ran(project, "deploy")
        changed_online(project)
    text = SCENES[scene](project)
    assert re.search("[一-鿿]", text)
    assert english_in(text) == [], text
