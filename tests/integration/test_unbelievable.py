"""Answers that are none: what was not said by FC, or not about what was asked, is believed of neither side."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import GuardError
from fc_local.server import LocalServer
from tests.integration.answers import READS, Document, as_usual, says
from tests.integration.between import Between, Said, between
from tests.integration.project import Project
from tests.unit.kinds.test_quiet_domains import PLAIN

HTML = (("Content-Type", "text/html"),)
JSON = (("Content-Type", "application/json"),)
FCS = (("X-Fc-Request-Id", "1-65bf56b2-1368aa6d-c7da7fa6a4d4"), ("Etag", "abc"), *JSON)
ODD = {
    **{f"{status} of a proxy": Said(status, HTML, b"<h1>no</h1>") for status in (200, 400, 403, 404, 408, 412, 429)},
    **{f"{status} of a proxy": Said(status, HTML, b"<h1>no</h1>") for status in (301, 500, 502, 503)},
    "a proxy's JSON": Said(409, JSON, b'{"Code": "ServiceAlreadyExists", "Message": "there"}'),
    "a cancelled request": Said(499, FCS, b'{"Code": "ClientClosedRequest", "Message": "m", "RequestId": "r"}'),
    "nothing": Said(200, JSON, b""),
    "204 of nobody": Said(204, (), b""),
    "an empty object": Said(200, JSON, b"{}"),
    "an empty object with an ETag": Said(200, (("Etag", "abc"), *JSON), b"{}"),
    "a list": Said(200, JSON, b"[]"),
    "a number that is none": Said(200, FCS, b'{"functionName": "hello", "memorySize": NaN, "serviceName": "demo"}'),
    "a number without end": Said(200, FCS, b'{"functionName": "hello", "memorySize": 1e999, "serviceName": "demo"}'),
    "a key twice": Said(200, FCS, b'{"functionName": "hello", "functionName": "other", "serviceName": "demo"}'),
}


@pytest.fixture
def middle(server: LocalServer) -> Iterator[Between]:
    with between(server) as found:
        yield found


def whole(root: Path, middle: Between) -> Project:
    """A project with something of every kind, as yet undeployed."""
    project = Project(root, middle)  # type: ignore[arg-type]  # it looks like one
    project.props["service"]["vpcBinding"] = ["vpc-1"]
    project.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    project.props["customDomains"] = [copy.deepcopy(PLAIN)]
    return project


def changed_online(project: Project) -> None:
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": "# fixed by bob\n"}, memorySize=512)
    project.edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig={"cronExpression": "@every 9m"})
    project.server.admin.clear_journal()


def refused(project: Project, line: str = "deploy --use-remote") -> GuardError:
    """A deployment that stops with status 6 before it writes anything, here or online."""
    status, error = 0, None
    try:
        report, _ = project.run(line)
        status, error = report.status(), report.error
    except GuardError as caught:
        status, error = caught.status, caught
    assert error is not None
    assert (status, project.writes()) == (6, []), error
    assert [path.name for path in (project.root / ".s").rglob("rescue.json")] == []
    return error


@pytest.mark.parametrize("body", ["{}", '{"functionName": "hello"}', "[]", "", '{"services": NaN}'])
@pytest.mark.parametrize("operation", ["GetService", "GetFunction", "ListTriggers", "GetTrigger", "GetFunctionCode"])
def test_a_200_that_says_nothing_is_unreadable(deployed: Project, operation: str, body: str) -> None:
    changed_online(deployed)
    raw = {"body": body, "headers": {"Content-Type": "application/json", "Etag": "abc"}}
    deployed.server.admin.faults([{"op": operation, "times": 0, "action": {"raw": raw}}])
    refused(deployed)


@pytest.mark.parametrize("operation", sorted({operation for operation, _, _ in READS.values()}))
def test_a_200_that_says_nothing_is_unreadable_whatever_the_kind(
    tmp_path: Path, middle: Between, operation: str
) -> None:
    project = whole(tmp_path / "a", middle)
    assert project.run("deploy")[0].status() == 0
    project.edit("UpdateCustomDomain", "www.example.com", protocol="HTTP", routeConfig={"routes": []})
    changed_online(project)
    raw = {"body": "{}", "headers": {"Content-Type": "application/json", "Etag": "abc"}}
    middle.admin.faults([{"op": operation, "times": 0, "action": {"raw": raw}}])
    refused(project)


OTHER_TYPES: dict[str, tuple[str, Document]] = {
    "a service's flag as text": ("service", {"internetAccess": "true"}),
    "a service's role as a number": ("service", {"role": 7}),
    "a service's log as text": ("service", {"logConfig": "project"}),
    "another service": ("service", {"serviceName": "other"}),
    "memory as text": ("function", {"memorySize": "128"}),
    "memory as a flag": ("function", {"memorySize": True}),
    "variables as a list": ("function", {"environmentVariables": ["LEVEL"]}),
    "a variable as a number": ("function", {"environmentVariables": {"LEVEL": 1}}),
    "layers as text": ("function", {"layers": "layer"}),
    "a checksum as a number": ("function", {"codeChecksum": 825114224432605188}),
    "a checksum that is none": ("function", {"codeChecksum": "abc"}),
    "no checksum": ("function", {"codeChecksum": None}),
    "no runtime": ("function", {"runtime": None}),
    "another function": ("function", {"functionName": "other"}),
    "a function elsewhere": ("function", {"serviceName": "other"}),
}


@pytest.mark.parametrize("name", OTHER_TYPES)
def test_an_answer_of_other_types_or_about_something_else_is_unreadable(deployed: Project, name: str) -> None:
    kind, shown = OTHER_TYPES[name]
    changed_online(deployed)
    says(deployed, kind, shown)
    error = refused(deployed)
    assert "is not that of" in str(error)
    as_usual(deployed)
    assert deployed.run("plan")[0].status() == 0


@pytest.mark.parametrize("config", ['"text"', "[]x", '{"enable": NaN}', '{"a": 1, "a": 2}', "[1]", 7])
def test_a_configuration_that_is_no_object_of_json_is_unreadable(deployed: Project, config: Any) -> None:
    changed_online(deployed)
    items = [{"triggerName": "http", "triggerType": "http", "triggerConfig": config}]
    raw = {"body": json.dumps({"triggers": items}), "headers": {"Content-Type": "application/json"}}
    deployed.server.admin.faults([{"op": "ListTriggers", "times": 0, "action": {"raw": raw}}])
    refused(deployed)


def test_a_list_that_never_ends_is_unreadable(deployed: Project) -> None:
    changed_online(deployed)
    raw = {
        "body": json.dumps({"triggers": [], "nextToken": "again"}),
        "headers": {"Content-Type": "application/json"},
    }
    deployed.server.admin.faults([{"op": "ListTriggers", "times": 0, "action": {"raw": raw}}])
    assert "does not end" in str(refused(deployed))


def test_an_answer_without_the_etag_is_unreadable(tmp_path: Path, middle: Between) -> None:
    project = Project(tmp_path / "a", middle)  # type: ignore[arg-type]
    assert project.run("deploy")[0].status() == 0
    changed_online(project)

    def without(method: str, path: str, said: Said) -> Said:
        return Said(said.status, tuple(pair for pair in said.headers if pair[0].lower() != "etag"), said.body)

    middle.twist = without
    assert "no ETag" in str(refused(project))


def test_a_404_of_a_proxy_is_not_absence(tmp_path: Path, middle: Between) -> None:
    project = Project(tmp_path / "a", middle)  # type: ignore[arg-type]
    assert project.run("deploy")[0].status() == 0
    changed_online(project)
    body = b'{"Code": "FunctionNotFound", "Message": "none"}'
    middle.twist = lambda method, path, said: Said(404, JSON, body) if path.endswith("/functions/hello") else said
    refused(project)


def test_what_fc_says_of_something_else_is_no_absence(deployed: Project) -> None:
    changed_online(deployed)
    action = {"status": 404, "code": "TriggerNotFound", "message": "no"}
    deployed.server.admin.faults([{"op": "GetFunction", "times": 0, "action": action}])
    refused(deployed)


@pytest.mark.switches_at_default("service_etag_covers_children")  # else a service is deleted at the second try
@pytest.mark.parametrize("odd", ODD)
def test_a_write_with_an_odd_answer_is_settled_by_reading(tmp_path: Path, middle: Between, odd: str) -> None:
    """Every write of a first deployment, of one that updates all, and of a removal is carried out, and something else
    is said of it. None is sent twice, and the next run knows its own."""
    project = whole(tmp_path / "a", middle)
    for line, change, expected in (("deploy", None, MADE), ("deploy", _update, UPDATED), ("remove -y", None, DELETED)):
        if change is not None:
            change(project)
        middle.at_writes(ODD[odd])
        project.server.admin.clear_journal()
        report, person = project.run(line)
        assert (report.status(), person.asked) == (0, []), person.text
        assert sorted(project.writes()) == sorted(expected)
        middle.honest()
        if line == "deploy":
            project.server.admin.clear_journal()
            report, person = project.run("deploy")
            assert (report.status(), person.asked, project.writes(), report.notes) == (0, [], [], ()), person.text
    assert middle.admin.state()["services"] == {}


MADE = (
    *("CreateService", "CreateVpcBinding", "CreateFunction", "PutFunctionAsyncInvokeConfig"),
    *("CreateTrigger", "CreateTrigger", "CreateCustomDomain"),
)
UPDATED = (*("UpdateService", "UpdateFunction", "PutFunctionAsyncInvokeConfig", "UpdateTrigger", "UpdateCustomDomain"),)
DELETED = (
    *("DeleteTrigger", "DeleteTrigger", "DeleteFunctionAsyncInvokeConfig", "DeleteFunction"),
    *("DeleteVpcBinding", "DeleteService", "DeleteCustomDomain"),
)


def _update(project: Project) -> None:
    project.props["service"]["description"] = "changed"
    project.props["function"]["memorySize"] = 256
    project.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 2}
    project.props["triggers"][1]["config"]["enable"] = True
    project.props["customDomains"][0]["routeConfigs"][0]["path"] = "/other/*"
