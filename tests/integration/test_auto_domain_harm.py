"""Attacks on `domainName: auto`: a service that means harm, functions of others, clocks that differ, names that fit no
host.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from fc_local.server import LocalServer
from tests.integration.auto import done, frozen, refused, state
from tests.integration.domain_faults import FAULTS, OURS, OWN, REQUESTS, all_old, raw, theirs, trusting
from tests.integration.project import Person, Project
from tests.integration.test_auto_domain import HELPER, NAME, helpers, with_domain

pytestmark = pytest.mark.whatever_fc_answers


@pytest.fixture
def project(project: Project) -> Project:
    return with_domain(project)


def test_a_function_of_somebody_else_is_neither_opened_nor_deleted(project: Project) -> None:
    """The service names the function that is made and deleted: it may name one that is there."""
    project.edit("CreateService", serviceName=HELPER)
    project.edit("CreateFunction", HELPER, **theirs("domainabc"))
    before = frozen(project.server)
    project.server.admin.faults(trusting("abc"))
    assert "domainabc" in refused(project)
    assert frozen(project.server) == before


def test_only_helpers_of_our_own_are_deleted(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.edit("CreateService", serviceName=HELPER)
    project.edit("CreateFunction", HELPER, **theirs("domainabc"))
    project.edit("CreateFunction", HELPER, **theirs("other", OURS))
    all_old(monkeypatch)
    done(project)
    assert sorted(helpers(project.server)) == ["domainabc", "other"]


def test_what_is_left_is_found_behind_many_others(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.edit("CreateService", serviceName=HELPER)
    for number in range(120):
        project.edit("CreateFunction", HELPER, **theirs(f"domain{number:04}"))
    project.edit("CreateFunction", HELPER, **theirs("domainzzz", OURS))
    all_old(monkeypatch)
    done(project)
    assert len(helpers(project.server)) == 120


@pytest.fixture
def slow_clock(server: LocalServer) -> Iterator[None]:
    """FC's clock is behind ours by as much as FC lets a request be from the future."""
    behind = datetime.now(timezone.utc) - timedelta(minutes=14, seconds=30)
    server.admin.clock(behind.strftime("%Y-%m-%dT%H:%M:%SZ"))
    yield
    server.admin.clock(None)


@pytest.mark.usefixtures("slow_clock")
def test_a_helper_in_use_stays_though_the_clocks_differ(project: Project) -> None:
    project.edit("CreateService", serviceName=HELPER)
    project.edit("CreateFunction", HELPER, **theirs("domainabc", OURS))
    done(project)
    assert helpers(project.server) == ["domainabc"]


@pytest.mark.parametrize("request_", ["Token", "Domain"])
def test_another_name_is_told_before_anything_is_deployed(project: Project, request_: str) -> None:
    other = {"Response": {"Status": "Success", "Body": {"Token": "abc", "Domain": "other.fc.devsapp.net"}}}
    project.server.admin.faults([*[{**REQUESTS[request_], "action": raw(other)}], *trusting("abc")])
    said = refused(project)
    assert "other.fc.devsapp.net" in said
    assert "Write that name into domainName" in said
    assert "demo" not in state(project.server)["services"]
    assert helpers(project.server) == []


@pytest.mark.parametrize(
    "name",
    ["\x1b]0;owned\x07.net", "a\nerror: forged\n::set-output::", "\u202etен.net", "x" * 60000, "a b.net", "http://x/"],
    ids=lambda name: ascii(name[:20]),
)
def test_a_name_that_means_harm_is_not_recommended(project: Project, name: str) -> None:
    project.server.admin.faults(trusting("abc", name))
    said = refused(project)
    assert len(said) < 1000
    assert all(line.isprintable() for line in said.splitlines())
    assert "Write that name" not in said
    assert "demo" not in state(project.server)["services"]


def test_a_refusal_comes_before_all_else_that_is_left_to_us(project: Project) -> None:
    project.props["service"] |= {
        "logConfig": "auto",
        "vpcConfig": "auto",
        "role": {"policies": ["AliyunOSSFullAccess"]},
    }
    before = frozen(project.server)
    project.server.admin.switches(test_domain="refuses")
    assert "it refused" in refused(project)
    assert frozen(project.server) == before
    project.server.admin.switches(test_domain="gives")
    done(project)
    assert NAME in state(project.server)["customDomains"]


def test_a_name_that_was_taken_back_is_given_again_with_the_domain(project: Project) -> None:
    """Nothing tells that it was: the custom domain is still online, and so nothing is asked for. It is made anew."""
    done(project)
    project.server.admin.clear_journal()
    done(project)
    assert [entry for entry in project.server.admin.journal() if entry["api"] == "test-domain"] == []
    done(project, "remove domain -y")
    assert "demo" in state(project.server)["services"]
    done(project)
    assert [entry["op"] for entry in project.server.admin.journal() if entry["api"] == "test-domain"] == [
        "Token",
        "Domain",
    ]
    assert NAME in state(project.server)["customDomains"]


@pytest.mark.parametrize("answer", [FAULTS["cut answer"], FAULTS["cut before"], FAULTS["refused"], FAULTS["broken"]])
def test_a_domain_that_was_made_by_half_is_gone_on_with(
    project: Project, tmp_path: Path, answer: dict[str, str]
) -> None:
    """The name was given out, and the custom domain was perhaps made: also another checkout goes on from there."""
    project.server.admin.faults([{"op": "CreateCustomDomain", "action": answer, "times": 1}])
    project.run("deploy")
    assert helpers(project.server) == []
    project.server.admin.faults([])
    done(with_domain(Project(tmp_path / "elsewhere", project.server)))
    done(project)
    assert list(state(project.server)["customDomains"]) == [NAME]
    assert helpers(project.server) == []


def test_what_one_project_left_is_deleted_by_the_next_of_another(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.server.admin.faults([{**REQUESTS["DeleteFunction"], "action": FAULTS["refused"], "times": 0}])
    refused(project)
    assert len(helpers(project.server)) == 1
    project.server.admin.faults([])
    all_old(monkeypatch)
    other = with_domain(Project(tmp_path / "other", project.server))
    other.props["service"] = {"name": "other"}
    done(other)
    assert helpers(project.server) == []


@pytest.mark.parametrize("line", ["plan", "drift", "deploy service", "deploy function", "deploy trigger", "info"])
def test_no_name_is_asked_for_where_none_is_needed(project: Project, line: str) -> None:
    project.server.admin.faults([{**OWN, "action": FAULTS["refused"], "times": 0}])
    for earlier in {"deploy function": ["service"], "deploy trigger": ["service", "function"]}.get(line, ()):
        done(project, f"deploy {earlier}")
    done(project, line) if line != "info" else project.run(line)
    assert [entry["op"] for entry in project.server.admin.journal() if entry["api"] == "test-domain"] == []


def test_a_deployment_of_the_domain_alone_asks_for_it(project: Project) -> None:
    done(project, "deploy service")
    done(project, "deploy function")
    done(project, "deploy domain")
    assert NAME in state(project.server)["customDomains"]
    assert helpers(project.server) == []


@pytest.mark.parametrize("service", ["s" * 64, "s" * 128, "demo_", "_demo"], ids=lambda name: name[:5] + str(len(name)))
def test_what_no_host_can_be_named_is_told_before_anything_is_deployed(project: Project, service: str) -> None:
    """A label of a host name has up to 63 characters, and no hyphen at its ends."""
    project.props["service"] = {"name": service}
    before = frozen(project.server)
    assert "auto" in refused(project)
    assert frozen(project.server) == before


def test_no_function_no_name(project: Project) -> None:
    del project.props["function"]
    project.props.pop("triggers", None)
    route = {"path": "/*", "serviceName": "demo", "functionName": "hello"}
    project.props["customDomains"] = [{"domainName": "auto", "protocol": "HTTP", "routeConfigs": [route]}]
    before = frozen(project.server)
    assert "function.name" in refused(project)
    assert frozen(project.server) == before


@pytest.mark.parametrize("other", ["auto", "AUTO", NAME, NAME.upper()])
def test_one_name_for_two_domains_is_told_before_anything_is_deployed(project: Project, other: str) -> None:
    project.props["customDomains"] += [{**project.props["customDomains"][0], "domainName": other}]
    before = frozen(project.server)
    assert "stands twice" in refused(project)
    assert frozen(project.server) == before


def test_a_test_domain_that_somebody_repointed_is_a_change_of_theirs(project: Project) -> None:
    done(project)
    route = {"path": "/*", "serviceName": "other", "functionName": "theirs"}
    project.edit("UpdateCustomDomain", NAME, routeConfig={"routes": [route]})
    report, _ = project.run("deploy", Person(present=False))
    assert report.status() == 3


LEFT = "domainabc"


@pytest.fixture
def left(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed run left, an hour ago or more."""
    project.edit("CreateService", serviceName=HELPER)
    project.edit("CreateFunction", HELPER, **theirs(LEFT, OURS))
    all_old(monkeypatch)


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize("request_", ["DeleteTrigger", "DeleteFunction"])
@pytest.mark.parametrize("fault", ["refused", "broken"])
def test_what_was_left_and_cannot_be_deleted_is_told_and_stops_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, request_: str, fault: str
) -> None:
    monkeypatch.setattr("fc_guard.cloud.wire.retry.BASE_SECONDS", 0.001)
    rule = {**REQUESTS[request_], "path": f"{HELPER}/functions/{LEFT}", "action": FAULTS[fault], "times": 0}
    project.server.admin.faults([rule])
    report, person = project.run("deploy")
    assert report.status() == 0, report.error
    assert f"{LEFT} of {HELPER}, which a killed run left, could not be deleted" in person.text
    assert NAME in state(project.server)["customDomains"]
    assert helpers(project.server) == [LEFT]


@pytest.mark.usefixtures("left")
def test_what_was_left_and_has_something_in_it_is_told_and_stops_nothing(project: Project) -> None:
    config = '{"cronExpression": "@every 5m"}'
    project.edit("CreateTrigger", HELPER, LEFT, triggerName="tick", triggerType="timer", triggerConfig=config)
    assert f"{LEFT} of {HELPER}, which a killed run left, could not be deleted" in done(project)
    assert helpers(project.server) == [LEFT]


@pytest.mark.usefixtures("left")
def test_what_cannot_be_deleted_keeps_no_other_from_going(project: Project) -> None:
    project.edit("CreateFunction", HELPER, **theirs("domainxyz", OURS))
    rule = {"op": "DeleteFunction", "path": f"functions/{LEFT}", "action": FAULTS["refused"], "times": 0}
    project.server.admin.faults([rule])
    done(project)
    assert helpers(project.server) == [LEFT]
