"""What the tests of `auto` share: a project, the cloud's state, and what is said of both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from fc_guard.errors import GuardError
from fc_guard.host.standard import standard_run
from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, REGION, Person, Project


def state(server: LocalServer) -> Mapping[str, Any]:
    found: Mapping[str, Any] = server.admin.state(REGION, ACCOUNT)
    return found


def frozen(server: LocalServer) -> str:
    """All that the cloud has, to be compared."""
    return json.dumps(state(server), sort_keys=True)


def done(project: Project, line: str = "deploy", person: Person | None = None) -> str:
    report, someone = project.run(line, person) if person is not None else project.run(line)
    assert report.status() == 0, f"{someone.text}\n{report.error}"
    assert someone.asked == []
    return someone.text


def refused(project: Project, line: str = "deploy") -> str:
    """What a run says that ends with an error."""
    try:
        report, _ = project.run(line)
    except GuardError as error:
        return str(error)
    assert report.error is not None
    return str(report.error)


def made(project: Project) -> list[str]:
    return [entry["op"] for entry in project.server.admin.journal() if str(entry["op"]).startswith("Create")]


def everywhere(steps: Sequence[Project], line: str) -> str:
    """One command of the host for all steps of an s.yaml."""
    run = standard_run()
    for each in steps:
        each.make_run = lambda: run
    return "\n".join(done(each, line) for each in steps)


def write(steps: Sequence[Project]) -> None:
    """The s.yaml that the host would have read these props from."""
    resources = {
        each.step: {"component": "fc-guard", "props": {**each.props, "endpoint": each.server.url}} for each in steps
    }
    document = {"edition": "3.0.0", "name": "app", "resources": resources}
    (steps[0].root / "s.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
