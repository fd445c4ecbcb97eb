"""One local FC for the whole folder, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fc_local.server import LocalServer
from fc_local.switches import SWITCHES
from tests.integration.neighbours import Neighbours
from tests.integration.project import KEYS, Project


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    with LocalServer(home=tmp_path_factory.mktemp("fc"), keys=[KEYS]) as server:
        yield server


@pytest.fixture
def server(running: LocalServer, request: pytest.FixtureRequest) -> LocalServer:
    """A test that speaks of one answer of FC names its switches: `@pytest.mark.switches_at_default(...)`."""
    running.admin.reset()
    held = {name for mark in request.node.iter_markers("switches_at_default") for name in mark.args}
    if held:
        running.admin.switches(**{name: SWITCHES[name].default for name in sorted(held)})
    return running


@pytest.fixture
def project(tmp_path: Path, server: LocalServer) -> Project:
    return Project(tmp_path / "a", server)


@pytest.fixture
def hurried(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `auto` makes is ready at once, and looked for often. Others wait: test_auto_waits, test_auto_together."""
    server.admin.switches(ready_after_seconds=0)
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.02)
    monkeypatch.setattr("fc_guard.engine.write.recovery.LATE", 0.2)


@pytest.fixture
def default_role(server: LocalServer) -> None:
    """The account has the role that a service is given which needs one and names none."""
    Neighbours(server).role("aliyunfcdefaultrole")
    server.admin.clear_journal()


@pytest.fixture
def deployed(project: Project) -> Project:
    """A project as it is after its first deployment, with an empty journal."""
    report, _ = project.run("deploy")
    assert report.status() == 0
    project.server.admin.clear_journal()
    return project
