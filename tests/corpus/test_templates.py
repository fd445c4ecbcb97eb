"""Templates: each is told that it was not rendered, with every place still to be filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from fc_guard.errors import BadInput
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from tests.corpus.checkout import OTHER_COMPONENTS
from tests.corpus.corpus import ABSENT, entries, names, present
from tests.corpus.resolve import Block, Resolved
from tests.corpus.table import table

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

TITLE = "templates"
TOLD, NOTHING, HOST = "told that they were not rendered", "no placeholder in the props for FC", "refused by the host"
LEFT = re.compile(r"\{\{.*?\}\}")
UNQUOTED = re.compile(r"^\s*(?:- )?\S+:\s*\{\s*\{[^{}]*\}\s*\}\s*(?:#.*)?$", re.MULTILINE)
HOST_SAYS = re.compile(r"format is incorrect|^Error Message:")
"""Where a placeholder breaks the YAML, or the host's own edition misses a variable."""


@pytest.mark.parametrize("name", names(entries("templates")))
def test_a_template_is_told_that_it_was_not_rendered(name: str, templates: Mapping[str, Resolved]) -> None:
    found = templates[f"{name}.yaml"]
    if found.error:
        assert HOST_SAYS.search(found.error)
        table(TITLE).put(name, HOST, (found.error.splitlines()[0],))
        return
    told = [_told(found, block) for block in found.blocks if block.component not in OTHER_COMPONENTS]
    table(TITLE).put(name, TOLD if any(told) else NOTHING)


def _told(found: Resolved, block: Block) -> bool:
    """Whether the step was refused as a template; it must be, where a placeholder is left in its props."""
    left = LEFT.findall(json.dumps(block.props, ensure_ascii=False))
    try:
        check(block.props, Places(found.file, block.step), LAYOUTS)
    except BadInput as error:
        if error.reference == "template-not-rendered":
            title, *lines = error.message.splitlines()
            assert title == "This s.yaml is a template that was not rendered. Still to be filled in:"
            assert all(re.match(rf"{re.escape(found.file.name)}:\d+: \S+: \{{\{{.*\}}\}}$", line) for line in lines)
            assert len(lines) >= len({text for value in _texts(block.props) for text in LEFT.findall(value)[:1]})
            assert left or UNQUOTED.search(found.entry.text)
            return True
    assert not left
    return False


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.usefixtures("whole")
def test_every_template_is_accounted_for(templates: Mapping[str, Resolved]) -> None:
    counts = table(TITLE).counts
    assert sum(counts.values()) == len(templates) == len(entries("templates"))
    assert counts.get(HOST, 0) < len(templates) * 0.05
