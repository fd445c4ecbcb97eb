"""What fails or moves after something was written: it is told, and looked at again."""

from __future__ import annotations

import pytest

from fc_guard.errors import BaselineUnusable, GuardError
from fc_guard.model.plans import Verb
from fc_guard.state.directory import DirectoryStore
from tests.integration.project import Person, Project
from tests.integration.test_rescue import listed
from tests.integration.test_undo import DOMAIN, done, function
from tests.integration.written import Written


@pytest.mark.switches_at_default("etag_on_domains_and_configs")
def test_a_write_whose_read_back_fails_is_not_called_undone(project: Project) -> None:
    project.server.admin.switches(etag_on_domains_and_configs=False)
    project.props["customDomains"] = [{"domainName": DOMAIN, "protocol": "HTTP", "routeConfigs": [{"path": "/*"}]}]
    done(project, "deploy")
    route = {"path": "/*", "serviceName": "demo", "functionName": "hello", "methods": ["GET"]}
    project.edit("UpdateCustomDomain", DOMAIN, routeConfig={"routes": [route]})
    project.server.admin.clear_journal()
    action = {"status": 500, "code": "X", "message": "x"}
    project.server.admin.faults([{"op": "GetCustomDomain", "times": 4, "skip": 2, "action": action}])
    report, person = project.run("deploy --use-remote")
    project.server.admin.faults([])
    assert project.writes() == ["UpdateCustomDomain"]
    told = f"{person.text} {report.error}"
    assert (
        [copy["unused"] for copy in listed(project)],
        "othing changed by it" in told,
        "Nothing was changed" in told or "Nothing was written" in told,
    ) == ([False], False, False)


def test_a_write_that_cannot_be_recorded_is_not_called_undone(
    deployed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    with monkeypatch.context() as patch:

        def full(self: object, baseline: object, *, saved: bool, request: str) -> None:
            raise BaselineUnusable("the disk is full")

        patch.setattr(DirectoryStore, "record", full)
        _, person = deployed.run("deploy --use-remote")
    assert function(deployed)["memorySize"] == 128
    assert ([copy["unused"] for copy in listed(deployed)], "nothing changed by it" in person.text) == ([False], False)


@pytest.mark.parametrize(("line", "op"), [("deploy", "UpdateFunction"), ("remove -y", "DeleteFunction")])
def test_what_fails_in_a_later_round_is_told_as_partly_applied(deployed: Project, line: str, op: str) -> None:
    deployed.props["service"]["description"] = "new"
    deployed.props["function"]["timeout"] = 20
    moved = {"status": 412, "code": "PreconditionFailed", "message": "x"}
    denied = {"status": 403, "code": "AccessDenied", "message": "no"}
    deployed.server.admin.faults(
        [
            {"op": op, "times": 1, "action": moved},
            {"op": "GetService", "skip": 1, "times": 9, "action": denied},
        ]
    )
    try:
        status = deployed.run(line)[0].status()
    except GuardError as error:
        status = error.status
    assert len(deployed.writes()) > 1
    assert status == 7


@pytest.mark.switches_at_default("service_etag_covers_children")
@pytest.mark.parametrize("last", ["y", "n"])
def test_a_pull_chosen_in_a_later_round_does_not_say_that_nothing_was_written(project: Project, last: str) -> None:
    written = Written(project)
    written.deploy()
    project.edit("UpdateService", "demo", description="bob")
    project.edit("UpdateFunction", "demo", "hello", timeout=77)
    moves = [lambda: project.edit("UpdateFunction", "demo", "hello", memorySize=512)]
    person = Person(["o", "p", last], present=True, on_question=lambda: moves.pop(0)() if moves else None)
    project.server.admin.clear_journal()
    try:
        report, _ = written.run("deploy", person)
        error = report.error
    except GuardError as raised:
        error = raised
    assert "UpdateService" in project.writes()
    assert error is not None
    assert (error.status, "nothing was written" in error.message) == (7, False)


def test_deleted_at_the_question_is_compared_again(deployed: Project) -> None:
    def delete() -> None:
        for name in ("http", "tick"):
            deployed.edit("DeleteTrigger", "demo", "hello", name)
        deployed.edit("DeleteFunction", "demo", "hello")

    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    moves = [delete]
    person = Person(["o", ""], present=True, on_question=lambda: moves.pop(0)() if moves else None)
    report, _ = deployed.run("deploy", person)
    assert (report.status(), len(person.asked)) == (3, 2)


@pytest.mark.switches_at_default("service_etag_covers_children")
def test_a_trigger_that_is_gone_by_then_does_not_stop_a_removal(deployed: Project) -> None:
    moves = [lambda: deployed.edit("DeleteTrigger", "demo", "hello", "tick")]
    person = Person(["y", "y"], present=True, on_question=lambda: moves.pop(0)() if moves else None)
    assert deployed.run("remove", person)[0].status() == 0


def test_a_report_of_several_rounds_shows_what_the_earlier_ones_did(deployed: Project) -> None:
    """Where the version of a service covers what is inside, deleting the inside makes the run compare again."""
    deployed.server.admin.switches(service_etag_covers_children=True)
    report, person = deployed.run("remove -y")
    assert report.status() == 0
    assert "It changed online just now; comparing again." in person.text
    assert {action.id.kind for action in report.plan.actions if action.verb is Verb.DELETE} == {
        "service",
        "function",
        "trigger",
    }
