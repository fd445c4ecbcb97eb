"""Functions run: through InvokeFunction with both clients, and at the address their http trigger gives."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from tests.contract.fc_local.clients import ask, base64_zip, http_trigger_request, node_calls, put_function

from fc_local.server import LocalServer

_EVENT = """
import os
def handler(event, context):
    print("seen", event)
    if event == b"fail":
        raise ValueError("on purpose")
    return os.environ.get("GREETING", "") + event.decode()
"""
_WEB = """
def handler(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = [("Content-Type", "text/x-test"), ("X-Fc-Secret", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    start_response("201 Created", headers)
    return [repr((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], body)).encode()]
"""


def _code(text: str) -> m.Code:
    return m.Code(zip_file=base64_zip({"index.py": text}))


def _invoke(client: Client, event: bytes, **headers: Any) -> Any:
    return client.invoke_function_with_options(
        "svc", "fn", m.InvokeFunctionRequest(body=event), m.InvokeFunctionHeaders(**headers), RuntimeOptions()
    )


def test_an_event_function_answers_both_clients(server: LocalServer, client: Client) -> None:
    made = put_function(client, code=_code(_EVENT), environment_variables={"GREETING": "hello "})
    answer = _invoke(client, b"you", x_fc_log_type="Tail")
    assert answer.body == b"hello you"
    assert answer.headers["x-fc-code-checksum"] == made.body.code_checksum
    assert b"seen b'you'" in base64.b64decode(answer.headers["x-fc-log-result"])
    failed = _invoke(client, b"fail")
    assert failed.status_code == 200
    assert failed.headers["x-fc-error-type"] == "UnhandledInvocationError"
    assert b"on purpose" in failed.body
    event = {"$buffer": base64.b64encode(b"node").decode()}
    (called,) = node_calls(server.url, [["invokeFunction", "svc", "fn", event]])
    assert called["data"] == "hello node"
    assert server.admin.journal()[-1]["write"] is False


def test_a_deployed_change_is_what_runs_next(client: Client) -> None:
    put_function(client, code=_code(_EVENT))
    assert _invoke(client, b"x").body == b"x"
    update = m.UpdateFunctionRequest(code=_code("def handler(event, context):\n    return 'new'\n"))
    client.update_function("svc", "fn", update)
    assert _invoke(client, b"x").body == b"new"


def test_an_async_invocation_is_accepted_at_once(client: Client) -> None:
    slow = "import time\ndef handler(event, context):\n    time.sleep(5)\n"
    put_function(client, code=_code(slow), timeout=10)
    started = time.monotonic()
    answer = _invoke(client, b"", x_fc_invocation_type="Async")
    assert (answer.status_code, answer.body) == (202, b"")
    assert time.monotonic() - started < 2


def test_an_http_function_answers_at_its_address(server: LocalServer, client: Client) -> None:
    put_function(client, code=_code(_WEB))
    client.create_trigger("svc", "fn", http_trigger_request(methods=["GET", "POST"]))
    address = client.get_trigger("svc", "fn", "web").body.url_internet.removeprefix(server.url)
    status, headers, body = ask(server.url, "POST", f"{address}a%20b/c?x=1&y=%2F", b"data")
    assert (status, body) == (201, b"('POST', '/a b/c', 'x=1&y=%2F', b'data')")
    assert headers["content-type"] == "text/x-test"
    assert "x-fc-secret" not in headers
    assert headers["x-fc-request-id"]
    status, headers, body = ask(server.url, "PUT", address)
    assert (status, headers["allow"]) == (405, "GET, POST")
    entry = server.admin.journal()[-2]
    assert (entry["api"], entry["op"], entry["status"]) == ("proxy", "InvokeHttpTrigger", 201)


def test_the_node_client_signs_a_call_of_an_http_function(server: LocalServer, client: Client) -> None:
    put_function(client, code=_code(_WEB))
    client.create_trigger("svc", "fn", http_trigger_request(authType="function", methods=["GET"]))
    path = "/proxy/svc/fn/action with space"  # fc2 signs it so and sends it percent-encoded
    good = ["get", path, {"x": "a b", "y": ["1", "2"]}]
    (answer,) = node_calls(server.url, [good])
    assert answer.get("error") is None
    assert "/action with space" in answer["data"]
    (refused,) = node_calls(server.url, [good], accessKeySecret="other")
    assert refused["error"]["code"] == "SignatureNotMatch"


def test_a_function_without_an_http_trigger_has_no_address(server: LocalServer, client: Client) -> None:
    put_function(client)
    assert ask(server.url, "GET", "/2016-08-15/proxy/svc/fn/")[0] == 404
    assert ask(server.url, "GET", "/2016-08-15/proxy/svc/none/")[0] == 404
    assert ask(server.url, "GET", "/2016-08-15/proxy/svc/")[0] == 404


_FAILS = """
def handler(environ, start_response):
    print("before it")
    raise ValueError("on purpose")
"""


def test_an_http_function_that_raises_tells_the_caller_what_fc_tells_and_the_console_the_traceback(
    server: LocalServer, client: Client
) -> None:
    put_function(client, code=_code(_FAILS))
    client.create_trigger("svc", "fn", http_trigger_request())
    status, headers, body = ask(server.url, "GET", "/2016-08-15/proxy/svc/fn/")
    assert status == 502
    assert json.loads(body)["Message"].startswith("Process exited unexpectedly before completing request")
    assert headers["x-fc-error-type"] == "UnhandledInvocationError"
    page = f"/__console/api/services/svc/functions/fn?account={server.account}&region=cn-hangzhou"
    (call,) = json.loads(ask(server.url, "GET", page)[2])["value"]["failures"]
    assert call["message"].startswith("Process exited unexpectedly")
    assert call["requestId"] == headers["x-fc-request-id"]
    assert "before it" in call["log"]
    assert "ValueError: on purpose" in call["log"]
    assert 'index.py", line 4, in handler' in call["log"]
