"""Two checkouts of one repository whose state is in one bucket."""

from __future__ import annotations

import subprocess
from pathlib import Path

from fc_local.server import LocalServer
from tests.integration.project import Project

STATE = "oss://team-state/shop"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def begun(top: Path, server: LocalServer) -> Project:
    """A repository with a project in a folder of its own, and one commit."""
    project = _shared(top / "shop", server)
    (project.root / "s.yaml").write_text("edition: 3.0.0\n", encoding="utf-8")
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "the beginning")
    return project


def cloned(project: Project, top: Path) -> Project:
    """Another checkout of the same commit."""
    git(top.parent, "clone", "-q", str(project.root.parent), str(top))
    return _shared(top / "shop", project.server)


def _shared(root: Path, server: LocalServer) -> Project:
    project = Project(root, server)
    project.props["state"] = STATE
    return project
