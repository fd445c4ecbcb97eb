"""Two people take turns, each from a checkout: what the other one deployed and I have pulled undoes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fc_guard.model.fields import Cause
from fc_guard.model.plans import Verb
from tests.integration.project import CODE, Project

OTHER = CODE["index.py"].replace("one", "two")


@pytest.fixture
def colleague(deployed: Project, tmp_path: Path) -> Project:
    """Another checkout of the same project, which has deployed as well."""
    other = replace(deployed, root=tmp_path / "b")
    assert other.run("deploy")[0].status() == 0
    return other


def test_a_colleagues_code_that_was_pulled_asks_nothing(deployed: Project, colleague: Project) -> None:
    colleague.write({"index.py": OTHER})
    assert colleague.run("deploy")[0].status() == 0
    deployed.write({"index.py": OTHER, "more.py": "x = 1\n"})
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    assert {file.name: file.cause for diff in report.plan.diffs for file in diff.files} == {
        "index.py": Cause.CONVERGED,
        "more.py": Cause.CHANGE,
    }
    assert "~ more.py  added here" in person.text
    assert "index.py" not in person.text
    assert report.rescues == ()


def test_code_that_is_the_same_by_now_is_only_recorded(deployed: Project, colleague: Project) -> None:
    colleague.write({"index.py": OTHER})
    assert colleague.run("deploy")[0].status() == 0
    deployed.write({"index.py": OTHER})
    deployed.server.admin.clear_journal()
    report, _ = deployed.run("deploy")
    assert report.status() == 0
    assert deployed.writes() == []
    assert deployed.run("drift")[0].plan.drifted is False


def test_a_file_that_was_not_pulled_asks(deployed: Project, colleague: Project) -> None:
    colleague.write({"index.py": OTHER, "theirs.py": "x = 1\n"})
    assert colleague.run("deploy")[0].status() == 0
    deployed.write({"index.py": OTHER, "mine.py": "x = 1\n"})
    report, person = deployed.run("deploy")
    assert report.status() == 3, person.text
    assert "theirs.py  added online" in person.text
    assert deployed.run("deploy --on-drift merge")[0].status() == 0


def test_a_file_that_both_changed_asks(deployed: Project, colleague: Project) -> None:
    colleague.write({"index.py": OTHER})
    assert colleague.run("deploy")[0].status() == 0
    deployed.write({"index.py": CODE["index.py"].replace("one", "three")})
    assert deployed.run("deploy")[0].status() == 3


def test_bytecode_that_two_machines_differ_in_is_no_difference(deployed: Project, colleague: Project) -> None:
    built = {"__pycache__/index.cpython-39.pyc": "theirs", "index.pyc": "theirs"}
    colleague.write({"index.py": OTHER, **built})
    assert colleague.run("deploy")[0].status() == 0
    deployed.write({"index.py": OTHER, **dict.fromkeys(built, "mine")})
    deployed.server.admin.clear_journal()
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    assert deployed.writes() == []
    assert person.text.count("bytecode") == 1, "told once"
    report, person = deployed.run("plan")
    assert [action.verb for action in report.plan.actions if action.writes] == []


def test_bytecode_without_its_source_is_code(deployed: Project) -> None:
    deployed.write({"shipped.pyc": "one"})
    report, _ = deployed.run("plan")
    assert [action.verb for action in report.plan.actions if action.writes] == [Verb.UPDATE]


def test_a_record_says_nobody_where_nobody_was_asked(deployed: Project) -> None:
    files = [path for path in (deployed.root / ".s" / "fc-guard").rglob("*.json") if path.parent.name != "code"]
    histories = [json.loads(path.read_bytes())["payload"]["history"] for path in files]
    assert all(len(history) == 1 for history in histories), histories
