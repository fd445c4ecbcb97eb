"""Runs that have nothing to say, and checkouts that never deployed anything."""

from __future__ import annotations

import copy
from itertools import count

from fc_guard.model.fields import Cause
from fc_guard.model.reports import Report
from tests.integration.project import Project

_NUMBERS = count(1)


def fresh(project: Project) -> Project:
    """The same project on another computer: the same props and code, and no baseline."""
    root = project.root.parent / f"fresh-{next(_NUMBERS)}"
    return Project(root, project.server, props=copy.deepcopy(project.props), step=project.step, code=project.code)


def deployed(project: Project, line: str = "deploy") -> None:
    """Deploys without a question."""
    report, person = project.run(line)
    assert (report.status(), person.asked) == (0, []), (person.text, report.error)


def assert_silent(project: Project) -> None:
    """A plan lists nothing and would write nothing; a deployment asks nothing and writes nothing."""
    assert_plans_empty(project)
    since = _last(project)
    deployed(project)
    assert [entry["op"] for entry in project.server.admin.writes(since)] == []


def assert_plans_empty(project: Project) -> None:
    report, person = project.run("plan --exit-code")
    assert "No differences" in person.text, person.text
    assert changes(report) == {}
    assert (report.status(exit_code=True), report.plan.writes, report.plan.undecided) == (0, (), ())


def listed(project: Project, line: str = "plan") -> dict[str, Cause]:
    """Every field that a run lists, with the cause."""
    return changes(project.run(line)[0])


def changes(report: Report) -> dict[str, Cause]:
    return {change.name: change.cause for diff in report.plan.diffs for change in diff.changes}


def _last(project: Project) -> int:
    """The journal's last entry."""
    journal = project.server.admin.journal()
    return int(journal[-1]["seq"]) if journal else 0
