"""`logConfig: auto`: a project and a store are planned, made once, found again, and removed with the last user."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.sls import LogService
from fc_local.server import LocalServer
from tests.integration.auto import done, frozen, made, refused, state
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.project import ACCOUNT, KEYS, REGION, Project

PROJECT = f"{ACCOUNT}-{REGION}-logproject"
STORE = "fc-service-demo-logstore"
MAKES = ("CreateProject", "CreateLogStore", "CreateIndex")


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.02)
    monkeypatch.setattr("fc_guard.engine.write.readiness.PAUSE", 0.2)


@pytest.fixture
def project(project: Project) -> Project:
    project.props["service"]["logConfig"] = "Auto"
    return project


def service(server: LocalServer) -> LogService:
    return LogService(f"{server.url}/__sls", Credential(ACCOUNT, KEYS[0], KEYS[1]), named=False)


def test_it_is_planned_made_in_order_and_then_the_same(project: Project) -> None:
    before = frozen(project.server)
    text = done(project, "plan")
    assert PROJECT in text and STORE in text
    assert frozen(project.server) == before
    done(project)
    assert made(project)[:4] == [*MAKES, "CreateService"], "and FC saw it a moment later"
    said = state(project.server)["services"]["demo"]["logConfig"]
    assert (said["project"], said["logstore"], said["logBeginRule"]) == (PROJECT, STORE, "DefaultRegex")
    assert said["enableRequestMetrics"] and said["enableInstanceMetrics"]
    project.server.admin.clear_journal()
    done(project)
    shutil.rmtree(project.root / ".s")
    done(project)
    assert made(project) == []


def test_what_the_predecessor_made_is_found(project: Project) -> None:
    logs = service(project.server)
    logs.do("CreateProject", "POST", "", "/", {"projectName": PROJECT, "description": "x"})
    logs.do("CreateLogStore", "POST", PROJECT, "/logstores", {"logstoreName": STORE, "ttl": 30, "shardCount": 2})
    logs.do("CreateIndex", "POST", PROJECT, f"/logstores/{STORE}/index", {"line": {"token": [","]}})
    project.server.admin.clear_journal()
    done(project)
    assert [op for op in made(project) if op in MAKES] == []
    done(project, "remove -y")
    assert list(state(project.server)["logStores"]) == [f"{PROJECT}/{STORE}"], "it was not made here"


def test_retention_is_nobody_s_drift_and_a_lost_store_is(project: Project) -> None:
    done(project)
    logs = service(project.server)
    logs.do("UpdateLogStore", "PUT", PROJECT, f"/logstores/{STORE}", {"logstoreName": STORE, "ttl": 7})
    assert project.run("drift --exit-code")[0].status(exit_code=True) == 0
    logs.do("DeleteLogStore", "DELETE", PROJECT, f"/logstores/{STORE}")
    assert project.run("drift --exit-code")[0].status(exit_code=True) == 3
    assert project.run("deploy")[0].status() == 3
    done(project, "deploy --use-remote")
    assert list(state(project.server)["logStores"]) == [f"{PROJECT}/{STORE}"]


def test_nobody_is_looked_for_who_deleted_it(project: Project) -> None:
    """The writes of other products have no names here: that they are to come into the audit trail would not be true."""
    done(project)
    service(project.server).do("DeleteLogStore", "DELETE", PROJECT, f"/logstores/{STORE}")
    project.server.admin.clear_journal()
    told = done(project, "drift")
    assert f"! logStore {PROJECT}/{STORE}\n      last deployed: there → online: deleted" in told
    assert [entry for entry in project.server.admin.journal() if entry["op"] == "LookupEvents"] == []


@pytest.mark.parametrize("line", ["deploy", "deploy --use-remote"])
def test_another_project_that_somebody_chose_stays_since_s_yaml_leaves_it_open(project: Project, line: str) -> None:
    done(project)
    project.edit("UpdateService", "demo", logConfig={"project": "theirs", "logstore": "theirs"})
    told = done(project, "plan")
    assert re.search(r"logConfig\.logstore  \(s\.yaml leaves it open: stays\)", told), told
    assert "not in s.yaml: stays" not in told
    done(project, line)
    assert state(project.server)["services"]["demo"]["logConfig"]["project"] == "theirs"


def test_a_store_that_nothing_needs_any_more_is_told_and_pruned(project: Project) -> None:
    done(project)
    project.props["service"]["logConfig"] = {"project": "theirs", "logstore": "mine"}
    told = done(project)
    assert f"logStore {PROJECT}/{STORE}: s.yaml does not ask for it any more; stays online" in told
    assert "no longer in s.yaml" not in told
    done(project, "deploy --prune -y")
    assert "logProjects" not in state(project.server)


def test_remove_leaves_the_cloud_as_it_was(project: Project) -> None:
    before = frozen(project.server)
    done(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_a_second_service_keeps_the_project(project: Project, tmp_path: Path) -> None:
    done(project)
    other = Project(tmp_path / "other", project.server)
    other.props["service"] = {"name": "other", "logConfig": "auto"}
    done(other)
    text = done(project, "remove -y")
    assert f"stays: it still holds logStore {PROJECT}/fc-service-other-logstore" in text or "uses it" in text
    assert list(state(project.server)["logStores"]) == [f"{PROJECT}/fc-service-other-logstore"]
    done(other, "remove -y")
    done(project)
    done(project, "remove -y")
    assert "logProjects" not in state(project.server)


@pytest.mark.parametrize("op", MAKES)
@pytest.mark.parametrize("cut", ["before", "answer"])
def test_a_line_that_breaks_doubles_nothing(project: Project, op: str, cut: str) -> None:
    before = frozen(project.server)
    project.server.admin.faults([{"op": op, "api": "sls", "times": 1, "action": {"cut": cut}}])
    project.run("deploy")
    project.server.admin.faults([])
    done(project)
    found = state(project.server)
    assert [len(found["logProjects"]), len(found["logStores"])] == [1, 1]
    assert "index" in found["logStores"][f"{PROJECT}/{STORE}"]
    done(project, "remove -y")
    assert frozen(project.server) == before


@pytest.mark.parametrize("action", ["GetProject", "CreateProject", "GetLogStore", "CreateLogStore", "CreateIndex"])
def test_a_missing_permission_is_named(project: Project, action: str) -> None:
    before = frozen(project.server)
    project.server.admin.deny(f"log:{action}")
    assert f"the permission log:{action}" in refused(project)
    project.server.admin.deny()
    done(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_a_project_of_somebody_else_is_told(project: Project) -> None:
    project.server.admin.faults(
        [
            {
                "op": "CreateProject",
                "times": 1,
                "action": {"status": 400, "code": "ProjectAlreadyExist", "message": "Project already exist"},
            }
        ]
    )
    assert "belongs to somebody else, or to another region" in refused(project)


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
def test_killed_at_every_step_nothing_is_doubled_or_left(tmp_path: Path, project: Project) -> None:
    at, steps = FIRST, None
    before = frozen(project.server)
    while steps is None:
        project.server.admin.reset()
        project.server.admin.switches(sls_seen_after_seconds=0)
        here = Project(tmp_path / f"killed-{at}", project.server)
        here.props["service"]["logConfig"] = "auto"
        steps = killed_at(here, at, "deploy")
        done(here)
        assert "index" in state(here.server)["logStores"][f"{PROJECT}/{STORE}"]
        done(here, "remove -y")
        assert frozen(here.server) == before
        at += EVERY
    assert steps > 12


def test_a_removal_tells_that_the_logs_go(project: Project) -> None:
    done(project)
    told = done(project, "remove -y")
    assert f"- logStore {PROJECT}/{STORE}  with all logs in it" in told
    assert f"- logProject {PROJECT}  with dashboards and alerts that were made in it" in told


def test_a_log_project_with_a_store_of_somebody_else_stays(project: Project) -> None:
    done(project)
    service(project.server).do(
        "CreateLogStore", "POST", PROJECT, "/logstores", {"logstoreName": "theirs", "ttl": 30, "shardCount": 2}
    )
    told = done(project, "remove -y")
    assert f"stays: logStore {PROJECT}/theirs uses it" in told
    assert list(state(project.server)["logStores"]) == [f"{PROJECT}/theirs"]
