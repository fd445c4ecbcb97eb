"""A real browser on another origin reads and writes nothing of the local FC."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from selenium import webdriver
from tests.contract.fc_local_console.conftest import chrome

from fc_local.server import LocalServer

NAME = "rebound.example"
PLACE = "?account=1000000000000000&region=cn-hangzhou"
CALLED = "/2016-08-15/proxy/svc/fn/"
READS = (
    *("/", "/console/app.js", "/console/icon.svg", "/console/style.css", "/nowhere", "/__oss/mine/a"),
    *("/__admin/health", "/__admin/state", "/%5f%5fadmin/state", "//__admin/state", "/__admin/journal"),
    *("/__console/api/places", f"/__console/api/services{PLACE}", f"/%5f_console/api/services/svc/functions/fn{PLACE}"),
    *("/2021-04-06/services", "/2016-08-15/services/svc/functions/fn/code", "/~cn-hangzhou/2021-04-06/services"),
)
MADE = {"op": "CreateService", "path": ["evil"], "body": {}}
OPEN = {"triggerName": "evil", "triggerType": "http", "triggerConfig": '{"authType": "anonymous", "methods": ["GET"]}'}
WRITES = (
    *(("POST", path, MADE) for path in ("/__admin/edit", "/%5f%5fadmin/edit", "/__admin//edit", "//__admin/edit")),
    ("POST", "/__admin/reset", {}),
    ("POST", "/__%61dmin/shutdown", {}),
    ("PUT", "/__admin/switches", {"auth": "off"}),
    ("PUT", "/__admin/latency", {"ms": 1}),
    ("POST", f"/__console/api/services{PLACE}", {"serviceName": "evil"}),
    ("POST", f"/__console/api/services/svc/functions/fn/triggers{PLACE}", OPEN),
    ("DELETE", f"/%5f%5fconsole/api/services/svc/functions/fn{PLACE}", {}),
    ("POST", f"/__console/api/services/svc/functions/fn/calls{PLACE}", {"event": ""}),
    ("POST", "/2021-04-06/services", {"serviceName": "evil"}),
    ("POST", "/2016-08-15/services/svc/functions/fn/triggers", OPEN),
    ("POST", "/2016-08-15/services/svc/functions/fn/invocations", {}),
    ("PUT", "/__oss/mine/a", {}),
)
FUNCTION = """
def handler(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", "*")])
    return [b"called by " + environ["HTTP_HOST"].encode()]
"""


class Elsewhere(BaseHTTPRequestHandler):
    """The page's own server at /page. Every other request goes on to the local FC, as it came: where a name that was
    rebound leads."""

    protocol_version = "HTTP/1.0"
    fc: ClassVar[tuple[str, int]]

    def do_GET(self) -> None:
        if self.path == "/page":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b'<!doctype html><title>elsewhere</title><link rel="icon" href="data:,"><body>')
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        kept = [f"{name}: {value}" for name, value in self.headers.items() if name.lower() != "connection"]
        head = "\r\n".join([self.requestline, *kept, "Connection: close", "", ""])
        with socket.create_connection(self.fc, timeout=20) as onward:
            onward.sendall(head.encode("latin-1") + body)
            while piece := onward.recv(65536):
                self.wfile.write(piece)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - as the class names them

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere(server: LocalServer) -> Iterator[int]:
    handler = type("Handler", (Elsewhere,), {"fc": ("127.0.0.1", server.port)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running.server_port
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def misled_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """For this one, a name of somebody else leads to this machine."""
    yield from chrome(tmp_path_factory.mktemp("misled"), f"--host-resolver-rules=MAP {NAME} 127.0.0.1")


@pytest.fixture
def called(server: LocalServer) -> LocalServer:
    """The developer has deployed an anonymous trigger."""
    config = {"authType": "anonymous", "methods": ["GET", "POST"]}
    for op, path, body in (
        ("UpdateFunction", ["svc", "fn"], {"files": {"index.py": FUNCTION}}),
        ("CreateTrigger", ["svc", "fn", "web"], {"triggerType": "http", "triggerConfig": config}),
    ):
        assert server.admin.edit(op, path, body)["status"] == 200
    return server


def looked_at(server: LocalServer) -> tuple[Any, ...]:
    return server.admin.state(), server.admin.audit(), server.admin.switches()


def attack(browser: webdriver.Chrome, page: str, base: str) -> list[dict[str, str]]:
    browser.set_script_timeout(60)
    browser.get(page)
    assert browser.title == "elsewhere"
    script = Path(__file__).with_name("attack.js").read_text()
    found: list[dict[str, str]] = browser.execute_async_script(script, base, READS, WRITES, CALLED)
    return found


@pytest.mark.parametrize(
    ("name", "at"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), (NAME, "127.0.0.1"), ("127.0.0.1", "localhost")],
)
def test_a_page_of_another_origin_reads_and_writes_nothing(
    misled_browser: webdriver.Chrome, called: LocalServer, elsewhere: int, name: str, at: str
) -> None:
    before = looked_at(called)
    base = f"http://{at}:{called.port}"
    found = attack(misled_browser, f"http://{name}:{elsewhere}/page", base)
    # The developer's own function says who may read it. It also shows that the browser keeps nothing back by itself.
    assert found == [{"how": "called", "path": CALLED, "body": f"called by {at}:{called.port}"}]
    assert looked_at(called) == before
    assert {entry["path"] for entry in called.admin.journal()} == {CALLED}


def test_a_page_whose_name_was_rebound_reads_and_writes_nothing(
    misled_browser: webdriver.Chrome, called: LocalServer, elsewhere: int
) -> None:
    """For the browser the local FC is the page's own origin now: every answer is readable, and all are refusals."""
    before = looked_at(called)
    found = attack(misled_browser, f"http://{NAME}:{elsewhere}/page", f"http://{NAME}:{elsewhere}")
    assert {one["how"] for one in found} >= {"fetch", "no-cors", "with header", "simple", "xhr"}
    said = f"not to '{NAME}:{elsewhere}'"
    assert [one for one in found if said not in one["body"] and one["how"] not in ("iframe", "object")] == []
    assert [one for one in found if "alice" in one["body"] or "Function Compute (local)" in one["body"]] == []
    assert looked_at(called) == before
    assert called.admin.journal() == []


def test_a_rebound_name_shows_nothing_in_the_window_itself(
    misled_browser: webdriver.Chrome, called: LocalServer
) -> None:
    for path in READS:
        misled_browser.get(f"http://{NAME}:{called.port}{path}")
        shown = misled_browser.page_source
        assert f"not to '{NAME}:{called.port}'" in shown, path
    assert called.admin.journal() == []
