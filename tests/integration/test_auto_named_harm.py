"""A network of `auto` that s.yaml names by its ids, where somebody deletes something of it, or a run is killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_guard.engine.run import wiring
from fc_guard.engine.run.session import ReadSession
from fc_local.server import LocalServer
from tests.integration.auto import done, frozen, made, refused, state, write
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.named import NAS, ONES, VPC, counted, gone, leave, pin, require_quiet, shop
from tests.integration.neighbours import Neighbours
from tests.integration.project import Project

pytestmark = pytest.mark.usefixtures("hurried", "default_role")


@pytest.fixture
def project(tmp_path: Path, server: LocalServer) -> Project:
    return shop(tmp_path / "shop", server)


def test_a_mount_target_that_somebody_deleted_is_asked_about_and_made_again(project: Project) -> None:
    done(project)
    pin(project)
    done(project)
    gone(project, Neighbours(project.server).delete_mount_targets)
    assert f"! mountTarget {NAS}/{VPC}" in done(project, "drift")
    report, person = project.run("deploy")
    assert (report.status(), person.text.count("online: deleted")) == (3, 1), person.text
    done(project, "deploy --on-drift overwrite")
    (target,) = state(project.server)["mountTargets"].values()
    (point,) = state(project.server)["services"]["demo"]["nasConfig"]["mountPoints"]
    assert point["serverAddr"] == f"{target['MountTargetDomain']}:/demo"
    require_quiet(project)


def test_it_is_asked_about_before_an_earlier_step_is_written(project: Project) -> None:
    own = Neighbours(project.server).network("b")
    project.props["service"] |= {"name": "other", "vpcConfig": own}
    later = shop(project.root, project.server, step="two")
    done(project)
    done(later)
    pin(later)
    write([project, later])
    done(later)
    gone(later, lambda: Neighbours(project.server).delete_mount_targets(own["vpcId"]))
    project.props["function"]["timeout"] = 17
    write([project, later])
    project.server.admin.clear_journal()
    report, person = project.run("deploy")
    assert (report.status(), project.writes()) == (3, []), person.text
    assert f"! mountTarget {NAS}/{VPC}" in person.text


def test_nothing_of_it_is_pulled(project: Project) -> None:
    done(project)
    named, somebody = pin(project), Neighbours(project.server)
    write([project])
    done(project)
    before = (project.root / "s.yaml").read_text(encoding="utf-8")
    done(project, "pull -y")
    gone(project, somebody.delete_mount_targets)
    assert "mountTarget  (deleted online: take it out yourself, or deploy it again)" in project.run("pull -y")[1].text
    (file_system,) = state(project.server)["fileSystems"]
    somebody.mount_target(file_system, named)
    assert "domain  (s.yaml has no words for it)" in project.run("pull -y")[1].text
    assert (project.root / "s.yaml").read_text(encoding="utf-8") == before


def test_a_network_that_somebody_deleted_is_told_and_not_made_under_other_ids(project: Project) -> None:
    """It cannot be made again with the ids that s.yaml names."""
    done(project)
    named, somebody = pin(project), Neighbours(project.server)
    done(project)

    def delete() -> None:
        somebody.delete_mount_targets()
        somebody.drop_network(named)

    gone(project, delete)
    told = done(project, "drift")
    assert (told.count("online: deleted"), f"! vpc {VPC}" in told) == (4, True)
    report, person = project.run("deploy")
    assert (report.status(), person.text.count("online: deleted")) == (3, 1), person.text
    project.server.admin.clear_journal()
    refused(project, "deploy --on-drift overwrite")
    assert "CreateVpc" not in made(project)
    assert "vpcs" not in state(project.server)
    done(project, "remove -y --on-drift overwrite")
    assert counted(project.server) == [0] * len(ONES)


def test_a_network_that_goes_while_a_run_waits_for_the_lock_is_not_made_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(project)
    pin(project)
    recognised = wiring.recognised

    def then_removed(session: ReadSession) -> ReadSession:
        found = recognised(session)
        monkeypatch.setattr(wiring, "recognised", recognised)
        done(project, "remove -y")
        return found

    monkeypatch.setattr(wiring, "recognised", then_removed)
    project.server.admin.clear_journal()
    assert "VPC" in refused(project)
    assert "CreateVpc" not in made(project)
    assert "vpcs" not in state(project.server)


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(600)
@pytest.mark.parametrize("pinned", ["deploy", "remove -y"])
def test_killed_at_every_step_nothing_is_doubled_or_left(tmp_path: Path, server: LocalServer, pinned: str) -> None:
    """Killed where it is pinned: deploying what lies in the network of somebody's auto, or removing all."""
    at, steps = FIRST, None
    before = frozen(server)
    somebody = shop(tmp_path / "somebody", server, "other")
    del somebody.props["service"]["nasConfig"]
    while steps is None:
        here = shop(tmp_path / f"killed-{at}", server)
        if pinned == "deploy":
            done(somebody)
            pin(here)
            steps = killed_at(here, at, pinned)
            done(here)
            assert counted(server) == [1] * len(ONES)
            if at % 2:
                leave(here)
        else:
            done(here)
            pin(here)
            steps = killed_at(here, at, pinned)
        done(here, "remove -y")
        done(somebody, "remove -y")
        assert frozen(server) == before
        assert not [file for file in (here.root / ".s").rglob("*.json") if '"pending": {' in file.read_text("utf-8")]
        at += EVERY
    assert steps > 12
