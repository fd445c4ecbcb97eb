"""A run about a part shows, writes and records that part, and nothing else."""

from __future__ import annotations

import pytest

from fc_guard.errors import BadInput
from fc_guard.model.fields import Cause
from tests.integration.project import Person, Project

NEW_CODE = "def handler(environ, start_response):\n    start_response('200 OK', [])\n    return [b'two']\n"


def shown(project: Project, line: str = "plan") -> dict[str, Cause]:
    """Every difference a plan lists, by resource and field."""
    report, _ = project.run(line)
    return {f"{diff.id.parts[-1]}.{change.name}": change.cause for diff in report.plan.diffs for change in diff.changes}


def edited(project: Project) -> Project:
    """Something of everything is changed here."""
    project.props["service"]["description"] = "changed here"
    project.props["function"]["timeout"] = 20
    project.props["triggers"][1]["config"]["cronExpression"] = "@every 9m"
    project.write({"index.py": NEW_CODE})
    return project


@pytest.mark.parametrize(
    ("line", "writes", "fields"),
    [
        ("deploy service", ["UpdateService"], {"demo.description"}),
        ("deploy function", ["UpdateFunction"], {"hello.code", "hello.timeout"}),
        ("deploy function --type code", ["UpdateFunction"], {"hello.code"}),
        ("deploy --type code", ["UpdateFunction"], {"hello.code"}),
        ("deploy function --type config", ["UpdateFunction"], {"hello.timeout"}),
        (
            "deploy --type config",
            ["UpdateService", "UpdateFunction", "UpdateTrigger"],
            {"demo.description", "hello.timeout", "tick.triggerConfig.cronExpression"},
        ),
        ("deploy trigger", ["UpdateTrigger"], {"tick.triggerConfig.cronExpression"}),
        ("deploy trigger --trigger-name tick", ["UpdateTrigger"], {"tick.triggerConfig.cronExpression"}),
        ("deploy trigger --trigger-name http", [], set()),
    ],
)
def test_only_the_part_is_shown_and_written(deployed: Project, line: str, writes: list[str], fields: set[str]) -> None:
    project = edited(deployed)
    everything = set(shown(project))
    assert set(shown(project, line.replace("deploy", "plan"))) == fields
    report, _ = project.run(line)
    assert report.status() == 0
    assert project.writes() == writes
    assert set(shown(project)) == everything - fields
    assert set(shown(project, line.replace("deploy", "plan"))) == set()


@pytest.mark.parametrize(
    "line", ["deploy --type code", "deploy function --type code", "deploy trigger", "deploy service"]
)
def test_what_was_not_written_does_not_lose_its_drift(deployed: Project, line: str) -> None:
    """S5: the predecessor takes all that is online for deployed after --type code, and overwrites it the next time."""
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    deployed.write({"index.py": NEW_CODE})
    report, _ = deployed.run(line)
    assert report.status() == 0
    assert shown(deployed)["hello.memorySize"] is Cause.DRIFT


def test_a_code_fix_made_online_outlives_a_deployment_of_the_configuration(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", files={"index.py": "def handler(*_):\n    return [b'fixed']\n"})
    deployed.props["function"]["timeout"] = 20
    report, _ = deployed.run("deploy --type config")
    assert report.status() == 0
    assert shown(deployed) == {"hello.code": Cause.DRIFT}


def test_one_of_several_triggers_kept_online_is_found_again(deployed: Project) -> None:
    """S6, S7: the baseline of the triggers that were not deployed stays where it was."""
    deployed.edit(
        "UpdateTrigger", "demo", "hello", "tick", triggerConfig={"cronExpression": "@every 1m", "enable": False}
    )
    deployed.props["triggers"][0]["config"]["methods"] = ["GET"]
    report, _ = deployed.run("deploy trigger --trigger-name http")
    assert report.status() == 0
    assert shown(deployed) == {"tick.triggerConfig.cronExpression": Cause.DRIFT}


def test_configuration_alone_of_a_function_deployed_by_somebody_else(project: Project) -> None:
    """Code that this project never deployed stays unknown, so a full deployment asks before it goes."""
    project.run("deploy")
    other = Project(project.root.parent / "b", project.server)
    other.write({"index.py": NEW_CODE})
    other.props["function"]["timeout"] = 10
    report, _ = other.run("deploy --type config")
    assert report.status() == 0
    assert shown(other) == {"hello.code": Cause.UNKNOWN}
    report, _ = other.run("deploy")
    assert report.status() == 3


def test_a_part_of_nothing_says_what_to_do_first(project: Project) -> None:
    with pytest.raises(BadInput, match="service demo is not online"):
        project.run("deploy function")
    project.run("deploy service")
    with pytest.raises(BadInput, match="cannot be made of its code alone"):
        project.run("deploy --type code")
    assert project.writes() == ["CreateService"]
    report, _ = project.run("deploy function")
    assert report.status() == 0
    report, _ = project.run("deploy trigger")
    assert report.status() == 0


def test_drift_of_a_part(deployed: Project) -> None:
    deployed.edit("UpdateService", "demo", description="theirs")
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    assert set(shown(deployed, "drift service")) == {"demo.description"}
    assert set(shown(deployed, "drift function --type config")) == {"hello.memorySize"}
    assert set(shown(deployed, "drift --type code")) == set()


def test_removing_a_part(deployed: Project) -> None:
    report, _ = deployed.run("remove trigger --trigger-name tick -y")
    assert (report.status(), deployed.writes()) == (0, ["DeleteTrigger"])
    state = deployed.server.admin.state()["services"]["demo"]["functions"]["hello"]
    assert list(state["triggers"]) == ["http"]


def test_what_is_inside_goes_with_a_part_that_is_removed(deployed: Project) -> None:
    report, person = deployed.run("remove function -y")
    assert report.status() == 0, person.text
    assert deployed.writes() == ["DeleteTrigger", "DeleteTrigger", "DeleteFunction"]
    report, _ = deployed.run("remove service -y")
    assert (report.status(), deployed.writes()[-1]) == (0, "DeleteService")


def test_the_first_line_names_the_part(deployed: Project) -> None:
    _, person = deployed.run("plan trigger --trigger-name tick", Person())
    assert person.said[0].startswith("fc-guard plan trigger · trigger tick")


@pytest.mark.parametrize("policy", ["", "--use-remote", "--on-drift overwrite"])
def test_code_alone_leaves_every_field_as_it_is_online(deployed: Project, policy: str) -> None:
    """Also the variables that s.yaml spells out: they are not what the run is about."""
    variables = {"LEVEL": "debug", "NAME": "demo", "MORE": "bob's"}
    deployed.edit("UpdateFunction", "demo", "hello", timeout=30, environmentVariables=variables)
    deployed.write({"index.py": "# ours\n"})
    report, person = deployed.run(f"deploy --type code {policy}")
    assert report.status() == 0, person.text
    live = deployed.server.admin.state()["services"]["demo"]["functions"]["hello"]
    assert (live["timeout"], live["environmentVariables"]) == (30, variables)
    assert "environmentVariables" not in person.text
