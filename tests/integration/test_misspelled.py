"""A misspelled key never resets or deletes what is online: the run that would do it stops with status 2."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.errors import BadInput
from tests.integration.project import Project
from tests.integration.test_undo import done, function

TIMER = {"name": "tick", "type": "timer", "config": {"cronExpression": "0 0 8 * * *", "enable": True}}


@pytest.fixture
def deployed(project: Project) -> Project:
    project.props["function"] |= {"memorySize": 512, "timeout": 90, "environmentVariables": {"A": "1"}}
    project.props["service"]["description"] = "ours"
    project.props["triggers"] = [TIMER]
    done(project, "deploy")
    project.server.admin.clear_journal()
    return project


def refused(project: Project, line: str = "deploy") -> BadInput:
    with pytest.raises(BadInput) as caught:
        project.run(line)
    assert (caught.value.status, caught.value.reference) == (2, "misspelled-key")
    assert project.writes() == []
    return caught.value


def respelled(props: dict[str, Any], of: str, right: str, wrong: str) -> None:
    props[of][wrong] = props[of].pop(right)


@pytest.mark.parametrize(
    ("of", "right", "wrong"),
    [
        ("function", "memorySize", "memorysize"),
        ("function", "timeout", "timeOut"),
        ("function", "environmentVariables", "environmentvariable"),
        ("service", "description", "desciption"),
    ],
)
@pytest.mark.parametrize("line", ["deploy", "deploy --use-remote", "deploy --on-drift keep"])
def test_deploy_stops_before_it_resets_what_was_deployed(
    deployed: Project, of: str, right: str, wrong: str, line: str
) -> None:
    respelled(deployed.props, of, right, wrong)
    assert f"unknown key '{wrong}', ignored; did you mean {right}?" in refused(deployed, line).message


def test_plan_shows_what_would_be_reset_and_ends_with_the_same_status(deployed: Project) -> None:
    respelled(deployed.props, "function", "memorySize", "memorysize")
    report, person = deployed.run("plan")
    assert "memorySize" in person.text
    assert report.status() == 2
    assert report.status(exit_code=True) == 2


def test_a_key_at_the_wrong_place_is_a_misspelled_one(deployed: Project) -> None:
    deployed.props["memorySize"] = deployed.props["function"].pop("memorySize")
    assert "unknown key 'memorySize', ignored; it belongs under function" in refused(deployed).message


def test_pruning_stops_before_it_deletes_the_triggers_of_a_misspelled_list(deployed: Project) -> None:
    deployed.props["trigers"] = deployed.props.pop("triggers")
    assert "did you mean triggers?" in refused(deployed, "deploy --prune -y").message


def test_without_pruning_the_triggers_stay_and_it_is_a_warning(deployed: Project) -> None:
    deployed.props["trigers"] = deployed.props.pop("triggers")
    report, _ = deployed.run("deploy")
    assert (report.status(), deployed.writes()) == (0, [])


def test_a_field_inside_a_struct_and_inside_a_list(deployed: Project) -> None:
    deployed.props["triggers"] = [{**TIMER, "config": {**TIMER["config"], "payload": "x"}}]
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1, "statefulInvocation": True}
    done(deployed, "deploy")
    deployed.server.admin.clear_journal()
    deployed.props["triggers"] = [{**TIMER, "config": {**TIMER["config"], "payLoad": "x"}}]
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1, "statefulInvocations": True}
    message = refused(deployed).message
    assert "did you mean payload?" in message
    assert "did you mean statefulInvocation?" in message


def test_a_part_that_would_be_deleted(deployed: Project) -> None:
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    done(deployed, "deploy")
    deployed.server.admin.clear_journal()
    respelled(deployed.props, "function", "asyncConfiguration", "asyncConfig")
    assert "did you mean asyncConfiguration?" in refused(deployed).message


def test_what_was_deployed_and_deleted_online_is_not_made_anew_without_it(deployed: Project) -> None:
    deployed.edit("DeleteTrigger", "demo", "hello", "tick")
    deployed.edit("DeleteFunction", "demo", "hello")
    deployed.server.admin.clear_journal()
    for right in ("memorySize", "environmentVariables"):
        respelled(deployed.props, "function", right, f"{right}s")
        assert f"did you mean {right}?" in refused(deployed, "deploy --use-remote").message
        respelled(deployed.props, "function", f"{right}s", right)


def test_where_nothing_is_reset_it_stays_a_warning(deployed: Project) -> None:
    deployed.props["function"]["initialiser"] = "index.start"  # never deployed
    deployed.props["function"]["timeOut"] = 5  # beside the right one
    assert deployed.run("deploy")[0].status() == 0
    assert function(deployed)["timeout"] == 90


def test_a_new_function_is_made_with_a_warning(project: Project) -> None:
    project.props["function"]["memorysize"] = 512
    assert project.run("deploy")[0].status() == 0


def test_an_adopted_value_that_is_not_touched_is_no_reason_to_stop(deployed: Project) -> None:
    fresh = Project(deployed.root / "fresh", deployed.server, props=deployed.props)
    respelled(fresh.props, "function", "memorySize", "memorysize")
    report, _ = fresh.run("deploy")
    assert report.error is None, report.error
    assert function(deployed)["memorySize"] == 512
