"""Whatever a person reads can be said in the languages that there are catalogs for."""

from __future__ import annotations

import ast
import gettext
import json
import os
import re
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import fc_guard
from fc_guard import catalogs
from fc_guard.catalogs import DOMAIN, FOLDER, LANGUAGES, in_language, language_of
from fc_guard.cloud.support.helper import CODE as TEST_DOMAIN_CODE
from fc_guard.cloud.support.helper import DESCRIPTION as TEST_DOMAIN_HELPER
from fc_guard.cloud.support.role_users import NOT_ENABLED
from fc_guard.commands.sync import COMMENT
from fc_guard.inputs.actor import SYSTEMS
from fc_guard.inputs.checkout import NO_REPOSITORY
from fc_guard.language import english

SOURCE = Path(fc_guard.__file__).parent
BRIDGE = SOURCE.parent / "bridge"
PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? \W?[A-Za-z]{2,}")
"""Matches two words after one another."""
MAKERS = {"t", "tn"}
NOT_SHOWN = {"compile", "sub", "fullmatch", "match", "search", "startswith", "endswith", "removeprefix", "removesuffix"}
"""Functions to which text is a pattern, or what others said."""
ERRORS_OF_OURS = {"ValueError", "TypeError", "RuntimeError", "AssertionError", "NotImplementedError", "KeyError"}
"""What a defect of ours raises while the program starts, in the packages that describe resources."""
NOT_FOR_PEOPLE = {
    "__main__.py": "the usage of a program that Python starts",
    "host/channel.py": "a defect of the protocol between our two processes",
    "model/rows.py": "what the members of two enumerations mean, for whoever writes a kind",
    "render/machine.py": "JSON",
    "cloud/wire/test_domain.py": "a form; its messages are made with t",
    "render/markup.py": "HTML around texts",
}
DATA = {
    "application/json; charset=utf-8",
    "fc-guard baseline",
    "fc-guard rescue",
    "fc-guard state",
    "made by fc-guard",
    "This is default function description by fc-deploy component",
    "||||||| last deployed",
    *NO_REPOSITORY,
    *(system.name for system in SYSTEMS),
    COMMENT,
    TEST_DOMAIN_CODE,
    TEST_DOMAIN_HELPER,
    "Log Service",
    NOT_ENABLED,
}
"""Texts that programs compare, and what is written into files."""


def shown(tree: ast.AST, describes: bool) -> Iterator[ast.expr]:
    """Yields literals that may be read by people and are not made by `t`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        if isinstance(node, ast.Compare | ast.MatchValue | ast.Subscript):
            continue
        if isinstance(node, ast.Raise) and describes and _called(node.exc) in ERRORS_OF_OURS:
            continue
        if isinstance(node, ast.Call) and (_called(node) in MAKERS or _called(node) in NOT_SHOWN):
            yield from (each for keyword in node.keywords for each in shown(keyword, describes))
        elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield node
        else:
            yield from shown(node, describes)


def _called(node: ast.expr | None) -> str:
    function = getattr(node, "func", None)
    return str(getattr(function, "id", getattr(function, "attr", "")))


def words(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return str(getattr(node, "value", ""))


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_text_for_people_can_be_translated(path: Path) -> None:
    name = str(path.relative_to(SOURCE))
    if name in NOT_FOR_PEOPLE:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    describes = name.startswith(("model/", "kinds/"))
    found = [node for node in shown(tree, describes) if PROSE.search(words(node)) and words(node) not in DATA]
    untold = [f"{node.lineno}: {words(node)!r}" for node in found]
    assert not untold, "make it with fc_guard.language.t, or tell why nobody reads it"


def entries(language: str) -> list[Message]:
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LANG": "zh_CN.UTF-8"},
        {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"},
        {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"},
        {"LANG": "zh_CN.UTF-8", "FC_GUARD_LANG": "en"},
        {"LC_ALL": "en_US.UTF-8", "FC_GUARD_LANG": "ZH"},
        {"LANG": "zh_CN.UTF-8", "FC_GUARD_LANG": ""},
        {"LANG": "de_DE.UTF-8"},
        {"LANG": "zhx_YY"},
        {"FC_GUARD_LANG": " zh-Hans"},
    ],
    ids=str,
)
def test_the_bridge_and_the_worker_choose_the_same_language(environment: dict[str, str]) -> None:
    script = "const { language } = require('./language'); process.stdout.write(language())"
    asked = ["node", "-e", script]
    env = {"PATH": os.environ["PATH"], **environment}
    told = subprocess.run(asked, cwd=BRIDGE, env=env, capture_output=True, text=True, check=True).stdout
    assert told == language_of(environment)


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_the_catalog_has_every_text_of_the_bridge(language: str) -> None:
    """Babel does not look into template literals."""
    told = json.loads((BRIDGE / f"{language}.json").read_text(encoding="utf-8"))
    calls = [
        call
        for path in BRIDGE.glob("*.js")
        for call in re.findall(r"\bt\(\s*(['\"])((?:(?!\1).)*)\1", path.read_text())
    ]
    assert len(calls) > 50
    assert [
        text for _, text in calls if not any(message.startswith(text.removesuffix("\\n")) for message in told)
    ] == []


def test_a_catalog_that_is_missing_or_damaged_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "FOLDER", tmp_path)
    assert in_language("zh_CN") is english
    file = tmp_path / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    file.parent.mkdir(parents=True)
    whole = (FOLDER / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes()
    for content in (b"", b"no catalog at all", whole[:100], whole[:-100]):
        file.write_bytes(content)
        gettext._translations.clear()  # type: ignore[attr-defined]
        assert in_language("zh_CN") is english


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_every_entry_has_a_translation(language: str) -> None:
    assert [message.id for message in entries(language) if not all(forms(message.string))] == []


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_a_translation_names_what_the_message_names(language: str) -> None:
    for message in entries(language):
        named = placeholders(forms(message.id)[-1])
        for form in forms(message.string):
            assert placeholders(form) == named, message.id
            assert form.count("\n") == forms(message.id)[0].count("\n"), message.id
