"""Several steps are one deployment: what can be known of the later ones is known before the first write of the run."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from fc_guard.errors import BadInput, NeedsDecision
from fc_guard.host.standard import standard_run
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.resources import Intent
from fc_guard.render.sink import Sink
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place
from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, REGION, Person, Project
from tests.unit.kinds.test_quiet_domains import KEY, PEM, PLAIN

Steps = tuple[Project, Project]


def two_steps(folder: Path, server: LocalServer) -> Steps:
    """Two steps of one s.yaml with a service each, run by one host process."""
    run = standard_run()
    one = Project(folder, server, step="one", make_run=lambda: run)
    two = Project(folder, server, step="two", make_run=lambda: run)
    two.props["service"]["name"] = "other"
    return one, two


@pytest.fixture
def steps(tmp_path: Path, server: LocalServer) -> Steps:
    return two_steps(tmp_path / "a", server)


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
    run = standard_run()
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


def test_a_misspelled_key_of_a_later_step_that_would_reset_what_was_deployed_stops_the_run(steps: Steps) -> None:
    one, two = steps
    two.props["function"]["timeout"] = 90
    deployed(steps)
    one.props["function"]["timeout"] = 30
    two.props["function"]["timeOut"] = two.props["function"].pop("timeout")
    write(steps)
    with pytest.raises(BadInput, match=r"s\.yaml:\d+: unknown key 'timeOut', ignored; did you mean timeout\?"):
        one.run("deploy")
    assert one.writes() == []


def test_a_certificate_of_a_later_step_that_does_not_exist_stops_the_run_before_its_first_write(steps: Steps) -> None:
    one, two = steps
    two.props["customDomains"] = [{**PLAIN, "protocol": "HTTPS", "certId": 42}]
    write(steps)
    with pytest.raises(BadInput, match=r"s\.yaml:\d+: customDomains\.0\.certId: the account has no certificate 42"):
        one.run("deploy")
    assert one.writes() == []


def test_a_private_key_that_is_read_for_a_later_step_is_a_secret_from_then_on(steps: Steps) -> None:
    one, two = steps
    one.server.admin.put_certificate(42, "www", PEM, KEY)
    two.props["customDomains"] = [{**PLAIN, "protocol": "HTTPS", "certId": 42}]
    write(steps)
    assert one.run("deploy")[0].status() == 0
    assert "canary" in KEY
    assert "canary" not in Sink(one.make_run().secrets).text(f"somebody says {KEY}")


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


@pytest.mark.parametrize("hook", ["pre-deploy", "success-deploy"])
@pytest.mark.parametrize("builder", ["one", "two"])
def test_code_that_a_step_builds_is_not_missed(steps: Steps, builder: str, hook: str) -> None:
    """What a step runs may make the code of any other one."""
    one, two = steps
    two.props["function"]["codeUri"] = "nowhere"
    write(steps)
    document = yaml.safe_load((one.root / "s.yaml").read_text(encoding="utf-8"))
    document["resources"][builder]["actions"] = {hook: [{"run": "make", "path": "."}]}
    (one.root / "s.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
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


def test_steps_of_two_accounts_may_say_different_things_of_the_same_names(steps: Steps) -> None:
    one, two = steps
    two.props = {**copy.deepcopy(one.props), "function": {**one.props["function"], "memorySize": 512}}
    write(steps)
    document = yaml.safe_load((one.root / "s.yaml").read_text(encoding="utf-8"))
    document["resources"]["two"]["access"] = "production"
    (one.root / "s.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    assert one.run("deploy")[0].status() == 0


def interrupted(project: Project, op: str, *path: str, **body: Any) -> None:
    """A run of ours that was killed after FC had done what it asked for, and before it recorded that."""
    store = DirectoryStore(Place(project.root / ".s" / "fc-guard"), CATALOG)
    id = Address("fc2", ACCOUNT, REGION, "function", path)
    record = store.read(id)
    assert record is not None and record.baseline is not None
    observed = {**(record.baseline.observed or {}), **{(name,): value for name, value in body.items()}}
    leads_to = replace(record.baseline, observed=observed, applied=observed)
    store.intend(id, Intent(op, None, frozenset((name,) for name in body), leads_to, "2026-01-01"))
    project.edit(op, *path, **body)


def test_our_own_interrupted_write_in_a_later_step_is_nobody_else_s_change(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    interrupted(two, "UpdateFunction", "other", "hello", memorySize=256)
    two.props["function"]["memorySize"] = 512
    one.props["function"]["timeout"] = 11
    write(steps)
    for step in steps:
        report, person = step.run("deploy")
        assert report.status() == 0, person.text


def test_a_change_online_in_a_later_step_of_another_region_stops_the_first_one(steps: Steps) -> None:
    one, two = steps
    two.props["region"] = "cn-shanghai"
    deployed(steps)
    one.props["function"]["timeout"] = 11
    write(steps)
    two.edit("UpdateFunction", "other", "hello", memorySize=1024)
    report, person = one.run("deploy")
    assert report.status() == 3, person.text
    assert "memorySize" in person.text
    assert one.writes() == []


def test_looking_ahead_in_one_s_own_service_costs_no_request(tmp_path: Path, server: LocalServer) -> None:
    """The lock that this run holds is no other run's."""
    run, many = standard_run(), []
    for number in range(6):
        step = Project(tmp_path / "a", server, step=f"step{number}", make_run=lambda: run)
        step.props["function"]["name"] = f"f{number}"
        many.append(step)
    write(many)
    for step in many:
        assert step.run("deploy")[0].status() == 0
    run = standard_run()
    many[0].props["function"]["timeout"] = 11
    write(many)
    server.admin.clear_journal()
    assert many[0].run("deploy")[0].status() == 0
    first = [entry["op"] for entry in server.admin.journal() if not entry["write"]]
    for step in many[1:]:
        assert step.run("deploy")[0].status() == 0
    reads = [entry["op"] for entry in server.admin.journal() if not entry["write"]]
    assert reads.count("ListFunctions") <= 2, reads
    assert reads.count("GetService") == 1, reads
    assert len(first) <= len(many) + 4, first  # a list of triggers each, and little more


def test_a_shared_service_that_holds_a_version_is_decided_before_the_first_function_is_deleted(
    tmp_path: Path, server: LocalServer
) -> None:
    run, both = standard_run(), []
    for name in ("one", "two"):
        step = Project(tmp_path / "a", server, step=name, make_run=lambda: run)
        step.props["function"]["name"] = name
        both.append(step)
    write(both)
    for step in both:
        assert step.run("deploy")[0].status() == 0
    both[0].edit("PublishServiceVersion", "demo")
    run = standard_run()
    server.admin.clear_journal()
    report, person = both[0].run("remove -y")
    assert report.status() == 3, person.text
    assert "version 1" in person.text
    assert both[0].writes() == []
    run = standard_run()
    for step in both:
        assert step.run("remove -y --use-remote")[0].status() == 0


def test_a_confirmation_that_a_later_step_needs_is_asked_for_before_the_first_write(steps: Steps) -> None:
    one, two = steps
    deployed(steps)
    one.props["function"]["timeout"] = 11
    two.props["triggers"][1] = {"name": "tick", "type": "http", "config": {"authType": "anonymous", "methods": ["GET"]}}
    del two.props["triggers"][0]
    write(steps)
    with pytest.raises(BadInput, match="trigger other/hello/tick"):
        one.run("deploy")
    assert one.writes() == []
