"""Lists of which one item, or the very key, is not what was expected: whose business that is, and whose not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from fc_guard.errors import GuardError
from fc_guard.host.standard import standard_run
from fc_guard.model.reports import Report
from fc_local.server import LocalServer
from tests.integration.between import Between, Said, between
from tests.integration.project import Project

Item = dict[str, Any]
TIMER = {"triggerName": "theirs", "triggerType": "timer", "triggerConfig": {"cronExpression": "@every 1m"}}


@pytest.fixture
def middle(server: LocalServer) -> Iterator[Between]:
    with between(server) as found:
        yield found


@pytest.fixture
def deployed(tmp_path: Path, middle: Between) -> Project:
    project = Project(tmp_path / "a", middle)  # type: ignore[arg-type]  # it looks like one
    assert project.run("deploy")[0].status() == 0
    middle.admin.clear_journal()
    return project


def lists(project: Project, ending: str, edit: Callable[[Item], object], *, also_alone: str = "") -> None:
    """From now on each item of the list at such a path is edited, and what is read of itself at another one."""

    def twist(method: str, path: str, said: Said) -> Said:
        path = path.split("?", maxsplit=1)[0]
        if method != "GET" or said.status != 200 or not path.endswith((ending, also_alone or ending)):
            return said
        body = json.loads(said.body)
        if path.endswith(ending):
            (items,) = (value for value in body.values() if isinstance(value, list))
            for item in items:
                edit(item)
        else:
            edit(body)
        headers = tuple(pair for pair in said.headers if pair[0].lower() != "content-length")
        return Said(200, headers, json.dumps(body).encode())

    project.server.twist = twist  # type: ignore[attr-defined]


def says(project: Project, ending: str, body: bytes) -> None:
    """From now on FC's answers at such a path have another body, and FC's request id still."""

    def twist(method: str, path: str, said: Said) -> Said:
        if method != "GET" or not path.split("?", maxsplit=1)[0].endswith(ending):
            return said
        return Said(200, tuple(pair for pair in said.headers if pair[0].lower() != "content-length"), body)

    project.server.twist = twist  # type: ignore[attr-defined]


def reads(project: Project) -> list[str]:
    return [entry["op"] for entry in project.server.admin.journal() if not entry["write"]]


def quiet(report: Report) -> bool:
    return report.status() == 0 and report.plan.writes == () and report.notes == ()


def stopped(project: Project, line: str) -> str:
    """A run that ends with status 6 before it writes anything."""
    with pytest.raises(GuardError) as caught:
        project.run(line)
    assert (caught.value.status, project.writes()) == (6, [])
    return str(caught.value)


def several(project: Project, *names: str) -> list[Project]:
    """Steps of one s.yaml, each with a function of the one service."""
    run = standard_run()
    steps = []
    for name in names:
        step = Project(project.root, project.server, copy.deepcopy(project.props), step=name, make_run=lambda: run)
        step.props["function"]["name"] = name
        step.props["triggers"] = []
        steps.append(step)
    props = {
        step.step: {"component": "fc-guard", "props": {**step.props, "endpoint": step.server.url}} for step in steps
    }
    (project.root / "s.yaml").write_text(yaml.safe_dump({"edition": "3.0.0", "name": "app", "resources": props}))
    return steps


def without(name: str, member: str, of: str = "triggerName") -> Callable[[Item], object]:
    return lambda item: item.pop(member) if item[of] == name else None


def with_other(name: str, **members: Any) -> Callable[[Item], object]:
    return lambda item: item.update(members) if item["triggerName"] == name else None


@pytest.mark.parametrize("member", ["codeChecksum", "runtime"])
def test_functions_whose_list_says_too_little_are_read_on_their_own(deployed: Project, member: str) -> None:
    for step in several(deployed, "first", "second", "third"):
        assert step.run("deploy")[0].status() == 0
    lists(deployed, "/functions", lambda item: item.pop(member))
    deployed.server.admin.clear_journal()
    for step in several(deployed, "first", "second"):
        assert quiet(step.run("plan")[0])
    assert (reads(deployed).count("ListFunctions"), reads(deployed).count("GetFunction")) == (1, 2)


def test_a_trigger_whose_list_says_too_little_is_read_on_its_own(deployed: Project) -> None:
    lists(deployed, "/triggers", without("tick", "triggerType"))
    assert quiet(deployed.run("plan")[0])
    assert reads(deployed).count("GetTrigger") == 1


def test_what_says_too_little_on_its_own_too_is_unreadable(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    lists(deployed, "/triggers", without("tick", "triggerType"), also_alone="/triggers/tick")
    assert "triggerType is missing" in stopped(deployed, "deploy --use-remote")


ODD: dict[str, Callable[[Item], object]] = {
    "no type": without("theirs", "triggerType"),
    "a configuration that is a number": with_other("theirs", triggerConfig=7),
    "a configuration that is no JSON": with_other("theirs", triggerConfig="{"),
    "a role that is a list": with_other("theirs", invocationRole=["a"]),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_trigger_of_somebody_stops_no_deployment_and_is_told(deployed: Project, name: str) -> None:
    deployed.edit("CreateTrigger", "demo", "hello", **TIMER)
    lists(deployed, "/triggers", ODD[name], also_alone="/triggers/theirs")
    deployed.props["function"]["memorySize"] = 256
    deployed.server.admin.clear_journal()
    report, person = deployed.run("deploy")
    assert (report.status(), deployed.writes()) == (0, ["UpdateFunction"])
    assert "trigger demo/hello/theirs was left out, since it cannot be read." in person.text
    for line in ("plan", "drift", "info"):
        report, _ = deployed.run(line)
        assert report.status() == 0
        assert any("theirs was left out" in note for note in report.notes), (line, report.notes)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_trigger_of_somebody_is_not_deleted_along(deployed: Project, name: str) -> None:
    deployed.edit("CreateTrigger", "demo", "hello", **TIMER)
    lists(deployed, "/triggers", ODD[name], also_alone="/triggers/theirs")
    deployed.server.admin.clear_journal()
    stopped(deployed, "remove -y --use-remote")
    deployed.props["function"]["name"] = "second"
    stopped(deployed, "deploy --prune -y --use-remote")


def test_an_odd_function_of_somebody_stops_the_removal_of_its_service_and_nothing_else(deployed: Project) -> None:
    deployed.edit(
        "CreateFunction", "demo", functionName="theirs", runtime="python3", handler="a.b", files={"a.py": "1"}
    )
    lists(deployed, "/functions", without("theirs", "runtime", "functionName"), also_alone="/functions/theirs")
    deployed.server.admin.clear_journal()
    stopped(deployed, "remove -y --use-remote")
    deployed.props["function"]["memorySize"] = 256
    report, _ = deployed.run("deploy")
    assert (report.status(), report.notes) == (0, ())


def test_a_list_of_bindings_without_its_key_is_empty(deployed: Project) -> None:
    deployed.props["service"]["vpcBinding"] = ["vpc-1"]
    before, _ = deployed.run("plan")
    says(deployed, "/bindings", b"{}")
    report, _ = deployed.run("plan")
    assert report.plan == before.plan
    assert "vpcBinding demo/vpc-1" in [str(action.id) for action in report.plan.writes]


def test_a_list_of_domains_without_its_key_is_empty(deployed: Project) -> None:
    says(deployed, "/custom-domains", b"{}")
    assert deployed.run("sync --target-dir elsewhere")[0].status() == 0


@pytest.mark.parametrize("body", [b"", b"[]", b'{"vpcIds": [{"vpcId": "v"}]}', b'{"vpcIds": [""]}', b'{"vpcIds": {}}'])
def test_an_answer_that_is_no_list_of_bindings_is_unreadable(deployed: Project, body: bytes) -> None:
    says(deployed, "/bindings", body)
    deployed.props["service"]["vpcBinding"] = ["vpc-1"]
    stopped(deployed, "deploy --use-remote")


@pytest.mark.parametrize("body", [b"", b"{}", b'{"triggers": [{}]}', b'{"triggers": [null]}'])
@pytest.mark.parametrize("ending", ["/triggers", "/async-invoke-configs"])
def test_where_fc_names_an_empty_list_the_request_id_alone_makes_none(
    deployed: Project, ending: str, body: bytes
) -> None:
    """A proxy may keep FC's headers and empty the body: then nothing would be taken for all there is."""
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    says(deployed, ending, body.replace(b"triggers", b"configs") if "configs" in ending else body)
    stopped(deployed, "deploy --use-remote")


@pytest.mark.parametrize("body", [b"", b"{"])
@pytest.mark.parametrize("ending", ["/versions", "/aliases", "/provision-configs"])
def test_what_holds_a_service_is_not_read_out_of_an_empty_answer(deployed: Project, ending: str, body: bytes) -> None:
    says(deployed, ending, body)
    stopped(deployed, "remove -y")
