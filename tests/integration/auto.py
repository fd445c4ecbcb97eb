"""What the tests of `auto` share: a project, the cloud's state, and what is said of both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fc_guard.errors import GuardError
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
