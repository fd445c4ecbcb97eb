"""The address of the tracing service, asked of an XTrace that answers as the real one is documented to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fc_guard.cloud.fc2.tracing import XTrace, endpoint_of
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.errors import Unreadable
from tests.integration.project import Project

KEYS = Credential("1", "AKTEST", "SKTEST", "STS")
TOKEN = {"InternalDomain": "http://tracing-analysis-dc-hz-internal.aliyuncs.com", "LicenseKey": "k@1", "Pid": "p@2"}


class Service(HTTPServer):
    """Answers every request alike and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: tuple[int, Any] = (200, {"Token": TOKEN, "RequestId": "r"})
        self.asked: list[tuple[dict[str, str], dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append((query, {key.lower(): value for key, value in self.headers.items()}))
        status, body = self.server.answer
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        return


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_endpoint_is_made_of_the_account_s_token(service: Service) -> None:
    endpoint = XTrace("cn-hangzhou", KEYS, service.url).endpoint()
    assert endpoint == "http://tracing-analysis-dc-hz-internal.aliyuncs.com/adapt_k@1_p@2/api/traces"
    ((query, headers),) = service.asked
    assert query["RegionId"] == "cn-hangzhou"
    assert (headers["x-acs-action"], headers["x-acs-version"]) == ("GetToken", "2019-08-08")
    assert "AKTEST" in headers["authorization"]
    assert headers["x-acs-security-token"] == "STS"


def test_the_proxy_of_the_environment_is_not_asked_for_this_machine(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert XTrace("cn-hangzhou", KEYS, service.url).endpoint()


@pytest.mark.parametrize(
    ("status", "body", "reference"),
    [
        (403, {"Code": "Forbidden.RAM", "Message": "not authorized", "RequestId": "r"}, "access-denied"),
        (404, {"Code": "InvalidAction.NotFound", "Message": "no such action"}, "unreadable"),
        (200, {"RequestId": "r"}, "unreadable"),
        (200, {"Token": {**TOKEN, "Pid": ""}}, "unreadable"),
    ],
)
def test_what_is_no_token_stops_the_run(service: Service, status: int, body: Any, reference: str) -> None:
    service.answer = (status, body)
    with pytest.raises(Unreadable) as caught:
        XTrace("cn-hangzhou", KEYS, service.url).endpoint()
    assert caught.value.reference == reference, caught.value
    assert "SKTEST" not in str(caught.value)
    assert len(service.asked) == 1


def test_a_service_that_is_not_there_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        XTrace("cn-hangzhou", KEYS, "http://127.0.0.1:9").endpoint()
    assert caught.value.reference == "no-connection"


@pytest.mark.parametrize("answer", [{}, {"Token": None}, {"Token": {}}, {"Token": [1]}, {"Token": {"Pid": 1}}])
def test_an_answer_without_a_token_is_refused(answer: Any) -> None:
    with pytest.raises(FaultError):
        endpoint_of(answer)


def tracing(project: Project) -> Any:
    return project.server.admin.state()["services"]["demo"]["tracingConfig"]


def test_tracing_is_switched_on_with_the_address_of_the_region_and_off_again(project: Project) -> None:
    project.props["service"]["tracingConfig"] = "Enable"
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
    assert tracing(project)["type"] == "Jaeger"
    assert tracing(project)["params"]["endpoint"].endswith("/api/traces")
    for line in ("plan", "deploy"):
        report, person = project.run(line)
        assert report.plan.writes == (), person.text
    project.props["service"]["tracingConfig"] = "Disable"
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
    assert not tracing(project)["type"]


def test_where_traces_go_is_asked_only_when_tracing_is_switched_on(project: Project) -> None:
    def asked() -> int:
        return sum(1 for entry in project.server.admin.journal() if "xtrace" in json.dumps(entry))

    project.props["service"]["tracingConfig"] = "Enable"
    project.run("deploy")
    assert asked() == 1
    project.run("plan")
    project.run("deploy")
    assert asked() == 1
