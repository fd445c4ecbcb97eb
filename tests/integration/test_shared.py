"""Several steps share a service or a domain: each owns what it names itself, and what they say must agree."""

from __future__ import annotations

import copy
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BadInput
from fc_guard.host.standard import standard_run
from fc_guard.model.fields import Cause
from fc_local.server import LocalServer
from tests.integration.project import Person, Project

HOST = "www.example.com"


def route(path: str, function: str = "hello", service: str = "demo") -> dict[str, str]:
    return {"path": path, "serviceName": service, "functionName": function}


def domain(*paths: str) -> list[dict[str, Any]]:
    return [{"domainName": HOST, "protocol": "HTTP", "routeConfigs": [{"path": path} for path in paths]}]


@pytest.fixture
def steps(tmp_path: Path, server: LocalServer) -> tuple[Project, Project]:
    """Two steps of one s.yaml, run by one host process, with one service."""
    run = standard_run()
    one = Project(tmp_path / "a", server, step="one", make_run=lambda: run)
    two = Project(tmp_path / "a", server, step="two", make_run=lambda: run)
    two.props = copy.deepcopy(one.props)
    two.props["function"]["name"] = "second"
    two.props["triggers"] = []
    return one, two


def alone(project: Project) -> Project:
    """The same step in a host process of its own."""
    project.make_run = standard_run
    return project


def routes(project: Project) -> list[str]:
    return [item["path"] for item in project.server.admin.state()["customDomains"][HOST]["routeConfig"]["routes"]]


def requests(project: Project, op: str) -> int:
    return sum(1 for entry in project.server.admin.journal() if entry["op"] == op)


def test_a_service_is_read_once_planned_once_and_written_once(steps: tuple[Project, Project]) -> None:
    one, two = steps
    for step in steps:
        report, _ = step.run("deploy")
        assert report.status() == 0
    assert requests(one, "CreateService") == 1
    assert requests(one, "UpdateService") == 0
    assert requests(one, "GetService") == 1
    two.props["service"]["description"] = one.props["service"]["description"] = "both say so"
    one.server.admin.clear_journal()
    run = standard_run()
    one.make_run = two.make_run = lambda: run
    for step in steps:
        step.run("deploy")
    assert one.writes() == ["UpdateService"]


def test_contradicting_steps_are_an_error_that_names_both_places(steps: tuple[Project, Project]) -> None:
    one, two = steps
    (one.root / "s.yaml").write_text(
        "resources:\n  one:\n    props:\n      service:\n        name: demo\n"
        "  two:\n    props:\n      service:\n        name: demo\n",
        encoding="utf-8",
    )
    two.props["service"]["description"] = "something else"
    one.run("deploy")
    one.server.admin.clear_journal()
    with pytest.raises(BadInput) as caught:
        two.run("deploy")
    assert caught.value.reference == "contradiction"
    assert "service demo is said twice" in caught.value.message
    assert "s.yaml:4 (one)" in caught.value.message
    assert "s.yaml:8 (two)" in caught.value.message
    assert one.writes() == []


def test_a_function_that_two_steps_name_is_one_function(steps: tuple[Project, Project]) -> None:
    """Neither owns a part of it: what one leaves out, it means to be as FC makes it."""
    one, two = steps
    two.props["function"] = {**one.props["function"]}
    assert [step.run("deploy")[0].status() for step in steps] == [0, 0]
    one.props["function"]["timeout"] = 30
    for said in ({**two.props["function"]}, {k: v for k, v in one.props["function"].items() if k != "timeout"}):
        two.props["function"], run = said, standard_run()
        one.make_run = two.make_run = partial(lambda run: run, run)
        one.run("plan")
        with pytest.raises(BadInput, match="function demo/hello is said twice, and not the same: timeout is 30"):
            two.run("plan")
    assert one.run("drift")[0].status() == two.run("drift")[0].status() == 0


def test_what_one_step_leaves_out_the_other_may_say(steps: tuple[Project, Project]) -> None:
    """A step that names the service only does not take back what the other one says of it."""
    one, two = steps
    del two.props["service"]["description"]
    for step in (one, two, one, two):
        report, _ = alone(step).run("deploy")
        assert report.status() == 0
    assert one.writes().count("UpdateService") == 0
    assert one.server.admin.state()["services"]["demo"]["description"] == "demo service"


def test_only_the_step_that_said_it_takes_it_back(steps: tuple[Project, Project]) -> None:
    one, two = (alone(step) for step in steps)
    del two.props["service"]["description"]
    one.run("deploy")
    two.run("deploy")
    del one.props["service"]["description"]
    report, _ = one.run("plan")
    assert [(c.name, c.cause) for d in report.plan.diffs for c in d.changes] == [("description", Cause.CHANGE)]
    one.run("deploy")
    assert one.server.admin.state()["services"]["demo"]["description"] == ""


def test_what_an_earlier_step_has_told_is_not_told_again(steps: tuple[Project, Project]) -> None:
    one, two = steps
    one.props["service"]["vpcBinding"] = two.props["service"]["vpcBinding"] = ["vpc-1"]
    one.run("deploy")
    two.run("deploy")
    one.edit("UpdateService", "demo", description="theirs")
    one.edit("DeleteVpcBinding", "demo", "vpc-1")
    run = standard_run()
    one.make_run = two.make_run = lambda: run
    told = [{str(diff.id) for diff in step.run(line)[0].plan.diffs} for line in ("plan", "drift") for step in steps]
    assert {"service demo", "vpcBinding demo/vpc-1"} <= told[0]
    assert told[1] == {"function demo/second"}
    assert {"service demo", "vpcBinding demo/vpc-1"} <= told[2]


def test_a_binding_goes_with_the_last_step_that_names_it(steps: tuple[Project, Project]) -> None:
    one, two = (alone(step) for step in steps)
    one.props["service"]["vpcBinding"] = two.props["service"]["vpcBinding"] = ["vpc-1"]
    one.run("deploy")
    two.run("deploy")
    del one.props["service"]["vpcBinding"]
    for _ in range(2):
        for step in (one, two):
            report, person = step.run("deploy")
            assert report.status() == 0, person.text
    assert one.writes().count("CreateVpcBinding") == 1
    assert "DeleteVpcBinding" not in one.writes()
    assert "vpcBinding" not in one.run("plan")[1].text
    del two.props["service"]["vpcBinding"]
    two.run("deploy")
    assert one.writes()[-1] == "DeleteVpcBinding"


def test_an_idle_step_leaves_the_records_of_what_it_shares_as_they_are(steps: tuple[Project, Project]) -> None:
    for step in (*steps, *steps):
        alone(step).props["service"]["vpcBinding"] = ["vpc-1"]
        step.run("deploy")
    records = sorted(steps[0].root.glob(".s/fc-guard/*/*/*/*.json"))
    before = [path.stat().st_ino for path in records]
    for step in steps:
        step.run("deploy")
    assert [path.stat().st_ino for path in records] == before


def test_routes_of_others_on_the_same_domain_are_kept(steps: tuple[Project, Project]) -> None:
    """S11: the predecessor replaces them all."""
    one, two = (alone(step) for step in steps)
    one.edit("CreateCustomDomain", domainName=HOST, protocol="HTTP", routeConfig={"routes": [route("/x", "f", "s")]})
    one.props["customDomains"], two.props["customDomains"] = domain("/one/*"), domain("/two/*")
    for step in (one, two):
        report, person = step.run("deploy --use-remote")
        assert report.status() == 0, person.text
    assert routes(one) == ["/x", "/one/*", "/two/*"]
    one.server.admin.clear_journal()
    for step in (one, two):
        report, person = step.run("plan")
        assert report.plan.writes == (), person.text
        report, _ = step.run("deploy")
        assert report.status() == 0
    assert one.writes() == []


def test_a_route_taken_out_of_s_yaml_goes_and_the_rest_stays(steps: tuple[Project, Project]) -> None:
    one, two = (alone(step) for step in steps)
    one.props["customDomains"], two.props["customDomains"] = domain("/one/*", "/more"), domain("/two/*")
    one.run("deploy")
    two.run("deploy")
    one.props["customDomains"] = domain("/one/*")
    report, _ = one.run("deploy")
    assert report.status() == 0
    assert routes(one) == ["/one/*", "/two/*"]


def test_a_route_that_somebody_else_took_over_is_asked_about(steps: tuple[Project, Project]) -> None:
    one = alone(steps[0])
    one.props["customDomains"] = domain("/*")
    one.run("deploy")
    one.edit("UpdateCustomDomain", HOST, routeConfig={"routes": [route("/*", "theirs")]})
    report, _ = one.run("plan")
    assert [(c.name, c.cause) for d in report.plan.diffs for c in d.changes] == [("routeConfig.routes./*", Cause.DRIFT)]
    one.server.admin.clear_journal()
    report, _ = one.run("deploy")
    assert (report.status(), one.writes()) == (3, [])


def test_removing_takes_the_step_s_own_routes_and_the_domain_with_the_last(steps: tuple[Project, Project]) -> None:
    one, two = (alone(step) for step in steps)
    one.props["customDomains"], two.props["customDomains"] = domain("/one/*"), domain("/two/*")
    one.run("deploy")
    two.run("deploy")
    report, person = one.run("remove -y")
    assert report.status() == 0, person.text
    assert routes(two) == ["/two/*"]
    report, _ = two.run("plan")
    assert report.plan.writes == ()
    report, _ = two.run("remove -y")
    assert report.status() == 0
    assert two.server.admin.state().get("customDomains", {}) == {}


def test_a_domain_that_left_s_yaml_stays_until_pruned_and_then_only_our_routes_go(
    steps: tuple[Project, Project],
) -> None:
    one, two = (alone(step) for step in steps)
    one.props["customDomains"], two.props["customDomains"] = domain("/one/*"), domain("/two/*")
    one.run("deploy")
    two.run("deploy")
    del one.props["customDomains"]
    report, person = one.run("deploy")
    assert routes(one) == ["/one/*", "/two/*"]
    assert f"customDomain {HOST}" in person.text
    report, _ = one.run("deploy --prune -y")
    assert report.status() == 0
    assert routes(two) == ["/two/*"]
    report, person = one.run("plan")
    assert f"customDomain {HOST}" not in person.text


def test_a_domain_changed_between_the_question_and_the_write_is_compared_again(
    steps: tuple[Project, Project],
) -> None:
    """FC ties a domain's update to no version: it is read once more right before it."""
    one = alone(steps[0])
    one.props["customDomains"] = domain("/one/*")
    one.run("deploy")
    one.edit("UpdateCustomDomain", HOST, routeConfig={"routes": [route("/one/*", "theirs")]})

    def meanwhile() -> None:
        if len(person.asked) == 1:
            one.edit("UpdateCustomDomain", HOST, routeConfig={"routes": [route("/one/*", "again")]})

    person = Person(answers=["o", "o"], present=True, on_question=meanwhile)
    report, _ = one.run("deploy", person)
    assert "It changed online just now; comparing again." in person.said
    assert (report.status(), len(person.asked)) == (0, 2)
    live = json.loads((Path(report.rescues[-1].directory) / "live.json").read_text(encoding="utf-8"))
    assert live["routeConfig"]["routes"][0]["functionName"] == "again"
