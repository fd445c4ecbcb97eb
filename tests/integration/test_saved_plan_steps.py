"""A saved plan of several steps is one plan: it is carried out whole, or stops before the first write of the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_guard.errors import BadInput, PlanMoved
from fc_local.server import LocalServer
from tests.integration.test_later_steps import Steps, anew, deployed, two_steps, write
from tests.integration.test_shared import HOST, domain, route, routes

OUT = "plan.json"


@pytest.fixture
def steps(tmp_path: Path, server: LocalServer) -> Steps:
    return two_steps(tmp_path / "a", server)


@pytest.fixture
def shared(steps: Steps) -> Steps:
    """The same with one service and one domain, which both write."""
    one, two = steps
    two.props["service"]["name"] = "demo"
    two.props["function"]["name"] = "second"
    two.props["triggers"] = []
    one.props["customDomains"], two.props["customDomains"] = domain("/a"), domain("/b")
    two.props["customDomains"][0]["routeConfigs"][0] |= {"functionName": "second"}
    return steps


def planned(steps: Steps, words: str = "") -> None:
    write(steps)
    for step in steps:
        assert step.run(f"plan {words} --out {OUT}")[0].error is None
    anew(steps)


def changed(steps: Steps) -> Steps:
    for step in steps:
        step.props["function"]["timeout"] = 30
    return steps


def test_all_steps_are_carried_out_as_they_were_planned(steps: Steps) -> None:
    deployed(steps)
    planned(changed(steps))
    for step in steps:
        assert step.run(f"deploy --plan {OUT}")[0].status() == 0
    assert steps[0].writes() == ["UpdateFunction", "UpdateFunction"]


@pytest.mark.parametrize("line", ["deploy", f"deploy --plan {OUT}"])
def test_a_line_that_leaves_in_all_steps_goes_with_the_last_and_is_planned_there(shared: Steps, line: str) -> None:
    """Until then another step says it; what the plan does not hold is not written."""
    for step in shared:
        step.props["service"]["description"] = "words"
    deployed(shared)
    for step in shared:
        del step.props["service"]["description"]
    write(shared)
    told = [step.run(f"plan --out {OUT}")[1].text for step in shared]
    assert ["words → (empty)" in text for text in told] == [False, True]
    anew(shared)
    shared[0].server.admin.clear_journal()
    for step in shared:
        report, person = step.run(line)
        assert report.status() == 0, f"{person.text}\n{report.error}"
    assert shared[0].writes() == ["UpdateService"]
    anew(shared)
    assert ["No differences" in step.run("plan")[1].text for step in shared] == [True, True]


def planned_and_deployed(shared: Steps) -> tuple[list[str], list[str]]:
    """Returns what each step's plan says, and what the deployment writes."""
    write(shared)
    told = [step.run("plan")[1].text for step in shared]
    anew(shared)
    shared[0].server.admin.clear_journal()
    for step in shared:
        report, person = step.run("deploy")
        assert report.status() == 0, f"{person.text}\n{report.error}"
    return told, shared[0].writes()


@pytest.mark.parametrize("words", ["words", "others"])
def test_a_line_that_moves_to_an_earlier_step_does_not_leave(shared: Steps, words: str) -> None:
    one, two = shared
    two.props["service"]["description"] = "words"
    one.props["service"].pop("description", None)
    deployed(shared)
    del two.props["service"]["description"]
    one.props["service"]["description"] = words
    told, writes = planned_and_deployed(shared)
    assert ("description  words → others" in told[0]) is (words == "others")
    assert "No differences" in told[1]
    assert writes == (["UpdateService"] if words == "others" else [])


def test_what_the_first_step_has_told_is_not_told_again_beside_a_line_that_leaves(shared: Steps) -> None:
    for step in shared:
        step.props["service"] |= {"description": "words", "internetAccess": False}
    deployed(shared)
    for step in shared:
        step.props["service"]["description"] = "others"
        del step.props["service"]["internetAccess"]
    told, writes = planned_and_deployed(shared)
    assert ["description" in text for text in told] == [True, False]
    assert ["internetAccess" in text for text in told] == [False, True]
    assert writes == ["UpdateService", "UpdateService"]


def test_a_line_that_leaves_in_one_step_stays_for_the_other(shared: Steps) -> None:
    for step in shared:
        step.props["service"]["description"] = "words"
    deployed(shared)
    del shared[0].props["service"]["description"]
    write(shared)
    assert ["No differences" in step.run("plan")[1].text for step in shared] == [True, True]
    anew(shared)
    shared[0].server.admin.clear_journal()
    for line in ("deploy", "plan"):
        for step in shared:
            assert step.run(line)[0].status() == 0
        anew(shared)
    assert shared[0].writes() == []


@pytest.mark.parametrize("idle", [False, True])
def test_a_later_step_that_moved_online_stops_the_run_before_its_first_write(steps: Steps, idle: bool) -> None:
    one, two = steps
    deployed(steps)
    planned((one, two) if idle else changed(steps))
    two.edit("UpdateFunction", "other", "hello", memorySize=256)
    one.server.admin.clear_journal()
    report, _ = one.run(f"deploy --plan {OUT}")
    assert isinstance(report.error, PlanMoved)
    assert (report.status(), one.writes()) == (5, [])
    assert "function other/hello: moved online: memorySize" in str(report.error)


def test_a_later_step_that_was_edited_here_stops_the_run_before_its_first_write(steps: Steps) -> None:
    deployed(steps)
    planned(changed(steps))
    steps[1].props["function"]["timeout"] = 31
    write(steps)
    report, _ = steps[0].run(f"deploy --plan {OUT}")
    assert (report.status(), steps[0].writes()) == (5, [])
    assert "function other/hello: moved in s.yaml or the code folder: timeout" in str(report.error)


def test_a_step_that_the_plan_does_not_have_stops_the_run_before_its_first_write(steps: Steps) -> None:
    deployed(steps)
    changed(steps)
    write(steps)
    steps[0].run(f"plan --out {OUT}")
    anew(steps)
    with pytest.raises(BadInput, match="no plan of the step two, which would be deployed as well"):
        steps[0].run(f"deploy --plan {OUT}")
    assert steps[0].writes() == []


def test_an_undecided_later_step_stops_the_run_and_says_when_it_is_decided(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    two.edit("UpdateFunction", "other", "hello", timeout=90)
    one.props["function"]["memorySize"] = 256
    planned(steps)
    report, _ = one.run(f"deploy --plan {OUT}")
    assert (report.status(), one.writes()) == (3, [])
    assert report.error is not None
    assert f"s plan --on-drift overwrite --out {OUT}" in report.error.hint


def test_what_an_earlier_step_of_the_run_wrote_has_not_moved(shared: Steps) -> None:
    planned(shared)
    for step in shared:
        report, _ = step.run(f"deploy --plan {OUT}")
        assert report.error is None, report.error
    assert routes(shared[0]) == ["/a", "/b"]


@pytest.mark.parametrize("covers", [True, False])
@pytest.mark.switches_at_default("service_etag_covers_children")
def test_what_both_steps_write_may_be_there_already(shared: Steps, covers: bool) -> None:
    one, two = shared
    one.server.admin.switches(service_etag_covers_children=covers)
    deployed(shared)
    one.props["service"]["description"] = two.props["service"]["description"] = "new"
    one.props["customDomains"], two.props["customDomains"] = domain("/a", "/c"), domain("/b", "/d")
    for item in two.props["customDomains"][0]["routeConfigs"]:
        item["functionName"] = "second"
    planned(changed(shared))
    for step in shared:
        report, _ = step.run(f"deploy --plan {OUT}")
        assert report.error is None, report.error
    assert sorted(routes(one)) == ["/a", "/b", "/c", "/d"]


def test_what_somebody_changes_behind_an_earlier_step_is_not_taken_for_this_run_s(shared: Steps) -> None:
    one, two = shared
    deployed(shared)
    one.props["customDomains"], two.props["customDomains"] = domain("/a", "/c"), domain("/b", "/d")
    for item in two.props["customDomains"][0]["routeConfigs"]:
        item["functionName"] = "second"
    planned(shared, "--on-drift overwrite")
    assert one.run(f"deploy --plan {OUT}")[0].status() == 0
    theirs = [route("/a"), route("/b", "bobs"), route("/c")]
    one.edit("UpdateCustomDomain", HOST, routeConfig={"routes": theirs})
    one.server.admin.clear_journal()
    report, _ = two.run(f"deploy --plan {OUT}")
    assert isinstance(report.error, PlanMoved)
    assert (report.status(), routes(one)) == (5, ["/a", "/b", "/c"])
    assert "moved online" in str(report.error)


def test_what_keeps_a_resource_of_a_later_step_in_being_is_foreseen_as_it_was_planned(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    two.edit("PutProvisionConfig", "other", "hello", qualifier="LATEST", target=1)
    one.props["function"]["timeout"] = 30
    two.props["function"]["name"] = "renamed"
    planned(steps, "--prune --on-drift keep")
    for step in steps:
        report, _ = step.run(f"deploy --plan {OUT}")
        assert report.error is None, report.error
    assert set(one.server.admin.state()["services"]["other"]["functions"]) == {"hello", "renamed"}


def test_what_keeps_it_in_being_since_then_stops_the_run_before_its_first_write(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    one.props["function"]["timeout"] = 30
    two.props["function"]["name"] = "renamed"
    planned(steps, "--prune --on-drift keep")
    two.edit("PutProvisionConfig", "other", "hello", qualifier="LATEST", target=1)
    one.server.admin.clear_journal()
    report, _ = one.run(f"deploy --plan {OUT}")
    assert (report.status(), one.writes()) == (5, [])
    assert "function other/hello: moved in what would be done" in str(report.error)


def test_a_step_that_leaves_something_undecided_keeps_all_steps_from_being_deployed(steps: Steps) -> None:
    one, _ = steps
    deployed(steps)
    write(steps)
    one.edit("UpdateFunction", "demo", "hello", timeout=90)
    told = [step.run(f"plan --out {OUT}")[1].text for step in steps]
    assert all("but it cannot be deployed: one leaves something undecided" in text for text in told)
    assert not any("carries out this" in text for text in told)
