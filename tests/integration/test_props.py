"""Every prop of service and function, deployed to a local FC: the second plan has nothing to say."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.integration.project import ACCOUNT, PROPS, Project

pytestmark = pytest.mark.whatever_fc_answers

ROLE = f"acs:ram::{ACCOUNT}:role/demo"
SERVICE: dict[str, Any] = {
    "name": "demo",
    "description": "all of it",
    "internetAccess": "false",
    "role": ROLE,
    "logConfig": {"project": "p", "logstore": "l", "enableRequestMetrics": True, "logBeginRule": "DefaultRegex"},
    "vpcConfig": {"vpcId": "vpc-1", "vswitchIds": ["vsw-2", "vsw-1"], "securityGroupId": "sg-1"},
    "nasConfig": {
        "userId": 10003,
        "groupId": "10003",
        "mountPoints": [
            {"serverAddr": "a.nas.aliyuncs.com", "nasDir": "/data/", "fcDir": "/mnt/b/"},
            {"serverAddr": "a.nas.aliyuncs.com", "nasDir": "/", "fcDir": "/mnt/a", "enableTLS": True},
        ],
    },
    "ossMountConfig": {
        "mountPoints": [
            {"endpoint": "http://oss-cn-hangzhou-internal.aliyuncs.com", "bucketName": "b", "mountDir": "/mnt/oss"},
        ]
    },
    "tracingConfig": "Enable",
    "vpcBinding": ["vpc-2", "vpc-1"],
}
FUNCTION: dict[str, Any] = {
    "name": "hello",
    "runtime": "custom.debian10",
    "codeUri": "code",
    "memorySize": "384",
    "cpu": 0.1,
    "diskSize": 512,
    "timeout": 10,
    "initializer": True,
    "initializationTimeout": 20,
    "instanceConcurrency": 10,
    "instanceSoftConcurrency": 5,
    "layers": ["acs:fc:cn-hangzhou:official:layers/Python310/versions/2"],
    "customRuntimeConfig": {"command": ["python3"], "args": ["app.py", 8080]},
    "customHealthCheckConfig": {"httpGetUrl": "/health"},
    "customDNS": {"nameServers": ["1.1.1.1"], "dnsOptions": [{"name": "ndots", "value": 2}]},
    "instanceLifecycleConfig": {"preStop": {"handler": "true"}},
    "environmentVariables": {"DEBUG": True, "SIZE": 3},
    "asyncConfiguration": {
        "destination": {"onFailure": "acs:fc:::services/demo/functions/hello"},
        "maxAsyncRetryAttempts": 1,
    },
}


def everything() -> dict[str, Any]:
    return {**copy.deepcopy(PROPS), "service": copy.deepcopy(SERVICE), "function": copy.deepcopy(FUNCTION)}


CONTAINER: dict[str, Any] = {
    "name": "boxed",
    "runtime": "custom-container",
    "memorySize": 16384,
    "instanceType": "g1",
    "gpuMemorySize": 16384,
    "cpu": 8,
    "diskSize": 10240,
    "customContainerConfig": {
        "image": "registry-vpc.cn-hangzhou.aliyuncs.com/a/b:1",
        "command": '["node"]',
        "args": "",
    },
}


@pytest.fixture(params=["custom.debian10", "custom-container"])
def whole(request: pytest.FixtureRequest, project: Project) -> Project:
    project.props = everything()
    project.props["service"].pop("vpcBinding")
    project.props["function"].pop("asyncConfiguration")
    if request.param == "custom-container":
        project.props["function"] = copy.deepcopy(CONTAINER)
    return project


def nothing_to_say(project: Project) -> None:
    project.server.admin.clear_journal()
    report, person = project.run("plan --exit-code")
    assert "No differences" in person.text
    assert "online" not in person.text, person.text
    assert report.status() == 0, person.text
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
    assert project.writes() == []


def test_what_was_deployed_plans_empty(whole: Project) -> None:
    report, person = whole.run("deploy")
    assert report.status() == 0, (person.text, report.error)
    nothing_to_say(whole)


def test_parts_of_a_service_and_a_function_are_written_with_them(project: Project) -> None:
    project.props = everything()
    project.run("deploy")
    parts = [op for op in project.writes() if op in ("CreateVpcBinding", "PutFunctionAsyncInvokeConfig")]
    assert parts == ["CreateVpcBinding", "CreateVpcBinding", "PutFunctionAsyncInvokeConfig"]


def test_a_fresh_checkout_plans_empty(whole: Project, tmp_path: Path) -> None:
    whole.run("deploy")
    nothing_to_say(Project(tmp_path / "b", whole.server, props=whole.props))


LEAVABLE = [("service", name) for name in SERVICE if name != "name"] + [
    ("function", name) for name in FUNCTION if name not in ("name", "runtime", "codeUri", "cpu", "diskSize")
]


@pytest.mark.parametrize(("kind", "name"), LEAVABLE, ids=str)
def test_a_prop_that_leaves_s_yaml_is_undone_and_then_forgotten(project: Project, kind: str, name: str) -> None:
    project.props = everything()
    project.run("deploy")
    del project.props[kind][name]
    if name == "instanceConcurrency":
        del project.props[kind]["instanceSoftConcurrency"]
    project.server.admin.clear_journal()
    report, person = project.run("deploy")
    assert report.status() == 0, (person.text, report.error)
    assert project.writes()
    nothing_to_say(project)


def test_what_fc_cannot_unset_stays_as_it_is(project: Project) -> None:
    project.props = everything()
    project.run("deploy")
    for name in ("cpu", "diskSize"):
        del project.props["function"][name]
    project.server.admin.clear_journal()
    report, _ = project.run("deploy")
    assert (report.status(), project.writes()) == (0, [])
    nothing_to_say(project)


CHANGES: list[tuple[str, str, Any]] = [
    ("service", "description", ""),
    ("service", "internetAccess", True),
    ("service", "role", ""),
    ("service", "logConfig", {"project": "p", "logstore": "other"}),
    ("service", "vpcConfig", {"vpcId": "vpc-1", "vswitchIds": ["vsw-1"], "securityGroupId": "sg-2"}),
    ("service", "nasConfig", {"userId": 1, "groupId": 1, "mountPoints": []}),
    ("service", "ossMountConfig", {"mountPoints": [{"endpoint": "http://x", "bucketName": "c", "mountDir": "/mnt/c"}]}),
    ("service", "tracingConfig", "Disable"),
    ("service", "vpcBinding", ["vpc-3"]),
    ("function", "handler", "index.other"),
    ("function", "cpu", 0.2),
    ("function", "layers", []),
    ("function", "initializer", ""),
    ("function", "customRuntimeConfig", {"command": ["python3"], "args": []}),
    ("function", "customHealthCheckConfig", {"httpGetUrl": "/other", "failureThreshold": 1}),
    ("function", "customDNS", {"nameServers": [], "dnsOptions": [{"name": "timeout", "value": "1"}]}),
    ("function", "instanceLifecycleConfig", {"preFreeze": {"handler": "true", "timeout": 9}}),
    ("function", "environmentVariables", {}),
    ("function", "asyncConfiguration", {"destination": {"onSuccess": "acs:fc:::services/demo/functions/hello"}}),
    ("function", "asyncConfiguration", {"statefulInvocation": True}),
]


@pytest.mark.parametrize(("kind", "name", "value"), CHANGES, ids=lambda part: str(part)[:24])
def test_a_prop_that_changes_in_s_yaml_is_written_once(project: Project, kind: str, name: str, value: Any) -> None:
    project.props = everything()
    project.run("deploy")
    project.props[kind][name] = value
    project.server.admin.clear_journal()
    report, person = project.run("deploy")
    assert report.status() == 0, (person.text, report.error)
    assert project.writes()
    nothing_to_say(project)


def test_the_asynchronous_configuration_is_left_alone_where_s_yaml_is_silent(project: Project) -> None:
    project.run("deploy")
    project.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=0)
    project.server.admin.clear_journal()
    report, person = project.run("deploy")
    assert (report.status(), project.writes()) == (0, []), person.text


@pytest.mark.parametrize("seed", range(1, 7))
def test_whatever_words_fc_answers_with_there_is_nothing_to_say(whole: Project, tmp_path: Path, seed: int) -> None:
    """Sets reordered, nulls filled in or left out, fields that nobody knows: anew in each answer."""
    whole.server.admin.switches(noise=seed)
    report, person = whole.run("deploy")
    assert report.status() == 0, (person.text, report.error)
    nothing_to_say(whole)
    nothing_to_say(Project(tmp_path / "b", whole.server, props=whole.props))
