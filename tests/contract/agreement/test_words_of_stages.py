"""The stages name no kind and no key of s.yaml: those stand with the kinds and with the layouts alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.known import props_schema

from fc_guard.kinds.catalog import CATALOG

SOURCES: Final = Path(__file__).resolve().parents[3] / "src" / "fc_guard"
STAGES: Final = ("engine", "core", "state", "render", "commands", "inputs")
OF_LAYOUTS: Final = ("inputs/fc2/", "inputs/forms.py")
"""Here a layout's own checks are, and what files that no layout claims look like."""
ORDINARY: Final = {"command", "key", "name", "notes", "path", "payload", "region", "state", "type", "value"}
"""Keys that are also words of our own documents, of JSON Schema and of options' help."""
TOLD: Final = {("engine/run/reaching.py", "endpoint")}
"""The beginnings of messages."""
EXAMPLES: Final = {("engine/pull/groups.py", "privateKey")}
"""What docstrings name to make themselves clear."""
FIRST: Final = {("state/upgrades.py", "fc2")}
"""Format 1 had one provider; what it wrote belongs to that one."""


WORD: Final = re.compile(r"\w+")


def literals(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def keys_of(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
    for below in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from keys_of(below)


KINDS: Final = {kind.name for kind in CATALOG.kinds}
PROVIDERS: Final = {kind.provider for kind in CATALOG.kinds}
KEYS: Final = set(keys_of(props_schema())) - ORDINARY
COMPOUND: Final = {key for key in KEYS if key != key.lower()}
"""Keys that are no words of English: they are found inside texts, too."""


def said(package: str) -> Iterator[tuple[str, str]]:
    """Files of a package, each with every literal in it."""
    for file in (SOURCES / package).rglob("*.py"):
        name = file.relative_to(SOURCES).as_posix()
        if not name.startswith(OF_LAYOUTS):
            yield from ((name, text) for text in literals(file.read_text(encoding="utf-8")))


def named(package: str, words: set[str]) -> set[tuple[str, str]]:
    """Files of a package, each with a word that is a literal in it."""
    return {(name, text) for name, text in said(package) if text in words}


def mentioned(package: str, words: set[str]) -> set[tuple[str, str]]:
    """Files of a package, each with a word that stands in a literal, which may be a docstring."""
    return {(name, word) for name, text in said(package) for word in WORD.findall(text) if word in words}


@pytest.mark.parametrize("package", STAGES)
def test_no_stage_names_a_kind(package: str) -> None:
    assert named(package, KINDS) == set()


@pytest.mark.parametrize("package", STAGES)
def test_no_stage_names_a_key_of_s_yaml(package: str) -> None:
    assert named(package, KEYS) - TOLD == set()


@pytest.mark.parametrize("package", STAGES)
def test_no_stage_names_a_provider(package: str) -> None:
    assert named(package, PROVIDERS) - FIRST == set()


@pytest.mark.parametrize("package", STAGES)
def test_no_text_of_a_stage_names_a_key_of_s_yaml(package: str) -> None:
    assert mentioned(package, COMPOUND) - EXAMPLES == set()


def test_a_name_would_be_found_where_there_is_one() -> None:
    assert {("kinds/fc2/service.py", "service"), ("kinds/fc2/trigger.py", "trigger")} <= named("kinds", KINDS)
    assert ("kinds/fc2/function_code.py", "codeUri") in named("kinds", KEYS)
    assert ("kinds/fc2/service.py", "fc2") not in named("kinds", PROVIDERS)
    assert ("kinds/fc2/provider.py", "fc2") in named("kinds", PROVIDERS)
    assert ("kinds/fc2/vpc_binding.py", "vpcBinding") in mentioned("kinds", COMPOUND)
    assert {"codeUri", "vswitchIds", "customDomains", "endpoint", "handler"} <= KEYS
    assert all((SOURCES / place).exists() for place in OF_LAYOUTS)
