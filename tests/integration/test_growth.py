"""However a project came to be, step by step, at once, in whatever order: the same s.yaml gives the same online."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fc_guard.model.fields import Cause
from fc_guard.model.reports import Report
from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, Person, Project
from tests.integration.test_shared import alone, steps
from tests.integration.test_undo import done, service, steady

__all__ = ["steps"]

Props = dict[str, Any]
DEFAULT: Final = f"acs:ram::{ACCOUNT}:role/aliyunfcdefaultrole"
OTHER: Final = f"acs:ram::{ACCOUNT}:role/admin"
NAS: Final = {
    "userId": 10003,
    "groupId": 10003,
    "mountPoints": [{"serverAddr": "a.nas.aliyuncs.com", "nasDir": "/a", "fcDir": "/mnt/a"}],
}
OSS: Final = {"mountPoints": [{"endpoint": "http://oss", "bucketName": "b", "mountDir": "/mnt/oss"}]}
IMAGE: Final = {"image": "registry.cn-hangzhou.aliyuncs.com/a/b:1"}
NEEDS: Final[dict[str, Props]] = {
    "log": {"service": {"logConfig": {"project": "p", "logstore": "l"}}},
    "vpc": {"service": {"vpcConfig": {"vpcId": "vpc-1", "vswitchIds": ["vsw-1"], "securityGroupId": "sg-1"}}},
    "nas": {"service": {"nasConfig": NAS}},
    "oss": {"service": {"ossMountConfig": OSS}},
    "binding": {"service": {"vpcBinding": ["vpc-1"]}},
    "async": {"function": {"asyncConfiguration": {"maxAsyncRetryAttempts": 1}}},
}
MORE: Final[dict[str, Props]] = {
    "tracing": {"service": {"tracingConfig": "Enable"}},
    "closed": {"service": {"internetAccess": False}},
    "trigger": {
        "triggers": [{"name": "tick", "type": "timer", "config": {"cronExpression": "@every 5m", "enable": False}}]
    },
    "role": {"service": {"role": OTHER}},
}
FEATURES: Final = {**NEEDS, **MORE}
SETS = st.sets(st.sampled_from(sorted(FEATURES)))


def step_with(step: Project, features: Iterable[str]) -> Project:
    """The step with just these features."""
    container = step.props["function"].get("runtime") == "custom-container"
    name = step.props["function"]["name"]
    code = {"runtime": "custom-container", "customContainerConfig": IMAGE, "caPort": 9000}
    function: Props = code if container else {"runtime": "python3", "codeUri": "code"}
    props: Props = {"service": {"name": "demo"}, "function": {"name": name, "handler": "index.handler", **function}}
    for feature in features:
        for part, said in copy.deepcopy(FEATURES[feature]).items():
            props[part] = {**props.get(part, {}), **said} if isinstance(said, dict) else said
    step.props = {"region": step.props["region"], **props}
    return step


def online(project: Project) -> Any:
    return steady(service(project))


@pytest.fixture
def fresh(tmp_path: Path, server: LocalServer) -> Callable[[], tuple[Project, Project]]:
    """A plain step and one with a container, which share a service, on an empty FC."""
    numbers = itertools.count()

    def make() -> tuple[Project, Project]:
        server.admin.reset()
        root = tmp_path / str(next(numbers))
        plain, container = Project(root, server, step="plain"), Project(root, server, step="container")
        container.props["function"] |= {"name": "second", "runtime": "custom-container"}
        return plain, container

    return make


MANY = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(SETS, SETS)
def test_what_is_added_to_a_step_gives_what_deploying_all_of_it_at_once_gives(
    fresh: Callable[[], tuple[Project, Project]], first: set[str], more: set[str]
) -> None:
    step, _ = fresh()
    done(step_with(step, first), "deploy")
    done(step_with(step, first | more), "deploy")
    grown = online(step)
    assert done(step, "plan").plan.writes == ()
    again, _ = fresh()
    done(step_with(again, first | more), "deploy")
    assert grown == online(again)


@MANY
@given(SETS, SETS, st.booleans())
def test_steps_that_share_a_service_give_the_same_in_either_order(
    fresh: Callable[[], tuple[Project, Project]], ours: set[str], theirs: set[str], grows: bool
) -> None:
    found = []
    for order in (1, -1):
        plain, container = fresh()
        if grows:
            done(step_with(plain, ()), "deploy")
        both = [step_with(plain, ours), step_with(container, theirs)]
        for step in both[::order]:
            done(step, "deploy")
        found.append(online(plain))
        for step in both:
            assert done(step, "plan").plan.writes == ()
    assert found[0] == found[1]


# the default role


def role(project: Project) -> str:
    found: str = service(project).get("role") or ""
    return found


def sent_role(report: Report) -> list[object]:
    return [change.target for action in report.plan.writes for change in action.sends if change.name == "role"]


@pytest.mark.parametrize("order", [1, -1])
def test_the_step_that_needs_a_role_sends_it_whichever_came_first(steps: tuple[Project, Project], order: int) -> None:
    plain, container = steps
    container.props["function"] |= {"runtime": "custom-container", "customContainerConfig": IMAGE, "caPort": 9000}
    for step in steps[::order]:
        done(step, "deploy")
    assert role(plain) == DEFAULT
    plain.server.admin.clear_journal()
    for step in steps:
        assert done(alone(step), "plan").plan.writes == ()
        done(step, "deploy")
    assert plain.writes() == []


@pytest.mark.parametrize("need", sorted(NEEDS))
def test_what_needs_a_role_and_comes_later_brings_it(deployed: Project, need: str) -> None:
    for part, said in copy.deepcopy(NEEDS[need]).items():
        deployed.props[part] |= said
    report, person = deployed.run("plan")
    assert sent_role(report) == [DEFAULT]
    assert "You change:" in person.text
    assert "Changed online" not in person.text
    done(deployed, "deploy", person := Person(present=True))
    assert (person.asked, role(deployed)) == ([], DEFAULT)


def test_a_service_that_somebody_made_without_a_role_is_adopted_and_given_one(project: Project) -> None:
    project.props["service"] = {"name": "demo", "logConfig": {"project": "p", "logstore": "l"}}
    project.edit("CreateService", serviceName="demo", logConfig={"project": "p", "logstore": "l"})
    report, person = project.run("plan")
    assert sent_role(report) == [DEFAULT]
    assert "never deployed" not in person.text
    report = done(project, "deploy")
    assert (role(project), report.rescues) == (DEFAULT, ())
    assert done(project, "plan").plan.writes == ()


def test_a_role_of_somebody_s_choice_is_left_alone_and_goes_with_no_need(deployed: Project) -> None:
    deployed.edit("UpdateService", "demo", role=OTHER)
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    done(deployed, "deploy")
    assert role(deployed) == OTHER
    del deployed.props["function"]["asyncConfiguration"]
    done(deployed, "deploy")
    assert role(deployed) == OTHER


def test_without_the_need_the_role_stays(deployed: Project) -> None:
    deployed.props["service"]["logConfig"] = {"project": "p", "logstore": "l"}
    done(deployed, "deploy")
    del deployed.props["service"]["logConfig"]
    done(deployed, "deploy")
    assert role(deployed) == DEFAULT


def test_a_role_that_somebody_took_away_is_asked_about(deployed: Project) -> None:
    deployed.props["service"]["logConfig"] = {"project": "p", "logstore": "l"}
    done(deployed, "deploy")
    deployed.edit("UpdateService", "demo", role="")
    report, _ = deployed.run("deploy")
    assert report.status() == 3
    (change,) = (change for diff in report.plan.diffs for change in diff.changes)
    assert (change.cause, change.baseline, change.target) == (Cause.DRIFT, DEFAULT, DEFAULT)
    done(deployed, "deploy --on-drift keep")
    assert (done(deployed, "deploy").rescues, role(deployed)) == ((), "")
    assert deployed.run("deploy --ask-again")[0].status() == 3
    done(deployed, "deploy --use-remote")
    assert role(deployed) == DEFAULT


def test_a_role_taken_out_of_s_yaml_gives_way_to_the_default_one_where_one_is_needed(deployed: Project) -> None:
    deployed.props["service"] |= {"logConfig": {"project": "p", "logstore": "l"}, "role": OTHER}
    done(deployed, "deploy")
    del deployed.props["service"]["role"]
    done(deployed, "deploy")
    assert role(deployed) == DEFAULT


def test_no_role_is_wanted_where_s_yaml_says_that_there_is_none(deployed: Project) -> None:
    deployed.props["service"] |= {"logConfig": {"project": "p", "logstore": "l"}, "role": ""}
    done(deployed, "deploy")
    assert role(deployed) == ""
