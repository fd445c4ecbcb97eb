"""Two steps of one s.yaml through the real host: what is wrong with the second stops the first."""

from __future__ import annotations

import copy

import pytest
from tests.host.scenes import Project, assert_told

pytest_plugins = ("tests.host.stage",)


@pytest.fixture
def two(fresh: Project) -> Project:
    fresh.steps["two"] = copy.deepcopy(fresh.props)
    fresh.steps["two"]["service"]["name"] = "second"
    fresh.save()
    return fresh


def test_a_bad_value_of_the_second_step_is_told_before_the_first_is_written(two: Project) -> None:
    two.steps["two"]["function"]["timeout"] = -1
    two.save()
    run = two.run("deploy")
    assert run.status == 2, run.text
    assert_told(run.text, ("error: bad-props", "function.timeout: -1 must be at least 1", "Nothing was written."))
    assert two.writes() == []


def test_drift_of_the_second_step_stops_a_pipeline_and_a_removal_before_the_first_write(two: Project) -> None:
    assert two.run("deploy").status == 0
    two.server.admin.clear_journal()
    two.edit("UpdateFunction", "second", "hello", timeout=60)
    two.props["function"]["memorySize"] = 256
    two.save()
    for line in ("deploy", "remove -y"):
        run = two.run(line)
        assert run.status == 3, run.text
        assert_told(run.text, ("last deployed 10 → online 60", "error: changed-online", "function second/hello"))
        assert two.writes() == []


def test_what_the_host_alone_can_tell_is_found_at_its_turn_and_the_words_say_what_was_written(two: Project) -> None:
    two.steps["two"]["function"]["timeout"] = "${env('NO_SUCH_LIMIT', -1)}"
    two.save()
    run = two.run("deploy")
    assert run.status == 2, run.text
    assert_told(run.text, ("Written before this step, by the same run: one.", "Nothing of this step was written."))
    assert set(two.services) == {"shop"}
