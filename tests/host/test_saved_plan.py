"""A plan that was saved for review, through the real host: carried out as it is, or not at all."""

from __future__ import annotations

import copy
import json
import stat

import pytest
from tests.host.scenes import Project, assert_told

pytest_plugins = ("tests.host.stage",)


@pytest.fixture
def planned(deployed: Project) -> Project:
    """A change of ours, planned and saved."""
    deployed.code("two, the new feature")
    deployed.props["function"]["timeout"] = 30
    deployed.save()
    run = deployed.run("plan --out plan.json")
    assert run.status == 0, run.text
    assert_told(run.text, ("Saved in plan.json",))
    return deployed


def test_what_was_reviewed_is_deployed_without_a_terminal(planned: Project) -> None:
    file = planned.folder / "plan.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [step] = json.loads(file.read_text(encoding="ascii"))["steps"]
    assert {"update"} <= {action["verb"] for action in step["plan"]["actions"]}
    run = planned.run("deploy --plan plan.json")
    assert run.status == 0, run.text
    assert planned.writes() == ["UpdateFunction"]
    assert (planned.function["timeout"], planned.url_says()) == (30, "two, the new feature")
    again = planned.run("deploy --plan plan.json")
    assert again.status == 0, again.text
    assert_told(again.text, ("there is nothing left to do",))
    assert planned.writes() == ["UpdateFunction"]


def test_a_console_edit_since_stops_it_with_status_5_and_no_write(planned: Project) -> None:
    planned.edit("UpdateFunction", "shop", "hello", memorySize=512)
    planned.server.admin.clear_journal()
    before = planned.baselines()
    run = planned.run("deploy --plan plan.json")
    assert run.status == 5, run.text
    assert_told(
        run.text, ("error: plan-moved", "function shop/hello: moved online: memorySize", "Nothing was written.")
    )
    assert (planned.writes(), planned.baselines()) == ([], before)
    assert planned.function["timeout"] == 10


def test_a_terminal_is_not_asked_either(planned: Project) -> None:
    status, seen = planned.answers("deploy --plan plan.json")
    assert status == 0, seen


def test_a_word_that_decides_does_not_go_with_it(planned: Project) -> None:
    run = planned.run("deploy --plan plan.json --use-remote")
    assert run.status == 2, run.text
    assert_told(run.text, ("--use-remote does not go with --plan",))
    assert planned.writes() == []


def test_two_steps_are_one_plan(fresh: Project) -> None:
    fresh.steps["two"] = copy.deepcopy(fresh.props)
    fresh.steps["two"]["service"]["name"] = "second"
    fresh.save()
    assert fresh.run("plan --out plan.json").status == 0
    run = fresh.run("deploy --plan plan.json")
    assert run.status == 0, run.text
    assert set(fresh.services) == {"shop", "second"}
    for step in fresh.steps.values():
        step["function"]["timeout"] = 30
    fresh.save()
    assert fresh.run("plan --out plan.json").status == 0
    fresh.edit("UpdateFunction", "second", "hello", memorySize=512)
    fresh.server.admin.clear_journal()
    run = fresh.run("deploy --plan plan.json")
    assert run.status == 5, run.text
    assert_told(run.text, ("function second/hello: moved online: memorySize",))
    assert fresh.writes() == []
