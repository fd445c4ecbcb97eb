"""script/ask-fc finds every answer, leaves nothing behind, and tells no secret."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from tests.contract.ask_fc.runs import (
    ACCOUNT,
    ASKED,
    DOMAIN,
    EVERYTHING,
    KEY,
    PROJECT,
    ROLE,
    ROOT,
    SECRET,
    Runs,
    drawn,
)
from tests.contract.recorded.replay import differences

from ask_fc.notes import Place, default_folder, new_note

# Kills the run at its Nth step, before or after a request or a line of its note; or after a request of an operation.
KILLED = """
import os, signal, sys
import ask_fc.notes as notes
from ask_fc.wire import Wire
at, count = sys.argv[1], 0

def step(name=""):
    global count
    count += 1
    if at in (name, str(count)):
        os.kill(os.getpid(), signal.SIGKILL)

def around(function, name):
    def called(*args):
        step()
        result = function(*args)
        step(name(*args))
        return result
    return called

Wire.send = around(Wire.send, lambda wire, ask: ask.operation)
notes._append = around(notes._append, lambda *args: "note")
from ask_fc.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


def wait_for(true: Any) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("seed", range(20))
def test_every_switch_of_the_local_fc_is_found(runs: Runs, seed: int) -> None:
    set_to = drawn(seed)
    runs.server.admin.switches(**set_to)
    assert runs.run("--yes", *EVERYTHING) == 0
    report = runs.report
    assert report["switches"] == set_to
    assert {question.get("no answer") for question in report["questions"]} == {None}
    assert (runs.online, runs.notes) == ({}, [])


def test_it_says_what_it_will_make_and_makes_nothing_without_consent(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "")
    assert runs.run() == 0
    shown = capsys.readouterr().out
    for words in (ACCOUNT, "cn-hangzhou", runs.server.url, "fc-guard-ask-", "next to nothing", "NOT the real service"):
        assert words in shown
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert (runs.server.admin.writes(), runs.notes, runs.file.exists()) == ([], [], False)


def test_without_a_terminal_it_needs_yes(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert runs.run() == 2
    assert "--yes" in capsys.readouterr().err
    assert (runs.server.admin.writes(), runs.notes) == ([], [])


@pytest.mark.parametrize("missing", ["ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "ACCOUNT_ID"])
def test_without_keys_or_account_it_says_which_variables_to_set(
    runs: Runs, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(f"ALIBABA_CLOUD_{missing}")
    assert runs.run("--yes") == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert told.count("\n") == 2
    assert f"ALIBABA_CLOUD_{missing}" in told
    assert runs.server.admin.journal() == []


def test_keys_that_fc_refuses_stop_it_before_anything_is_made(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "another")
    assert runs.run("--yes") == 2
    assert "SignatureNotMatch" in capsys.readouterr().err
    assert (runs.server.admin.writes(), runs.notes) == ([], [])


def test_no_one_at_the_address_is_told_in_words(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert runs.run("--yes", "--endpoint", "http://127.0.0.1:9") == 2
    assert "no connection to 127.0.0.1:9" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", [("--region", "Hangzhou"), ("--log", "project"), ("--log", "a/b"), ("--report", "/none/report.json")]
)
def test_what_cannot_be_used_is_told_before_any_request(runs: Runs, given: tuple[str, ...]) -> None:
    assert runs.run("--yes", *given) == 2
    assert runs.server.admin.journal() == []


def test_the_report_holds_no_secret(runs: Runs) -> None:
    runs.run("--yes", *EVERYTHING)
    assert not re.search("|".join((KEY, SECRET, ACCOUNT, DOMAIN, PROJECT, ROLE, "somestore")), runs.text)
    assert not re.search(r"authorization|signature=|expires=", runs.text, re.IGNORECASE)
    secrets = re.findall(r'"(?:AccessKeyId|AccessKeySecret|SecurityToken)": "(.*?)"', runs.text)
    assert secrets == ["***"] * 3  # the keys that FC lends for its temporary bucket


def test_a_logstore_with_a_name_of_ours_is_masked_and_the_report_replayed(runs: Runs, tmp_path: Path) -> None:
    runs.run("--yes", "--log", "fc/log", "--role", ROLE)
    assert '\\"logstore\\": \\"{logstore}\\"' in runs.text
    assert "project/{project}" in runs.text
    assert list(differences(runs.report, tmp_path / "fc", runs.report["switches"])) == []


def test_every_request_of_the_questions_is_in_the_transcript(runs: Runs) -> None:
    runs.run("--yes", *EVERYTHING)
    transcript = [one["asked"]["method"] for one in runs.report["transcript"]]
    looking, *sent = runs.server.admin.journal()
    questions, cleaning = sent[: len(transcript)], sent[len(transcript) :]
    assert [one["method"] for one in questions] == transcript
    assert looking["op"] == "ListServices"
    assert [one["op"] for one in cleaning[:3]] == ["GetCustomDomain", "DeleteCustomDomain", "ListServices"]
    assert len(sent) < 90


def test_without_what_a_few_questions_need_the_others_are_asked(runs: Runs) -> None:
    assert runs.run("--yes") == 0
    missing = {one["no answer"] for one in runs.report["questions"] if "no answer" in one}
    assert missing == {"needs --domain", "needs --log and --role", "needs --eventbridge"}
    assert len(runs.report["switches"]) == len(ASKED) - 4


def test_a_question_that_fails_stops_no_other(runs: Runs) -> None:
    refused = {"status": 403, "code": "AccessDenied"}
    runs.server.admin.faults([{"op": "CreateTrigger", "times": 0, "action": refused}])
    assert runs.run("--yes") == 0
    report = runs.report
    assert "trigger_config_merge" not in report["switches"]
    assert {"if_match_star", "not_empty_status", "alias_weight_on_main_version"} <= report["switches"].keys()
    told = next(one for one in report["questions"] if one["question"].startswith("Does UpdateTrigger"))
    assert "AccessDenied" in told["no answer"]
    assert (runs.online, runs.notes) == ({}, [])


def test_what_cannot_be_made_is_not_tried_for_each_question(runs: Runs) -> None:
    refused = {"status": 403, "code": "AccessDenied"}
    runs.server.admin.faults([{"op": "CreateFunction", "times": 0, "action": refused}])
    runs.run("--yes")
    tried = [one for one in runs.server.admin.writes() if one["op"] == "CreateFunction"]
    assert len(tried) == 4  # one for most questions, one for http triggers, one of a custom runtime, a long name


def test_an_answer_of_another_form_is_no_answer(runs: Runs) -> None:
    raw = {"raw": {"status": 200, "body": "[1, 2]"}}
    runs.server.admin.faults([{"op": "GetFunctionCode", "times": 0, "action": raw}])
    assert runs.run("--yes") == 0
    assert "code_range" not in runs.report["switches"]
    assert "not_empty_status" in runs.report["switches"]


def test_a_run_that_takes_too_long_asks_no_more(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ask_fc.asking.MOST_SECONDS", 0.0)
    assert runs.run("--yes") == 1
    assert {one["no answer"] for one in runs.report["questions"]} == {
        "it was not asked: the run took longer than 0 seconds"
    }
    assert (runs.server.admin.writes(), runs.notes) == ([], [])


def test_the_script_can_be_called_from_anywhere(tmp_path: Path) -> None:
    told = subprocess.run(
        [ROOT / "script" / "ask-fc", "--help"],
        env={"PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    assert "--region" in told.stdout


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_made(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    (runs.folder / ".s").write_text("a file where the folder should be")
    assert runs.run("--yes") == 1
    assert capsys.readouterr().err.startswith("error: ")
    assert runs.server.admin.writes() == []


def test_a_throttled_request_is_sent_again(runs: Runs) -> None:
    throttle = {"throttle": {"retry_after_ms": 5}}
    runs.server.admin.faults([{"write": True, "skip": skip, "action": throttle} for skip in (0, 5, 11)])
    assert runs.run("--yes", *EVERYTHING) == 0
    assert set(runs.report["switches"]) == set(ASKED)


def test_a_domain_that_is_in_use_is_left_alone(runs: Runs) -> None:
    runs.server.admin.edit("CreateCustomDomain", [DOMAIN], {"domainName": DOMAIN, "protocol": "HTTP"}, account=ACCOUNT)
    runs.run("--yes", "--domain", DOMAIN)
    assert list(runs.online["customDomains"]) == [DOMAIN]
    assert not {"CreateCustomDomain", "UpdateCustomDomain", "DeleteCustomDomain"} & {
        one["op"] for one in runs.server.admin.writes() if one["principal"] == KEY
    }


def test_what_could_not_be_removed_is_told_and_removed_by_the_next_run(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {"status": 403, "code": "AccessDenied"}
    runs.server.admin.faults([{"op": "DeleteFunction", "times": 1, "action": refused}])
    assert runs.run("--yes") == 1
    assert "NOT removed" in capsys.readouterr().out
    assert len(runs.notes) == 1
    runs.run()
    assert (runs.online, runs.notes) == ({}, [])


def test_a_write_without_an_answer_keeps_the_note(runs: Runs) -> None:
    runs.server.admin.faults([{"op": "CreateFunction", "times": 1, "action": {"cut": "before"}}])
    runs.run("--yes")
    assert len(runs.notes) == 1
    runs.run()
    assert (runs.online, runs.notes) == ({}, [])


@pytest.mark.parametrize(("by", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("writes", [1, 12, 30])
def test_a_signal_in_the_middle_cleans_up(runs: Runs, by: signal.Signals, status: int, writes: int) -> None:
    process = runs.begun(*EVERYTHING)
    wait_for(lambda: len(runs.server.admin.writes()) >= writes)
    process.send_signal(by)
    told = process.communicate(timeout=60)[0]
    assert (process.returncode, runs.online, runs.notes) == (status, {}, []), told
    assert "Traceback" not in told
    assert len(runs.report["transcript"]) >= 1


def test_a_second_signal_ends_it_at_once_and_the_next_run_cleans_up(runs: Runs) -> None:
    process = runs.begun()
    wait_for(lambda: len(runs.server.admin.writes()) >= 8)
    runs.server.admin.faults([{"op": "DeleteFunction", "times": 0, "action": {"delay_ms": 3000}}])
    process.send_signal(signal.SIGINT)
    wait_for(lambda: runs.server.admin.journal()[-1]["op"] in ("ListTriggers", "DeleteTrigger"))
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[0]
    assert (process.returncode, len(runs.notes)) == (130, 1), told
    assert "Traceback" not in told
    runs.server.admin.faults([])
    runs.run()
    assert (list(runs.online.get("services", {})), runs.notes) == ([], [])


@pytest.mark.parametrize("at", [1, 3, 4, 5, 6, 7, 30, 31, 81, 101, 120, 127, 136, 147])
def test_a_killed_run_leaves_nothing_after_the_next_one(runs: Runs, at: int) -> None:
    assert runs.killed(KILLED, str(at)) == -signal.SIGKILL
    assert runs.run() == 2  # there is no terminal to ask on
    assert (runs.online, runs.notes) == ({}, [])


@pytest.mark.parametrize(
    "operation",
    [
        *("CreateService", "CreateFunction", "CreateTrigger", "PublishServiceVersion", "CreateAlias"),
        *("CreateCustomDomain", "UpdateCustomDomain", "DeleteCustomDomain", "DeleteFunction"),
    ],
)
def test_what_a_killed_run_had_made_is_removed_by_the_next(runs: Runs, operation: str) -> None:
    assert runs.killed(KILLED, operation) == -signal.SIGKILL
    assert runs.online["services"]
    assert bool(runs.online.get("customDomains")) == (operation in ("CreateCustomDomain", "UpdateCustomDomain"))
    assert runs.run() == 2  # there is no terminal to ask on
    assert (runs.online, runs.notes) == ({}, [])


def test_the_next_run_of_a_killed_one_asks_everything_again(runs: Runs) -> None:
    runs.killed(KILLED, "100")
    assert len(runs.online["services"]) >= 1
    assert runs.run("--yes", *EVERYTHING) == 0
    assert set(runs.report["switches"]) == set(ASKED)
    assert (runs.online, runs.notes) == ({}, [])


def test_a_run_that_goes_on_is_not_disturbed(runs: Runs) -> None:
    prefix = "fc-guard-ask-0123abcd"
    with new_note(default_folder(), prefix, Place(runs.server.url, ACCOUNT, "cn-hangzhou")):
        runs.server.admin.edit("CreateService", [], {"serviceName": prefix}, account=ACCOUNT)
        runs.run("--yes")
        assert list(runs.online["services"]) == [prefix]
    runs.run()
    assert (runs.online, runs.notes) == ({}, [])


def test_services_of_somebody_else_are_left_alone(runs: Runs) -> None:
    for name in ("fc-guard-ask-mine", "mine"):
        runs.server.admin.edit("CreateService", [], {"serviceName": name}, account=ACCOUNT)
    runs.run("--yes", *EVERYTHING)
    assert sorted(runs.online["services"]) == ["fc-guard-ask-mine", "mine"]
