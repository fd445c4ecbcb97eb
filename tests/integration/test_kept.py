"""What was kept online stays somebody's: whatever s.yaml says next, it is not overwritten without a decision."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from fc_guard.model.fields import CODE, Cause, FieldChange
from fc_guard.model.resources import Presence
from fc_guard.render.times import shown_time
from tests.integration.project import Person, Project
from tests.integration.test_code_merge import code_cause, somebody
from tests.integration.test_shared import alone, steps
from tests.integration.test_undo import done, function, service

__all__ = ["steps"]

MONDAY = datetime(2026, 3, 2, tzinfo=timezone.utc)
FRIDAY = datetime(2026, 3, 6, tzinfo=timezone.utc)
SINCE = "2026-03-02T00:00:00+00:00"
"""As it is recorded, and told in JSON."""
TOLD = shown_time(MONDAY)


def timeout(project: Project) -> int:
    found: int = function(project)["timeout"]
    return found


def changed(project: Project, line: str = "plan") -> dict[str, FieldChange]:
    report, _ = project.run(line)
    return {change.name: change for diff in report.plan.diffs for change in diff.changes}


@pytest.fixture
def kept(project: Project) -> Project:
    """Deployed as 70, changed online to 90, and that was kept."""
    project.props["function"]["timeout"] = 70
    done(project, "deploy")
    project.edit("UpdateFunction", "demo", "hello", timeout=90)
    report, _ = project.run("deploy --on-drift keep", clock=MONDAY)
    assert report.status() == 0
    project.server.admin.clear_journal()
    return project


def test_changed_here_it_is_three_values_and_whose_each_is_is_told(kept: Project) -> None:
    kept.props["function"]["timeout"] = 75
    change = changed(kept)["timeout"]
    assert (change.cause, change.baseline, change.live, change.target) == (Cause.CONFLICT, 70, 90, 75)
    _, person = kept.run("plan")
    assert "yours before 70 → online 90 → yours 75" in " ".join(person.text.split())
    assert f"kept online since {TOLD}, changed here" in person.text
    assert kept.run("plan --exit-code")[0].status(exit_code=True) == 3


def test_under_keep_it_stays_with_its_date_however_often_s_yaml_changes(kept: Project) -> None:
    for value in (75, 80):
        kept.props["function"]["timeout"] = value
        kept.run("deploy --on-drift keep", clock=FRIDAY)
        assert (kept.writes(), timeout(kept)) == ([], 90)
        change = changed(kept)["timeout"]
        assert (change.cause, change.target, change.since) == (Cause.KEPT, value, SINCE)


def test_without_a_terminal_it_stops_each_time(kept: Project) -> None:
    for value in (75, 80):
        kept.props["function"]["timeout"] = value
        report, _ = kept.run("deploy")
        assert (report.status(), kept.writes(), timeout(kept)) == (3, [], 90)


def test_under_merge_it_is_a_conflict(kept: Project) -> None:
    kept.props["function"]["timeout"] = 75
    report, _ = kept.run("deploy --on-drift merge")
    assert (report.status(), kept.writes()) == (3, [])


def test_what_else_changed_here_is_deployed_beside_it(kept: Project) -> None:
    kept.props["function"] |= {"timeout": 75, "description": "ours"}
    done(kept, "deploy --on-drift keep")
    assert (timeout(kept), function(kept)["description"]) == (90, "ours")


@pytest.mark.parametrize(
    ("answer", "status", "online"), [("o", 0, 75), ("k", 0, 90), ("m", 3, 90), ("s", 3, 90), ("", 3, 90)]
)
def test_at_a_terminal_the_answer_decides(kept: Project, answer: str, status: int, online: int) -> None:
    kept.props["function"]["timeout"] = 75
    person = Person([answer], present=True)
    report, _ = kept.run("deploy", person)
    assert len(person.asked) == (2 if answer == "m" else 1)  # a conflict cannot be merged: asked once more
    assert (report.status(), timeout(kept)) == (status, online)
    assert bool(report.rescues) == (answer == "o")


def test_decided_once_it_is_asked_about_only_when_something_moves_again(kept: Project) -> None:
    kept.props["function"]["timeout"] = 75
    done(kept, "deploy", Person(["k"], present=True))
    person = Person(present=True)
    done(kept, "deploy", person)
    assert person.asked == []
    kept.props["function"]["timeout"] = 80
    done(kept, "deploy", person := Person(["o"], present=True))
    assert (len(person.asked), timeout(kept)) == (1, 80)
    kept.props["function"]["timeout"] = 85
    done(kept, "deploy", person := Person(present=True))
    assert (person.asked, timeout(kept)) == ([], 85)


def test_taken_over_into_s_yaml_it_is_ours_from_then_on(kept: Project) -> None:
    kept.props["function"]["timeout"] = 90
    done(kept, "deploy")
    assert kept.writes() == []
    kept.props["function"]["timeout"] = 75
    done(kept, "deploy")
    assert timeout(kept) == 75


def test_taken_out_of_s_yaml_and_named_again_it_is_still_theirs(kept: Project) -> None:
    del kept.props["function"]["timeout"]
    done(kept, "deploy")
    assert (timeout(kept), changed(kept)["timeout"].since) == (90, SINCE)
    kept.props["function"]["timeout"] = 75
    report, _ = kept.run("deploy")
    assert (report.status(), timeout(kept)) == (3, 90)


def test_a_variable_that_only_somebody_set_is_asked_about_once_s_yaml_names_it(deployed: Project) -> None:
    variables = deployed.props["function"]["environmentVariables"]
    deployed.edit("UpdateFunction", "demo", "hello", environmentVariables={**variables, "MODE": "safe"})
    done(deployed, "deploy")
    variables["MODE"] = "fast"
    report, _ = deployed.run("deploy")
    assert report.status() == 3
    assert function(deployed)["environmentVariables"]["MODE"] == "safe"


def test_a_kept_field_of_a_trigger_is_no_exception(deployed: Project) -> None:
    config = '{"cronExpression": "@every 8m", "enable": false, "payload": ""}'
    deployed.edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig=config)
    done(deployed, "deploy --on-drift keep")
    deployed.props["triggers"][1]["config"]["cronExpression"] = "@every 9m"
    assert deployed.run("deploy")[0].status() == 3


@pytest.mark.parametrize(
    ("line", "status", "there"),
    [
        ("deploy", 3, False),
        ("deploy --on-drift keep", 0, False),
        ("deploy --on-drift merge", 3, False),
        ("deploy --use-remote", 0, True),
    ],
)
def test_a_deletion_that_was_kept_is_not_undone_by_a_change_of_s_yaml(
    deployed: Project, line: str, status: int, there: bool
) -> None:
    """A timer that somebody stopped by deleting it would fire again."""
    deployed.edit("DeleteTrigger", "demo", "hello", "tick")
    deployed.run("deploy --on-drift keep", clock=MONDAY)
    deployed.props["triggers"][1]["config"]["cronExpression"] = "@every 9m"
    report, _ = deployed.run(line, clock=FRIDAY)
    assert report.status() == status
    assert ("tick" in function(deployed)["triggers"]) == there
    if status == 0 and not there:
        assert f"deleted online, kept so since {TOLD}" in deployed.run("plan")[1].text


# taking it back


def test_keep_is_taken_back_by_a_word_that_is_named_where_kept_things_are_listed(kept: Project) -> None:
    told = "s deploy --ask-again asks about what was kept"
    assert told in kept.run("plan")[1].text
    assert told in kept.run("deploy")[1].text
    kept.edit("UpdateFunction", "demo", "hello", timeout=95)
    assert told in kept.run("deploy --on-drift keep")[1].text
    kept.props["function"]["timeout"] = 95
    done(kept, "deploy")
    assert told not in kept.run("deploy")[1].text


def test_asked_again_it_is_drift_since_the_last_deployment(kept: Project) -> None:
    change = changed(kept, "plan --ask-again")["timeout"]
    assert (change.cause, change.baseline, change.live, change.target) == (Cause.DRIFT, 70, 90, 70)
    assert changed(kept)["timeout"].cause is Cause.KEPT  # a plan decides nothing


@pytest.mark.parametrize(
    ("line", "answers", "status", "online"),
    [
        ("deploy --ask-again", [], 3, 90),
        ("deploy --ask-again", ["o"], 0, 70),
        ("deploy --ask-again", ["k"], 0, 90),
        ("deploy --ask-again", [""], 3, 90),
        ("deploy --ask-again --on-drift keep", [], 0, 90),
        ("deploy --ask-again --on-drift merge", [], 0, 90),
        ("deploy --ask-again --use-remote", [], 0, 70),
    ],
)
def test_asked_again_the_policy_or_the_answer_decides(
    kept: Project, line: str, answers: list[str], status: int, online: int
) -> None:
    report, _ = kept.run(line, Person(answers, present=bool(answers)), clock=FRIDAY)
    assert (report.status(), timeout(kept)) == (status, online)
    assert bool(report.rescues) == (online == 70)
    listed = changed(kept)
    if online == 70:
        assert listed == {}
    else:
        since = FRIDAY.isoformat() if status == 0 else SINCE  # decided anew, or not decided
        assert (listed["timeout"].cause, listed["timeout"].since) == (Cause.KEPT, since)


def test_code_that_was_kept_is_asked_about_again_file_by_file(deployed: Project) -> None:
    somebody(deployed, fix_py="mended = True\n")
    done(deployed, "deploy --on-drift keep")
    report, person = deployed.run("deploy --ask-again")
    assert report.status() == 3
    assert "fix.py  added online" in person.text
    done(deployed, "deploy --ask-again --type config")  # the code is none of that run's business
    assert code_cause(deployed) is Cause.KEPT
    done(deployed, "deploy --ask-again --use-remote")
    assert CODE[0] not in changed(deployed)


def test_a_deletion_that_was_kept_is_asked_about_again(deployed: Project) -> None:
    deployed.edit("DeleteTrigger", "demo", "hello", "tick")
    done(deployed, "deploy --on-drift keep")
    assert "--ask-again" in deployed.run("plan")[1].text
    report, _ = deployed.run("deploy --ask-again")
    assert (report.status(), report.plan.actions[-1].diff.presence) == (3, Presence.DELETED_ONLINE)
    done(deployed, "deploy --ask-again", Person(["o"], present=True))
    assert "tick" in function(deployed)["triggers"]


def test_what_is_only_online_is_no_question_when_asked_again(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", description="bob's")
    done(deployed, "deploy")
    done(deployed, "deploy --ask-again", person := Person(present=True))
    assert (person.asked, function(deployed)["description"]) == ([], "bob's")


def test_what_one_step_kept_of_a_shared_service_outlasts_the_deployment_of_another(
    steps: tuple[Project, Project],
) -> None:
    one, two = (alone(step) for step in steps)
    one.props["service"] = {"name": "demo", "description": "ours"}
    two.props["service"] = {"name": "demo", "internetAccess": True}
    done(one, "deploy")
    done(two, "deploy")
    one.edit("UpdateService", "demo", internetAccess=False)
    done(two, "deploy --on-drift keep")
    one.props["service"]["description"] = "ours, changed"
    done(one, "deploy")
    assert changed(two)["internetAccess"].cause is Cause.KEPT
    del two.props["service"]["internetAccess"]
    done(two, "deploy")
    two.props["service"]["internetAccess"] = True
    assert two.run("deploy")[0].status() == 3
    assert service(two)["internetAccess"] is False


def test_what_was_kept_is_shown_before_it_is_removed(kept: Project) -> None:
    person = Person(["d", ""], present=True)
    report, _ = kept.run("remove function", person)
    assert (report.status(), timeout(kept)) == (3, 90)
    shown = f"timeout: online 90 (kept online since {TOLD})"
    assert person.text.count(shown) == 2  # in the plan, and where the person asked for it


def test_kept_and_changed_online_again_it_does_not_claim_that_ours_was_ever_deployed(kept: Project) -> None:
    kept.props["function"]["timeout"] = 75
    done(kept, "deploy", Person(["k"], present=True))
    kept.edit("UpdateFunction", "demo", "hello", timeout=95)
    _, person = kept.run("plan")
    assert "timeout  yours before 75 → online 95 → yours 75" in person.text
