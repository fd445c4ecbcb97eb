"""@alicloud/fc2 (2016-08-15) and the Python SDK (2021-04-06) on one store: each reads what the other wrote."""

from __future__ import annotations

import json

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import base64_zip, http_trigger_request, node_calls, put_function, python_client

from fc_local.server import LocalServer

_FUNCTION = {"functionName": "fn", "runtime": "python3", "handler": "index.handler", "code": {"zipFile": base64_zip()}}
_HTTP = {"authType": "anonymous", "methods": ["GET"]}


def test_the_node_client_does_all_of_it(server: LocalServer) -> None:
    results = node_calls(
        server.url,
        [
            ["createService", "svc", {"description": "d é"}],
            ["createFunction", "svc", _FUNCTION],
            ["createTrigger", "svc", "fn", {"triggerName": "web", "triggerType": "http", "triggerConfig": _HTTP}],
            ["updateService", "svc", {"description": "new"}],
            ["updateFunction", "svc", "fn", {"memorySize": "256", "environmentVariables": {"A": "1"}}],
            ["updateTrigger", "svc", "fn", "web", {"triggerConfig": {"methods": ["GET", "PUT"]}}],
            ["getService", "svc"],
            ["getFunction", "svc", "fn"],
            ["getFunction", "svc", "fn", {}, "LATEST"],
            ["getTrigger", "svc", "fn", "web"],
            ["getFunctionCode", "svc", "fn"],
            ["listServices", {"limit": 100, "prefix": "s"}],
            ["listFunctions", "svc", {"limit": 1}],
            ["listTriggers", "svc", "fn"],
            ["deleteTrigger", "svc", "fn", "web"],
            ["deleteFunction", "svc", "fn"],
            ["deleteService", "svc"],
            ["getService", "svc"],
        ],
    )
    assert [index for index, result in enumerate(results) if "error" in result] == [17]
    assert results[17]["error"]["code"] == "ServiceNotFound"
    assert all(len(result["headers"]["etag"]) == 32 for result in results[:10])
    assert all(result["headers"]["x-fc-request-id"] for result in results[:17])
    assert results[6]["data"]["description"] == "new"
    assert (results[7]["data"]["memorySize"], results[7]["data"]["environmentVariables"]) == (256, {"A": "1"})
    assert results[8] == {**results[7], "headers": results[8]["headers"]}
    assert results[9]["data"]["triggerConfig"] == {"authType": "anonymous", "methods": ["GET", "PUT"]}
    assert results[10]["data"]["checksum"] == results[1]["data"]["codeChecksum"]
    assert [service["serviceName"] for service in results[11]["data"]["services"]] == ["svc"]
    assert [function["functionName"] for function in results[12]["data"]["functions"]] == ["fn"]
    assert results[13]["data"]["triggers"][0]["triggerConfig"] == results[9]["data"]["triggerConfig"]
    assert {entry["api"] for entry in server.admin.journal()} == {"2016-08-15"}
    assert {(event["client"], event["who"]) for event in server.admin.audit()} == {("fc2", "AKTEST")}


def test_each_client_reads_and_guards_what_the_other_wrote(server: LocalServer, client: Client) -> None:
    stale = put_function(client, environment_variables={"A": "1"}).headers["etag"]
    client.create_trigger("svc", "fn", http_trigger_request())
    function, trigger, refused, updated, timer = node_calls(
        server.url,
        [
            ["getFunction", "svc", "fn"],
            ["getTrigger", "svc", "fn", "web"],
            ["updateFunction", "svc", "fn", {"timeout": 9}, {"If-Match": "stale"}],
            ["updateFunction", "svc", "fn", {"timeout": 9}, {"If-Match": stale}],
            [
                "createTrigger",
                *("svc", "fn"),
                {
                    "triggerName": "tick",
                    "triggerType": "timer",
                    "triggerConfig": {"cronExpression": "@every 1m", "enable": True},
                },
            ],
        ],
    )
    assert function["data"]["environmentVariables"] == {"A": "1"}
    assert trigger["data"]["triggerConfig"] == {"authType": "anonymous", "methods": ["GET", "POST"]}
    assert refused["error"]["code"] == "PreconditionFailed"
    read = client.get_function("svc", "fn", m.GetFunctionRequest())
    assert (read.body.timeout, read.headers["etag"]) == (9, updated["headers"]["etag"])
    tick = client.get_trigger("svc", "fn", "tick")
    assert json.loads(tick.body.trigger_config) == {"cronExpression": "@every 1m", "enable": True}
    assert tick.headers["etag"] == timer["headers"]["etag"]


def test_the_node_client_reaches_a_region_by_path_base_too(server: LocalServer) -> None:
    shanghai = python_client(server.url, base="/~cn-shanghai")
    put_function(shanghai)
    (found,) = node_calls(f"{server.url}/~cn-shanghai", [["getFunction", "svc", "fn"]])
    assert found["data"]["functionName"] == "fn"


@pytest.mark.switches_at_default("empty_token_at_end")
def test_both_clients_page_alike(server: LocalServer, client: Client) -> None:
    for number in range(5):
        client.create_service(m.CreateServiceRequest(service_name=f"s{number}"))
    first = client.list_services(m.ListServicesRequest(limit=3)).body
    (second,) = node_calls(server.url, [["listServices", {"limit": 3, "nextToken": first.next_token}]])
    assert [item.service_name for item in first.services] == ["s0", "s1", "s2"]
    assert [item["serviceName"] for item in second["data"]["services"]] == ["s3", "s4"]
    assert "nextToken" not in second["data"]
