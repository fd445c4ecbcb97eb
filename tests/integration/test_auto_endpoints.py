"""`auto` beside an endpoint that does not tell where the rest of its cloud is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fc_local.server import LocalServer
from tests.integration.auto import frozen, refused
from tests.integration.project import Project
from tests.integration.test_auto_domain import with_domain
from tests.integration.test_auto_roles import OSS

Asks = Callable[[dict[str, Any]], Any]


def of_service(name: str, value: Any) -> Asks:
    return lambda props: props["service"].update({name: value})


AUTO: dict[str, Asks] = {
    "log": of_service("logConfig", "auto"),
    "network": of_service("vpcConfig", "auto"),
    "storage": of_service("nasConfig", "auto"),
    "role": of_service("role", {"policies": ["AliyunOSSReadOnlyAccess"]}),
    "role of a trigger": lambda props: props["triggers"].append(copy.deepcopy(OSS)),
}


@pytest.fixture
def project(tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Its endpoint is loopback, and nobody knows: so everything of FC itself is there."""
    monkeypatch.setattr("fc_guard.cloud.support.reach.LOOPBACK", frozenset())
    return Project(tmp_path / "shop", server)


@pytest.mark.parametrize("line", ["plan", "deploy"])
@pytest.mark.parametrize("asked", [*AUTO, "domain"])
def test_it_is_told_before_anything_is_deployed(project: Project, asked: str, line: str) -> None:
    if asked == "domain":
        with_domain(project)
    else:
        AUTO[asked](project.props)
    before = frozen(project.server)
    said = refused(project, line)
    assert "bad-endpoint" in said
    assert "does not tell where the rest of its cloud is" in said
    assert "Leave the endpoint out" in said
    assert frozen(project.server) == before
    assert project.server.admin.writes() == []


def test_a_file_without_it_deploys(project: Project) -> None:
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
