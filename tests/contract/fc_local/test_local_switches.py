"""What a server's environment may say about the open questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.contract.fc_local.processes import run

from fc_local.server import LocalServer
from fc_local.switches import OTHER, SWITCHES, VARIABLE, SwitchError, Switches, from_environment


def test_a_server_starts_with_what_its_environment_says_and_goes_back_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps({"not_empty_status": 400, "code_range": None}))
    with LocalServer(home=tmp_path) as server:
        assert server.admin.switches()["not_empty_status"] == 400
        assert server.admin.switches(not_empty_status=410)["not_empty_status"] == 410
        assert server.admin.switches(not_empty_status=None)["not_empty_status"] == 400
        server.admin.switches(not_empty_status=410, code_range=False)
        server.admin.reset()
        now = server.admin.switches()
        assert (now["not_empty_status"], now["code_range"]) == (400, True)


def test_other_is_another_legal_answer_to_every_open_question() -> None:
    switches = Switches(from_environment({VARIABLE: " other "}))
    switches.set(OTHER)
    questions = {name for name, switch in SWITCHES.items() if switch.other is not None}
    assert {name for name in SWITCHES if switches[name] != SWITCHES[name].default} == questions
    assert from_environment({VARIABLE: json.dumps(OTHER)}) == OTHER
    assert from_environment({}) == from_environment({VARIABLE: ""}) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"no_such": 1}', "FC_LOCAL_SWITCHES: there is no switch 'no_such'; known: auth, "),
        ('{"code_range": 1}', "FC_LOCAL_SWITCHES: switch 'code_range' takes a bool, not 1"),
        ('{"auth": "maybe"}', "FC_LOCAL_SWITCHES: switch 'auth' takes one of ('enforce', 'log', 'off'), not 'maybe'"),
        ("others", "FC_LOCAL_SWITCHES is neither a JSON object of switches nor one of: other"),
        ("[]", "FC_LOCAL_SWITCHES is neither a JSON object of switches nor one of: other"),
    ],
)
def test_a_bad_setting_is_a_clear_error(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SwitchError) as caught:
        from_environment({VARIABLE: text})
    assert str(caught.value).startswith(message)
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(RuntimeError) as failed:
        LocalServer(home=tmp_path / "a").start()
    assert str(failed.value.__cause__).startswith(message)
    done = run("serve", "--home", str(tmp_path / "b"), "--port", "0")
    assert (done.returncode, done.stderr.startswith(f"error: {message}")) == (1, True), done.stderr
