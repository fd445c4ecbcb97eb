"""kill -9 at every step: whatever the moment, the next clean run settles, asks nothing, and makes nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.format1 import as_before
from tests.integration.killed import killed_at
from tests.integration.project import Person, Project


def settles(project: Project) -> None:
    """One clean run from here asks nothing and ends with nothing left to do."""
    person = Person(present=True)
    report, _ = project.run("deploy", person)
    assert (report.status(), person.asked) == (0, []), person.text
    report, _ = project.run("plan")
    assert report.status(exit_code=True) == 0


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
@pytest.mark.parametrize("scenario", ["create", "update", "upgrade", "remove"])
def test_killed_at_every_step_the_next_run_settles(tmp_path: Path, project: Project, scenario: str) -> None:
    at, steps = 1, None
    while steps is None:
        project.server.admin.reset()
        here = Project(tmp_path / f"{scenario}-{at}", project.server)
        if scenario != "create":
            here.run("deploy")
        if scenario == "upgrade":
            assert as_before(here.root / ".s" / "fc-guard")
        if scenario in ("update", "upgrade"):
            here.props["function"]["memorySize"] = 256
            here.write({"index.py": "# changed\n"})
        project.server.admin.clear_journal()
        steps = killed_at(here, at, "remove -y" if scenario == "remove" else "deploy")
        settles(here)
        if scenario != "remove":
            made = [event["resource"] for event in here.server.admin.audit() if event["what"].startswith("Create")]
            assert sorted(made) == sorted(set(made))
        at += 1
    assert steps >= 6
