"""Event functions: what they are given, what comes back, what happens when they fail."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

ECHO = "def handler(event, context):\n    return event\n"


def test_bytes_come_back_as_they_were_sent(bench):
    event = bytes(range(256)) * 4000  # larger than a pipe's buffer
    answer = bench.invoke(bench.function(ECHO), event)
    assert (answer.body == event, answer.error_type) == (True, None)


@pytest.mark.parametrize(
    ("result", "body"),
    [("'text 你好'", "text 你好".encode()), ("{'a': [1, None]}", b'{"a": [1, null]}'), ("None", b"null"), ("b''", b"")],
)
def test_text_is_sent_as_it_is_and_everything_else_as_json(bench, result, body):
    answer = bench.invoke(bench.function(f"def handler(event, context):\n    return {result}\n"))
    assert (answer.body, answer.error_type) == (body, None)


def test_a_result_that_is_not_json_is_the_functions_error(bench):
    answer = bench.invoke(bench.function("def handler(event, context):\n    return object()\n"))
    assert answer.error_type == "UnhandledInvocationError"
    assert json.loads(answer.body)["errorType"] == "TypeError"


def test_the_environment_is_the_functions_and_the_platforms_and_nothing_else(bench, monkeypatch):
    monkeypatch.setenv("OF_THE_SERVER", "secret")
    code = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    spec = bench.function(code, environment={"GREETING": "你好", "FC_REGION": "not yours"})
    found = json.loads(bench.invoke(spec).body)
    assert found["GREETING"] == "你好"
    assert found["FC_REGION"] == "cn-hangzhou"
    assert found["FC_ACCOUNT_ID"] == "1000000000000000"
    assert found["FC_FUNCTION_NAME"] == "fn"
    assert found["FC_FUNCTION_HANDLER"] == "index.handler"
    assert found["FC_FUNCTION_MEMORY_SIZE"] == "128"
    assert found["FC_FUNC_CODE_PATH"].endswith("/code")
    assert "OF_THE_SERVER" not in found


def test_the_context_says_who_the_function_is(bench):
    code = """
def handler(event, context):
    return {
        "request_id": context.request_id,
        "credentials": [context.credentials.access_key_id, context.credentials.security_token],
        "function": vars(context.function),
        "service": [context.service.name, context.service.qualifier],
        "region": context.region,
        "account": context.account_id,
        "baggage": context.tracing.span_baggages,
    }
"""
    spec = bench.function(code, timeout=7, memory=256)
    answer = bench.wait(bench.runner.invoke(spec, b"", request_id="1-abc"))
    assert json.loads(answer.body) == {
        "request_id": "1-abc",
        "credentials": ["", ""],
        "function": {"name": "fn", "handler": "index.handler", "memory": 256, "timeout": 7},
        "service": ["svc", "LATEST"],
        "region": "cn-hangzhou",
        "account": "1000000000000000",
        "baggage": {},
    }


def test_the_function_stands_in_its_code_folder_and_imports_from_it(bench):
    code = {
        "src/entry.py": "import near\ndef run(event, context):\n    return near.WORD + open('data.txt').read()\n",
        "near.py": "WORD = 'near '\n",
        "data.txt": "data",
    }
    assert bench.invoke(bench.function(code, handler="src/entry.run")).body == b"near data"


def test_the_servers_own_packages_cannot_be_imported(bench):
    answer = bench.invoke(bench.function("import aiohttp\ndef handler(event, context): ...\n"))
    error = json.loads(answer.body)
    assert error["errorMessage"] == "Unable to import module 'index': No module named 'aiohttp'"
    assert error["errorType"] == "ModuleNotFoundError"
    assert error["stackTrace"] == [['File "/code/index.py"', "line 1", "in <module>", "import aiohttp"]]


def test_packages_beside_the_code_are_found_through_the_usual_variables(bench):
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    code = {
        "index.py": "import one, two\ndef handler(event, context):\n    return one.WORD + two.WORD\n",
        "libs/one.py": "WORD = 'one'\n",
        f".s/python/lib/{version}/site-packages/two.py": "WORD = 'two'\n",
    }
    environment = {"PYTHONPATH": "/code/libs", "PYTHONUSERBASE": "/code/.s/python"}
    assert bench.invoke(bench.function(code, environment=environment)).body == b"onetwo"


def test_the_initializer_runs_once_for_an_instance(bench):
    code = """
count = 0
def initialize(context):
    global count
    count += 1
    assert context.function.name == "fn"
def handler(event, context):
    return count
"""
    spec = bench.function(code, initializer="index.initialize")
    assert [bench.invoke(spec).body for _ in range(3)] == [b"1", b"1", b"1"]


def test_an_initializer_that_fails_is_an_error_of_every_call(bench):
    code = "def initialize(context):\n    raise OSError('no database')\ndef handler(event, context): ...\n"
    spec = bench.function(code, initializer="index.initialize")
    for _ in range(2):
        answer = bench.invoke(spec)
        assert answer.error_type == "UnhandledInvocationError"
        assert json.loads(answer.body)["errorMessage"] == "no database"


def test_an_exception_is_told_as_fc_tells_it(bench):
    code = "def handler(event, context):\n    inner()\ndef inner():\n    raise KeyError('wrong')\n"
    answer = bench.invoke(bench.function(code))
    assert answer.error_type == "UnhandledInvocationError"
    assert json.loads(answer.body) == {
        "errorMessage": "'wrong'",
        "errorType": "KeyError",
        "stackTrace": [
            ['File "/code/index.py"', "line 2", "in handler", "inner()"],
            ['File "/code/index.py"', "line 4", "in inner", "raise KeyError('wrong')"],
        ],
    }
    assert b"KeyError: 'wrong'" in answer.log_tail


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("index.other", "Handler 'other' is missing on module 'index'"),
        ("index.NUMBER", "Handler 'NUMBER' of module 'index' cannot be called: int"),
        ("absent.handler", "Unable to import module 'absent': No module named 'absent'"),
        ("handler", "Handler 'handler' is not of the form file.function"),
    ],
)
def test_a_handler_that_cannot_be_called_is_named(bench, handler, message):
    answer = bench.invoke(bench.function(ECHO + "NUMBER = 1\n", handler=handler))
    assert answer.error_type == "UnhandledInvocationError"
    assert json.loads(answer.body)["errorMessage"] == message


def test_a_syntax_error_is_the_functions_error(bench):
    answer = bench.invoke(bench.function("def handler(event, context)\n"))
    error = json.loads(answer.body)
    assert error["errorType"] == "SyntaxError"
    assert str(bench.work) not in error["errorMessage"]


def test_a_call_that_takes_too_long_is_ended_and_the_next_one_works(bench):
    code = """
import time
def handler(event, context):
    print("slow")
    time.sleep(float(event))
    return "awake"
"""
    spec = bench.function(code, timeout=1)
    late = bench.invoke(spec, b"60")
    assert late.error_type == "UnhandledInvocationError"
    assert json.loads(late.body) == {"errorMessage": "Function timed out after 1 seconds"}
    assert b"slow" in late.log_tail
    assert bench.invoke(spec, b"0").body == b"awake"


@pytest.mark.parametrize(
    "leave", ["import os; os._exit(3)", "raise SystemExit(0)", "import os; os.kill(os.getpid(), 11)"]
)
def test_a_process_that_leaves_is_an_error_and_the_next_call_works(bench, leave):
    spec = bench.function(f"def handler(event, context):\n    if event:\n        print('leaving')\n        {leave}\n")
    lost = bench.invoke(spec, b"x")
    assert lost.error_type == "UnhandledInvocationError"
    assert json.loads(lost.body)["errorMessage"].startswith("Process exited unexpectedly before completing request (")
    assert bench.invoke(spec).error_type is None


def test_prints_are_the_log_and_never_the_answer(bench):
    code = """
import logging, os, subprocess, sys
print("while importing")
def handler(event, context):
    print("out 你好")
    print("err", file=sys.stderr)
    os.write(1, b"raw\\n")
    subprocess.run(["echo", "from a child"], check=True)
    logging.getLogger().info("logged")
    logging.getLogger().debug("unseen")
    return sys.stdin.read()
"""
    answer = bench.wait(bench.runner.invoke(bench.function(code), b"", request_id="1-abc"))
    log = answer.log_tail.decode()
    assert (answer.body, answer.error_type) == (b"", None)
    assert log.startswith("FC Invoke Start RequestId: 1-abc\nwhile importing\n")
    assert "out 你好\nerr\nraw\nfrom a child\n" in log
    assert " 1-abc [INFO] logged\n" in log
    assert "unseen" not in log
    assert log.endswith("FC Invoke End RequestId: 1-abc\n")


def test_the_log_is_the_last_four_kilobytes_of_one_call(bench):
    spec = bench.function("def handler(event, context):\n    print(event.decode() * 300000 + 'end')\n")
    first, second = bench.invoke(spec, b"a"), bench.invoke(spec, b"b")
    assert len(first.log_tail) == 4096
    assert b"aaaend\nFC Invoke End" in first.log_tail
    assert b"a" not in second.log_tail.partition(b"FC Invoke End")[0]


def test_a_new_version_of_the_code_takes_effect_at_once(bench):
    first = bench.function("def handler(event, context):\n    return 'first'\n")
    second = bench.function("def handler(event, context):\n    return 'second'\n")
    assert [bench.invoke(spec).body for spec in (first, second, first)] == [b"first", b"second", b"first"]


def test_a_new_variable_takes_effect_at_once(bench):
    code = bench.package(
        {"index.py": "import os\nMODE = os.environ['MODE']\ndef handler(event, context):\n    return MODE\n"}
    )
    modes = [bench.function(code, environment={"MODE": mode}) for mode in ("a", "b")]
    assert [bench.invoke(spec).body for spec in modes] == [b"a", b"b"]


def test_calls_run_beside_each_other(bench):
    """Each waits for all the others: they end only when all run at the same time."""
    code = """
import os, pathlib, time
def handler(event, context):
    folder = pathlib.Path(os.environ["MEETING"])
    (folder / event.decode()).touch()
    while len(list(folder.iterdir())) < 5:
        time.sleep(0.01)
    return os.getpid()
"""
    meeting = bench.folder / "meeting"
    meeting.mkdir()
    spec = bench.function(code, environment={"MEETING": str(meeting)})

    async def all_at_once():
        return await asyncio.gather(*(bench.runner.invoke(spec, b"%d" % number) for number in range(5)))

    answers = bench.wait(all_at_once())
    assert [answer.error_type for answer in answers] == [None] * 5
    assert len({answer.body for answer in answers}) == 5


@pytest.mark.parametrize("runtime", ["python3", "python3.9", "python3.10"])
def test_python3_runtimes_are_run(bench, runtime):
    assert bench.invoke(bench.function(ECHO, runtime=runtime), b"x").body == b"x"


@pytest.mark.parametrize("runtime", ["python2.7", "nodejs14", "custom", "custom.debian10"])
def test_other_runtimes_are_refused_with_a_clear_text(bench, runtime):
    answer = bench.invoke(bench.function(ECHO, runtime=runtime))
    assert answer.error_type == "UnhandledInvocationError"
    text = f"This local FC runs python3 functions and cannot run {runtime}; the deployment itself is complete"
    assert json.loads(answer.body) == {"errorMessage": text}
