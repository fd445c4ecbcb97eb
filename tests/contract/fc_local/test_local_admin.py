"""What tests of a deployer lean on: the journal, edits behind its back, faults, clock, latency, switches."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import time
import zipfile
from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException
from tests.contract.fc_local.clients import ACCOUNT, HANDLER, ask, put_function, python_client

from fc_local.remote import AdminError
from fc_local.server import LocalServer
from fc_local.switches import SWITCHES

GET = m.GetFunctionRequest()


@pytest.mark.switches_at_default("not_empty_status")
def test_the_journal_tells_writes_from_reads(server: LocalServer, client: Client) -> None:
    created = put_function(client)
    server.admin.clear_journal()
    client.get_function("svc", "fn", GET)
    headers = m.UpdateFunctionHeaders(if_match=created.headers["etag"])
    updated = client.update_function_with_options(
        "svc", "fn", m.UpdateFunctionRequest(timeout=5), headers, RuntimeOptions()
    )
    with pytest.raises(TeaException):
        client.delete_service("svc")
    read, write, refused = server.admin.journal()
    assert [read["write"], write["write"], refused["write"]] == [False, True, True]
    assert server.admin.writes() == [write, refused]
    assert server.admin.writes(since=write["seq"]) == [refused]
    body = b'{"timeout":5}'
    expected = {
        "method": "PUT",
        "path": "/2021-04-06/services/svc/functions/fn",
        "query": "",
        "op": "UpdateFunction",
        "api": "2021-04-06",
        "account": ACCOUNT,
        "region": "cn-hangzhou",
        "principal": "AKTEST",
        "status": 200,
        "code": None,
        "if_match": created.headers["etag"],
        "etag_before": created.headers["etag"],
        "etag_after": updated.headers["etag"],
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "body_bytes": len(body),
        "request_id": updated.headers["x-fc-request-id"],
    }
    assert {key: write[key] for key in expected} == expected
    assert write["client"].startswith("AlibabaCloud")
    assert (refused["op"], refused["status"], refused["code"]) == ("DeleteService", 409, "ServiceNotEmpty")


def test_an_edit_behind_the_clients_back_is_audited_and_not_in_the_journal(server: LocalServer, client: Client) -> None:
    etag = put_function(client).headers["etag"]
    server.admin.clear_journal()
    seen = server.admin.audit()[-1]["seq"]
    answer = server.admin.edit("UpdateFunction", ["svc", "fn"], {"timeout": 60}, who="bob")
    assert (answer["status"], answer["body"]["timeout"]) == (200, 60)
    assert answer["etag"] != etag
    assert server.admin.journal() == []
    (event,) = server.admin.audit(since=seen)
    expected = {"who": "bob", "what": "UpdateFunction", "resource": "services/svc/functions/fn", "client": "admin"}
    assert {key: event[key] for key in expected} == expected
    assert client.get_function("svc", "fn", GET).headers["etag"] == answer["etag"]
    assert server.admin.edit("DeleteFunction", ["svc", "fn"])["status"] == 204
    missing = server.admin.edit("UpdateFunction", ["svc", "fn"], {"timeout": 1})
    assert (missing["status"], missing["body"]["Code"], missing["etag"]) == (404, "FunctionNotFound", None)
    assert server.admin.edit("Explode", [])["status"] == 404
    assert len(server.admin.audit(since=seen)) == 2


def test_an_edit_writes_files_into_the_present_package(server: LocalServer, client: Client) -> None:
    put_function(client)
    before = client.get_function("svc", "fn", GET).body.code_checksum
    files = {"lib/new.py": "x = 1\n", "gone.txt": None}
    assert server.admin.edit("UpdateFunction", ["svc", "fn"], {"files": files})["body"]["codeChecksum"] != before
    server.admin.edit("UpdateFunction", ["svc", "fn"], {"files": {"lib/new.py": None, "b.txt": "b"}})
    url = client.get_function_code("svc", "fn", m.GetFunctionCodeRequest()).body.url
    with zipfile.ZipFile(io.BytesIO(ask(server.url, "GET", url.removeprefix(server.url))[2])) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {"index.py": HANDLER, "b.txt": "b"}
    for path in ("../x", "/x", "a/../../x", ""):
        assert server.admin.edit("UpdateFunction", ["svc", "fn"], {"files": {path: "x"}})["status"] == 400


def test_the_state_is_shown_whole(server: LocalServer, client: Client) -> None:
    etag = put_function(client).headers["etag"]
    config = {"cronExpression": "@every 1m"}
    body = {"triggerName": "t", "triggerType": "timer", "triggerConfig": config}
    server.admin.edit("CreateTrigger", ["svc", "fn"], body)
    function = server.admin.state()["services"]["svc"]["functions"]["fn"]
    assert (function["etag"], list(function["triggers"])) == (etag, ["t"])
    assert server.admin.state(region="cn-beijing") == {"services": {}}


def _fails(call: Any, *arguments: Any) -> TeaException:
    with pytest.raises(TeaException) as caught:
        call(*arguments)
    found: TeaException = caught.value
    return found


def test_a_fault_answers_in_place_of_the_service(server: LocalServer, client: Client) -> None:
    put_function(client)
    update = m.UpdateFunctionRequest(timeout=5)
    action = {"status": 503, "code": "ServiceUnavailable", "message": "later", "headers": {"X-A": "1"}}
    server.admin.faults([{"op": "UpdateFunction", "skip": 1, "times": 2, "action": action}])
    assert client.update_function("svc", "fn", update).body.timeout == 5
    for _ in range(2):
        error = _fails(client.update_function, "svc", "fn", m.UpdateFunctionRequest(timeout=6))
        assert (type(error).__name__, error.statusCode, error.code) == ("ServerException", 503, "ServiceUnavailable")
    assert client.get_function("svc", "fn", GET).body.timeout == 5
    assert client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=7)).body.timeout == 7


def test_a_throttle_is_a_throttling_exception(server: LocalServer, client: Client) -> None:
    server.admin.faults(
        [{"method": "GET", "path": "services$", "times": 0, "action": {"throttle": {"retry_after_ms": 40}}}]
    )
    for _ in range(3):
        error = _fails(client.list_services, m.ListServicesRequest())
        assert (type(error).__name__, error.statusCode, error.retry_after) == ("ThrottlingException", 429, 40)
    server.admin.faults([])
    assert client.list_services(m.ListServicesRequest()).status_code == 200


@pytest.mark.parametrize(("cut", "applied"), [("before", False), ("answer", True), ("body", True)])
def test_a_cut_connection_leaves_the_outcome_to_be_found_out(
    server: LocalServer, client: Client, cut: str, applied: bool
) -> None:
    put_function(client)
    server.admin.clear_journal()
    server.admin.faults([{"write": True, "action": {"cut": cut}}])
    assert client.get_function("svc", "fn", GET).body.timeout == 3
    error = _fails(client.update_function, "svc", "fn", m.UpdateFunctionRequest(timeout=5))
    assert not hasattr(error, "statusCode") or error.statusCode is None
    assert client.get_function("svc", "fn", GET).body.timeout == (5 if applied else 3)
    (write,) = server.admin.writes()
    assert (write["status"], write["fault"]) == (200 if applied else None, {"cut": cut})


def test_a_raw_answer_is_given_as_it_is(server: LocalServer, client: Client) -> None:
    action = {"raw": {"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<html>"}}
    server.admin.faults([{"action": action}])
    assert not hasattr(_fails(client.list_services, m.ListServicesRequest()), "statusCode")


def test_a_delay_makes_the_client_give_up(server: LocalServer) -> None:
    impatient = python_client(server.url, read_timeout=100)
    server.admin.faults([{"action": {"delay_ms": 400}}])
    _fails(impatient.list_services, m.ListServicesRequest())
    assert impatient.list_services(m.ListServicesRequest()).status_code == 200


def test_a_malformed_rule_clock_latency_or_switch_is_refused(server: LocalServer) -> None:
    rules: tuple[dict[str, Any], ...] = (
        {},
        {"action": {}},
        {"action": {"cut": "x"}},
        {"action": {"delay_ms": 1}, "typo": 1},
        {"action": {"delay_ms": 1}, "path": "("},
    )
    for rule in rules:
        with pytest.raises(AdminError, match="400"):
            server.admin.faults([rule])
    with pytest.raises(AdminError):
        server.admin.clock("yesterday")
    with pytest.raises(AdminError):
        server.admin.latency(-1)
    for switch in ({"no_such": True}, {"auth": "maybe"}, {"legacy_fields": True}):
        with pytest.raises(AdminError):
            server.admin.switches(**switch)


@pytest.mark.switches_at_default("update_without_change_moves_etag")
def test_a_frozen_clock_stamps_resources(server: LocalServer, client: Client) -> None:
    server.admin.clock("2026-01-01T00:00:00Z")
    assert put_function(client).body.created_time == "2026-01-01T00:00:00Z"
    assert server.admin.audit()[-1]["time"] == "2026-01-01T00:00:00Z"
    server.admin.clock(None)
    moved = client.update_function("svc", "fn", m.UpdateFunctionRequest()).body
    assert moved.created_time == "2026-01-01T00:00:00Z" < moved.last_modified_time


def test_latency_of_fifty_requests_overlaps(server: LocalServer, client: Client) -> None:
    put_function(client)
    server.admin.latency(200)
    statuses: list[int] = []

    def get() -> None:
        statuses.append(ask(server.url, "GET", "/2021-04-06/services")[0])

    threads = [threading.Thread(target=get) for _ in range(50)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [400] * 50
    assert 0.2 <= time.monotonic() - started < 2


def test_every_switch_says_what_it_means(server: LocalServer) -> None:
    status, _, body = ask(server.url, "GET", "/__admin/switches")
    described = json.loads(body)["switches"]
    assert status == 200
    assert described.keys() == SWITCHES.keys()
    assert all(one["meaning"] and one["value"] == one["default"] for one in described.values())


def test_reset_forgets_everything(server: LocalServer, client: Client) -> None:
    put_function(client)
    server.admin.switches(auth="off")
    server.admin.faults([{"times": 0, "action": {"status": 500}}])
    server.admin.clock("2026-01-01T00:00:00Z")
    server.admin.latency(5000)
    server.admin.reset()
    assert server.admin.journal() == server.admin.audit() == []
    assert server.admin.state() == {"services": {}}
    assert server.admin.switches()["auth"] == "enforce"
    made = put_function(client).body
    assert made.created_time != "2026-01-01T00:00:00Z"


@pytest.mark.parametrize("path", ["/__admin/health", "/__admin/state", "/", "/console/app.js", "/__console/state"])
def test_admin_and_console_answer_to_a_loopback_name_only(server: LocalServer, path: str) -> None:
    for host in ("evil.example", "evil.example:9580", "127.0.0.1.evil.example", "localhost.evil.example"):
        assert ask(server.url, "GET", path, headers={"Host": host})[0] == 403
    for host in ("localhost", "127.0.0.1:1", "[::1]:9580"):
        assert ask(server.url, "GET", path, headers={"Host": host})[0] != 403


@pytest.mark.parametrize("path", ["/__admin/reset", "/__admin/shutdown", "/__admin/edit", "/__console/edit"])
def test_a_page_from_elsewhere_cannot_write(server: LocalServer, client: Client, path: str) -> None:
    put_function(client)
    assert ask(server.url, "POST", path, b"{}")[0] == 403
    assert ask(server.url, "POST", path, b"{}", {"X-Fc-Local-Admin": "1", "Origin": "http://evil.example"})[0] == 403
    assert list(server.admin.state()["services"]) == ["svc"]


def test_an_edit_takes_code_as_base64_too(server: LocalServer, client: Client) -> None:
    put_function(client)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", "changed")
    code = {"zipFile": base64.b64encode(buffer.getvalue()).decode()}
    body = server.admin.edit("UpdateFunction", ["svc", "fn"], {"code": code})["body"]
    assert body["codeSize"] == len(buffer.getvalue())


def test_files_are_for_edits_only_and_must_be_text(server: LocalServer, client: Client) -> None:
    put_function(client)
    answer = server.admin.edit("UpdateFunction", ["svc", "fn"], {"files": {"a": 1}})
    assert (answer["status"], answer["body"]["Code"]) == (400, "InvalidArgument")
    before = client.get_function("svc", "fn", GET).body.code_checksum
    server.admin.switches(auth="off")
    path = f"/~{ACCOUNT}.cn-hangzhou/2021-04-06/services/svc/functions/fn"
    status, _, body = ask(server.url, "PUT", path, b'{"files":{"index.py":"x"},"timeout":9}')
    assert (status, json.loads(body)["timeout"], json.loads(body)["codeChecksum"]) == (200, 9, before)


def test_an_edit_with_half_a_character_is_kept_and_shown(server: LocalServer, client: Client) -> None:
    put_function(client)
    assert server.admin.edit("UpdateFunction", ["svc", "fn"], {"description": "a\ud800b"})["status"] == 200
    assert client.get_function("svc", "fn", GET).body.description == "a?b"
