"""What the predecessor does wrong (facts: upstream 5.1), and what is done here instead, end to end."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from fc_guard.errors import GuardError, Unreadable
from fc_guard.model.fields import Cause
from tests.integration.answers import READS, answer, says
from tests.integration.project import Person, Project
from tests.integration.silence import assert_silent, deployed, fresh, listed
from tests.known import kind_named
from tests.unit.kinds.test_quiet_domains import PLAIN

HERE: Final = "tests/integration/"
SHOWN_ELSEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "S2": ("tests/host/test_without_terminal.py::test_drift_stops_with_status_3_and_no_write_request",),
    "S5": (
        f"{HERE}test_scopes.py::test_what_was_not_written_does_not_lose_its_drift",
        f"{HERE}test_scopes.py::test_a_code_fix_made_online_outlives_a_deployment_of_the_configuration",
    ),
    "S8": (
        f"{HERE}test_safety.py::test_the_etag_that_was_shown_is_the_one_that_is_sent",
        f"{HERE}test_safety.py::test_an_edit_during_the_question_is_not_overwritten_unseen",
        f"{HERE}test_shared.py::test_a_domain_changed_between_the_question_and_the_write_is_compared_again",
    ),
    "S11": (
        f"{HERE}test_shared.py::test_routes_of_others_on_the_same_domain_are_kept",
        f"{HERE}test_shared.py::test_a_route_that_somebody_else_took_over_is_asked_about",
    ),
    "S12": (
        f"{HERE}test_parts.py::test_asynchronous_invocation_set_online_is_not_touched_where_s_yaml_is_silent",
        f"{HERE}test_parts.py::test_asynchronous_invocation_is_made_changed_and_taken_back_with_its_line",
    ),
    "S13": (f"{HERE}test_safety.py::test_what_left_s_yaml_is_reported_and_pruned_on_demand",),
    "S14": (
        f"{HERE}test_parts.py::test_what_fc_cannot_update_is_replaced_when_confirmed",
        f"{HERE}test_triggers_and_domains.py::"
        "test_a_change_here_is_updated_or_made_anew_and_then_there_is_nothing_to_say",
    ),
    "S15": (f"{HERE}test_safety.py::test_what_was_done_before_a_failure_is_done_and_recorded",),
    "S17": (f"{HERE}test_parts.py::test_a_binding_that_fails_is_an_error",),
}
"""Defect -> the tests that show our rule under another name."""

FORBIDDEN: Final = {"status": 403, "code": "AccessDenied", "message": "no"}
FAILURES: Final[tuple[dict[str, Any], ...]] = (
    {"status": 500, "code": "InternalServerError", "message": "again"},
    {"status": 404, "code": "PathNotSupported", "message": "no such path"},
    {"cut": "body"},
    {"raw": {"body": "<html>", "headers": {"Content-Type": "text/html"}}},
)


def whole(project: Project) -> Project:
    """A project of every kind, deployed, with an empty journal."""
    project.props["service"]["vpcBinding"] = ["vpc-1"]
    project.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    project.props["customDomains"] = [copy.deepcopy(PLAIN)]
    deployed(project)
    project.server.admin.clear_journal()
    return project


def online(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.server.admin.state()["services"]["demo"]["functions"]["hello"]
    return found


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        *((operation, FORBIDDEN) for operation in sorted({read for read, _, _ in READS.values()})),
        *(("GetFunction", failure) for failure in FAILURES),
    ],
)
def test_what_cannot_be_read_is_not_absent(project: Project, operation: str, action: dict[str, Any]) -> None:
    whole(project)
    project.props["function"]["timeout"] = 20
    project.server.admin.faults([{"op": operation, "times": 0, "action": action}])
    with pytest.raises(GuardError) as caught:
        project.run("deploy --use-remote")
    assert caught.value.status == 6, caught.value
    assert project.writes() == []


def test_yes_accepts_a_plan_and_decides_nothing_about_somebody_s_change(project: Project) -> None:
    deployed(project)
    project.edit("UpdateFunction", "demo", "hello", memorySize=512)
    project.server.admin.clear_journal()
    report, _ = project.run("deploy -y")
    assert (report.status(), project.writes()) == (3, [])
    report, person = project.run("deploy -y", Person([""], present=True))
    assert (report.status(), len(person.asked), project.writes()) == (3, 1, [])


@pytest.mark.parametrize("line", ["deploy --use-remote", "deploy --use-local", "deploy --on-drift overwrite"])
def test_the_word_that_forces_decides_with_a_baseline_and_without_one(project: Project, line: str) -> None:
    deployed(project)
    other = fresh(project)
    other.props["function"]["memorySize"] = 256
    for checkout in (other, project, other):  # never deployed from there; drifted since; drifted again
        person = Person(present=True)
        report, _ = checkout.run(line, person)
        assert (report.status(), person.asked) == (0, [])
        assert online(project)["memorySize"] == checkout.props["function"]["memorySize"]
    project.server.admin.clear_journal()
    report, _ = other.run(line)
    assert (report.status(), project.writes()) == (0, [])


def test_a_trigger_kept_online_stays_kept_and_is_not_asked_about_again(project: Project) -> None:
    deployed(project)
    project.edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig={"cronExpression": "@every 1m"})
    project.run("deploy --on-drift keep")
    project.server.admin.clear_journal()
    project.props["triggers"][0]["config"]["methods"] = ["GET"]
    for line in ("deploy", "deploy trigger --trigger-name tick", "deploy trigger"):
        person = Person(present=True)
        report, _ = project.run(line, person)
        assert (report.status(), person.asked) == (0, [])
        assert listed(project) == {"triggerConfig.cronExpression": Cause.KEPT}
    assert project.writes() == ["UpdateTrigger"]
    assert "@every 1m" in online(project)["triggers"]["tick"]["triggerConfig"]


def test_the_trigger_that_was_named_is_deployed_and_recorded_and_no_other(project: Project) -> None:
    deployed(project)
    project.edit("UpdateTrigger", "demo", "hello", "http", triggerConfig={"methods": ["PUT"]})
    project.props["triggers"][1]["config"]["enable"] = True
    project.server.admin.clear_journal()
    deployed(project, "deploy trigger --trigger-name tick")
    assert [entry["path"].split("/")[-1] for entry in project.server.admin.writes()] == ["tick"]
    assert listed(project) == {"triggerConfig.methods": Cause.DRIFT}
    project.edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig={"enable": False})
    assert listed(project, "drift trigger --trigger-name tick") == {"triggerConfig.enable": Cause.DRIFT}


def test_names_that_look_alike_when_joined_have_baselines_of_their_own(project: Project) -> None:
    """Service a-b with function c, and service a with function b-c and its trigger c."""
    steps = []
    for service, function, trigger in (("a-b", "c", "d"), ("a", "b-c", "d"), ("a", "b", "c-d")):
        step = Project(project.root, project.server, props=copy.deepcopy(project.props), step=f"{service} {function}")
        step.props["service"] = {"name": service}
        step.props["function"] |= {"name": function, "description": f"{service} {function}"}
        step.props["triggers"] = [{**step.props["triggers"][1], "name": trigger}]
        deployed(step)
        steps.append(step)
    for step in steps:
        assert_silent(step)
    project.edit("UpdateFunction", "a", "b-c", timeout=77)
    assert [listed(step) for step in steps] == [{}, {"timeout": Cause.DRIFT}, {}]


def test_what_s_yaml_says_of_a_domain_is_sent_whole_after_a_question(project: Project) -> None:
    """The predecessor sends what it compared: without methods, and with a firewall nobody asked for."""
    domain = {**copy.deepcopy(PLAIN), "routeConfigs": [{"path": "/*", "methods": ["GET", "PUT"]}]}
    project.props["customDomains"] = [domain]
    deployed(project)
    route = {"path": "/*", "serviceName": "demo", "functionName": "theirs"}
    project.edit("UpdateCustomDomain", "www.example.com", routeConfig={"routes": [route]}, protocol="HTTP")
    person = Person(["o"], present=True)
    report, _ = project.run("deploy", person)
    assert (report.status(), len(person.asked)) == (0, 1)
    live = answer(project, "GetCustomDomain", "www.example.com")
    (route,) = live["routeConfig"]["routes"]
    assert (route["functionName"], sorted(route["methods"])) == ("hello", ["GET", "PUT"])
    assert live.get("wafConfig") is None
    assert_silent(project)


def test_nothing_is_written_anywhere_before_the_last_answer(project: Project) -> None:
    whole(project)
    project.props["service"]["description"] = "changed here"
    project.write({"index.py": "# changed here\n"})
    project.edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig={"enable": True})
    project.edit("UpdateFunction", "demo", "hello", memorySize=512)
    before = project.server.admin.state()
    project.server.admin.clear_journal()
    for answers in (["e", "o", "s"], ["e", "s"], ["s"], [""]):
        person = Person(list(answers), present=True)
        person.on_question = lambda: _assert_only_read(project)
        report, _ = project.run("deploy", person)
        assert (report.status(), report.rescues) == (3, ())
        assert person.asked != []
    _assert_only_read(project)
    assert project.server.admin.state() == before


def _assert_only_read(project: Project) -> None:
    """No change, no upload, and no place for one asked for. The audit trail is read by a POST."""
    journal = project.server.admin.journal()
    asked = [(entry["op"], entry["method"]) for entry in journal if entry["op"] != "LookupEvents"]
    assert [op for op, method in asked if method != "GET" or "Token" in op] == []


def test_a_trigger_s_description_is_sent(project: Project) -> None:
    project.props["triggers"][1]["description"] = "why"
    deployed(project)
    assert online(project)["triggers"]["tick"]["description"] == "why"
    project.props["triggers"][1]["description"] = "why not"
    deployed(project)
    assert online(project)["triggers"]["tick"]["description"] == "why not"
    assert_silent(project)


def test_a_name_that_holds_a_word_of_the_command_line_is_just_a_name(project: Project) -> None:
    """The predecessor takes `all` out of its arguments wherever it stands."""
    project.props["service"]["name"], project.props["function"]["name"] = "small-all", "all"
    project.props["triggers"][0]["name"], project.props["triggers"][1]["name"] = "wall", "trigger"
    deployed(project)
    project.props["triggers"][0]["config"]["methods"] = ["GET"]
    project.props["triggers"][1]["config"]["enable"] = True
    assert listed(project, "plan trigger --trigger-name wall") == {"triggerConfig.methods": Cause.CHANGE}
    deployed(project, "deploy trigger --trigger-name trigger")
    assert listed(project) == {"triggerConfig.methods": Cause.CHANGE}
    deployed(project, "deploy trigger --trigger-name wall --trigger-name trigger")
    assert_silent(project)


@pytest.mark.parametrize("code", ["InternalServerError", "ArtifactNotReady"])
def test_a_write_that_fails_is_told_in_fc_s_words_and_not_sent_again(project: Project, code: str) -> None:
    action = {"status": 500, "code": code, "message": "the artifact cannot be used"}
    project.server.admin.faults([{"op": "CreateFunction", "times": 1, "action": action}])
    report, _ = project.run("deploy")
    assert report.status() == 7
    assert report.error is not None
    assert code in f"{report.error}" or "the artifact cannot be used" in report.error.message
    assert project.writes().count("CreateFunction") == 1


def above(kind: str) -> set[str]:
    """Members that name what a resource lives in, which FC does not always answer; a trigger's qualifier is a prop."""
    return {*kind_named(kind).above, *({"qualifier"} if kind == "trigger" else ())}


@pytest.mark.parametrize("kind", ["service", "function", "trigger", "customDomain", "asyncConfig"])
def test_an_answer_without_a_member_is_read_as_one_where_it_is_empty(project: Project, kind: str) -> None:
    """The predecessor ends in a TypeError where FC leaves out instanceLifecycleConfig."""
    del project.props["triggers"][0]
    whole(project)
    operation, path, items = READS[kind]
    body = answer(project, operation, *path)
    (document,) = body[items] if items else (body,)
    empty = {member for member, value in document.items() if value in (None, "", [], {}, False)}
    says_what_it_is = {"serviceName", "functionName", "triggerName", "qualifier", "domainName"}
    for member in document.keys() & (says_what_it_is | {"runtime", "codeChecksum", "triggerType"}) - above(kind):
        says(project, kind, lambda found, gone=member: found.pop(gone))  # type: ignore[misc]
        if items and member in kind_named(kind).needed({}):
            assert project.run("plan")[0].plan.writes == ()  # a read of its own has what the list lacks
        else:
            with pytest.raises(Unreadable, match=r"missing|no name"):
                project.run("plan")
        empty.discard(member)
        del document[member]
    for member in document:
        says(project, kind, lambda found, gone=member: found.pop(gone))  # type: ignore[misc]
        report, person = project.run("plan")
        assert report.plan.writes == () or member not in empty, (member, person.text)
    says(project, kind, lambda found: [found.pop(member) for member in {*empty, "lastModifiedTime"}])
    assert listed(project) == {}


SHOWN_HERE: Final[Mapping[str, tuple[Callable[..., None], ...]]] = {
    "S1": (test_what_cannot_be_read_is_not_absent,),
    "S3": (test_yes_accepts_a_plan_and_decides_nothing_about_somebody_s_change,),
    "S4": (test_the_word_that_forces_decides_with_a_baseline_and_without_one,),
    "S6": (test_a_trigger_kept_online_stays_kept_and_is_not_asked_about_again,),
    "S7": (test_the_trigger_that_was_named_is_deployed_and_recorded_and_no_other,),
    "S9": (test_names_that_look_alike_when_joined_have_baselines_of_their_own,),
    "S10": (test_what_s_yaml_says_of_a_domain_is_sent_whole_after_a_question,),
    "S16": (test_nothing_is_written_anywhere_before_the_last_answer,),
    "S18": (test_a_trigger_s_description_is_sent,),
    "S19": (test_a_name_that_holds_a_word_of_the_command_line_is_just_a_name,),
    "S20": (test_a_write_that_fails_is_told_in_fc_s_words_and_not_sent_again,),
    "S21": (test_an_answer_without_a_member_is_read_as_one_where_it_is_empty,),
}


def test_every_defect_has_a_test() -> None:
    root = Path(__file__).parents[2]
    assert SHOWN_HERE.keys().isdisjoint(SHOWN_ELSEWHERE)
    assert SHOWN_HERE.keys() | SHOWN_ELSEWHERE.keys() == {f"S{number}" for number in range(1, 22)}
    for place in (place for places in SHOWN_ELSEWHERE.values() for place in places):
        file, _, name = place.partition("::")
        assert re.search(rf"^def {name}\(", (root / file).read_text(encoding="utf-8"), re.MULTILINE), place
