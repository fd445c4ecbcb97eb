"""`nasConfig: auto`: a file system and a way to it are planned, made once, found again, and removed if nobody else is
there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.contract.fc_local.neighbours import nas_client, put_file_system, put_role, put_switch, put_target, put_vpc, ram_client, vpc_client
from tests.integration.project import ACCOUNT, REGION, Person, Project

from fc_local.server import LocalServer

NAS = f"Alibaba-FcDeployComponent-DefaultNas-{REGION}"
EXTREME = f"Alibaba-FcDeployComponent-DefaultExtremeNas-{REGION}"


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.02)


@pytest.fixture
def project(tmp_path: Path, server: LocalServer) -> Project:
    server.admin.switches(support="checks")
    put_role(ram_client(server), "aliyunfcdefaultrole")
    made = Project(tmp_path / "shop", server)
    made.props["service"]["nasConfig"] = "Auto"
    return made


def state(server: LocalServer) -> Mapping[str, Any]:
    found: Mapping[str, Any] = server.admin.state(REGION, ACCOUNT)
    return found


def frozen(server: LocalServer) -> str:
    return json.dumps(state(server), sort_keys=True)


def done(project: Project, line: str = "deploy") -> str:
    report, person = project.run(line)
    assert report.status() == 0, f"{person.text}\n{report.error}"
    return person.text


def made(project: Project) -> list[str]:
    return [entry["op"] for entry in project.server.admin.journal() if str(entry["op"]).startswith("Create")]


def test_it_is_planned_made_in_order_and_then_the_same(project: Project) -> None:
    before = frozen(project.server)
    text = done(project, "plan")
    assert f"+ fileSystem {NAS}  new; costs money for what is stored in it" in text
    assert f"mountTarget {NAS}/fc-deploy-component-generated-vpc-{REGION}" in text
    assert frozen(project.server) == before
    done(project)
    print(made(project), json.dumps(state(project.server), indent=1))
