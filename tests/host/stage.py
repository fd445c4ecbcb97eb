"""The fixtures of the scenes. A test module that wants them says `pytest_plugins = ("tests.host.stage",)`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.host.scenes import Project, cloud, project_in


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Project]:
    """A project that was never deployed, and an empty cloud."""
    with cloud(tmp_path / "fc-local") as server:
        project = project_in(tmp_path, server)
        project.save()
        project.code("one")
        yield project


@pytest.fixture(scope="session")
def deployed_once(tmp_path_factory: pytest.TempPathFactory, _shared_cache: None) -> Path:
    """The folder of a project and of a cloud after the real host deployed the one to the other."""
    folder = tmp_path_factory.mktemp("deployed-once")
    with cloud(folder / "fc-local") as server:
        project = project_in(folder, server)
        project.save()
        project.code("one")
        run = project.run("deploy")
        assert run.status == 0, run.text
    return folder


@pytest.fixture
def deployed(deployed_once: Path, tmp_path: Path) -> Iterator[Project]:
    """A project that was deployed once, in a cloud of its own, with an empty journal."""
    for name in ("app", "fc-local"):
        shutil.copytree(deployed_once / name, tmp_path / name)
    with cloud(tmp_path / "fc-local") as server:
        server.admin.clear_journal()
        project = project_in(tmp_path, server)
        key = Path("home", ".s", "fc-guard")  # the same user's: else the baselines would be another's
        shutil.copytree(deployed_once / key, tmp_path / key)
        yield project
