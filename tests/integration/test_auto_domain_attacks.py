"""Attacks on `domainName: auto`: a fault at every request, death at every request, runs that overlap in every way.

Whatever happens: a clean run afterwards is done without a question, and each helper is gone in the end.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

import pytest

from fc_guard.errors import GuardError
from fc_guard.model.reports import Report
from fc_local.server import LocalServer
from tests.integration.auto import done, refused, state
from tests.integration.domain_faults import FAULTS, REQUESTS, all_old, raw, trusting
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.project import Project
from tests.integration.test_auto_domain import HELPER, NAME, helpers, with_domain

pytestmark = pytest.mark.whatever_fc_answers


@pytest.fixture
def project(project: Project) -> Project:
    return with_domain(project)


def ended(project: Project) -> Report | GuardError:
    try:
        report, person = project.run("deploy")
    except GuardError as error:
        return error
    assert person.asked == []
    return report


def cleans_up(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clean run is done, and one that has to ask for a name again finds what was left."""
    done(project)
    assert NAME in state(project.server)["customDomains"]
    all_old(monkeypatch)
    done(project, "remove -y")
    done(project)
    assert helpers(project.server) == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("request_", REQUESTS)
def test_a_fault_at_a_request(project: Project, monkeypatch: pytest.MonkeyPatch, request_: str, fault: str) -> None:
    project.server.admin.faults([{**REQUESTS[request_], "action": FAULTS[fault], "times": 1}])
    report = ended(project)
    assert [entry for entry in project.server.admin.journal() if entry["fault"]]
    if isinstance(report, GuardError) or report.status() != 0:
        assert list(state(project.server)["services"]) in ([], [HELPER]), "it comes before anything else"
        assert not state(project.server).get("customDomains")
    project.server.admin.faults([])
    cleans_up(project, monkeypatch)


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_request_that_is_never_answered_well(
    project: Project, monkeypatch: pytest.MonkeyPatch, request_: str
) -> None:
    monkeypatch.setattr("fc_guard.cloud.wire.retry.BASE_SECONDS", 0.001)
    rules = {**REQUESTS[request_], "action": FAULTS["broken"], "times": 0}
    if request_ == "ListFunctions":
        project.edit("CreateService", serviceName=HELPER)
    project.server.admin.faults([rules])
    assert refused(project)
    assert "demo" not in state(project.server)["services"]
    project.server.admin.faults([])
    cleans_up(project, monkeypatch)


def test_a_refusal_is_told_also_where_its_helper_stays(project: Project) -> None:
    refuses = {"Response": {"Status": "Failed", "Body": "no more names today"}}
    project.server.admin.faults(
        [
            {**REQUESTS["Domain"], "action": raw(refuses)},
            {**REQUESTS["DeleteFunction"], "action": FAULTS["refused"], "times": 0},
        ]
    )
    said = refused(project)
    assert "no more names today" in said
    (left,) = helpers(project.server)
    assert left in said


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
def test_killed_at_every_request(tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    at, steps = FIRST, None
    while steps is None:
        project.server.admin.reset()
        here = with_domain(Project(tmp_path / f"killed-{at}", project.server))
        steps = killed_at(here, at, "deploy", REQUESTING)
        left = helpers(here.server)
        assert len(left) <= 1
        done(here)
        assert NAME in state(here.server)["customDomains"]
        assert helpers(here.server) == left, "a young one may be in use"
        at += EVERY
    assert steps == 2 * len(REQUESTS) - 1, "the list is refused, since there is no service yet"
    all_old(monkeypatch)
    project.server.admin.reset()
    for at in range(1, steps + 1):
        here = with_domain(Project(tmp_path / f"again-{at}", project.server))
        here.props["service"] = {"name": f"demo-{at}"}
        assert killed_at(here, at, "deploy", REQUESTING) is None
    assert helpers(project.server)
    done(project)
    assert helpers(project.server) == []


REQUESTING: Final = (
    ("fc_guard.cloud.support.helper", "exchanged"),
    ("fc_guard.cloud.wire.test_domain", "guarded"),
)


def at_once(projects: list[Project]) -> list[Report | GuardError]:
    said: list[Report | GuardError] = []
    threads = [threading.Thread(target=lambda each=each: said.append(ended(each))) for each in projects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def all_done(said: list[Report | GuardError]) -> None:
    assert [each.status() if isinstance(each, Report) else str(each) for each in said] == [0] * len(said)


def different(tmp_path: Path, server: LocalServer, count: int) -> list[Project]:
    projects = [with_domain(Project(tmp_path / f"p{number}", server)) for number in range(count)]
    for number, project in enumerate(projects):
        project.props["service"] = {"name": f"demo-{number}"}
    return projects


@pytest.mark.timeout(120)
def test_eight_runs_at_once(tmp_path: Path, server: LocalServer) -> None:
    projects = different(tmp_path, server, 8)
    all_done(at_once(projects))
    assert len(state(server)["customDomains"]) == 8
    assert helpers(server) == []


@pytest.mark.parametrize("request_", REQUESTS)
def test_another_run_passes_while_one_waits_for_a_request(tmp_path: Path, server: LocalServer, request_: str) -> None:
    """The first to come waits while the other makes, shows and deletes its own helper."""
    server.admin.faults([{**REQUESTS[request_], "action": {"delay_ms": 1500}, "times": 1}])
    all_done(at_once(different(tmp_path, server, 2)))
    assert len(state(server)["customDomains"]) == 2
    assert helpers(server) == []


def test_two_checkouts_of_one_project_at_once(tmp_path: Path, server: LocalServer) -> None:
    projects = [with_domain(Project(tmp_path / name, server)) for name in "ab"]
    at_once(projects)
    assert helpers(server) == []
    for project in projects:
        done(project)
    assert list(state(server)["customDomains"]) == [NAME]


def test_two_runs_that_get_one_token(tmp_path: Path, server: LocalServer) -> None:
    """The service may make the token of the form alone. One of the runs may lose; nothing is left of either."""
    server.admin.faults([*trusting("same"), {**REQUESTS["DeleteTrigger"], "action": {"delay_ms": 300}, "times": 1}])
    projects = different(tmp_path, server, 2)
    at_once(projects)
    assert helpers(server) == []
    for project in projects:
        done(project)
    assert len(state(server)["customDomains"]) == 2
