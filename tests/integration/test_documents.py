"""What other programs read: reports, plans and baselines are as their schemas say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from fc_guard.render.machine import plan_document, report_document
from tests.integration.project import Person, Project

SCHEMAS = Path(__file__).resolve().parents[2] / "schema"


def valid(name: str, document: Any) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    errors = [error.message for error in Draft7Validator(schema).iter_errors(json.loads(json.dumps(document)))]
    assert errors == []


@pytest.mark.parametrize("line", ["plan", "drift", "info", "deploy", "deploy --use-remote", "remove -y --use-remote"])
def test_every_report_is_as_its_schema_says(deployed: Project, line: str) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", files={"index.py": "# bob\n"}, memorySize=512)
    deployed.edit("DeleteTrigger", "demo", "hello", "tick")
    deployed.edit(
        "UpdateFunction", "demo", "hello", environmentVariables={"LEVEL": "debug", "NAME": "demo", "NEW": "1"}
    )
    report, _ = deployed.run(line)
    valid("report", report_document(report, report.status()))
    valid("plan", plan_document(report.plan))


def test_a_run_s_output_is_made_from_the_report_it_ends_with(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    report, _ = deployed.run("deploy")
    document = report_document(report, report.status())
    assert (document["status"], document["error"]["reference"]) == (3, "changed-online")
    assert document["plan"]["undecided"] == [{"resource": "function demo/hello", "aspect": "config"}]


def test_every_baseline_is_as_its_schema_says(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    deployed.edit("DeleteTrigger", "demo", "hello", "tick")
    deployed.run("deploy", Person(["k"], present=True))
    deployed.props["function"]["timeout"] = 33
    deployed.server.admin.faults(
        [
            {"op": "UpdateFunction", "times": 1, "action": {"cut": "answer"}},
            {"op": "GetFunction", "skip": 1, "times": 4, "action": {"status": 500, "code": "X", "message": "x"}},
        ]
    )
    deployed.run("deploy")
    files = sorted((deployed.root / ".s" / "fc-guard").rglob("*/*/*/*.json"))
    documents = [json.loads(path.read_bytes()) for path in files if "rescue" not in path.parts]
    assert len(documents) == 4
    assert any(document["payload"]["pending"] for document in documents)
    for document in documents:
        valid("baseline", document)
