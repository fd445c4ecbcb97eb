"""What the other clients of FC do with it, from a first service to the last deletion, as their own tests expect it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import fc2
import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import (
    ACCOUNT,
    HANDLER,
    KEY,
    base64_zip,
    failure,
    function_request,
    http_trigger_request,
    node_calls,
    put_function,
)
from tests.contract.fc_local.go_signed import send

from fc_local.server import LocalServer
from fc_local.signatures import SignedRequest, fc

FUNCTION = {"functionName": "fn", "runtime": "python3", "handler": "index.handler", "code": {"zipFile": base64_zip()}}
HTTP = {"authType": "anonymous", "methods": ["GET"]}
TIMER = {"cronExpression": "@every 5m", "enable": True, "payload": ""}
ROUTES = {"routes": [{"path": "/*", "serviceName": "svc", "functionName": "fn"}]}
MNS = {"eventSourceType": "MNS", "eventSourceParameters": {"sourceMNSParameters": {"QueueName": "q"}}}
EVENTS: dict[str, Any] = {"triggerEnable": True, "eventRuleFilterPattern": "{}"}
SHOWS_EVENTBRIDGE = {"x-fc-enable-eventbridge-trigger": "enable"}


def trigger(name: str, of: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"triggerName": name, "triggerType": of, "triggerConfig": config}


def test_requests_signed_as_go_signs_them_do_all_of_it(server: LocalServer) -> None:
    go = partial(send, server.url)
    made = [
        go("POST", "/services", {"serviceName": "svc", "description": "d é"}),
        go("POST", "/services/svc/functions", FUNCTION),
        go("POST", "/services/svc/functions/fn/triggers", trigger("web", "http", HTTP)),
        go("POST", "/services/svc/functions/fn/triggers", trigger("tick", "timer", TIMER)),
        go("POST", "/services/svc/versions", {"description": "one"}),
        go("POST", "/services/svc/aliases", {"aliasName": "prod", "versionId": "1"}),
        go("POST", "/custom-domains", {"domainName": "www.example.com", "protocol": "HTTP", "routeConfig": ROUTES}),
    ]
    assert [answer.status for answer in made] == [200] * 7
    etag = go("GET", "/services/svc").headers["etag"]
    changed = [
        go("PUT", "/services/svc", {"description": "new"}, headers={"If-Match": etag}),
        go("PUT", "/services/svc/functions/fn", {"timeout": 9}),
        go("PUT", "/services/svc/functions/fn/triggers/tick", {"triggerConfig": {**TIMER, "enable": False}}),
        go("PUT", "/services/svc/aliases/prod", {"description": "now"}),
        go("PUT", "/custom-domains/www.example.com", {"protocol": "HTTP", "routeConfig": ROUTES}),
        go("GET", "/services/svc.prod/functions/fn"),
        go("GET", "/services/svc/functions/fn"),
        go("POST", "/services/svc/functions/fn/invocations", b"hello"),
    ]
    assert [answer.status for answer in changed] == [200] * 8
    assert (changed[5].body["timeout"], changed[6].body["timeout"]) == (3, 9)
    assert changed[7].body == b"hello"
    assert go("PUT", "/services/svc", {"description": "x"}, headers={"If-Match": "stale"}).status == 412
    paths = ("functions/fn/triggers/web", "functions/fn/triggers/tick", "functions/fn", "versions/1", "aliases/prod")
    gone = [go("DELETE", f"/services/svc/{path}").status for path in paths]
    gone += [go("DELETE", "/services/svc").status, go("DELETE", "/custom-domains/www.example.com").status]
    assert gone == [204] * 7
    missing = go("GET", "/services/svc")
    assert (missing.status, missing.body["ErrorCode"]) == (404, "ServiceNotFound")


def test_the_node_client_does_versions_aliases_and_domains_too(server: LocalServer) -> None:
    results = node_calls(
        server.url,
        [
            ["createService", "svc"],
            ["createFunction", "svc", FUNCTION],
            ["createTrigger", "svc", "fn", trigger("tick", "timer", TIMER)],
            ["publishVersion", "svc", "one"],
            ["createAlias", "svc", "prod", "1"],
            ["getAlias", "svc", "prod"],
            ["createCustomDomain", "www.example.com", {"protocol": "HTTP", "routeConfig": ROUTES}],
            ["updateCustomDomain", "www.example.com", {"protocol": "HTTP", "routeConfig": ROUTES}],
            ["getCustomDomain", "www.example.com"],
            ["deleteCustomDomain", "www.example.com"],
            ["deleteTrigger", "svc", "fn", "tick"],
            ["deleteFunction", "svc", "fn"],
            ["deleteVersion", "svc", "1"],
            ["deleteAlias", "svc", "prod"],
            ["deleteService", "svc"],
        ],
    )
    assert [result for result in results if "error" in result] == []
    assert results[5]["data"]["versionId"] == "1"
    assert results[8]["data"]["routeConfig"]["routes"][0]["functionName"] == "fn"


def test_the_python_client_of_2016_08_15_does_all_of_it(server: LocalServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(HANDLER)
    old = fc2.Client(endpoint=server.url, accessKeyID=KEY[0], accessKeySecret=KEY[1])
    old.create_service("svc", description="d é")
    old.create_function("svc", "fn", "python3", "index.handler", codeDir=str(tmp_path))
    old.create_trigger("svc", "fn", "tick", "timer", TIMER, None, None)
    old.create_trigger("svc", "fn", "web", "http", HTTP, None, None)
    assert old.update_service("svc", description="new").data["description"] == "new"
    assert old.update_function("svc", "fn", memorySize=256).data["memorySize"] == 256
    assert old.update_trigger("svc", "fn", "web", {**HTTP, "methods": ["PUT"]}).data["triggerConfig"]["methods"] == [
        "PUT"
    ]
    version = old.publish_version("svc", "one").data["versionId"]
    old.create_alias("svc", "prod", version)
    assert old.get_alias("svc", "prod").data["versionId"] == version
    assert old.get_function("svc", "fn", qualifier="prod").data["memorySize"] == 256
    old.create_custom_domain("www.example.com", "HTTP", ROUTES)
    old.update_custom_domain("www.example.com", "HTTP", ROUTES)
    assert old.get_custom_domain("www.example.com").data["routeConfig"]["routes"][0]["functionName"] == "fn"
    assert old.invoke_function("svc", "fn", b"hello").data == b"hello"
    assert [item["functionName"] for item in old.list_functions("svc", limit=1).data["functions"]] == ["fn"]
    assert {item["triggerName"] for item in old.list_triggers("svc", "fn").data["triggers"]} == {"tick", "web"}
    with pytest.raises(fc2.fc_exceptions.FcError) as stale:
        old.update_function("svc", "fn", headers={"if-match": "stale"}, timeout=9)
    assert (stale.value.status_code, stale.value.err_code) == (412, "PreconditionFailed")
    old.delete_custom_domain("www.example.com")
    for name in ("tick", "web"):
        old.delete_trigger("svc", "fn", name)
    old.delete_function("svc", "fn")
    old.delete_version("svc", version)
    old.delete_alias("svc", "prod")
    old.delete_service("svc")
    with pytest.raises(fc2.fc_exceptions.FcError) as gone:
        old.get_service("svc")
    assert (gone.value.status_code, gone.value.err_code) == (404, "ServiceNotFound")


def test_the_python_sdk_does_versions_aliases_and_domains_too(client: Client) -> None:
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    client.create_function("svc", function_request())
    client.create_trigger("svc", "fn", http_trigger_request())
    version = client.publish_service_version("svc", m.PublishServiceVersionRequest()).body.version_id
    client.create_alias("svc", m.CreateAliasRequest(alias_name="prod", version_id=version))
    assert client.get_alias("svc", "prod").body.version_id == version
    routes = m.RouteConfig(routes=[m.PathConfig(path="/*", service_name="svc", function_name="fn")])
    domain = m.CreateCustomDomainRequest(domain_name="www.example.com", protocol="HTTP", route_config=routes)
    client.create_custom_domain(domain)
    client.update_custom_domain("www.example.com", m.UpdateCustomDomainRequest(protocol="HTTP"))
    client.delete_custom_domain("www.example.com")
    client.delete_trigger("svc", "fn", "web")
    client.delete_function("svc", "fn")
    client.delete_service_version("svc", version)
    client.delete_alias("svc", "prod")
    client.delete_service("svc")
    assert failure(client.get_service, "svc", m.GetServiceRequest())[1] == "ServiceNotFound"


def test_a_version_can_be_published_again_once_the_last_one_is_deleted(server: LocalServer) -> None:
    go = partial(send, server.url)
    go("POST", "/services", {"serviceName": "svc"})
    assert go("POST", "/services/svc/versions", {"description": "one"}).body["versionId"] == "1"
    assert go("POST", "/services/svc/versions", {"description": "unchanged"}).status == 400
    assert go("DELETE", "/services/svc/versions/1").status == 204
    assert go("POST", "/services/svc/versions", {"description": "two"}).body["versionId"] == "2"


def test_a_tag_without_a_value_finds_the_services_that_have_it_with_any(server: LocalServer) -> None:
    go = partial(send, server.url)
    for name, tags in (("a", {"k3": "v3", "k1": "v1"}), ("b", {"k3": "v4"}), ("c", {"k1": "v1"})):
        go("POST", "/services", {"serviceName": name})
        assert go("POST", "/tag", {"resourceArn": f"services/{name}", "tags": tags}).status == 200

    def found(**wanted: str) -> list[str]:
        query = {f"tag_{key}": value for key, value in wanted.items()}
        return [service["serviceName"] for service in go("GET", "/services", query=query).body["services"]]

    assert found(k3="") == ["a", "b"]
    assert found(k3="", k1="v1") == ["a"]
    assert found(k3="v4") == ["b"]
    assert found(k2="") == []


def test_the_last_page_of_async_configurations_has_an_empty_token(server: LocalServer, client: Client) -> None:
    put_function(client)
    go = partial(send, server.url)
    go("PUT", "/services/svc/functions/fn/async-invoke-config", {"maxAsyncRetryAttempts": 1})
    page = go("GET", "/services/svc/functions/fn/async-invoke-configs")
    assert (len(page.body["configs"]), page.body["nextToken"]) == (1, "")


def test_a_source_that_is_no_default_bus_has_a_bus_of_its_own(server: LocalServer, client: Client) -> None:
    put_function(client)
    for name, source, bus in (("t", {"eventSourceType": "Default"}, "default"), ("m", MNS, "MNS-fn-m")):
        body = trigger(name, "eventbridge", {**EVENTS, "eventSourceConfig": source})
        path = "/services/svc/functions/fn/triggers"
        made = send(server.url, "POST", path, body, headers=SHOWS_EVENTBRIDGE)
        read = send(server.url, "GET", f"{path}/{name}", headers=SHOWS_EVENTBRIDGE)
        expected = f"acs:eventbridge:cn-hangzhou:{ACCOUNT}:eventbus/{bus}/rule/svc-fn-{name}"
        assert (made.body["sourceArn"], read.body["sourceArn"]) == (expected, expected)


def test_a_runtime_that_cannot_be_run_is_told_to_the_clients_in_words(server: LocalServer, client: Client) -> None:
    put_function(client, runtime="java11")
    client.create_trigger("svc", "fn", http_trigger_request())
    answer = send(server.url, "GET", "/proxy/svc/fn/")
    assert answer.status == 501
    assert "java11" in answer.body["ErrorMessage"]
    (result,) = node_calls(server.url, [["get", "/proxy/svc/fn/"]])
    assert answer.body["ErrorMessage"] in result["error"]["message"]


@pytest.mark.parametrize("switched", [True, False])
def test_a_request_id_has_either_of_the_forms_that_were_seen(server: LocalServer, switched: bool) -> None:
    server.admin.switches(uuid_request_ids=switched)
    answer = send(server.url, "GET", "/services/none")
    assert len(answer.headers["x-fc-request-id"]) == (36 if switched else 32)
    assert answer.body["RequestId"] == answer.headers["x-fc-request-id"]


@pytest.mark.parametrize("upper", [True, False])
def test_content_md5_may_be_plain_hex_and_must_fit_the_body(server: LocalServer, upper: bool) -> None:
    body = b'{"serviceName":"svc"}'
    text = hashlib.md5(body, usedforsecurity=False).hexdigest()
    headers = {"date": "Fri, 27 Nov 2026 00:00:00 GMT", "content-md5": text.upper() if upper else text}
    unsigned = SignedRequest("POST", "/2016-08-15/services", "", headers, body)
    signed = replace(unsigned, headers={**headers, "authorization": f"FC AK:{fc.signature(unsigned, 'SK')}"})
    assert fc.verify(signed, "SK")
    assert not fc.verify(replace(signed, body=body + b" "), "SK")


def test_every_error_names_itself_for_the_clients_of_both_apis(server: LocalServer) -> None:
    body = send(server.url, "GET", "/services/none").body
    assert (body["ErrorCode"], body["ErrorMessage"]) == (body["Code"], body["Message"])
    assert body["Message"] == "service 'none' does not exist"
