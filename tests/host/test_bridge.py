"""What the bridge makes of each way in which the real hosts call a component. A fake worker stands for Python."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.host import fake_worker
from tests.host.conftest import FakeWorker
from tests.host.harness import ACCOUNT, ROOT, Host, Terminal, project_v1, project_v3, write_files

Steps = list[dict[str, Any]]
UNKNOWN = "What happened in the cloud is unknown: run `s plan`"


def does(**on: Steps | dict[str, Any]) -> dict[str, Any]:
    """Props that make the fake worker do this: `does(deploy={"do": "exit", "code": 1})`."""
    return {"on": {name: steps if isinstance(steps, list) else [steps] for name, steps in on.items()}}


def error(message: str = "It is broken.\nhint: mend it", status: int = 3, **more: Any) -> dict[str, Any]:
    return {"do": "error", "message": message, "status": status, **more}


@pytest.fixture(params=["3.1.10 with 3.0.0", "3.1.10 with 1.0.0", "2.2.2 with 1.0.0"])
def any_host(request: pytest.FixtureRequest, host: Host, host2: Host) -> tuple[Host, Callable[..., Path]]:
    """Each host with each edition of s.yaml: the host, and what writes a project for it."""
    return {
        "3.1.10 with 3.0.0": (host, project_v3),
        "3.1.10 with 1.0.0": (host, project_v1),
        "2.2.2 with 1.0.0": (host2, project_v1),
    }[request.param]


AnyHost = tuple[Host, Callable[..., Path]]


# --- results, errors, exit statuses -----------------------------------------------------------------------------------


def test_a_call_reaches_the_worker_in_one_shape(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": {"region": "cn-hangzhou", "n": 1, "list": ["x"]}})
    done = host.run(folder, "info", "--flag", "a b")
    assert done.status == 0, done.text
    [call] = fake.records("call")
    v3 = project is project_v3
    assert call["message"] == {
        "t": "call",
        "id": 1,
        "method": "info",
        "argv": ["info", "--flag", "a b"],
        "inputs": {
            "contract": "v3" if v3 else "v2",
            "command": "info",
            "cwd": str(folder),
            "app": "app",
            "resource": {"name": "one", "component": str(ROOT), "access": "default"},
            "props": {"region": "cn-hangzhou", "n": 1, "list": ["x"]},
            "yaml": str(folder / "s.yaml"),
            "host": host.version,
        },
    }


def test_a_result_is_printed_and_an_output_reaches_the_next_step(
    any_host: AnyHost, fake: FakeWorker, tmp_path: Path
) -> None:
    host, project = any_host
    reference = "${resources.a.output.url}" if project is project_v3 else "${a.output.url}"
    result = {"do": "result", "value": {"url": "http://a.example"}}
    folder = project(tmp_path / "app", {"a": does(deploy=result), "b": {"from": reference}})
    done = host.run(folder, "deploy")
    assert done.status == 0, done.text
    assert "http://a.example" in done.stdout
    second = fake.records("call")[1]["message"]["inputs"]
    assert second["props"]["from"] == "http://a.example"
    assert "AccessKey" not in str(second)


def test_an_error_is_shown_whole_and_decides_the_exit_status(
    any_host: AnyHost, fake: FakeWorker, tmp_path: Path
) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": does(deploy=error())})
    done = host.run(folder, "deploy")
    assert done.status == 3, done.text
    assert "It is broken.\nhint: mend it" in done.text


def test_a_result_may_carry_a_status(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": does(plan={"do": "result", "value": {"ok": 1}, "status": 10})})
    assert host.run(folder, "plan").status == 10


def test_of_several_results_the_gravest_status_counts_and_an_error_beats_them(
    host: Host, fake: FakeWorker, tmp_path: Path
) -> None:
    results = {f"r{status}": does(plan={"do": "result", "status": status}) for status in (10, 3, 0)}
    folder = project_v3(tmp_path / "app", results)
    assert host.run(folder, "plan").status == 3
    folder = project_v3(tmp_path / "app2", {**results, "z": does(plan=error(status=1))})
    assert host.run(folder, "plan").status == 1


def test_data_of_an_error_reaches_the_hosts_error_file(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy=error(data={"reference": "drift-found"}))})
    host.run(folder, "deploy")
    [file] = (host.home / ".s" / "logs").glob("*/error.json")
    assert "drift-found" in file.read_text(encoding="utf-8")


def test_a_failure_that_s_yaml_allows_stays_allowed(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy=error())})
    text = (folder / "s.yaml").read_text(encoding="utf-8").replace("  one:\n", "  one:\n    allow_failure: true\n")
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    assert host.run(folder, "deploy").status == 0


def test_every_level_of_the_log_arrives_unchanged(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    text = "%s of 100%% {x} %d ✓"
    logs: Steps = [{"do": "log", "level": level, "text": f"{level}: {text}"} for level in LEVELS]
    folder = project(tmp_path / "app", {"one": does(info=[*logs, {"do": "result"}])})
    done = host.run(folder, "info")
    for level in ("write", "info", "warn"):
        assert f"{level}: {text}" in done.text
    assert f"error: {text}" in done.stderr
    assert f"debug: {text}" not in done.text
    assert f"debug: {text}" in host.run(folder, "info", "--debug").text


LEVELS = ("write", "info", "warn", "error", "debug")


def test_silent_json_output_is_nothing_but_the_json(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    steps: Steps = [{"do": "log", "text": "noise"}, {"do": "result", "value": {"n": 1}}]
    folder = project_v3(tmp_path / "app", {"one": does(plan=steps)})
    done = host.run(folder, "plan", "--silent", "--output", "json")
    assert {"n": 1}.items() <= done.json().items()


# --- -o: host 3.1.10 reports failed steps as completed ----------------------------------------------------------------


@pytest.mark.parametrize("flag", [["-o", "json"], ["--output-format", "json"], ["--output-format=yaml"]])
def test_under_output_format_a_failure_still_fails(
    host: Host, fake: FakeWorker, tmp_path: Path, flag: list[str]
) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy=error())})
    done = host.run(folder, "deploy", *flag)
    assert done.status == 3
    assert "It is broken.\nhint: mend it" in done.stderr


def test_under_output_format_nothing_more_is_deployed_after_a_failure(
    host: Host, fake: FakeWorker, tmp_path: Path
) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy=error()), "two": {}})
    done = host.run(folder, "deploy", "-o", "json")
    assert done.status == 3
    assert len(fake.records("call")) == 1


def test_on_host_2_output_format_prints_results_alone_on_stdout(host2: Host, fake: FakeWorker, tmp_path: Path) -> None:
    steps: Steps = [{"do": "log", "text": "noise"}, {"do": "result", "value": {"n": 1}}]
    folder = project_v1(tmp_path / "app", {"one": does(plan=steps)})
    done = host2.run(folder, "plan", "-o", "json")
    assert done.json() == {"one": {"n": 1}}
    assert "noise" in done.stderr


# --- one worker ------------------------------------------------------------------------------------------------------


def test_one_worker_serves_all_steps_and_ends_with_the_host(
    any_host: AnyHost, fake: FakeWorker, tmp_path: Path
) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {f"r{i}": {} for i in range(4)})
    assert host.run(folder, "info").status == 0
    assert len(fake.records("start")) == 1
    assert len(fake.records("call")) == 4
    assert [record["what"] for record in fake.records()[-2:]] == ["bye", "ended"]


def test_steps_of_a_parallel_group_share_the_worker(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    flow = {"deploy": [["a", "b", "c"]]}
    folder = project_v3(tmp_path / "app", {name: {} for name in "abc"}, flow=flow)
    done = host.run(folder, "deploy")
    assert done.status == 0, done.text
    assert len(fake.records("start")) == 1
    assert {call["message"]["inputs"]["resource"]["name"] for call in fake.records("call")} == set("abc")


def test_a_failing_step_of_a_parallel_group_decides_the_status(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    resources = {"a": does(deploy=error(status=7)), "b": {}}
    folder = project_v3(tmp_path / "app", resources, flow={"deploy": [["a", "b"]]})
    assert host.run(folder, "deploy").status == 7


@pytest.mark.parametrize("ending", ["clearInterval(timer)", "process.exit(0)"], ids=["done", "exit"])
def test_the_worker_starts_with_the_component_and_ends_with_a_host_that_never_called_it(
    host: Host, fake: FakeWorker, tmp_path: Path, ending: str
) -> None:
    code = f"""
        require(process.argv[1]);
        const started = () => require('fs').existsSync(process.env.FAKE_WORKER_LOG);
        const timer = setInterval(() => started() && {ending}, 20);
    """
    env = host.environment({"FAKE_SLOW_START": "20"})
    done = subprocess.run(["node", "-e", code, str(ROOT)], env=env, cwd=tmp_path, timeout=15, check=False)
    assert done.returncode == 0
    assert [record["what"] for record in fake.records()] == ["start"]
    assert worker_is_gone(fake)


def test_no_folder_of_the_project_is_imported_from(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": {}})
    host.run(folder, "info")
    [start] = fake.records("start")
    source = Path(start["python_path"])
    assert source.name == "src"
    assert (source / "fc_guard" / "__init__.py").exists()
    assert "sys.path[:]" in start["argv"][1]


# --- the worker fails ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ({"do": "exit", "code": 3}, "exit code 3"),
        ({"do": "kill"}, "ended by SIGKILL"),
        ({"do": "garbage"}, "not JSON"),
        ({"do": "close"}, "it closed its pipe"),
    ],
    ids=["exits", "killed", "garbage", "closes"],
)
def test_a_worker_that_ends_in_a_deployment_leaves_an_unknown_outcome(
    host: Host, fake: FakeWorker, tmp_path: Path, ending: dict[str, Any], told: str
) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy=ending)})
    done = host.run(folder, "deploy")
    assert done.status == 6, done.text
    assert UNKNOWN in done.text
    assert told in done.text
    assert "deploy of one" in done.text


def test_a_worker_that_ends_in_a_plan_has_changed_nothing(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    done = host.run(project(tmp_path / "app", {"one": does(plan={"do": "kill"})}), "plan")
    assert done.status == 1, done.text
    assert "nothing was changed" in done.text


def test_all_calls_of_a_dying_worker_fail(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    resources = {"a": does(deploy=[{"do": "sleep", "seconds": 0.2}, {"do": "kill"}]), "b": {}}
    folder = project_v3(tmp_path / "app", resources, flow={"deploy": [["a", "b"]]})
    done = host.run(folder, "deploy")
    assert done.status == 6, done.text
    assert "deploy of a" in done.text


def test_what_a_worker_said_before_its_end_is_not_lost(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    steps: Steps = [{"do": "log", "text": "x" * 1000, "times": 300}, {"do": "exit", "code": 1}]
    done = host.run(project_v3(tmp_path / "app", {"one": does(deploy=steps)}), "deploy")
    assert done.stdout.count("x" * 1000) == 300


def test_after_a_death_the_next_step_gets_a_new_worker(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"a": does(plan={"do": "kill"}), "b": {}})
    text = (folder / "s.yaml").read_text(encoding="utf-8").replace("  a:\n", "  a:\n    allow_failure: true\n")
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    done = host.run(folder, "plan")
    assert len(fake.records("start")) == 2
    assert len(fake.records("call")) == 2, done.text


def test_a_worker_that_does_not_start_has_begun_nothing(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": {}})
    done = host.run(folder, "deploy", env={"FAKE_DIES_AT_START": "1"})
    assert done.status == 1
    assert "did not start (exit code 1)" in done.text
    assert "nothing was changed" in done.text
    assert "no module named anything" in done.stderr


def test_an_interpreter_that_is_not_there_is_named(any_host: AnyHost, tmp_path: Path) -> None:
    host, project = any_host
    host.python = "/nowhere/python"
    done = host.run(project(tmp_path / "app", {"one": {}}), "deploy")
    assert done.status == 1
    assert "FC_GUARD_PYTHON names /nowhere/python" in done.text


def test_a_worker_of_another_version_does_nothing(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": {}})
    done = host.run(folder, "deploy", env={"FAKE_VERSION": "0.0.9"})
    assert done.status == 1
    assert "its version is 0.0.9" in done.text
    assert fake.records("call") == []


def test_the_fake_worker_has_the_version_of_the_component() -> None:
    assert json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["version"] == fake_worker.VERSION


def test_a_host_that_ends_during_a_deployment_is_no_success(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    rude = (
        "module.exports = class { deploy() { setTimeout(() => process.exit(0), 300); return new Promise(() => {}); } };"
    )
    write_files(tmp_path / "rude", {"index.js": rude, "package.json": "{}"})
    folder = project_v3(
        tmp_path / "app", {"one": does(deploy={"do": "deaf"}), "two": {}}, flow={"deploy": [["one", "two"]]}
    )
    text = (folder / "s.yaml").read_text(encoding="utf-8")
    head, _, tail = text.rpartition(str(ROOT))
    (folder / "s.yaml").write_text(f"{head}{tmp_path / 'rude'}{tail}", encoding="utf-8")
    done = host.run(folder, "deploy")
    assert done.status == 6, done.text
    assert "The host ended during deploy of one." in done.stderr
    assert worker_is_gone(fake)


# --- interruptions ---------------------------------------------------------------------------------------------------


def wait_for(fake: FakeWorker, what: str) -> None:
    deadline = time.monotonic() + 20
    while not fake.records(what):
        assert time.monotonic() < deadline, f"no {what!r} among {fake.records()}"
        time.sleep(0.02)


def worker_is_gone(fake: FakeWorker) -> bool:
    pid = fake.records("start")[-1]["pid"]
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        # A zombie waits for a parent that may be slow to look.
        if "Z" in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]:
            return True
        time.sleep(0.02)
    return False


def test_ctrl_c_lets_the_worker_clean_up_and_ends_with_130(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": does(deploy={"do": "wait", "cleanup": 0.4}), "two": {}})
    with host.terminal(folder, "deploy") as terminal:
        wait_for(fake, "call")
        terminal.control("c")
        assert terminal.finish() == 130
    assert fake.records("cleaned")
    assert "Interrupted; cleaned up." in terminal.transcript
    assert len(fake.records("call")) == 1
    assert worker_is_gone(fake)


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_a_signal_to_the_host_alone_reaches_the_worker(
    host: Host, fake: FakeWorker, tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy={"do": "wait", "status": status})})
    with host.start(folder, "deploy") as process:
        wait_for(fake, "call")
        process.send_signal(sent)
        stdout, _ = process.communicate(timeout=20)
    assert process.returncode == status, stdout
    [interrupt] = fake.records("interrupt")
    assert interrupt["message"]["signal"] == sent.name
    assert fake.records("cleaned")


def test_the_third_interruption_kills(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy={"do": "deaf"})})
    with host.start(folder, "deploy") as process:
        wait_for(fake, "call")
        for _ in range(3):
            process.send_signal(signal.SIGINT)
            time.sleep(0.1)
        stdout, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert UNKNOWN in stdout
    assert worker_is_gone(fake)


def test_an_interruption_while_the_worker_starts_begins_nothing(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": {}})
    with host.start(folder, "deploy", env={"FAKE_SLOW_START": "20"}) as process:
        wait_for(fake, "start")
        time.sleep(0.6)
        process.send_signal(signal.SIGTERM)
        stdout, _ = process.communicate(timeout=20)
    assert process.returncode == 143, stdout
    assert "was not begun" in stdout
    assert worker_is_gone(fake)


def test_a_worker_whose_host_was_killed_ends(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy={"do": "deaf"})})
    with host.start(folder, "deploy") as process:
        wait_for(fake, "call")
        process.kill()
        process.communicate(timeout=20)
    wait_for(fake, "orphaned")
    assert worker_is_gone(fake)


def test_an_interruption_between_two_steps_is_no_success(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    # The host's own listener ends the run at once, with status 0.
    actions = {"post-deploy": [{"run": "sleep 3", "path": "."}]}
    folder = project_v3(tmp_path / "app", {"one": {}, "two": {}}, actions=actions)
    with host.start(folder, "deploy") as process:
        wait_for(fake, "call")
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=20)
    assert process.returncode == 130, stdout
    assert worker_is_gone(fake)


def test_output_that_nobody_reads_ends_the_run(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    # As in `s plan | head`, once head has seen enough. (Before the component is loaded, host 3.1.10 spins by itself.)
    steps: Steps = [{"do": "log", "text": "line", "times": 2000}, {"do": "sleep", "seconds": 0.5}, {"do": "echo"}]
    folder = project_v3(tmp_path / "app", {"one": does(plan=steps)})
    with host.start(folder, "plan") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while "line" not in process.stdout.readline():
            pass
        process.stdout.close()
        assert process.wait(timeout=15) == 141
        assert process.stderr.read() == ""


def test_a_deployment_is_asked_to_stop_when_nobody_reads_its_output(
    host: Host, fake: FakeWorker, tmp_path: Path
) -> None:
    steps: Steps = [{"do": "log", "text": "line", "times": 2000}, {"do": "wait"}]
    folder = project_v3(tmp_path / "app", {"one": does(deploy=steps)})
    with host.start(folder, "deploy") as process:
        assert process.stdout is not None
        while "line" not in process.stdout.readline():
            pass
        process.stdout.close()
        assert process.wait(timeout=15) == 141
    assert fake.records("cleaned")


# --- questions -------------------------------------------------------------------------------------------------------


def test_a_question_is_asked_after_what_was_said_before_it(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    steps: Steps = [{"do": "log", "text": "shown first", "times": 200}, {"do": "ask", "text": "Go on? "}]
    folder = project(tmp_path / "app", {"one": does(deploy=steps)})
    with host.terminal(folder, "deploy") as terminal:
        assert terminal.expect("Go on? ").count("shown first") == 200
        terminal.line("yes")
        terminal.expect("yes")
        assert terminal.finish() == 0
    assert re.search(r"answer:\s+yes", terminal.transcript)


def test_ctrl_c_at_a_question_ends_with_130(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    steps: Steps = [{"do": "log", "text": "before"}, {"do": "wait"}]
    folder = project_v3(tmp_path / "app", {"one": does(deploy=steps)})
    with host.terminal(folder, "deploy") as terminal:
        terminal.expect("before")
        terminal.control("c")
        assert terminal.finish() == 130


@pytest.mark.parametrize("stdin", ["closed", "null"])
def test_without_stdin_a_question_is_an_error(host: Host, fake: FakeWorker, tmp_path: Path, stdin: str) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(deploy={"do": "ask", "text": "Go on? "})})
    if stdin == "null":
        done = host.run(folder, "deploy")
    else:
        done = host.run(folder, "deploy", stdin=None, preexec_fn=lambda: os.close(0))
    assert done.status == 3, done.text
    assert "It needs a terminal." in done.text


# --- help, schema, s cli ---------------------------------------------------------------------------------------------


def test_help_comes_from_the_bridge_on_every_host(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": {}})
    for flag in ("-h", "--help"):
        done = host.run(folder, "deploy", flag)
        assert done.status == 0, done.text
        assert "Usage: s deploy [options]" in done.stdout
        assert "--use-remote" in done.stdout
    assert fake.records() == []


@pytest.mark.parametrize("words", ["deploy function", "one deploy trigger", "undo some-run", "deploy nonsense"])
def test_help_of_a_part_is_the_help_of_its_command(host: Host, fake: FakeWorker, tmp_path: Path, words: str) -> None:
    folder = project_v3(tmp_path / "app", {"one": {}, "two": {}})
    done = host.run(folder, *words.split(), "-h")
    assert done.status == 0, done.text
    assert "--use-remote" in done.stdout
    assert fake.records() == []


def test_a_step_has_help_of_its_own(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": {}, "two": {}})
    done = host.run(folder, "one", "-h")
    assert done.status == 0, done.text
    assert "fc-guard" in done.stdout
    for command in ("deploy", "plan", "drift", "info", "remove"):
        assert command in done.stdout


@pytest.mark.parametrize("version", ["3.1.10", "2.2.2"])
def test_s_cli_hands_over_its_json(host: Host, host2: Host, fake: FakeWorker, tmp_path: Path, version: str) -> None:
    each = host if version == host.version else host2
    done = each.run(tmp_path, "cli", str(ROOT), "info", "-p", '{"region": "cn-hangzhou"}', "--x", "1")
    assert done.status == 0, done.text
    [call] = fake.records("call")
    inputs = call["message"]["inputs"]
    assert inputs["contract"] == "cli"
    assert inputs["props"] == {"region": "cn-hangzhou"}
    assert inputs["yaml"] is None
    assert call["message"]["argv"][:2] == ["cli", str(ROOT)]


def test_s_cli_without_an_object_is_bad_input(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    done = host.run(tmp_path, "cli", str(ROOT), "info", "-p", "[1]")
    assert done.status == 2, done.text
    assert "is not a JSON object" in done.text


def test_an_action_calls_the_method_it_names(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": {"n": "${resources.two.info.method}"}, "two": {}})
    done = host.run(folder, "one", "deploy")
    assert done.status == 0, done.text
    assert [call["message"]["method"] for call in fake.records("call")] == ["info", "deploy"]


# --- credentials -----------------------------------------------------------------------------------------------------


def test_credentials_are_given_when_asked_for(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    host.with_keys(SecurityToken="token-of-tests-123")
    host.run(project(tmp_path / "app", {"one": does(info={"do": "cred"})}), "info")
    [answer] = fake.records("cred")
    assert answer["message"] == {
        "t": "cred",
        "id": 1,
        "credential": {**ACCOUNT, "SecurityToken": "token-of-tests-123"},
        "error": None,
    }


def test_without_being_asked_for_no_credentials_are_needed_nor_sent(
    any_host: AnyHost, fake: FakeWorker, tmp_path: Path
) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": {}})
    assert host.run(folder, "info").status == 0
    host.with_keys()
    assert host.run(folder, "info").status == 0
    assert ACCOUNT["AccessKeySecret"] not in fake.log.read_text(encoding="utf-8")


def test_missing_credentials_are_told(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": does(info={"do": "cred"})}, access="nobody")
    done = host.run(folder, "info")
    assert done.status == 2, done.text
    assert "nobody" in done.text


def test_a_temporary_key_from_variables_keeps_its_token(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": does(info={"do": "cred"})})
    host.run(folder, "info", env={**ACCOUNT, "SecurityToken": "token-of-tests-123"})
    [answer] = fake.records("cred")
    assert answer["message"]["credential"]["SecurityToken"] == "token-of-tests-123"


def test_a_secret_that_leaks_into_a_message_is_masked(any_host: AnyHost, fake: FakeWorker, tmp_path: Path) -> None:
    host, project = any_host
    host.with_keys()
    done = host.run(project(tmp_path / "app", {"one": does(deploy={"do": "leak"})}), "deploy")
    assert "the secret is" in done.text
    assert "bad secret" in done.text
    assert ACCOUNT["AccessKeySecret"] not in done.text
    for file in (host.home / ".s" / "logs").rglob("*"):
        if file.is_file():
            assert ACCOUNT["AccessKeySecret"] not in file.read_text(encoding="utf-8", errors="replace")


# --- what the host does with the class ------------------------------------------------------------------------------


def test_the_instance_has_no_data_that_the_host_would_copy_for_every_value() -> None:
    code = """
        const FcGuard = require(process.argv[1]);
        const one = new FcGuard({ logger: {} });
        const names = Object.getOwnPropertyNames(FcGuard.prototype).sort();
        console.log(JSON.stringify([Object.keys(one), names, typeof one.getSchema()]));
        process.exit(0);
    """
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    done = subprocess.run(["node", "-e", code, str(ROOT)], capture_output=True, text=True, env=env, check=True)
    methods = "commands constructor deploy drift getSchema history info invoke plan pull remove rescue sync undo"
    words = json.loads((ROOT / "src" / "elsewhere.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == [[], sorted([*methods.split(), *words]), "string"]


def test_the_terminal_of_these_tests_reads_words_across_colours(tmp_path: Path) -> None:
    command = ["printf", "\\033[31mre\\033[0md\\n"]
    with Terminal(command, tmp_path, {"PATH": os.environ["PATH"], "TERM": "xterm"}, 5) as terminal:
        terminal.expect("red")
        assert terminal.finish() == 0
    assert terminal.transcript == "red\n"
