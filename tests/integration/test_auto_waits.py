"""What the cloud does late: it is waited for, told, and neither made twice nor taken for somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from fc_guard.errors import Interrupted
from tests.integration.auto import done, frozen, refused, state
from tests.integration.project import Person, Project

pytestmark = pytest.mark.whatever_fc_answers

KINDS = ("vpcs", "vSwitches", "securityGroups")


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.02)
    monkeypatch.setattr("fc_guard.engine.write.readiness.PAUSE", 0.5)
    monkeypatch.setattr("fc_guard.engine.write.readiness.TELLS", 0.1)


@pytest.fixture
def project(project: Project) -> Project:
    project.server.admin.switches(ready_after_seconds=0)
    project.props["service"]["vpcConfig"] = "auto"
    return project


def test_what_is_listed_late_is_waited_for(project: Project) -> None:
    before = frozen(project.server)
    project.server.admin.switches(listed_after_seconds=1)
    assert "is not listed yet: waiting, " in done(project)
    assert [len(state(project.server)[kind]) for kind in KINDS] == [1, 1, 1]
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_what_is_not_listed_in_time_is_ours_and_the_only_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.cloud.support.twins.LISTED", 0.1)
    before = frozen(project.server)
    project.server.admin.switches(listed_after_seconds=2)
    for count in ([1, 0, 0], [1, 0, 1], [1, 1, 1]):
        report, person = project.run("deploy")
        assert (report.status(), "is not listed yet" in str(report.error)) == (6, True), person.text
        assert [len(state(project.server).get(kind, {})) for kind in KINDS] == count
    done(project)
    assert [len(state(project.server)[kind]) for kind in KINDS] == [1, 1, 1]
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_an_answer_that_is_lost_and_a_list_that_is_late_double_nothing(project: Project) -> None:
    before = frozen(project.server)
    project.server.admin.switches(listed_after_seconds=2)
    project.server.admin.faults([{"op": "CreateVpc", "times": 1, "action": {"cut": "answer"}}])
    assert "may have been made, and is not listed yet" in refused(project)
    done(project)
    assert [len(state(project.server)[kind]) for kind in KINDS] == [1, 1, 1]
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_interfaces_that_are_left_in_a_network_are_waited_for(project: Project) -> None:
    before = frozen(project.server)
    done(project)
    project.server.admin.switches(interfaces_stay_seconds=2)
    assert "is refused for now (DependencyViolation): waiting, " in done(project, "remove -y")
    assert frozen(project.server) == before


def test_that_wait_has_an_end_and_the_next_run_goes_on(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = frozen(project.server)
    done(project)
    project.server.admin.switches(interfaces_stay_seconds=4)
    monkeypatch.setattr("fc_guard.cloud.support.patience.LONGEST", 0.3)
    assert "Run it again later: it goes on from here." in refused(project, "remove -y")
    monkeypatch.undo()
    done(project, "remove -y")
    assert frozen(project.server) == before


@pytest.mark.parametrize(
    ("op", "code"),
    [
        ("CreateVSwitch", "IncorrectVpcStatus"),
        ("CreateMountTarget", "OperationDenied.InvalidState"),
        ("DeleteFileSystem", "OperationDenied.InvalidState"),
        ("DeleteVSwitch", "OperationDenied.OtherSubnetProcessing"),
        ("DeleteVpc", "TaskConflict"),
    ],
)
def test_a_state_that_passes_is_waited_for(project: Project, op: str, code: str) -> None:
    before = frozen(project.server)
    project.props["service"]["nasConfig"] = "auto"
    busy = {"status": 403, "code": code, "message": "not in this state"}
    project.server.admin.faults([{"op": op, "times": 5, "action": busy}])
    told = [done(project, line) for line in ("deploy", "remove -y")]
    assert f"{op} is refused for now ({code}): waiting, " in "".join(told)
    assert frozen(project.server) == before


class Impatient(Person):
    """Somebody who presses Ctrl-C once there is talk of waiting."""

    def interruptible(self) -> AbstractContextManager[None]:
        return _interrupted() if "waiting" in self.text else nullcontext()


@contextmanager
def _interrupted() -> Iterator[None]:
    raise Interrupted("stopped")
    yield


@pytest.mark.parametrize("line", ["deploy", "remove -y"])
def test_ctrl_c_ends_a_wait_and_the_next_run_goes_on(project: Project, line: str) -> None:
    before = frozen(project.server)
    if line != "deploy":
        done(project)
    project.server.admin.switches(listed_after_seconds=2, interfaces_stay_seconds=2)
    report, _ = project.run(line, Impatient())
    assert isinstance(report.error, Interrupted)
    done(project, line)
    if line == "deploy":
        assert [len(state(project.server)[kind]) for kind in KINDS] == [1, 1, 1]
        done(project, "remove -y")
    assert frozen(project.server) == before


def test_ctrl_c_in_a_wait_for_what_was_made_does_not_say_that_nothing_was(project: Project) -> None:
    project.server.admin.switches(listed_after_seconds=8)
    report, person = project.run("deploy", Impatient())
    assert isinstance(report.error, Interrupted)
    assert "It may or may not have happened." in report.error.hint
    assert "? vpc fc-deploy-component-generated-vpc-cn-hangzhou: create was sent, its outcome is unknown" in person.text
    assert len(state(project.server)["vpcs"]) == 1
