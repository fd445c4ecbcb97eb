"""`--report FILE`: the reports of all steps, whatever became of them, as JSON, Markdown or HTML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from fc_guard.host.report_file import ReportFiles
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Report
from fc_guard.render.known import Secrets
from fc_guard.render.sink import Sink
from tests.integration.outlet import LetOut, let_out
from tests.integration.project import Project

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "report.json").read_text(encoding="utf-8"))


@pytest.fixture
def file(project: Project) -> Path:
    return project.root / "report.json"


PAGES = pytest.mark.parametrize("name", ["report.md", "report.html"])
NOTHING = Report("plan", "", "", Plan(()))


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
            run.add(file, step, NOTHING, 0, Sink(Secrets()))
        assert [item["step"] for item in json.loads(file.read_text())["steps"]] == ["one", "two"]
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_run_that_is_killed_leaves_no_report_of_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("{}")
    ReportFiles().begin(file)
    assert not file.exists()


@pytest.mark.parametrize(("name", "why"), [("no/report.json", "does not exist"), ("shelf.md", "no regular file")])
def test_where_no_file_can_be_written_nothing_is_done(
    project: Project, capsys: pytest.CaptureFixture[str], name: str, why: str
) -> None:
    (project.root / "shelf.md").mkdir()
    ended: LetOut = let_out(project, f"deploy --report {name}", capsys)
    assert ended.status == 2
    assert why in ended.everything
    assert project.writes() == []


@pytest.mark.parametrize("name", ["report", "report.txt", "report.markdown", ".md"])
def test_a_name_that_says_no_form_is_refused_before_anything_is_done(
    project: Project, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    ended = let_out(project, f"deploy --report {name}", capsys)
    assert ended.status == 2
    assert "Name a file that ends in one of: .json, .md, .html." in ended.everything
    assert project.writes() == []
    assert not (project.root / name).exists()


def test_the_end_of_the_name_is_read_in_any_case(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert let_out(project, "plan --report PLAN.MD", capsys).status == 0
    assert (project.root / "PLAN.MD").read_text(encoding="utf-8").startswith("<!-- fc-guard plan -->")


@PAGES
def test_a_page_says_of_a_good_run_what_was_done(
    project: Project, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert let_out(project, f"deploy --report {name}", capsys).status == 0
    page = (project.root / name).read_text(encoding="utf-8")
    told = ("What was done:", "function demo/hello created", "4 resources to create")
    assert [text for text in told if text not in page] == []


@PAGES
def test_a_page_says_of_a_stop_what_has_to_be_decided_and_how(
    project: Project, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    let_out(project, "deploy", capsys)
    project.edit("UpdateFunction", "demo", "hello", timeout=90)
    assert let_out(project, f"deploy --report {name}", capsys).status == 3
    page = (project.root / name).read_text(encoding="utf-8")
    expected = ("To decide:", "exit status 3", "error: changed-online", "hint: --use-remote", "timeout", "90")
    assert [text for text in expected if text not in page] == []


@PAGES
def test_a_page_says_of_bad_props_what_to_mend(project: Project, capsys: pytest.CaptureFixture[str], name: str) -> None:
    project.props["function"]["timeout"] = "soon"
    assert let_out(project, f"plan --report {name}", capsys).status == 2
    page = (project.root / name).read_text(encoding="utf-8")
    assert [text for text in ("error: bad-props", "function.timeout", "exit status 2") if text not in page] == []


@PAGES
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("plan", "To decide:"),
        ("drift", "Changed online since this project last deployed:"),
        ("remove -y", "Removing:"),
        ("undo -y", "Put back:"),
        ("pull -y", "Changed online since this project last deployed:"),
        ("info", "Result"),
        ("rescue", "Result"),
        ("invoke", "Result"),
    ],
)
def test_every_command_writes_a_page(
    project: Project, capsys: pytest.CaptureFixture[str], line: str, told: str, name: str
) -> None:
    project.write({"s.yaml": yaml.safe_dump({"resources": {"one": {"props": project.props}}})}, folder=".")
    let_out(project, "deploy", capsys)
    project.edit("UpdateFunction", "demo", "hello", timeout=90)
    if line.startswith("undo"):
        let_out(project, "deploy --use-remote", capsys)
    let_out(project, f"{line} --report {name}", capsys)
    page = (project.root / name).read_text(encoding="utf-8")
    command = line.partition(" ")[0]
    assert [text for text in (f"fc-guard {command}", told, "one") if text not in page] == []


def test_several_files_may_be_asked_for_at_once(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("r.json", "r.md", "r.html")
    line = " ".join(["plan", *(f"--report {name}" for name in names)])
    assert let_out(project, line, capsys).status == 0
    assert [(project.root / name).read_text(encoding="utf-8")[:4] for name in names] == ['{"fo', "<!--", "<!do"]


@PAGES
def test_a_secret_that_a_later_step_meets_is_hidden_in_what_an_earlier_one_told(tmp_path: Path, name: str) -> None:
    files, secrets, file = ReportFiles(), Secrets(), tmp_path / name
    spoken = Report("plan", "", "", Plan(()), notes=("it is s3cr3t-token-4711",))
    files.begin(file)
    files.add(file, "one", spoken, 0, Sink(secrets))
    assert "s3cr3t" in file.read_text(encoding="utf-8")
    secrets.learn("s3cr3t-token-4711")
    files.add(file, "two", NOTHING, 0, Sink(secrets))
    assert "s3cr3t" not in file.read_text(encoding="utf-8")


FATES = pytest.mark.parametrize(
    ("policy", "becomes", "words"),
    [
        ("keep", "kept", "changed on both sides: stays as online"),
        ("overwrite", "overwritten", "changed on both sides: overwritten with yours"),
    ],
)


@pytest.fixture
def both(project: Project, capsys: pytest.CaptureFixture[str]) -> Project:
    """A project with one setting that was changed here and online, and one that was changed here alone."""
    let_out(project, "deploy", capsys)
    project.edit("UpdateFunction", "demo", "hello", memorySize=512)
    project.props["function"] |= {"memorySize": 256, "timeout": 33}
    return project


@FATES
@pytest.mark.parametrize("name", ["report.md", "report.html", "report.json"])
def test_each_field_that_somebody_else_changed_says_what_becomes_of_it(
    both: Project, capsys: pytest.CaptureFixture[str], policy: str, becomes: str, words: str, name: str
) -> None:
    said = let_out(both, f"plan --on-drift {policy} --report {name}", capsys).everything
    assert words in said
    if name != "report.json":
        assert words in (both.root / name).read_text(encoding="utf-8")
        return
    [step] = written(both.root / name)
    assert fates(step["report"]["plan"]) == {"memorySize": becomes, "timeout": None}


@FATES
def test_so_does_carrying_out_a_saved_plan_and_the_plan_itself(
    both: Project, capsys: pytest.CaptureFixture[str], policy: str, becomes: str, words: str
) -> None:
    let_out(both, f"plan --on-drift {policy} --out saved.json", capsys)
    saved = json.loads((both.root / "saved.json").read_text(encoding="utf-8"))
    assert fates(saved["steps"][0]["plan"])["memorySize"] == becomes
    done = let_out(both, "deploy --plan saved.json", capsys)
    assert (done.status, words in done.everything) == (0, True)
    left = "function demo/hello updated, but memorySize left as online" in done.everything
    assert left is (policy == "keep")


@pytest.mark.parametrize(("policy", "words"), [("keep", "stays deleted"), ("overwrite", "made again")])
@PAGES
def test_so_does_what_was_deleted_online(
    project: Project, capsys: pytest.CaptureFixture[str], policy: str, words: str, name: str
) -> None:
    let_out(project, "deploy", capsys)
    project.edit("DeleteTrigger", "demo", "hello", "tick")
    said = let_out(project, f"plan --on-drift {policy} --report {name}", capsys).everything
    for text in (said, (project.root / name).read_text(encoding="utf-8")):
        assert f"yours: there  {words}" in text


def fates(plan: dict[str, Any]) -> dict[str, Any]:
    return {".".join(c["path"]): c["becomes"] for action in plan["actions"] for c in action["changes"]}
