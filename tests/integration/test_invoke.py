"""invoke: what the function is given, and what becomes of its answer, its log and its failure."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fc_guard.errors import BadInput, GuardError, OutcomeUnknown
from fc_guard.model.reports import Report
from fc_local.server import LocalServer
from tests.integration.project import KEYS, Person, Project

CODE = """
import json

def handler(event, context):
    print("was given", len(event), "bytes")
    if event == b"fail":
        raise ValueError("as asked")
    return event.upper() + b"\\xff" * (event == b"bytes")
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A function that is online and answers with its event in capitals."""
    with LocalServer(home=tmp_path / "fc", keys=[KEYS]) as server:
        made = Project(tmp_path / "app", server, code={"index.py": CODE})
        made.props["triggers"] = []
        made.run("deploy")
        server.admin.clear_journal()
        yield made


def invoke(project: Project, *typed: str) -> tuple[Report, str]:
    person = Person()
    report, person = project.run("invoke", person, argv=["invoke", *typed])
    return report, "\n".join(person.said)


def calls(project: Project) -> int:
    return [entry["op"] for entry in project.server.admin.journal()].count("InvokeFunction")


def answer(report: Report) -> object:
    found = report.output["invocation"]
    assert isinstance(found, dict)
    return found["answer"]


def test_the_answer_and_the_end_of_the_log_are_shown(project: Project) -> None:
    report, said = invoke(project, "--event", '{"a": "b"}')
    assert report.status() == 0
    assert '{"A": "B"}' in said
    assert "was given 10 bytes" in said
    assert answer(report) == '{"A": "B"}'
    assert calls(project) == 1


def test_an_event_comes_from_a_file_or_from_standard_input_as_it_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / "event.txt").write_bytes("ä\n".encode())
    assert answer(invoke(project, "-f", "event.txt")[0]) == "ä\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"from a pipe")))
    assert answer(invoke(project, "-s")[0]) == "FROM A PIPE"
    assert answer(invoke(project)[0]) == ""


def test_an_answer_that_is_no_text_is_shown_with_escapes(project: Project) -> None:
    report, said = invoke(project, "-e", "bytes")
    assert answer(report) == "BYTES\\xff"
    assert "BYTES\\xff" in said


def test_a_function_that_fails_is_status_1_and_its_log_says_why(project: Project) -> None:
    report, said = invoke(project, "-e", "fail")
    assert report.status() == 1
    assert report.error is not None
    assert report.error.reference == "function-failed"
    assert "as asked" in said


def test_an_asynchronous_call_is_taken_and_not_waited_for(project: Project) -> None:
    report, said = invoke(project, "-e", "x", "--invocation-type", "async")
    assert report.status() == 0
    assert "FC has taken the event" in said
    assert "answer:" not in said


def test_a_version_is_called_by_its_qualifier(project: Project) -> None:
    service = project.props["service"]["name"]
    project.edit("PublishServiceVersion", service)
    project.write({"index.py": CODE.replace("upper", "lower")})
    project.run("deploy --use-remote")
    assert answer(invoke(project, "-e", "Ab")[0]) == "ab"
    assert answer(invoke(project, "-e", "Ab", "--qualifier", "1")[0]) == "AB"
    with pytest.raises(BadInput, match="not online"):
        invoke(project, "--qualifier", "none")


def test_a_step_without_a_function_has_nothing_to_call(project: Project) -> None:
    del project.props["function"]
    with pytest.raises(BadInput, match="no function to call"):
        invoke(project)


def test_what_is_not_online_cannot_be_called(project: Project) -> None:
    project.props["function"]["name"] = "another"
    with pytest.raises(BadInput, match="not online") as caught:
        invoke(project)
    assert "s deploy" in caught.value.hint
    assert calls(project) == 0


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (["-e", "x", "-s"], "only one event at a time"),
        (["-f", "nowhere.json"], "nowhere.json"),
        (["--invocation-type", "later"], "must be one of sync, async"),
    ],
)
def test_a_wrong_option_stops_before_any_request(project: Project, typed: list[str], problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        invoke(project, *typed)
    assert calls(project) == 0


def test_a_call_whose_answer_is_lost_is_never_repeated(project: Project) -> None:
    project.server.admin.faults([{"op": "InvokeFunction", "action": {"status": 500, "code": "InternalServerError"}}])
    with pytest.raises(OutcomeUnknown):
        invoke(project)
    assert calls(project) == 1


def test_a_call_that_fc_put_off_is_sent_again(project: Project) -> None:
    throttled = {"status": 429, "code": "ResourceThrottled", "message": "too many"}
    project.server.admin.faults([{"op": "InvokeFunction", "times": 1, "action": throttled}])
    assert answer(invoke(project, "-e", "x")[0]) == "X"


def test_a_call_that_fc_refuses_is_status_1(project: Project) -> None:
    refused = {"status": 403, "code": "AccessDenied", "message": "no"}
    project.server.admin.faults([{"op": "InvokeFunction", "action": refused}])
    with pytest.raises(GuardError) as caught:
        invoke(project)
    assert caught.value.status == 1


def test_what_the_function_says_cannot_steer_the_terminal(project: Project) -> None:
    _, said = invoke(project, "-e", "\x1b[31m")
    assert "\x1b" not in said
    assert "[31M" in said
