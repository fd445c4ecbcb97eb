"""Several steps are one deployment: what can be known of the later ones is known before the first write of the run."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from fc_guard.engine.session import Run
from fc_guard.errors import BadInput, NeedsDecision
from fc_local.server import LocalServer
from tests.integration.project import Person, Project

Steps = tuple[Project, Project]


@pytest.fixture
def steps(tmp_path: Path, server: LocalServer) -> Steps:
    """Two steps of one s.yaml with a service each, run by one host process."""
    run = Run()
    one = Project(tmp_path / "a", server, step="one", make_run=lambda: run)
    two = Project(tmp_path / "a", server, step="two", make_run=lambda: run)
    two.props["service"]["name"] = "other"
    return one, two


def write(steps: Sequence[Project], *, of_two: Mapping[str, Any] | None = None, **file: Any) -> None:
    """The s.yaml that the host would have read these props from."""
    resources = {
        step.step: {"component": "fc-guard", "props": {**step.props, "endpoint": step.server.url}} for step in steps
    }
    if of_two:
        resources["two"]["actions"] = dict(of_two)
    document = {"edition": "3.0.0", "name": "app", **file, "resources": resources}
    (steps[0].root / "s.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def anew(steps: Steps) -> None:
    """The next run of the host."""
    run = Run()
    for step in steps:
        step.make_run = lambda: run
    steps[0].server.admin.clear_journal()


def deployed(steps: Steps) -> None:
    write(steps)
    for step in steps:
        assert step.run("deploy")[0].status() == 0
    anew(steps)


def test_a_bad_value_of_a_later_step_stops_the_run_before_its_first_write(steps: Steps) -> None:
    one, two = steps
    two.props["function"]["timeout"] = 0
    write(steps)
    with pytest.raises(BadInput, match=r"s\.yaml:\d+: function\.timeout: 0 must be at least 1") as caught:
        one.run("deploy")
    assert "Nothing was written." in str(caught.value)
    assert one.writes() == []


def test_all_that_is_wrong_with_all_later_steps_is_told_at_once(steps: Steps, tmp_path: Path) -> None:
    one, two = steps
    three = Project(tmp_path / "a", one.server, step="three", make_run=one.make_run)
    three.props["service"]["name"] = "third"
    three.props["function"]["codeUri"] = "nowhere"
    two.props["function"]["memorySize"] = "much"
    write((one, two, three))
    with pytest.raises(BadInput) as caught:
        one.run("deploy")
    assert "memorySize" in caught.value.message
    assert "nowhere" in caught.value.message
    assert one.writes() == []


def test_a_missing_code_folder_of_a_later_step_stops_the_run(steps: Steps) -> None:
    one, two = steps
    two.props["function"]["codeUri"] = "nowhere"
    write(steps)
    with pytest.raises(BadInput, match="nowhere"):
        one.run("deploy")
    assert one.writes() == []


def test_code_that_a_step_builds_right_before_it_is_not_missed(steps: Steps) -> None:
    one, two = steps
    two.props["function"]["codeUri"] = "nowhere"
    write(steps, of_two={"pre-deploy": [{"run": "make", "path": "."}]})
    assert one.run("deploy")[0].status() == 0


@pytest.mark.parametrize(
    ("actions", "file"),
    [
        ({"pre-deploy": [{"plugin": "dotenv"}]}, {}),
        ({"pre-${regex('.')}": [{"component": "fc info"}]}, {}),
        ({}, {"extend": "base.yaml"}),
        ({}, {"flow": {"deploy": [["one"]]}}),
        ({}, {"actions": {"pre-deploy": [{"plugin": "env"}]}}),
    ],
    ids=["plugin", "component", "extend", "flow", "global plugin"],
)
def test_what_only_the_host_can_tell_is_checked_when_its_turn_comes(
    steps: Steps, actions: dict[str, Any], file: dict[str, Any]
) -> None:
    one, two = steps
    two.props["function"]["timeout"] = 0
    write(steps, of_two=actions, **file)
    assert one.run("deploy")[0].status() == 0
    with pytest.raises(BadInput, match=r"function\.timeout"):
        two.run("deploy")


def test_a_step_that_refers_to_another_one_is_checked_when_its_turn_comes(steps: Steps) -> None:
    one, two = steps
    given = copy.deepcopy(two.props)
    two.props["function"]["description"] = "${resources.one.output.url.system_url}"
    two.props["function"]["timeout"] = 0
    write(steps)
    assert one.run("deploy")[0].status() == 0
    two.props = given
    assert two.run("deploy")[0].status() == 0


def test_a_file_that_the_host_read_otherwise_is_not_gone_by(steps: Steps) -> None:
    one, two = steps
    two.props["function"]["timeout"] = 0
    write(steps)
    one.props["function"]["timeout"] = 11  # not what the file says
    assert one.run("deploy")[0].status() == 0


def test_variables_are_read_as_the_host_reads_them(steps: Steps) -> None:
    one, two = steps
    two.props["function"]["timeout"] = "${vars.limits.timeout}"
    write(steps, vars={"limits": {"timeout": 0}})
    with pytest.raises(BadInput, match=r"function\.timeout: 0 must be at least 1"):
        one.run("deploy")
    assert one.writes() == []


def test_a_step_that_runs_alone_looks_at_no_other(steps: Steps) -> None:
    one, two = steps
    two.props["function"]["timeout"] = 0
    write(steps)
    assert one.run("deploy", argv=["one", "deploy"])[0].status() == 0


def test_contradicting_steps_are_told_before_the_first_is_written(steps: Steps) -> None:
    one, two = steps
    two.props["service"] = {"name": "demo", "description": "something else"}
    two.props["function"]["name"] = "second"
    write(steps)
    with pytest.raises(BadInput, match="service demo is said twice"):
        one.run("deploy")
    assert one.writes() == []


def test_drift_of_a_later_step_stops_a_pipeline_before_its_first_write(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    one.props["function"]["timeout"] = 11
    write(steps)
    two.edit("UpdateFunction", "other", "hello", memorySize=256)
    person = Person()
    report, _ = one.run("deploy", person)
    assert isinstance(report.error, NeedsDecision)
    assert "function other/hello (config)" in report.error.message
    assert "memorySize  last deployed 128 → online 256 → yours 128" in person.text
    assert one.writes() == []


def test_what_both_steps_have_to_be_asked_about_is_told_at_once(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    for service, step in (("demo", one), ("other", two)):
        step.edit("UpdateFunction", service, "hello", memorySize=256)
    report, _ = one.run("deploy")
    assert report.status() == 3
    assert report.error is not None
    assert "function demo/hello (config)" in report.error.message
    assert "function other/hello (config)" in report.error.message


def test_at_a_terminal_each_step_asks_when_its_turn_comes(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    one.props["function"]["timeout"] = 11
    write(steps)
    two.edit("UpdateFunction", "other", "hello", memorySize=256)
    assert one.run("deploy", Person(present=True))[0].status() == 0
    person = Person(answers=["k"], present=True)
    assert two.run("deploy", person)[0].status() == 0
    assert len(person.asked) == 1


def test_a_removal_that_a_later_step_would_stop_deletes_nothing(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    two.edit("UpdateFunction", "other", "hello", memorySize=256)
    report, _ = one.run("remove -y")
    assert report.status() == 3
    assert report.error is not None
    assert "function other/hello" in report.error.message
    assert one.writes() == []


def test_a_run_with_nothing_to_write_looks_at_no_other_step(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    two.props["function"]["timeout"] = 0
    write(steps)
    assert one.run("deploy")[0].status() == 0
    with pytest.raises(BadInput):
        two.run("deploy")


def test_the_words_say_what_was_written_before(steps: Steps) -> None:
    """What could not be foreseen: here s.yaml is not there to be read."""
    one, two = steps
    two.props["function"]["timeout"] = 0
    one.run("deploy")
    with pytest.raises(BadInput) as caught:
        two.run("deploy")
    caught.value.earlier = one.make_run().written
    assert "Written before this step, by the same run: one. That stays." in str(caught.value)
    assert "Nothing of this step was written." in str(caught.value)


def test_looking_ahead_reads_nothing_twice(steps: Steps) -> None:
    one, _ = steps
    write(steps)
    for step in steps:
        assert step.run("deploy")[0].status() == 0
    names = [entry["op"] for entry in one.server.admin.journal() if entry["op"].startswith("Get")]
    assert len(names) == len(set(names)) * 2, names  # each step's own, once
