"""Two runs of one folder at the same moment, through the real host: `s deploy & s deploy`.

FC_GUARD_RACES says how many rounds of each; by hand, 20 tell more.
"""

from __future__ import annotations

import os
import re
import subprocess
import time

import pytest
from tests.host.scenes import Project

pytest_plugins = ("tests.host.stage",)

ROUNDS = int(os.environ.get("FC_GUARD_RACES", "2"))
DONE_OR_LOCKED = (0, 4)
ACCUSED = re.compile(r"somebody|changed online|deleted|unlike online", re.IGNORECASE)


def race(project: Project, line: str, gap: float) -> list[tuple[int, str]]:
    """Two runs of one command, the second a moment later: their statuses and what they said."""
    first = project.host.start(project.folder, *line.split(), stderr=subprocess.STDOUT)
    time.sleep(gap)
    second = project.host.start(project.folder, *line.split(), stderr=subprocess.STDOUT)
    ends = []
    for process in (first, second):
        text, _ = process.communicate(timeout=100)
        ends.append((process.returncode, text))
    return ends


def require_peace(ends: list[tuple[int, str]]) -> None:
    assert all(status in DONE_OR_LOCKED for status, _ in ends), ends
    assert not any(ACCUSED.search(text) for _, text in ends), ends
    assert any(status == 0 for status, _ in ends), ends


def require_whole(project: Project) -> None:
    """What is online, here and recorded is the same."""
    last = project.run("plan --exit-code")
    assert last.status == 0, last.text


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_first_deployments_at_once_accuse_nobody(fresh: Project, number: int) -> None:
    require_peace(race(fresh, "deploy", gap=0.1 * (number % 5)))
    made = sorted(entry["op"] for entry in fresh.server.admin.writes())
    assert made == ["CreateFunction", "CreateService", "CreateTrigger", "CreateTrigger"]
    require_whole(fresh)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_updates_at_once_accuse_nobody(deployed: Project, number: int) -> None:
    deployed.props["function"]["timeout"] = 20
    deployed.props["service"]["description"] = "the better shop"
    deployed.save()
    require_peace(race(deployed, "deploy", gap=0.1 * (number % 5)))
    assert sorted(entry["op"] for entry in deployed.server.admin.writes()) == ["UpdateFunction", "UpdateService"]
    require_whole(deployed)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_plan_beside_a_deployment_accuses_nobody(fresh: Project, number: int) -> None:
    deploying = fresh.host.start(fresh.folder, "deploy", stderr=subprocess.STDOUT)
    time.sleep(0.1 * (number % 5))
    planned = fresh.run("plan --exit-code")
    text, _ = deploying.communicate(timeout=100)
    assert (deploying.returncode, planned.status in (0, 4, 10)) == (0, True), (text, planned.text)
    assert not ACCUSED.search(planned.text), planned.text
