"""kill -9 at every step: whatever the moment, the next clean run settles, asks nothing, and makes nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.format1 import as_before
from tests.integration.project import Person, Project

ROOT = Path(__file__).resolve().parents[2]

# Runs one deployment and kills itself at the Nth durable step: before or after a state file is written, before or
# after a call to FC.
SCRIPT = """
import json, os, signal, sys
from pathlib import Path
import fc_guard.cloud.fc2.gateway as gateway
import fc_guard.state.directory as directory
import fc_guard.state.copies as rescue
from tests.integration.project import Person, Project

where, at, line = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
count = 0

def step():
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)

def around(function):
    def called(*args, **kwargs):
        step()
        result = function(*args, **kwargs)
        step()
        return result
    return called

directory.write_file = around(directory.write_file)
directory.remove_file = around(directory.remove_file)
rescue.write_file = around(rescue.write_file)
rescue.write_pieces = around(rescue.write_pieces)
rescue.remove_file = around(rescue.remove_file)
gateway.Fc2Gateway.send = around(gateway.Fc2Gateway.send)

class Server:
    url = where["url"]

project = Project.__new__(Project)
project.root, project.server, project.props = Path(where["root"]), Server, where["props"]
project.step, project.file = "one", "s.yaml"
from fc_guard.host.standard import standard_run
from fc_guard.engine.run.wiring import Run
project.make_run = standard_run
project.run(line, Person())
print(count)
"""


def killed_at(project: Project, at: int, line: str) -> int | None:
    """Runs a command that dies at the Nth step. Returns the number of steps when it got through."""
    where = {"url": project.server.url, "root": str(project.root), "props": project.props}
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(where), str(at), line],
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def settles(project: Project) -> None:
    """One clean run from here asks nothing and ends with nothing left to do."""
    person = Person(present=True)
    report, _ = project.run("deploy", person)
    assert (report.status(), person.asked) == (0, []), person.text
    report, _ = project.run("plan")
    assert report.status(exit_code=True) == 0


@pytest.mark.slow
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
