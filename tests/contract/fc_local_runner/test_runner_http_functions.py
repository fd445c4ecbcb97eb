"""HTTP functions: the WSGI side of an HTTP trigger."""

from __future__ import annotations

import json

import pytest

from fc_local.runner import HttpAnswer

JSON = ("Content-Type", "application/json")
FAILED = ("X-Fc-Error-Type", "UnhandledInvocationError")


def told(answer: HttpAnswer) -> str:
    """The message, where the clients of both APIs read it."""
    body = json.loads(answer.body)
    assert body["ErrorMessage"] == body["Message"]
    return str(body["Message"])


def test_the_function_sees_the_request(bench):
    code = """
import json
def handler(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    seen = {k: v for k, v in environ.items() if isinstance(v, str)}
    seen["body"] = body.hex()
    seen["account"] = environ["fc.context"].account_id
    seen["request_id"] = environ["fc.context"].request_id
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(seen).encode()]
"""
    answer = bench.http(
        bench.function(code),
        method="POST",
        path="/a b/你",
        query_string="x=1&y=%20",
        headers=(
            ("Host", "127.0.0.1:9580"),
            ("Content-Type", "text/x"),
            ("Content-Length", "2"),
            ("X-Twice", "1"),
            ("x-twice", "2"),
        ),
        body=b"\x00\xff",
        request_uri="/2016-08-15/proxy/svc/fn/a%20b/%E4%BD%A0?x=1&y=%20",
    )
    assert answer.status == 200
    assert json.loads(answer.body) == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a b/你".encode().decode("latin-1"),
        "QUERY_STRING": "x=1&y=%20",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "9580",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "text/x",
        "CONTENT_LENGTH": "2",
        "HTTP_HOST": "127.0.0.1:9580",
        "HTTP_X_TWICE": "1,2",
        "wsgi.url_scheme": "http",
        "fc.request_uri": "/2016-08-15/proxy/svc/fn/a%20b/%E4%BD%A0?x=1&y=%20",
        "body": "00ff",
        "account": "1000000000000000",
        "request_id": "1-00000000-00000000-000000000000",
    }


def test_status_and_headers_are_the_functions_except_the_reserved_ones(bench):
    code = """
def handler(environ, start_response):
    headers = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Server", "mine"), ("X-Fc-Thing", "x"), ("Date", "now")]
    start_response("404 Not Found", headers)
    return [b"no", b"thing"]
"""
    expected = HttpAnswer(404, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), b"nothing")
    assert bench.http(bench.function(code)) == expected


@pytest.mark.parametrize(
    "body",
    ["return 'plain'", "return b'plain'", "return ['pl', b'ain']", "yield b'pl'; yield 'ain'"],
)
def test_text_and_bytes_and_generators_are_bodies(bench, body):
    code = f"def handler(environ, start_response):\n    start_response('200 OK', [])\n    {body}\n"
    assert bench.http(bench.function(code)) == HttpAnswer(200, (), b"plain")


def test_what_is_written_comes_before_what_is_returned(bench):
    code = "def handler(environ, start_response):\n    start_response('200 OK', [])(b'first ')\n    return [b'then']\n"
    assert bench.http(bench.function(code)).body == b"first then"


def test_the_body_is_closed(bench):
    code = """
closed = []
class Body(list):
    def close(self):
        closed.append(b"closed")
def handler(environ, start_response):
    start_response("200 OK", [])
    return Body([b"open", *closed])
"""
    spec = bench.function(code)
    assert [bench.http(spec).body for _ in range(2)] == [b"open", b"openclosed"]


@pytest.mark.parametrize(
    "code",
    [
        "def handler(environ, start_response):\n    raise ValueError('wrong')\n",
        "def handler(environ, start_response):\n    return [b'not started']\n",
        "def handler(environ, start_response):\n    start_response('200 OK', [])\n",
        "def handler(environ, start_response):\n    import os\n    os._exit(1)\n",
    ],
)
def test_a_function_that_fails_is_a_502(bench, code, caplog):
    answer = bench.http(bench.function(code))
    assert (answer.status, answer.headers) == (502, (JSON, FAILED))
    assert told(answer).startswith("Process exited unexpectedly before completing request (duration: ")
    assert told(answer).endswith("MB)")
    assert "svc/fn: " in caplog.text


def test_a_handler_that_is_not_there_is_named(bench):
    answer = bench.http(bench.function("", handler="index.app"))
    assert (answer.status, told(answer)) == (502, "Handler 'app' is missing on module 'index'")


def test_a_function_that_takes_too_long_is_a_502(bench):
    code = "import time\ndef handler(environ, start_response):\n    time.sleep(60)\n"
    answer = bench.http(bench.function(code, timeout=1))
    assert (answer.status, told(answer)) == (502, "Function timed out after 1 seconds")


def test_a_runtime_that_cannot_be_run_is_a_501(bench):
    answer = bench.http(bench.function("", runtime="custom"))
    assert answer.status == 501
    assert "cannot run custom; the deployment itself is complete" in told(answer)
