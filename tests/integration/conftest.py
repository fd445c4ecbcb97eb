"""One local FC for the whole folder, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fc_local.server import LocalServer
from fc_local.switches import SWITCHES
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
def deployed(project: Project) -> Project:
    """A project as it is after its first deployment, with an empty journal."""
    report, _ = project.run("deploy")
    assert report.status() == 0
    project.server.admin.clear_journal()
    return project
