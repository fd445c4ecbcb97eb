"""What somebody put online and was left alone: kept, adopted, merged, or absent. It stays theirs."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest

from tests.integration.project import PROPS, Project
from tests.integration.test_code_folder import two, zipped
from tests.integration.test_code_merge import online, ours, somebody
from tests.integration.test_undo import done, function
from tests.integration.written import Written

__all__ = ["two"]


def test_undo_asks_about_what_was_kept(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    done(deployed, "deploy --use-remote")
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=1024)  # carol's
    done(deployed, "deploy --on-drift keep")
    report, _ = deployed.run("undo -y")
    assert (report.status(), function(deployed)["memorySize"]) == (3, 1024)


def test_undo_leaves_what_only_somebody_has_also_after_a_deployment(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    done(deployed, "deploy --use-remote")
    variables = {"LEVEL": "info", "NAME": "demo", "NEWER": "carol"}
    deployed.edit("UpdateFunction", "demo", "hello", environmentVariables=variables)
    deployed.props["function"]["timeout"] = 33
    done(deployed, "deploy")
    done(deployed, "undo -y")
    assert function(deployed)["environmentVariables"].get("NEWER") == "carol"


@pytest.mark.parametrize("policy", ["keep", "merge"])
def test_undo_asks_about_code_that_was_kept_or_merged(two: Project, policy: str) -> None:
    somebody(two, index_py="# bob\n")
    (first,) = done(two, "deploy --use-remote").rescues
    somebody(two, new_py="# carol\n")
    ours(two, util_py="a = 2\n")
    done(two, f"deploy --on-drift {policy}")
    report, _ = two.run(f"undo -y {first.name}")
    assert online(two).get("new.py") == b"# carol\n"
    assert report.status() == 3


def test_a_function_made_again_after_its_absence_was_kept_is_compared(deployed: Project) -> None:
    for name in ("http", "tick"):
        deployed.edit("DeleteTrigger", "demo", "hello", name)
    deployed.edit("DeleteFunction", "demo", "hello")
    done(deployed, "deploy --on-drift keep")
    body = {"runtime": "python3", "handler": "index.handler", "code": {"zipFile": zipped(deployed.code)}}
    deployed.edit("CreateFunction", "demo", "hello", **body)
    done(deployed, "deploy --use-remote")
    live = function(deployed)
    assert (live["timeout"], live["environmentVariables"]) == (10, {"LEVEL": "info", "NAME": "demo"})


def test_an_absence_kept_in_a_part_is_not_undone_by_the_next_deployment(deployed: Project) -> None:
    for name in ("http", "tick"):
        deployed.edit("DeleteTrigger", "demo", "hello", name)
    deployed.edit("DeleteFunction", "demo", "hello")
    done(deployed, "deploy --type config --on-drift keep")
    deployed.server.admin.clear_journal()
    deployed.run("deploy")
    assert deployed.writes() == []


def test_what_was_there_at_the_adoption_is_saved_before_it_is_overwritten(deployed: Project, tmp_path: Path) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", description="bob's")
    other = Project(tmp_path / "b", deployed.server)
    done(other, "deploy")
    other.props["function"]["description"] = "ours"
    report, _ = other.run("deploy")
    assert report.status() == 3 or report.rescues


def test_a_step_does_not_accept_for_another_what_changed_online(deployed: Project) -> None:
    other = Project(deployed.root, deployed.server, props=copy.deepcopy(PROPS), step="two")
    other.props["service"] = {"name": "demo"}
    other.props["function"]["name"] = "second"
    other.props["triggers"] = []
    done(other, "deploy")
    deployed.edit("UpdateService", "demo", description="bob")
    done(other, "deploy")
    report, _ = deployed.run("deploy")
    assert report.status() == 3


def test_a_trigger_that_an_undo_made_again_is_pulled(project: Project) -> None:
    written = Written(project)
    written.deploy()
    config = '{"cronExpression": "@every 9m", "enable": true, "payload": ""}'
    project.edit("CreateTrigger", "demo", "hello", triggerName="bobs", triggerType="timer", triggerConfig=config)
    assert written.run("remove -y --use-remote")[0].status() == 0
    assert written.run("undo -y")[0].status() == 0
    written.run("pull -y")
    assert "bobs" in written.text


def test_a_line_taken_out_after_theirs_was_kept_does_not_undo_theirs(deployed: Project) -> None:
    deployed.props["function"]["description"] = "ours"
    done(deployed, "deploy")
    deployed.edit("UpdateFunction", "demo", "hello", description="bob's")
    done(deployed, "deploy --on-drift keep")
    del deployed.props["function"]["description"]
    deployed.run("deploy")
    assert function(deployed)["description"] == "bob's"


def test_drift_is_not_green_where_nothing_could_be_compared(deployed: Project) -> None:
    shutil.rmtree(deployed.root / ".s")
    report, person = deployed.run("drift --exit-code")
    assert "not checked" in person.text
    assert report.status(exit_code=True) == 3
    assert deployed.run("drift")[0].status() == 0


def test_a_conflict_is_not_counted_as_no_difference(deployed: Project) -> None:
    deployed.props["function"]["timeout"] = 20
    deployed.edit("UpdateFunction", "demo", "hello", timeout=30)
    _, person = deployed.run("deploy --on-drift merge")
    assert "Plan: 3 resources unchanged; 1 conflict" in person.text
    deployed.run("deploy --on-drift keep")
    _, person = deployed.run("plan")
    assert "No differences" not in person.text
