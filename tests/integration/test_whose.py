"""Who changed it online: asked of the audit trail where something drifted, and never waited for."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_openapi.models import Config

from fc_guard.cloud.gateway import Credential, Heard
from fc_guard.cloud.wire.trail import ActionTrail
from fc_guard.commands import COMMANDS
from fc_guard.engine.look import whose
from fc_guard.engine.run.audit import Audit
from fc_guard.errors import GuardError
from fc_guard.host.standard import standard_run
from fc_guard.model.trail import How
from fc_guard.render.machine import report_document
from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, KEYS, REGION, Person, Project

LOOKUP = "LookupEvents"
DENIED = {"status": 403, "code": "NoPermission", "message": "You are not authorized to do this operation."}
UNSEEN = "is not in the audit trail yet"

pytestmark = pytest.mark.switches_at_default("trail_delay_seconds", "trail_service_name", "trail_conditions")


@pytest.fixture
def older(project: Project) -> Project:
    """A project that was deployed twenty minutes ago, with an empty journal."""
    before = datetime.now(timezone.utc) - timedelta(minutes=20)
    project.server.admin.clock(f"{before:%Y-%m-%dT%H:%M:%SZ}")
    report, _ = project.run("deploy", clock=before)
    assert report.status() == 0
    project.server.admin.clock(None)
    project.server.admin.clear_journal()
    return project


def edited(project: Project, who: str = "wang", client: str = "console", **body: Any) -> None:
    where = {"account": ACCOUNT, "region": REGION}
    said = body or {"timeout": 33}
    answer = project.server.admin.edit("UpdateFunction", ("demo", "hello"), said, who=who, client=client, **where)
    assert answer["status"] == 200, answer


def lookups(server: LocalServer) -> int:
    return sum(entry["op"] == LOOKUP for entry in server.admin.journal())


def fails(project: Project, **action: Any) -> None:
    project.server.admin.faults([{"op": LOOKUP, "times": 0, "action": action}])


def says(project: Project, body: Any) -> None:
    fails(project, raw={"body": body if isinstance(body, str) else json.dumps(body)})


def edits(report: Any, name: str = "function demo/hello") -> list[dict[str, Any]]:
    actions = report_document(report, 0)["plan"]["actions"]
    found: list[dict[str, Any]] = next(action["edits"] for action in actions if action["resource"] == name)
    return found


@pytest.mark.parametrize("line", ["plan", "drift", "deploy --use-remote", "remove -y --use-remote"])
def test_an_edit_in_the_console_is_told_with_its_person(older: Project, line: str) -> None:
    edited(older)
    _, person = older.run(line)
    assert "\n      changed online by wang in the console, 2" in person.text
    assert lookups(older.server) == 1


@pytest.mark.parametrize("line", ["plan", "drift", "deploy"])
def test_the_report_has_the_edit(older: Project, line: str) -> None:
    edited(older)
    report, _ = older.run(line)
    (told,) = edits(report)
    assert (told["by"], told["how"], told["event"]) == ("wang", "console", "UpdateFunction")
    assert abs(datetime.now(timezone.utc) - datetime.fromisoformat(told["at"].replace("Z", "+00:00"))).seconds < 60


def test_the_time_is_that_of_the_reader(older: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    edited(older)
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    try:
        report, person = older.run("plan")
    finally:
        monkeypatch.undo()
        time.tzset()
    (told,) = edits(report)
    there = datetime.fromisoformat(told["at"].replace("Z", "+00:00")) + timedelta(hours=8)
    assert f"by wang in the console, {there:%Y-%m-%d %H:%M} +08:00" in person.text


def test_the_question_and_the_stop_name_the_person(older: Project) -> None:
    edited(older)
    person = Person(["s"], present=True)
    report, _ = older.run("deploy", person)
    question = (
        "function demo/hello (config) was changed online, and deploying would undo that.\n  by wang in the console, 2"
    )
    assert person.asked[0].startswith(question)
    assert report.error is not None and "(config)  by wang in the console" in report.error.message
    report, _ = older.run("deploy")
    assert report.error is not None and "(config)  by wang in the console" in report.error.message


def test_a_deletion_is_told_with_its_person(older: Project) -> None:
    older.edit("DeleteTrigger", "demo", "hello", "tick")
    report, person = older.run("plan")
    assert "\n      deleted online by bob in the console, 2" in person.text
    assert [each["event"] for each in edits(report, "trigger demo/hello/tick")] == ["DeleteTrigger"]


def test_a_call_of_the_api_is_told_with_its_client(older: Project) -> None:
    keys = {"access_key_id": KEYS[0], "access_key_secret": KEYS[1]}
    endpoint = older.server.url.removeprefix("http://")
    client = Client(Config(endpoint=endpoint, protocol="http", region_id=REGION, **keys))
    client.update_function("demo", "hello", m.UpdateFunctionRequest(timeout=44))
    _, person = older.run("plan")
    assert f"changed online by {KEYS[0]} through the API (AlibabaCloud), 2" in person.text


def test_several_people_are_told_the_last_one_first(older: Project) -> None:
    clock = datetime.now(timezone.utc) - timedelta(minutes=15)
    older.server.admin.clock(f"{clock:%Y-%m-%dT%H:%M:%SZ}")
    edited(older, who="li", memorySize=512)
    older.server.admin.clock(None)
    edited(older)
    report, person = older.run("plan")
    assert [each["by"] for each in edits(report)] == ["wang", "li"]
    assert person.text.index("by wang in") < person.text.index("by li in")


def test_code_and_configuration_have_people_of_their_own(older: Project) -> None:
    edited(older, who="li", files={"index.py": "# li\n"})
    edited(older, who="wang", files={"index.py": older.code["index.py"]})
    edited(older, who="zhao", timeout=33)
    report, _ = older.run("plan --type config")
    assert [each["by"] for each in edits(report)] == ["zhao"]


def test_the_question_names_the_person_of_each_thing(older: Project) -> None:
    edited(older, who="li", files={"index.py": "# li\n"})
    edited(older, who="zhao", timeout=33)
    _, person = older.run("deploy", Person(present=True))
    lines = {line.split("(")[1].split(")")[0]: line for line in person.asked[0].splitlines() if "demo/hello (" in line}
    assert ("by li in" in lines["code"], "by zhao" in lines["code"]) == (True, False), person.asked
    assert ("by zhao in" in lines["config"], "by li" in lines["config"]) == (True, False), person.asked


def test_our_own_writes_are_told_apart_by_their_requests(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.run("deploy")
    own = frozenset(entry["request_id"] for entry in project.server.admin.writes())
    edited(project)
    monkeypatch.setattr(whose, "own_requests", lambda record: own)
    report, _ = project.run("plan")
    assert [(each["by"], each["event"]) for each in edits(report)] == [("wang", "UpdateFunction")]
    monkeypatch.setattr(whose, "own_requests", lambda record: frozenset({"another"}))
    report, _ = project.run("plan")
    assert (KEYS[0], "CreateFunction") in [(each["by"], each["event"]) for each in edits(report)]


@pytest.mark.parametrize("other", [{"trail_conditions": 1}, {"trail_service_name": "FC"}])
def test_where_the_narrow_question_brings_nothing_a_wider_one_does(older: Project, other: dict[str, Any]) -> None:
    older.server.admin.switches(**other)
    edited(older)
    _, person = older.run("plan")
    assert "changed online by wang in the console" in person.text
    assert lookups(older.server) == 2


def test_more_events_than_a_page_holds_are_read(older: Project) -> None:
    edited(older)
    for number in range(60):
        older.edit("UpdateService", "demo", description=f"{number}")
    _, person = older.run("plan --type config")
    assert "by wang in the console" in person.text
    assert lookups(older.server) == 2


def test_an_edit_may_be_too_new_for_the_trail(older: Project) -> None:
    older.server.admin.switches(trail_delay_seconds=600)
    edited(older)
    report, person = older.run("plan")
    assert f"      by whom {UNSEEN}, which takes about ten minutes" in person.text
    (action,) = (each for each in report_document(report, 0)["plan"]["actions"] if each["kind"] == "function")
    assert (action["edits"], action["edits_to_come"]) == ([], True)


def test_what_is_long_past_is_not_said_to_come(older: Project) -> None:
    edited(older)
    says(older, {"Events": [], "RequestId": "r"})
    later = datetime.now(timezone.utc) + timedelta(minutes=11)
    _, person = older.run("plan", clock=later)
    assert UNSEEN not in person.text
    assert "by whom" not in person.text


def test_a_missing_permission_is_named_once_a_run(older: Project) -> None:
    edited(older)
    fails(older, **DENIED)
    run = standard_run()
    older.make_run = lambda: run
    report, person = older.run("plan")
    why = "Who changed it online is not known: the access used here lacks the permission actiontrail:LookupEvents."
    assert person.text.count(why) == 1
    assert "FC_GUARD_AUDIT=off" in person.text
    assert UNSEEN not in person.text
    assert [note for note in report.notes if why in note]
    report, person = older.run("drift")
    assert why not in person.text
    assert lookups(older.server) == 1
    assert "timeout" in person.text


@pytest.mark.parametrize("line", ["plan", "drift", "deploy --use-remote", "remove -y --use-remote"])
def test_no_failure_of_the_trail_is_one_of_the_run(older: Project, line: str) -> None:
    edited(older)
    fails(older, **DENIED)
    report, person = older.run(line)
    assert report.error is None
    assert person.text.count("actiontrail:LookupEvents") == 1


def test_it_can_be_switched_off(older: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    edited(older)
    monkeypatch.setenv("FC_GUARD_AUDIT", "off")
    _, person = older.run("plan")
    assert "timeout" in person.text and "wang" not in person.text and "Who changed" not in person.text
    assert lookups(older.server) == 0


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ({"throttle": {}}, "ActionTrail was asked too often"),
        ({"status": 400, "code": "Throttling.User"}, "ActionTrail was asked too often"),
        ({"status": 404, "code": "InvalidAction.NotFound"}, "ActionTrail answered InvalidAction.NotFound"),
        ({"status": 503}, "ActionTrail answered InternalServerError"),
        ({"raw": {"body": "<html>"}}, "ActionTrail answered BadAnswer"),
        ({"raw": {"body": "[]"}}, "ActionTrail answered BadAnswer"),
        ({"raw": {"body": '{"Events": {}}'}}, "ActionTrail answered BadAnswer"),
    ],
)
def test_what_went_wrong_is_one_short_line(older: Project, action: dict[str, Any], why: str) -> None:
    edited(older)
    fails(older, **action)
    report, person = older.run("plan")
    assert report.error is None and report.plan.drifted
    assert f"Who changed it online is not known: {why}." in person.text


def test_a_cut_connection_is_one_short_line(older: Project) -> None:
    edited(older)
    fails(older, cut="answer")
    _, person = older.run("plan")
    assert "Who changed it online is not known: ActionTrail gave no answer in time." in person.text


def test_what_was_read_before_a_page_failed_counts(older: Project) -> None:
    for number in range(60):
        older.edit("UpdateService", "demo", description=f"{number}")
    edited(older)
    older.server.admin.faults([{"op": LOOKUP, "skip": 1, "times": 0, "action": {"throttle": {}}}])
    _, person = older.run("plan")
    assert "changed online by wang in the console" in person.text
    assert "ActionTrail was asked too often" in person.text


def test_a_slow_answer_holds_a_plan_for_two_seconds_at_most(tmp_path: Path) -> None:
    """On a server of its own, which notes the request in its journal long after the test."""
    with LocalServer(home=tmp_path / "fc", keys=[KEYS]) as server:
        project = Project(tmp_path / "a", server)
        project.run("deploy")
        edited(project)
        project.run("plan")  # whatever is imported late is there now
        fails(project, delay_ms=6000)
        began = time.monotonic()
        _, person = project.run("plan")
        assert 1.5 < time.monotonic() - began < 2.5
        assert "ActionTrail gave no answer in time" in person.text and "timeout" in person.text


def test_a_name_that_does_not_resolve_is_waited_for_two_seconds_at_most() -> None:
    def lookup(since: datetime, until: datetime) -> Heard:
        time.sleep(4)
        return Heard()

    now = datetime.now(timezone.utc)
    audit = Audit(lookup)
    began = time.monotonic()
    audit.ask(now, now)
    audit.ask(now, now)
    heard = audit.heard()
    assert 1.9 < time.monotonic() - began < 2.2
    assert heard is not None and audit.note(heard) and not audit.note(heard)
    assert audit.heard() == heard
    assert time.monotonic() - began < 2.3  # the two seconds are over


def test_an_address_where_nobody_is_is_named() -> None:
    now = datetime.now(timezone.utc)
    heard = ActionTrail("http://127.0.0.1:9", REGION, Credential(ACCOUNT, "a", "s")).lookup(now, now)
    assert heard.events == ()
    assert heard.why.startswith("ActionTrail cannot be reached: no connection to 127.0.0.1:9")


def test_hostile_events_are_shown_as_text_or_not_at_all(older: Project) -> None:
    edited(older)
    event = {
        "eventName": "UpdateFunction",
        "eventTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "serviceName": "Fc",
        "eventType": "ApiCall",
        "requestParameters": {"serviceName": "demo", "functionName": "hello"},
        "userIdentity": {"userName": "x\x1b[2J\n::error::y" + "z" * 5000},
        "userAgent": "\u202eevil",
    }
    says(older, {"Events": [None, 7, "x", [], {}, {**event, "eventTime": []}, event], "NextToken": {"a": 1}})
    report, person = older.run("plan")
    assert "\x1b" not in person.text and "\u202e" not in person.text and "\n::error" not in person.text
    (line,) = (line for line in person.text.splitlines() if "changed online by x" in line)
    assert len(line) < 300
    assert edits(report)[0]["how"] == How.API.value


def test_nothing_is_asked_where_nothing_drifted(deployed: Project) -> None:
    for line in ("plan", "drift", "deploy", "info", "rescue", "plan --explain"):
        deployed.run(line)
    deployed.props["function"]["timeout"] = 20
    for line in ("plan", "drift", "deploy"):
        deployed.run(line)
    assert lookups(deployed.server) == 0


@pytest.mark.parametrize("line", ["info", "rescue", "sync --target-dir out", "invoke"])
def test_who_does_not_compare_does_not_ask(older: Project, line: str) -> None:
    edited(older)
    assert line.split(maxsplit=1)[0] in COMMANDS
    try:
        older.run(line)
    except GuardError as error:
        pytest.fail(f"{error}")
    assert lookups(older.server) == 0


def test_what_an_undo_put_back_is_nobody_elses(older: Project) -> None:
    edited(older)
    older.run("deploy --use-remote")
    report, _ = older.run("undo -y")
    assert report.status() == 0
    older.server.admin.clear_journal()
    _, person = older.run("plan")
    assert "Put back by undo:" in person.text
    assert lookups(older.server) == 0


def test_a_run_asks_once_for_all_its_steps(older: Project) -> None:
    edited(older)
    run = standard_run()
    older.make_run = lambda: run
    older.run("plan")
    older.run("plan")
    assert lookups(older.server) == 1
