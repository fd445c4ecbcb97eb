"""Every `auto` in one function: a plan waits for few answers one after the other, and removal leaves nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fc_local.server import LocalServer
from tests.integration.auto import done, frozen
from tests.integration.project import Project

LATENCY: float = 0.3
MOST_IN_SEQUENCE = 3


@pytest.fixture
def project(tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.02)
    return Project(tmp_path / "shop", server)


def everything(project: Project) -> None:
    role = {"name": "shop-role", "policies": ["AliyunOSSReadOnlyAccess"]}
    project.props["service"] |= {"logConfig": "auto", "vpcConfig": "auto", "nasConfig": "auto", "role": role}
    project.props["customDomains"] = [{"domainName": "auto", "protocol": "HTTP", "routeConfigs": [{"path": "/*"}]}]


def seconds(project: Project) -> float:
    """The shortest of two plans."""
    found = []
    for _ in range(2):
        begun = time.monotonic()
        done(project, "plan")
        found.append(time.monotonic() - begun)
    return min(found)


def test_a_plan_adds_few_round_trips_in_sequence(project: Project) -> None:
    project.server.admin.latency(LATENCY * 1000)
    alone = seconds(project)
    everything(project)
    together = seconds(project)
    project.server.admin.latency(0)
    assert together - alone < (MOST_IN_SEQUENCE + 0.9) * LATENCY


def test_remove_after_everything_leaves_the_cloud_as_it_was(project: Project) -> None:
    done(project)
    done(project, "remove -y")
    everything(project)
    done(project)
    project.server.admin.clear_journal()
    done(project)
    assert [entry["op"] for entry in project.server.admin.writes()] == []
    done(project, "remove -y")
    found = frozen(project.server)
    assert "serverless-devs-check" in found, "it stays: others may be using it"
    assert all(word not in found for word in ("vpc-", "logproject", "shop-role", "fileSystems", "devsapp.net"))
