"""The README's scenes, played in process: what is printed there is what is printed."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest.mock import patch

import yaml

from fc_local import VERSION
from fc_local.home import Home
from fc_local.server import LocalServer
from fc_local.signatures.keys import Key
from tests.integration.project import Person, Project

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"


def play(root: Path, server: LocalServer) -> dict[str, str]:
    """Every scene's output by name, with what varies from run to run replaced."""
    home = Home(root / "home")
    home.announce(server.url, Key(*server.keys[0]), VERSION)
    with patch.dict(os.environ, FC_LOCAL_HOME=str(home.folder)):
        return _play(root, server)


def _play(root: Path, server: LocalServer) -> dict[str, str]:
    resource = yaml.safe_load((QUICKSTART / "s.yaml").read_text(encoding="utf-8"))["resources"]["hello"]
    project = Project(root / "a", server, props={**resource["props"]}, step="hello", endpoint="local")
    project.props["function"]["codeUri"] = "code"
    code = (QUICKSTART / "code" / "index.py").read_text(encoding="utf-8")
    project.write({"index.py": code})
    texts = {}
    server.admin.switches(trail_delay_seconds=0)  # whoever plays B does not wait ten minutes
    before = datetime.now(timezone.utc) - timedelta(minutes=20)
    server.admin.clock(f"{before:%Y-%m-%dT%H:%M:%SZ}")
    texts["scene-1"] = _said(project, "deploy", Person(present=True), before)
    server.admin.clock(None)
    project.edit("UpdateFunction", "quickstart", "hello", files={"index.py": code.replace("!", ".")}, timeout=30)
    texts["plan"] = _said(project, "plan")
    texts["scene-2"] = _said(project, "deploy", Person(["k"], present=True))
    again = Project(root / "b", server, props=project.props, step="hello", endpoint="local")
    again.write({"index.py": code})
    texts["scene-3"] = _said(again, "deploy", Person([""], present=True))
    texts["ci-stop"] = _said(again, "deploy")
    texts["ci-force"] = _said(again, "deploy --use-remote")
    return texts


def _said(project: Project, line: str, person: Person | None = None, clock: datetime | None = None) -> str:
    report, someone = project.run(line, person, clock)
    text = someone.text + (f"\n{report.error}" if report.error is not None else "")
    return steady(text, project.root)


def steady(text: str, root: Path) -> str:
    """Text without what differs between two runs."""
    text = text.replace(str(root), ".")
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d", "2026-11-24 10:14 +08:00", text)
    text = re.sub(r"\d{8}T\d{6}Z-([\w.-]+)-[0-9a-f]{4}", r"20261124T080000Z-\1-1a2b", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9580", text)
    text = re.sub(r"account \d+", "account 1000000000000000", text)
    return "\n".join(line.rstrip() for line in text.splitlines())
