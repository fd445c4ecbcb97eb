"""`s invoke` through the real host: where the event comes from, what is shown, and the status."""

from __future__ import annotations

import subprocess
import time

from tests.host.harness import write_files
from tests.host.scenes import Project

pytest_plugins = ("tests.host.stage",)

CODE = """
def handler(event, context):
    print("a line of the log")
    if event == b"fail":
        raise ValueError("as asked")
    return event.upper()
"""


def online(project: Project) -> Project:
    """The project with a function that takes events, deployed."""
    project.props["triggers"] = []
    project.save()
    write_files(project.folder, {"code/index.py": CODE})
    run = project.run("deploy")
    assert run.status == 0, run.text
    return project


def test_the_function_is_called_and_its_answer_and_log_are_shown(fresh: Project) -> None:
    online(fresh)
    write_files(fresh.folder, {"event.json": '{"from": "a file"}'})
    for typed, told in (("-e abc", "ABC"), ("one -f event.json", '{"FROM": "A FILE"}')):
        words = typed.split()
        line = ["one", "invoke", *words[1:]] if words[0] == "one" else ["invoke", *words]
        run = fresh.host.run(fresh.folder, *line)
        assert run.status == 0, run.text
        assert told in run.stdout
        assert "a line of the log" in run.stdout

    piped = fresh.host.start(fresh.folder, "invoke", "-s", stdin=subprocess.PIPE)
    said, _ = piped.communicate("from a pipe", timeout=60)
    assert piped.returncode == 0, said
    assert "FROM A PIPE" in said

    document = fresh.host.run(fresh.folder, "invoke", "-e", "x", "--silent", "--output", "json").json()
    assert document["invocation"]["answer"] == "X"
    assert document["function"]["name"] == "hello"

    failed = fresh.run("invoke -e fail")
    assert failed.status == 1, failed.text
    assert "function-failed" in failed.text
    assert "as asked" in failed.stdout

    later = fresh.run("invoke -e x --invocation-type async")
    assert later.status == 0, later.text
    assert "FC has taken the event" in later.stdout


def test_standard_input_is_the_event_of_one_step_alone(fresh: Project) -> None:
    fresh.steps["two"] = {**fresh.props, "function": {**fresh.props["function"], "name": "other"}}
    online(fresh)
    run = fresh.host.run(fresh.folder, "invoke", "-s", stdin=subprocess.DEVNULL)
    assert run.status == 2, run.text
    assert "s one invoke --event-stdin" in run.text
    run = fresh.host.run(fresh.folder, "one", "invoke", "-s", stdin=subprocess.DEVNULL)
    assert run.status == 0, run.text


def test_ctrl_c_while_the_function_runs_ends_at_once(fresh: Project) -> None:
    online(fresh)
    fresh.server.admin.faults([{"op": "InvokeFunction", "action": {"delay_ms": 20000}}])
    with fresh.terminal("invoke -e x") as person:
        person.expect("fc-guard invoke")
        started = time.monotonic()
        person.control("c")
        assert person.finish() == 130, person.transcript
    assert time.monotonic() - started < 5
    assert "may have run" in person.transcript


def test_what_is_not_online_is_status_2(fresh: Project) -> None:
    run = fresh.run("invoke -e x")
    assert run.status == 2, run.text
    assert "not online" in run.text


def test_the_help_of_invoke_lists_where_the_event_comes_from(fresh: Project) -> None:
    run = fresh.run("invoke -h")
    assert run.status == 0
    assert all(option in run.stdout for option in ("--event <text>", "--event-file <file>", "--event-stdin"))
