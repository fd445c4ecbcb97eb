"""The first line says where a run goes, and nobody asks in a region that does not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.engine.run.session import ReadSession, Step
from fc_guard.errors import BadInput
from fc_guard.host.standard import standard_run
from fc_guard.inputs.options import Options
from fc_local import VERSION
from fc_local.home import Home
from fc_local.signatures.keys import Key
from tests.integration.project import ACCOUNT, Person, Project


@pytest.fixture
def local(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose endpoint is the local FC, which runs already."""
    home = Home(tmp_path / "home")
    home.announce(project.server.url, Key(*project.server.keys[0]), VERSION)
    monkeypatch.setenv("FC_LOCAL_HOME", str(home.folder))
    project.endpoint = "local"
    return project


def session(project: Project, **props: str) -> ReadSession:
    step = Step("one", "info", {**project.props, **props}, project.root / "s.yaml", project.root, Options())
    return standard_run().reading(step, Person(), lambda: Credential(ACCOUNT, "AKTEST", "SKTEST"))


def test_the_first_line_says_that_it_is_the_local_one_and_where_its_console_is(local: Project) -> None:
    port = local.server.port
    first, second = local.run("plan")[1].said[0].splitlines()
    assert first == f"fc-guard plan  one · LOCAL 127.0.0.1:{port} · cn-hangzhou · account {ACCOUNT}"
    assert second == f"console: http://127.0.0.1:{port}/"


def test_the_first_line_names_the_host_of_an_endpoint_that_is_named(project: Project) -> None:
    _, person = project.run("plan")
    assert person.said[0] == (f"fc-guard plan  one · 127.0.0.1:{project.server.port} · cn-hangzhou · account {ACCOUNT}")


def test_so_it_does_where_the_environment_names_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FC_GUARD_ENDPOINT", "https://fc.example/path")
    assert session(project).place == "fc.example"


def test_the_service_of_the_provider_itself_is_not_named(project: Project) -> None:
    assert session(project).place == ""


@pytest.mark.parametrize("endpoint", ["", "https://fc.example"])
def test_a_region_is_checked_where_the_endpoint_follows_from_it(project: Project, endpoint: str) -> None:
    if endpoint:
        assert session(project, region="cn-hangzou", endpoint=endpoint).region == "cn-hangzou"
        return
    with pytest.raises(BadInput, match="did you mean cn-hangzhou"):
        session(project, region="cn-hangzou")


def test_any_region_is_local(local: Project) -> None:
    local.props["region"] = "here"
    assert local.run("plan")[0].status() == 0


def test_a_region_that_may_be_new_is_told(project: Project) -> None:
    (warning,) = session(project, region="cn-nanjing").warnings
    assert 'region "cn-nanjing" is none of those known' in warning
