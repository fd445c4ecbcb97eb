"""`nasConfig: auto` beside a `vpcConfig` that names the network of `auto` by its ids: one thing has one name, whichever
way s.yaml names it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fc_local.server import LocalServer
from tests.integration.auto import done, everywhere, frozen, made, state, write
from tests.integration.checkouts import begun, cloned
from tests.integration.named import NAS, ONES, VPC, asked, counted, leave, pin, require_quiet, shop
from tests.integration.neighbours import Neighbours
from tests.integration.project import REGION, Project

pytestmark = pytest.mark.usefixtures("hurried", "default_role")


@pytest.fixture
def project(tmp_path: Path, server: LocalServer) -> Project:
    return shop(tmp_path / "shop", server)


@pytest.mark.parametrize("deployed", [True, False])
def test_the_network_of_auto_named_by_its_ids_is_the_same(project: Project, deployed: bool) -> None:
    """Pinned, with a deployment before the removal or without one."""
    before = frozen(project.server)
    done(project)
    pin(project)
    if deployed:
        require_quiet(project)
    told = done(project, "remove -y")
    assert "left" not in told
    assert frozen(project.server) == before


def test_and_it_is_so_when_it_is_left_to_auto_again(project: Project) -> None:
    before = frozen(project.server)
    done(project)
    for _ in range(2):
        pin(project)
        require_quiet(project)
        leave(project)
        require_quiet(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_a_service_that_is_made_in_it_by_its_ids(project: Project, tmp_path: Path) -> None:
    """Somebody else made the network, and this project makes what is in it: it is found again when it is left to
    auto."""
    somebody = shop(tmp_path / "somebody", project.server, "other")
    del somebody.props["service"]["nasConfig"]
    done(somebody)
    before = frozen(project.server)
    pin(project)
    project.server.admin.clear_journal()
    done(project)
    assert [op for op in made(project) if op in ("CreateVpc", "CreateFileSystem", "CreateMountTarget")] == [
        "CreateFileSystem",
        "CreateMountTarget",
    ]
    require_quiet(project)
    leave(project)
    require_quiet(project)
    pin(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_a_checkout_without_a_record_adopts_it_quietly(project: Project) -> None:
    done(project)
    before = frozen(project.server)
    state_of = project.root / ".s"
    kept = state_of.rename(project.root / "kept")
    pin(project)
    project.server.admin.clear_journal()
    done(project)
    assert (made(project), project.writes()) == ([], [])
    require_quiet(project)
    told = done(project, "deploy --prune -y")
    assert "No differences: " in told
    assert frozen(project.server) == before
    shutil.rmtree(state_of)
    kept.rename(state_of)
    require_quiet(project)


def test_checkouts_that_share_a_history_name_it_in_either_way(tmp_path: Path, server: LocalServer) -> None:
    ann = begun(tmp_path / "ann", server)
    ben = cloned(ann, tmp_path / "ben")
    for each in (ann, ben):
        each.props |= {"service": shop(each.root, server).props["service"], "triggers": []}
    done(ann)
    pin(ben)
    for each in (ben, ann, ben):
        done(each)
        require_quiet(each)
    done(ben, "remove -y")
    assert counted(server) == [0] * len(ONES)


def test_what_was_only_found_stays_at_a_removal(project: Project, tmp_path: Path) -> None:
    before = frozen(project.server)
    done(project)
    other = shop(tmp_path / "other", project.server, "other")
    pin(other)
    done(other)
    told = done(other, "remove -y")
    assert len([line for line in told.splitlines() if line.startswith("  = ") and "did not make it" in line]) == 5
    assert counted(project.server) == [1] * len(ONES)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_a_network_that_is_another_one_keeps_the_name_of_its_id(project: Project, tmp_path: Path) -> None:
    other = shop(tmp_path / "other", project.server, "other")
    done(other)
    own = Neighbours(project.server).network("b")
    before = frozen(project.server)
    project.props["service"]["vpcConfig"] = own
    told = done(project)
    assert f"mountTarget {NAS}/{own['vpcId']} created" in told
    assert VPC not in told
    require_quiet(project)
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_what_is_left_behind_for_another_network_is_told(project: Project) -> None:
    done(project)
    project.props["service"]["vpcConfig"] = Neighbours(project.server).network("b")
    assert f"vpc {VPC}: s.yaml does not ask for it any more" in done(project, "plan")
    told = done(project, "remove -y")
    left = told.partition("Made by this project, and left, since s.yaml does not ask for them any more:")[2]
    assert (f"mountTarget {NAS}/{VPC}" in left, f"vpc {VPC}" in left) == (True, True)


def test_a_switch_of_one_s_own_in_the_network_of_auto_is_not_that_of_auto(project: Project) -> None:
    done(project)
    named = pin(project)
    own = Neighbours(project.server).switch(named["vpcId"], "10.99.0.0/24", "mine")
    project.props["service"]["vpcConfig"] = {**named, "vswitchIds": [own]}
    done(project)
    told = done(project, "plan")
    assert "No differences: " in told
    assert told.count("s.yaml does not ask for it any more") == 1
    assert f"vSwitch {VPC}/fc-deploy-component-generated-vswitch-{REGION}: s.yaml does not ask for it any more" in told
    leave(project)
    done(project)
    assert state(project.server)["services"]["demo"]["vpcConfig"]["vSwitchIds"] == [own]


def test_a_deployment_reads_as_much_as_where_it_is_left_to_auto(project: Project) -> None:
    done(project)
    left = asked(project, "deploy")
    pin(project)
    assert sorted(asked(project, "deploy")) == sorted(left)


def test_nothing_more_is_read_where_no_mount_target_could_have_two_names(project: Project) -> None:
    done(project)
    named = pin(project)
    done(project)
    assert "DescribeVpcs" in asked(project, "plan")
    for line in ("plan function", "history", "sync --target-dir out --force", "rescue"):
        assert "DescribeVpcs" not in asked(project, line), line
    other = shop(project.root.parent / "other", project.server, "other")
    other.props["service"] |= {"vpcConfig": named}
    del other.props["service"]["nasConfig"]
    done(other)
    assert not {"DescribeVpcs", "DescribeVSwitches", "DescribeSecurityGroups"} & {*asked(other, "plan")}


@pytest.mark.parametrize("service", ["demo", "other"])
@pytest.mark.parametrize("pinned", [0, 1])
def test_steps_that_name_it_in_both_ways_share_it(
    tmp_path: Path, server: LocalServer, service: str, pinned: int
) -> None:
    """The network is made by a step that leaves it to auto; then one of the two names it by its ids."""
    steps = two_steps(tmp_path, server, service)
    before = frozen(server)
    everywhere(steps, "deploy")
    pin(steps[pinned])
    write(steps)
    for line in ("plan", "drift", "deploy") * 2:
        told = everywhere(steps, line)
        assert all(
            word not in told
            for word in ("s.yaml does not ask for it any more", "Changed online", "You change", "Not in s.yaml")
        )
    assert counted(server) == [1] * len(ONES)
    everywhere(steps, "remove -y")
    assert frozen(server) == before


def test_what_both_ask_for_is_told_once(tmp_path: Path, server: LocalServer) -> None:
    somebody = shop(tmp_path / "somebody", server, "third")
    del somebody.props["service"]["nasConfig"]
    done(somebody)
    steps = two_steps(tmp_path, server, "other")
    pin(steps[1])
    write(steps)
    assert everywhere(steps, "plan").count("+ mountTarget ") == 1


@pytest.mark.parametrize("removed", [0, 1])
def test_one_step_alone_leaves_it_to_the_other(tmp_path: Path, server: LocalServer, removed: int) -> None:
    steps = two_steps(tmp_path, server, "other")
    before = frozen(server)
    done(steps[0])
    pin(steps[1])
    done(steps[1])
    gone, stays = steps[removed], steps[1 - removed]
    told = done(gone, "remove -y")
    assert f"mountTarget {NAS}/{VPC}  stays: named by s.yaml#{stays.step} too" in told
    assert f"vpc {VPC}  stays: named by s.yaml#{stays.step} too" in told
    assert counted(server) == [1] * len(ONES)
    assert "No differences: " in done(stays, "plan")
    done(stays, "remove -y")
    assert frozen(server) == before


def two_steps(folder: Path, server: LocalServer, service: str) -> tuple[Project, Project]:
    steps = (shop(folder / "shop", server), shop(folder / "shop", server, service, step="two"))
    steps[1].props["function"]["name"] = "bye"
    write(steps)
    return steps


def test_a_plan_that_was_reviewed_is_carried_out(project: Project) -> None:
    done(project)
    pin(project)
    project.props["function"]["timeout"] = 17
    done(project, "plan --out plan.json")
    done(project, "deploy --plan plan.json")
    assert "there is nothing left to do" in done(project, "deploy --plan plan.json")
    leave(project)
    done(project, "plan --out plan.json")
    done(project, "deploy --plan plan.json")
    require_quiet(project)


def test_an_undo_touches_nothing_of_it(project: Project) -> None:
    done(project)
    pin(project)
    done(project)
    project.edit("UpdateFunction", "demo", "hello", timeout=55)
    done(project, "deploy --on-drift overwrite")
    before = counted(project.server)
    done(project, "undo -y")
    assert state(project.server)["services"]["demo"]["functions"]["hello"]["timeout"] == 55
    assert counted(project.server) == before
    done(project, "deploy --on-drift overwrite")
    require_quiet(project)


@pytest.mark.parametrize("line", ["deploy service", "deploy --type config", "deploy --prune -y"])
def test_a_part_of_the_step_is_as_quiet(project: Project, line: str) -> None:
    done(project)
    pin(project)
    project.server.admin.clear_journal()
    for _ in range(2):
        assert "No differences: " in done(project, line)
    assert project.writes() == []


def test_the_service_alone_is_removed_with_it(project: Project) -> None:
    before = frozen(project.server)
    done(project)
    pin(project)
    done(project, "remove function -y")
    done(project, "remove service -y")
    assert frozen(project.server) == before
