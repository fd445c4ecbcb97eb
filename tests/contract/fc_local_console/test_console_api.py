"""The routes behind the page, without a browser."""

from __future__ import annotations

import http.client
import json
import re
from importlib.resources import files
from urllib.parse import quote, urlsplit

import pytest

from fc_local.console import page

PLACE = "account=1000000000000000&region=cn-hangzhou"
FN = "/__console/api/services/svc/functions/fn"


def ask(server, method, path, body=None, **headers):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    try:
        sent = {"X-Fc-Local-Admin": "1"} if method != "GET" else {}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        answer = connection.getresponse()
        content = answer.read()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, answer.headers, json.loads(content) if is_json else content
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/console/", "/console/app.js", "/console/style.css", "/console/icon.svg"])
def test_the_page_comes_with_a_strict_policy(server, path):
    status, headers, content = ask(server, "GET", path)
    assert (status, bool(content)) == (200, True)
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_every_static_file_is_served():
    suffixes = (".js", ".css", ".svg")
    lying_there = {entry.name for entry in files("fc_local.console").iterdir() if entry.name.endswith(suffixes)}
    assert lying_there == set(page.FILES)


@pytest.mark.parametrize("name", [*page.FILES, "index.html"])
def test_a_static_file_loads_nothing_from_elsewhere_and_builds_no_html_from_text(name):
    text = files("fc_local.console").joinpath(name).read_text().replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://|innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(", text) == []


def test_every_text_is_there_in_both_languages_and_used():
    folder = files("fc_local.console")
    texts = folder.joinpath("texts.js").read_text()
    keys = set(re.findall(r'^  (\w+): \["[^"]+",\s*"[^"]+"\],$', texts, re.MULTILINE))
    assert keys == set(re.findall(r"^  (\w+): \[", texts, re.MULTILINE))
    scripts = "".join(folder.joinpath(name).read_text() for name in page.FILES if name != "texts.js")
    assert set(re.findall(r'\bt\("(\w+)"', scripts)) <= keys
    assert keys <= set(re.findall(r'"(\w+)"', scripts))


def test_an_edit_without_the_header_is_refused(server):
    status, _, _ = ask(server, "PUT", f"{FN}?{PLACE}", {"timeout": 9}, X_Fc_Local_Admin="0")
    assert status == 403
    assert server.admin.audit()[-1]["who"] == "alice"


@pytest.mark.parametrize("path", ["/", "/console/app.js", f"{FN}?{PLACE}"])
def test_a_foreign_host_name_is_refused(server, path):
    assert ask(server, "GET", path, Host="evil.example")[0] == 403


def test_the_tree_holds_every_service_and_function(server):
    for number in range(25):  # more than one page of the API's lists
        server.admin.edit("CreateService", [f"more-{number:02}"])
    _, _, answer = ask(server, "GET", f"/__console/api/services?{PLACE}")
    names = {service["serviceName"]: [fn["functionName"] for fn in service["functions"]] for service in answer["value"]}
    assert names == {"svc": ["fn"], **{f"more-{number:02}": [] for number in range(25)}}


def test_a_function_page_has_settings_files_and_triggers(server):
    config = {"cronExpression": "@every 5m", "enable": True, "payload": ""}
    made = server.admin.edit("CreateTrigger", ["svc", "fn", "often"], {"triggerType": "timer", "triggerConfig": config})
    _, _, answer = ask(server, "GET", f"{FN}?{PLACE}")
    shown = answer["value"]
    assert shown["function"]["environmentVariables"] == {"MODE": "slow", "KEPT": "1"}
    assert {file["path"]: (file["size"], file["newline"], file["text"] is not None) for file in shown["files"]} == {
        "index.py": (71, "\n", True),
        "lib/mixed.txt": (9, None, False),
        "lib/windows.py": (18, "\r\n", True),
        "logo.png": (256, None, False),
    }
    assert [(one["value"]["triggerName"], one["etag"]) for one in shown["triggers"]] == [("often", made["etag"])]
    assert answer["etag"] == server.admin.state()["services"]["svc"]["functions"]["fn"]["etag"]


@pytest.mark.parametrize(
    ("sent", "noted"),
    [("小明", "小明"), ("", "somebody else"), ("  ", "somebody else"), ("x" * 100, "x" * 64)],
)
def test_an_edit_is_made_under_a_name(server, sent, noted):
    status, _, answer = ask(server, "PUT", f"{FN}?{PLACE}&who={quote(sent)}", {"timeout": 9})
    assert (status, answer["value"]["timeout"]) == (200, 9)
    event = server.admin.audit()[-1]
    assert (event["who"], event["what"], event["resource"], event["client"]) == (
        noted,
        "UpdateFunction",
        "services/svc/functions/fn",
        "console",
    )


def test_an_edit_of_what_was_changed_meanwhile_is_refused(server):
    _, _, seen = ask(server, "GET", f"{FN}?{PLACE}")
    server.admin.edit("UpdateFunction", ["svc", "fn"], {"timeout": 7})
    status, _, answer = ask(server, "PUT", f"{FN}?{PLACE}", {"timeout": 9}, If_Match=seen["etag"])
    assert (status, answer["code"]) == (412, "PreconditionFailed")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", f"/__console/api/services/none?{PLACE}", None, 404, "ServiceNotFound"),
        ("GET", f"/__console/api/services/svc/functions/none?{PLACE}", None, 404, "FunctionNotFound"),
        ("PUT", f"{FN}?{PLACE}", {"memorySize": 64}, 400, "InvalidArgument"),
        ("PUT", f"{FN}?{PLACE}", [], 400, "InvalidArgument"),
        ("PUT", FN, {"timeout": 9}, 400, "InvalidArgument"),
        ("DELETE", f"/__console/api/services/svc?{PLACE}", None, 409, "ServiceNotEmpty"),
        ("GET", "/__console/api/audit?since=x", None, 400, "InvalidArgument"),
    ],
)
@pytest.mark.switches_at_default("not_empty_status")
def test_errors_are_the_apis_own(server, method, path, body, status, code):
    found, _, answer = ask(server, method, path, body)
    assert (found, answer["code"], bool(answer["message"])) == (status, code, True)


def test_services_functions_and_triggers_are_made_and_deleted(server):
    base = "/__console/api/services"
    function = {"functionName": "f", "runtime": "python3", "handler": "index.h", "files": {"index.py": "x"}}
    trigger = {"triggerName": "t", "triggerType": "http", "triggerConfig": "{}"}
    steps = [
        ("POST", base, {"serviceName": "new"}),
        ("POST", f"{base}/new/functions", function),
        ("POST", f"{base}/new/functions/f/triggers", trigger),
        ("PUT", f"{base}/new/functions/f/triggers/t", {"triggerConfig": '{"methods": ["GET"]}'}),
        ("DELETE", f"{base}/new/functions/f/triggers/t", None),
        ("DELETE", f"{base}/new/functions/f", None),
        ("DELETE", f"{base}/new", None),
    ]
    assert [ask(server, method, f"{path}?{PLACE}", body)[0] for method, path, body in steps] == [200] * 7
    assert [(event["what"], event["client"]) for event in server.admin.audit()[-7:]] == [
        ("CreateService", "console"),
        ("CreateFunction", "console"),
        ("CreateTrigger", "console"),
        ("UpdateTrigger", "console"),
        ("DeleteTrigger", "console"),
        ("DeleteFunction", "console"),
        ("DeleteService", "console"),
    ]


ECHO = """
def handler(environ, start_response):
    print("asked")
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-Two", environ.get("HTTP_X_ONE", "none"))])
    said = [environ[key] for key in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST")]
    return [" ".join(said).encode() + b" " + environ["wsgi.input"].read()]
"""


def write(server, code):
    assert server.admin.edit("UpdateFunction", ["svc", "fn"], {"files": {"index.py": code}})["status"] == 200


def call(server, asked):
    status, _, answer = ask(server, "POST", f"{FN}/calls?{PLACE}", asked)
    return status, answer


def request(**changes):
    return {"request": {"method": "GET", "target": "/", "headers": [], "body": "", "qualifier": "", **changes}}


@pytest.fixture
def web(server):
    write(server, ECHO)
    config = {"authType": "function", "methods": ["GET", "PUT"]}
    made = server.admin.edit("CreateTrigger", ["svc", "fn", "web"], {"triggerType": "http", "triggerConfig": config})
    assert made["status"] == 200
    return server


def test_a_function_is_called_with_an_event_and_nothing_else_changes(server):
    write(server, "def handler(event, context):\n    print('got', event)\n    return event.decode() + '!'\n")
    before = server.admin.state(), server.admin.audit(), server.admin.journal()
    status, answer = call(server, {"event": "小明"})
    called = answer["value"]
    assert (status, called["text"], called["error"]) == (200, "小明!", None)
    assert "got b'\\xe5" in called["log"]
    assert called["requestId"] in called["log"]
    assert (server.admin.state(), server.admin.audit(), server.admin.journal()) == before


def test_a_function_that_fails_is_shown_with_its_error_and_log(server):
    write(server, "def handler(event, context):\n    raise ValueError('on purpose')\n")
    called = call(server, {"event": ""})[1]["value"]
    assert called["error"] == "UnhandledInvocationError"
    assert json.loads(called["text"])["errorMessage"] == "on purpose"
    assert "ValueError: on purpose" in called["log"]


def test_an_answer_that_is_no_text_is_told_by_its_size(server):
    write(server, "def handler(event, context):\n    return b'\\xff\\x00'\n")
    called = call(server, {"event": ""})[1]["value"]
    assert (called["text"], called["size"]) == (None, 2)


def test_an_http_function_is_called_with_a_request_through_its_trigger(web):
    asked = request(method="PUT", target="/a%20b?x=1", headers=[["X-One", "1"]], body="hello")
    called = call(web, asked)[1]["value"]
    assert called["status"] == 201
    assert called["headers"] == [["Content-Type", "text/plain"], ["X-Two", "1"]]
    assert called["text"] == f"PUT /a b x=1 {urlsplit(web.url).netloc} hello"
    assert called["log"] == "asked"
    assert call(web, request(headers=[["Host", "a.example"]]))[1]["value"]["text"] == "GET /  a.example "


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 400, "InvalidArgument"),
        ({"event": 1}, 400, "InvalidArgument"),
        ({"request": []}, 400, "InvalidArgument"),
        (request(method="POST"), 405, "MethodNotAllowed"),
        (request(method="TRACE"), 400, "InvalidRequest"),
        (request(target="x"), 400, "InvalidRequest"),
        (request(target="/a b"), 400, "InvalidRequest"),
        (request(headers=[["no colon", ""]]), 400, "InvalidRequest"),
        (request(headers=[["A", "b\r\nC: d"]]), 400, "InvalidRequest"),
        (request(headers="A: b"), 400, "InvalidRequest"),
        (request(qualifier="7"), 404, "VersionNotFound"),
    ],
)
def test_a_call_that_cannot_be_made_is_refused(web, asked, status, code):
    found, answer = call(web, asked)
    assert (found, answer["code"]) == (status, code)


def test_a_call_needs_the_header_that_writes_need(web):
    assert ask(web, "POST", f"{FN}/calls?{PLACE}", {"event": ""}, X_Fc_Local_Admin="0")[0] == 403
