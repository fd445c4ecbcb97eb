"""Somebody changes one prop online, and it is pulled: its line in s.yaml changes, no other, and plan is empty.

For every prop of the schema, with the edits of test_every_prop.py. The s.yaml is written with a comment at every line.
"""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from fc_local.server import LocalServer
from tests.integration.homes import home_of
from tests.integration.project import Project
from tests.integration.test_every_prop import (
    PLACES,
    VALUES,
    Homes,
    Online,
    _at,
    another,
    edited,
    kind_of,
    path_in_fc,
)
from tests.property.places import leaves, plain

NOT_PULLED: Final[Mapping[str, str]] = {
    "customDomains[].certConfig.certName": "FC never shows the private key that belongs to it",
    "customDomains[].certConfig.certificate": "FC never shows the private key that belongs to it",
}
"""Props that are told instead, and why."""
SECRET: Final = ("environmentVariables", "Password", "InstancePassword")
LISTS: Final = ("triggers[oss].config.events", "triggers[log].config.logConfig.project")
"""Of these several lines change: items of a list, and the source that was computed from the prop."""


@pytest.fixture(scope="module")
def homes(running: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return Homes(running, tmp_path_factory)


def commented(props: Mapping[str, Any]) -> str:
    """An s.yaml with these props, and a comment behind every line that can bear one."""
    copied = json.loads(json.dumps(props))  # nothing twice in it, which YAML would write as an alias
    document = {"edition": "3.0.0", "resources": {"one": {"component": "fc-guard", "props": copied}}}
    lines = yaml.safe_dump(document, sort_keys=False, width=10_000, allow_unicode=True).splitlines()
    return "".join(f"{line}  # 行 {number}\n" if bears(line) else f"{line}\n" for number, line in enumerate(lines))


def bears(line: str) -> bool:
    """Not within a text of several lines."""
    return line.endswith(":") or line.lstrip().startswith("- ") or (": " in line and "BEGIN" not in line)


def props_in(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8"))["resources"]["one"]["props"])


@pytest.mark.parametrize("place", PLACES)
def test_a_prop_changed_online_is_pulled_and_nothing_else(place: str, homes: Homes) -> None:
    project = homes.at(str(home_of(place)))
    file, state = project.root / "s.yaml", project.root / ".s"
    file.write_text(commented(project.props), encoding="utf-8")
    assert props_in(file) == project.props
    before, kept = file.read_text(encoding="utf-8"), dict(project.props)
    shutil.copytree(state, project.root / "kept")
    online, path = Online(project, kind_of(place)), path_in_fc(place)
    old = _at(online.before, path)
    value = VALUES[place] if place in VALUES else another(plain(leaves()[place]), old)
    try:
        with edited(online, path, value):
            _pulled(place, project, file, before)
    finally:
        project.props = kept
        shutil.rmtree(state)
        (project.root / "kept").rename(state)


def _pulled(place: str, project: Project, file: Path, before: str) -> None:
    if any(name in place for name in SECRET):
        report, person = project.run("pull -y")
        assert report.status() == 3
        assert file.read_text(encoding="utf-8") == before
        assert "secret: written only with --include-secrets" in person.text
    report, person = project.run("pull -y --include-secrets")
    if place in NOT_PULLED:
        assert report.status() == 3
        assert file.read_text(encoding="utf-8") == before
        assert NOT_PULLED[place] in person.text
        return
    assert report.status() == 0, person.text
    lines = [
        line
        for line in difflib.ndiff(before.splitlines(), file.read_text(encoding="utf-8").splitlines())
        if line[:1] in "+-"
    ]
    assert len(lines) in (1, 2) or place in LISTS, lines  # one line is another, or one came or went
    project.props = props_in(file)
    report, person = project.run("plan")
    assert "No differences" in person.text, "\n".join([*lines, person.text])
    assert report.plan.writes == () and report.status(exit_code=True) == 0


def test_what_is_not_pulled_is_a_prop() -> None:
    assert set(NOT_PULLED) <= set(PLACES)
