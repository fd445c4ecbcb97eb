"""What must hold when calls fail, answers are lost, and somebody edits at the worst moment."""

from __future__ import annotations

import base64
import copy
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import GuardError
from fc_guard.model.reports import Result
from fc_guard.model.resources import Presence
from fc_guard.render.machine import report_document
from tests.integration.project import Person, Project


def fault(project: Project, op: str, action: dict[str, Any], times: int = 1, skip: int = 0) -> None:
    project.server.admin.faults([{"op": op, "times": times, "skip": skip, "action": action}])


def live_memory(project: Project) -> int:
    return int(project.server.admin.state()["services"]["demo"]["functions"]["hello"]["memorySize"])


def test_a_failed_read_is_not_absence(deployed: Project) -> None:
    fault(deployed, "GetFunction", {"status": 403, "code": "AccessDenied", "message": "no"}, times=0)
    with pytest.raises(GuardError) as caught:
        deployed.run("deploy --use-remote")
    assert (caught.value.status, caught.value.reference) == (6, "access-denied")
    assert deployed.writes() == []


def test_a_read_that_fails_for_a_moment_is_tried_again(deployed: Project) -> None:
    fault(deployed, "GetService", {"status": 500, "code": "InternalServerError", "message": "again"}, times=2)
    report, _ = deployed.run("plan")
    assert report.status() == 0


def test_throttling_is_waited_for(deployed: Project) -> None:
    deployed.props["function"]["timeout"] = 20
    deployed.server.admin.faults([{"op": "UpdateFunction", "times": 2, "action": {"throttle": {"retry_after_ms": 10}}}])
    report, _ = deployed.run("deploy")
    assert report.status() == 0


def test_a_refused_write_changes_nothing_and_is_forgotten(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    fault(deployed, "UpdateFunction", {"status": 400, "code": "InvalidArgument", "message": "no"})
    report, _ = deployed.run("deploy")
    assert report.status() == 1
    assert live_memory(deployed) == 128
    report, _ = deployed.run("deploy")
    assert report.status() == 0
    assert report.notes == ()


def test_what_was_done_before_a_failure_is_done_and_recorded(project: Project) -> None:
    fault(project, "CreateFunction", {"status": 400, "code": "InvalidArgument", "message": "no"})
    report, _ = project.run("deploy")
    assert report.status() == 7
    assert [outcome.result for outcome in report.outcomes] == [
        Result.DONE,
        Result.FAILED,
        Result.SKIPPED,
        Result.SKIPPED,
    ]
    project.server.admin.clear_journal()
    report, person = project.run("deploy")
    assert report.status() == 0
    assert project.writes() == ["CreateFunction", "CreateTrigger", "CreateTrigger"]
    assert person.asked == []


def test_a_lost_answer_is_resolved_by_reading_not_by_repeating(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    fault(deployed, "UpdateFunction", {"cut": "answer"})
    report, _ = deployed.run("deploy")
    assert report.status() == 0
    assert deployed.writes() == ["UpdateFunction"]
    report, _ = deployed.run("plan")
    assert report.status(exit_code=True) == 0


def test_a_call_cut_before_it_was_applied_is_known_to_have_changed_nothing(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    fault(deployed, "UpdateFunction", {"cut": "before"})
    report, _ = deployed.run("deploy")
    assert report.status() == 1
    assert live_memory(deployed) == 128
    report, _ = deployed.run("deploy")
    assert (report.status(), live_memory(deployed)) == (0, 256)


def test_a_lost_create_is_found_again_and_not_made_twice(project: Project) -> None:
    fault(project, "CreateFunction", {"cut": "answer"})
    report, _ = project.run("deploy")
    assert report.status() == 0
    assert project.writes().count("CreateFunction") == 1
    report, _ = project.run("plan")
    assert report.status(exit_code=True) == 0


def test_an_unknown_outcome_is_cleared_up_by_the_next_run(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    deployed.server.admin.faults(
        [
            {"op": "UpdateFunction", "times": 1, "action": {"cut": "answer"}},
            # The plan reads it once; the four attempts to read it back fail.
            {"op": "GetFunction", "skip": 1, "times": 4, "action": {"status": 500, "code": "X", "message": "x"}},
        ]
    )
    report, _ = deployed.run("deploy")
    assert report.status() == 6
    deployed.server.admin.faults([])
    deployed.server.admin.clear_journal()
    report, person = deployed.run("deploy")
    assert report.status() == 0
    assert "had been carried out" in person.text
    assert deployed.writes() == []


def test_somebody_s_edit_after_an_interrupted_write_is_still_found(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    deployed.server.admin.faults(
        [
            {"op": "UpdateFunction", "times": 1, "action": {"cut": "answer"}},
            {"op": "GetFunction", "skip": 1, "times": 4, "action": {"status": 500, "code": "X", "message": "x"}},
        ]
    )
    deployed.run("deploy")
    deployed.server.admin.faults([])
    deployed.edit("UpdateFunction", "demo", "hello", timeout=77)
    report, _ = deployed.run("plan")
    report, _ = deployed.run("deploy")
    assert report.status() == 3
    function = next(diff for diff in report.plan.diffs if diff.id.kind == "function")
    assert [(change.name, change.cause.value) for change in function.changes] == [("timeout", "drift")]


def test_an_edit_during_the_question_is_not_overwritten_unseen(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=256)
    edits = iter([512])

    def edit_again() -> None:
        for size in edits:
            deployed.edit("UpdateFunction", "demo", "hello", memorySize=size)

    person = Person(["o", ""], present=True, on_question=edit_again)
    report, _ = deployed.run("deploy", person)
    assert report.status() == 3
    assert len(person.asked) == 2
    assert "512" in person.text
    assert live_memory(deployed) == 512


def test_a_resource_that_never_holds_still_ends_with_its_own_status(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    fault(deployed, "UpdateFunction", {"status": 412, "code": "PreconditionFailed", "message": "moved"}, times=0)
    report, _ = deployed.run("deploy")
    assert report.status() == 5
    assert deployed.writes() == ["UpdateFunction"] * 3


@pytest.mark.switches_at_default("service_etag_covers_children")
def test_a_stop_in_a_later_round_says_what_was_written_before(deployed: Project) -> None:
    deployed.edit("UpdateService", "demo", description="theirs")
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=256)
    edits = iter([512])

    def edit_again() -> None:
        for size in edits:
            deployed.edit("UpdateFunction", "demo", "hello", memorySize=size)

    deployed.server.admin.clear_journal()
    report, person = deployed.run("deploy", Person(["o", ""], present=True, on_question=edit_again))
    assert len(person.asked) == 2
    assert deployed.writes()[0] == "UpdateService"
    assert report.error is not None and report.status() == 7
    assert "nothing was written" not in str(report.error)
    assert "what was written before stays" in str(report.error)
    done = [outcome.action.id.kind for outcome in report.outcomes if outcome.result is Result.DONE]
    assert "service" in done


def test_a_removal_that_stops_in_a_later_round_tells_what_it_deleted(deployed: Project) -> None:
    """The trigger goes first; then somebody's change of the function is found."""
    edits = iter([512])

    def edit() -> None:
        for size in edits:
            deployed.edit("UpdateFunction", "demo", "hello", memorySize=size)

    deployed.server.admin.clear_journal()
    report, person = deployed.run("remove", Person(["y", ""], present=True, on_question=edit))
    assert len(person.asked) == 2, person.text
    assert live_memory(deployed) == 512
    assert report.error is not None and report.status() == 7, person.text
    assert "what was written before stays" in str(report.error)
    done = [outcome.action.id.kind for outcome in report.outcomes if outcome.result is Result.DONE]
    assert set(done) == {"trigger"}


def test_a_create_that_somebody_else_won_goes_back_to_compare(project: Project) -> None:
    project.run("deploy")
    other = Project(project.root.parent / "b", project.server, props=copy.deepcopy(project.props))
    other.props["service"]["name"] = "second"
    fault(project, "CreateService", {"status": 409, "code": "ServiceAlreadyExists", "message": "there"})
    report, person = other.run("deploy")
    assert report.status() == 0
    assert "comparing again" in person.text


def test_the_etag_that_was_shown_is_the_one_that_is_sent(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    deployed.run("deploy")
    (entry,) = deployed.server.admin.writes()
    assert entry["if_match"] == entry["etag_before"]


def test_the_rescue_copy_is_complete_before_the_write(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", files={"index.py": "# fixed by bob\n"}, memorySize=512)
    fault(deployed, "UpdateFunction", {"status": 400, "code": "InvalidArgument", "message": "no"})
    report, _ = deployed.run("deploy --use-remote")
    assert report.status() == 1
    (saved,) = report.rescues
    folder = Path(saved.directory)
    assert json.loads((folder / "live.json").read_text())["memorySize"] == 512
    with zipfile.ZipFile(io.BytesIO((folder / "code.zip").read_bytes())) as package:
        assert package.read("index.py") == b"# fixed by bob\n"
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_is_overwritten_when_the_package_cannot_be_saved(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    fault(deployed, "GetFunctionCode", {"status": 403, "code": "AccessDenied", "message": "no"}, times=0)
    with pytest.raises(GuardError):
        deployed.run("deploy --use-remote")
    assert deployed.writes() == []


def test_no_secret_is_in_the_state_or_in_the_output(project: Project) -> None:
    project.props["function"]["environmentVariables"] = {"TOKEN": "canary-4711"}
    _, person = project.run("deploy")
    project.edit("UpdateFunction", "demo", "hello", environmentVariables={"TOKEN": "canary-0815"})
    report, other = project.run("plan")
    text = person.text + other.text + json.dumps(report_document(report, 0))
    state = b"".join(path.read_bytes() for path in (project.root / ".s").rglob("*") if path.is_file())
    assert "canary" not in text
    assert b"canary" not in state
    assert "TOKEN" in other.text


def test_state_is_for_the_owner_alone(deployed: Project) -> None:
    paths = [deployed.root / ".s" / "fc-guard", *(deployed.root / ".s" / "fc-guard").rglob("*")]
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)


def test_state_and_rescue_copies_never_become_part_of_the_package(project: Project) -> None:
    project.props["function"]["codeUri"] = "."
    project.write({"index.py": "# root\n"}, folder=".")
    project.run("deploy")
    project.server.admin.clear_journal()
    report, _ = project.run("deploy")
    assert project.writes() == []
    function = next(diff for diff in report.plan.diffs if diff.id.kind == "function")
    assert function.presence is Presence.PRESENT


def test_a_damaged_baseline_stops_the_run(deployed: Project) -> None:
    path = next((deployed.root / ".s" / "fc-guard").rglob("fc2.function/*.json"))
    path.write_bytes(path.read_bytes().replace(b"observed", b"observer"))
    with pytest.raises(GuardError) as caught:
        deployed.run("deploy --use-remote")
    assert (caught.value.status, caught.value.reference) == (8, "baseline-corrupt")
    assert deployed.writes() == []


def test_two_blocks_of_one_service_keep_their_own_functions(deployed: Project) -> None:
    second = Project(deployed.root, deployed.server, props=copy.deepcopy(deployed.props), step="two")
    second.props["function"]["name"] = "other"
    second.props["triggers"] = []
    report, _ = second.run("deploy")
    assert report.status() == 0
    report, _ = deployed.run("plan")
    assert report.status(exit_code=True) == 0
    report, _ = deployed.run("remove -y")
    assert report.status() == 0
    assert list(deployed.server.admin.state()["services"]["demo"]["functions"]) == ["other"]


def test_what_left_s_yaml_is_reported_and_pruned_on_demand(deployed: Project) -> None:
    del deployed.props["triggers"][1]
    report, person = deployed.run("deploy")
    assert "no longer in s.yaml" in person.text
    assert deployed.writes() == []
    with pytest.raises(GuardError, match="nobody to confirm"):
        deployed.run("deploy --prune")
    report, person = deployed.run("deploy --prune", Person([""], present=True))
    assert (report.status(), deployed.writes()) == (3, [])
    assert "trigger demo/hello/tick" in person.asked[0]
    report, _ = deployed.run("deploy --prune -y")
    assert (report.status(), deployed.writes()) == (0, ["DeleteTrigger"])
    report, _ = deployed.run("plan")
    assert report.status(exit_code=True) == 0


def test_a_package_zipped_by_another_tool_is_adopted(tmp_path: Path, deployed: Project) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        package.write(deployed.root / "code" / "index.py", "index.py")
    code = {"zipFile": base64.b64encode(buffer.getvalue()).decode()}
    deployed.edit("UpdateFunction", "demo", "hello", code=code)
    report, _ = deployed.run("plan")
    assert report.status(exit_code=True) == 0
    fresh = Project(tmp_path / "fresh", deployed.server)
    deployed.server.admin.clear_journal()
    report, person = fresh.run("deploy")
    assert (report.status(), fresh.writes(), person.asked) == (0, [], [])


def test_a_name_made_of_a_variable_removes_only_what_it_names_now(deployed: Project) -> None:
    """`STAGE=prod s deploy`, `STAGE=test s deploy`, `STAGE=test s remove`: the same step, another function."""
    deployed.props["function"]["name"] = "second"
    deployed.run("deploy")
    report, _ = deployed.run("remove -y")
    assert report.status() == 0
    functions = deployed.server.admin.state()["services"]["demo"]["functions"]
    assert list(functions) == ["hello"]
    assert sorted(functions["hello"]["triggers"]) == ["http", "tick"]


def test_two_files_that_name_their_steps_alike_do_not_see_each_other_s_functions(deployed: Project) -> None:
    other = Project(deployed.root, deployed.server, props=copy.deepcopy(deployed.props), file="s-other.yaml")
    other.props["function"]["name"] = "second"
    report, person = other.run("deploy")
    assert report.status() == 0
    assert "no longer in s.yaml" not in person.text
    deployed.server.admin.clear_journal()
    other.run("deploy --prune -y")
    assert other.writes() == []


def test_a_function_that_left_s_yaml_is_pruned_with_what_is_inside_it(deployed: Project) -> None:
    deployed.props["function"]["name"] = "second"
    deployed.props["service"]["name"] = "elsewhere"
    deployed.run("deploy")
    deployed.server.admin.clear_journal()
    report, _ = deployed.run("deploy --prune -y")
    assert report.status() == 0
    assert deployed.writes() == ["DeleteTrigger", "DeleteTrigger", "DeleteFunction"]


def test_keys_that_are_warned_about_are_not_sent(project: Project) -> None:
    project.props["service"]["logConfig"] = {"project": "p", "logstore": "l", "colour": "red"}
    project.props["function"]["customRuntimeConfig"] = {"command": ["a"], "port": 9000}
    project.props["triggers"][0]["config"]["colour"] = "red"
    report, _ = project.run("deploy")
    assert report.status() == 0
    assert "colour" not in json.dumps(project.server.admin.state())
    again = Project(project.root.parent / "again", project.server, props=project.props)
    report, _ = again.run("plan")
    assert report.status(exit_code=True) == 0
