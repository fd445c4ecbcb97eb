"""Instances: reused while they may be, gone when they must be."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fc_local
from fc_local.runner import Runner

PID = """
import os, subprocess
other = subprocess.Popen(["sleep", "600"])
def handler(event, context):
    return [os.getpid(), other.pid]
"""


def pids(answer) -> list[int]:
    assert answer.error_type is None
    return json.loads(answer.body)


def until(fact) -> bool:
    deadline = time.monotonic() + 20
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.02)
    return fact()


def test_an_instance_is_reused(bench):
    spec = bench.function(PID)
    assert bench.invoke(spec).body == bench.invoke(spec).body


def test_nothing_is_left_after_close(bench, ended):
    running = pids(bench.invoke(bench.function(PID)))
    assert not any(map(ended, running))
    bench.close()
    assert until(lambda: all(map(ended, running)))
    assert not bench.work.exists()


def test_close_ends_a_busy_instance_and_its_call_gets_an_answer(bench, ended):
    code = """
import os, pathlib, time
def handler(event, context):
    pathlib.Path(os.environ["PID"]).write_text(str(os.getpid()))
    time.sleep(600)
"""
    note = bench.folder / "pid"
    spec = bench.function(code, environment={"PID": str(note)}, timeout=600)

    async def close_in_the_middle():
        call = asyncio.create_task(bench.runner.invoke(spec, b""))
        while not note.exists() or not note.read_text():
            await asyncio.sleep(0.01)
        await bench.runner.close()
        return await call

    answer = bench.wait(close_in_the_middle())
    assert answer.error_type == "UnhandledInvocationError"
    assert until(lambda: ended(int(note.read_text())))


def test_a_closed_runner_starts_nothing(bench):
    bench.wait(bench.runner.close())
    answer = bench.invoke(bench.function(PID))
    assert json.loads(answer.body) == {"errorMessage": "The server is shutting down"}


def test_an_idle_instance_ends_after_a_while_with_its_files(bench, ended):
    bench.runner = Runner(bench.work, idle_seconds=0.05)
    running = pids(bench.invoke(bench.function(PID)))

    async def wait_for_the_end():
        while list(bench.work.iterdir()):
            await asyncio.sleep(0.02)

    bench.wait(wait_for_the_end())
    assert until(lambda: all(map(ended, running)))


def test_only_so_many_instances_stay_warm(bench, ended):
    running = [pids(bench.invoke(bench.function(PID)))[0] for _ in range(18)]
    assert until(lambda: [ended(pid) for pid in running] == [True] * 2 + [False] * 16)


def test_an_instance_that_died_while_idle_is_replaced(bench, ended):
    spec = bench.function(PID)
    first = pids(bench.invoke(spec))[0]
    os.kill(first, signal.SIGKILL)
    assert until(lambda: ended(first))
    bench.wait(asyncio.sleep(0.1))  # the loop has not run since
    assert pids(bench.invoke(spec))[0] != first


def test_what_a_killed_server_left_behind_is_cleared_away(bench):
    left = bench.work / "left-over" / "code"
    left.mkdir(parents=True)
    bench.invoke(bench.function(PID))
    assert not left.exists()


def test_a_killed_server_leaves_no_orphan(bench, ended):
    """The server is killed in the middle of a call: its instance and what that one started end by themselves."""
    code = PID + (
        "def busy(event, context):\n"
        "    import pathlib, time\n"
        "    pathlib.Path(os.environ['NOTE']).write_text(f'{os.getpid()} {other.pid}.')\n"
        "    time.sleep(600)\n"
    )
    note = bench.folder / "note"
    package = bench.package({"index.py": code})
    server = f"""
import asyncio
from pathlib import Path
from fc_local.runner import FunctionSpec, Runner
spec = FunctionSpec("1", "r", "s", "f", "python3", "index.busy", "", 600, 128, {{"NOTE": {str(note)!r}}}, "1",
                    Path({str(package)!r}))
asyncio.run(Runner(Path({str(bench.folder / "other")!r})).invoke(spec, b""))
"""
    source = str(Path(fc_local.__file__).parents[1])
    process = subprocess.Popen([sys.executable, "-c", server], env={**os.environ, "PYTHONPATH": source})
    try:
        assert until(lambda: note.exists() and note.read_text().endswith("."))
        running = [int(pid) for pid in note.read_text().rstrip(".").split()]
        assert not any(map(ended, running))
    finally:
        process.kill()
        process.wait()
    assert until(lambda: all(map(ended, running)))


def test_the_loop_goes_on_while_a_function_runs(bench):
    spec = bench.function("import time\ndef handler(event, context):\n    time.sleep(2)\n")

    async def longest_pause():
        call = asyncio.create_task(bench.runner.invoke(spec, b""))
        longest, last = 0.0, time.monotonic()
        while not call.done():
            await asyncio.sleep(0.001)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        return longest

    assert bench.wait(longest_pause()) < 1
