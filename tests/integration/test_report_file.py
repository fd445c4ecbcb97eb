"""`--report FILE`: one JSON document with the reports of all steps, whatever became of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from fc_guard.host.report_file import ReportFiles
from tests.integration.outlet import LetOut, let_out
from tests.integration.project import Project

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "report.json").read_text(encoding="utf-8"))


@pytest.fixture
def file(project: Project) -> Path:
    return project.root / "report.json"


def written(file: Path) -> list[dict[str, Any]]:
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["format_version"] == 1
    for step in document["steps"]:
        Draft7Validator(SCHEMA).validate(step["report"])
    steps: list[dict[str, Any]] = document["steps"]
    return steps


def test_a_good_run_is_in_it(project: Project, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert let_out(project, "deploy --report report.json", capsys).status == 0
    [step] = written(file)
    assert (step["step"], step["report"]["command"], step["report"]["status"]) == ("one", "deploy", 0)
    assert {outcome["result"] for outcome in step["report"]["outcomes"]} == {"done"}


def test_a_stop_is_in_it_with_what_has_to_be_decided(
    project: Project, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    let_out(project, "deploy", capsys)
    project.edit("UpdateFunction", "demo", "hello", timeout=90)
    assert let_out(project, "deploy --report report.json", capsys).status == 3
    [step] = written(file)
    assert step["report"]["error"]["reference"] == "changed-online"


def test_bad_props_are_in_it(project: Project, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.props["function"]["timeout"] = "soon"
    ended = let_out(project, "plan --report report.json", capsys)
    [step] = written(file)
    error = step["report"]["error"]
    assert (ended.status, step["report"]["status"], error["status"], error["reference"]) == (2, 2, 2, "bad-props")
    assert "function.timeout" in error["message"]


def test_with_output_json_bad_props_are_printed_as_json_too(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.props["function"]["timeout"] = "soon"
    ended = let_out(project, "plan --output json", capsys)
    assert json.loads(ended.printed)["error"]["reference"] == "bad-props"


def test_a_secret_is_not_in_it(project: Project, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.props["function"]["environmentVariables"] = {"TOKEN": "s3cr3t-token-of-production"}
    let_out(project, "deploy --report report.json", capsys)
    assert "s3cr3t-token" not in file.read_text(encoding="utf-8")


def test_all_steps_of_a_run_are_in_it_and_nothing_of_an_earlier_run(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    for _ in range(2):
        run = ReportFiles()
        for step in ("one", "two"):
            run.begin(file)
            run.add(file, step, {}, json.dumps)
        assert [item["step"] for item in json.loads(file.read_text())["steps"]] == ["one", "two"]
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_run_that_is_killed_leaves_no_report_of_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("{}")
    ReportFiles().begin(file)
    assert not file.exists()


@pytest.mark.parametrize(("name", "why"), [("no/report.json", "does not exist"), ("code", "no regular file")])
def test_where_no_file_can_be_written_nothing_is_done(
    project: Project, capsys: pytest.CaptureFixture[str], name: str, why: str
) -> None:
    ended: LetOut = let_out(project, f"deploy --report {name}", capsys)
    assert ended.status == 2
    assert why in ended.everything
    assert project.writes() == []
