"""`vpcConfig: auto`: a network is planned, made once, found again, and removed if nobody else is in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, REGION, Project

NAME = f"fc-deploy-component-generated-{{}}-{REGION}"


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.02)


@pytest.fixture
def project(tmp_path: Path, server: LocalServer) -> Project:
    made = Project(tmp_path / "shop", server)
    made.props["service"]["vpcConfig"] = "auto"
    return made


def state(server: LocalServer) -> Mapping[str, Any]:
    found: Mapping[str, Any] = server.admin.state(REGION, ACCOUNT)
    return found


def done(project: Project, line: str = "deploy") -> str:
    report, person = project.run(line)
    assert report.status() == 0, f"{person.text}\n{report.error}"
    return person.text


def made(project: Project) -> list[str]:
    return [entry["op"] for entry in project.server.admin.journal() if str(entry["op"]).startswith("Create")]


def test_it_is_planned_made_in_order_and_then_the_same(project: Project) -> None:
    before = json.dumps(state(project.server), sort_keys=True)
    text = done(project, "plan")
    for what in ("vpc", "vswitch", "securityGroup"):
        assert NAME.format(what) in text
    assert json.dumps(state(project.server), sort_keys=True) == before
    done(project)
    assert made(project)[:3] == ["CreateVpc", "CreateSecurityGroup", "CreateVSwitch"]
    config = state(project.server)["services"]["demo"]["vpcConfig"]
    assert (config["vpcId"][:4], config["vSwitchIds"][0][:4], config["securityGroupId"][:3]) == ("vpc-", "vsw-", "sg-")
    project.server.admin.clear_journal()
    done(project)
    shutil.rmtree(project.root / ".s")
    done(project)
    assert made(project) == []
