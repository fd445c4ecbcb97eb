"""Whoever is stopped with status 3 is told commands and options that there are, and that lead on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from fc_guard.commands import COMMANDS
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.model.reports import Report
from tests.integration.project import Person, Project
from tests.integration.test_undo import done

Scene = Callable[[Project], None]


def stopped(project: Project, line: str, *answers: str) -> str:
    """Returns what a run said that ended with status 3, in one line."""
    report, person = project.run(line, Person(list(answers), present=bool(answers)))
    assert report.status() == 3, report.error
    return " ".join(f"{person.text} {report.error or ''}".split())


def options_in(told: str) -> set[str]:
    return set(re.findall(r"(?:^|[\s`(])(--[a-z-]+(?: (?:overwrite|keep|merge))?|-y)\b", told))


def is_taken(command: str, option: str) -> bool:
    parse([command, *option.split()], command, "one", COMMANDS[command].options, LAYOUTS)
    return True


def commands_in(told: str) -> set[str]:
    """The whole commands that are named, between backticks or after a colon."""
    return {found.strip() for found in re.findall(r"\bs ([a-z]+(?: --?[a-z-]+(?: [a-z]+)?)*)", told)}


def ran(project: Project, line: str) -> Report:
    return done(project, line)


def config(project: Project) -> None:
    project.edit("UpdateFunction", "demo", "hello", timeout=90)


def code(project: Project) -> None:
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": "theirs\n"})


def deleted(project: Project) -> None:
    project.edit("DeleteTrigger", "demo", "hello", "tick")


def of_others(project: Project) -> None:
    body = {"triggerName": "theirs", "triggerType": "timer", "triggerConfig": {"cronExpression": "@every 9m"}}
    project.edit("CreateTrigger", "demo", "hello", **body)


def overwritten(project: Project) -> None:
    """Something was overwritten, and somebody changed it again since."""
    config(project)
    done(project, "deploy --use-remote")
    project.edit("UpdateFunction", "demo", "hello", timeout=77)


def left_s_yaml(project: Project) -> None:
    project.edit(
        "UpdateTrigger", "demo", "hello", "tick", triggerConfig={"cronExpression": "@every 7m", "enable": False}
    )
    project.props["triggers"].pop()


def adopted(project: Project) -> None:
    """A new checkout, which made none of what is online."""
    shutil.rmtree(project.root / ".s")
    done(project, "deploy")
    project.props["triggers"].pop()


STOPS = {
    "remove, changed": ("remove -y", config),
    "remove, code": ("remove -y", code),
    "remove, others": ("remove -y", of_others),
    "remove, adopted": ("remove -y", adopted),
    "undo": ("undo -y", overwritten),
    "prune, adopted": ("deploy --prune -y", adopted),
    "prune": ("deploy --prune -y", left_s_yaml),
    "deploy, config": ("deploy", config),
    "deploy, deleted": ("deploy", deleted),
}


@pytest.mark.parametrize("stop", STOPS)
def test_each_option_that_is_named_is_one_of_the_command_and_leads_on(deployed: Project, stop: str) -> None:
    line, scene = STOPS[stop]
    scene(deployed)
    told = stopped(deployed, line).partition("error:")[2]
    named = {option for option in options_in(told) if option not in line}
    assert named >= {"--use-remote", "--on-drift keep"}, told
    assert all(is_taken(line.split()[0], option) for option in named)


@pytest.mark.parametrize("option", ["--use-remote", "--on-drift keep"])
@pytest.mark.parametrize("stop", STOPS)
def test_each_of_them_ends_with_status_0(deployed: Project, stop: str, option: str) -> None:
    line, scene = STOPS[stop]
    scene(deployed)
    stopped(deployed, line)
    ran(deployed, f"{line} {option}")


def test_an_undo_whose_merge_ends_in_conflict_speaks_of_what_undo_has(deployed: Project) -> None:
    overwritten(deployed)
    told = stopped(deployed, "undo -y --on-drift merge").partition("error:")[2]
    assert "s.yaml" not in told
    assert "Nothing to put back" not in deployed.run("undo -y --on-drift merge")[1].text
    assert options_in(told) == {"--on-drift overwrite", "--on-drift keep"}
    ran(deployed, "undo -y --on-drift overwrite")


def test_what_left_s_yaml_has_no_side_of_yours(deployed: Project) -> None:
    left_s_yaml(deployed)
    told = stopped(deployed, "deploy --prune -y")
    assert "last deployed @every 5m → online @every 7m changed online only" in told
    assert "yours" not in told


def test_a_pull_that_nobody_confirmed_names_what_does(deployed: Project) -> None:
    config(deployed)
    deployed.write({"s.yaml": yaml.safe_dump(document(deployed))}, folder=".")
    told = stopped(deployed, "pull")
    assert options_in(told) == {"-y"}
    ran(deployed, "pull -y")


def test_a_pull_with_a_conflict_names_what_settles_it(deployed: Project) -> None:
    code(deployed)
    deployed.write({"index.py": "mine\n"})
    deployed.write({"s.yaml": yaml.safe_dump(document(deployed))}, folder=".")
    told = stopped(deployed, "pull -y")
    [command] = {found for found in commands_in(told) if found.startswith("deploy")}
    assert command == "deploy --type code --use-remote"
    ran(deployed, command)
    ran(deployed, "pull -y")


def test_a_pull_that_leaves_something_to_edit_says_so_at_its_end(deployed: Project) -> None:
    """Nothing failed, and the host calls the step completed."""
    names = {"environmentVariables": {"GREETING": "Hi"}}
    deployed.edit("UpdateFunction", "demo", "hello", **names)
    deployed.write({"s.yaml": yaml.safe_dump(document(deployed))}, folder=".")
    told = stopped(deployed, "pull -y")
    assert told.rstrip().endswith("edit what is listed as not done, and s pull again.")
    deployed.props["function"] |= names
    deployed.write({"s.yaml": yaml.safe_dump(document(deployed))}, folder=".")
    ran(deployed, "pull -y")


def document(project: Project) -> dict[str, Any]:
    return {"resources": {"one": {"component": "fc-guard", "props": project.props}}}
