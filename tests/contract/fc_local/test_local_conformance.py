"""What a local FC must show before a deployer may trust it (facts 8.3), through the unmodified official clients.

 1  signatures of recorded requests          test_local_signatures.py
 2  the four resources through the SDK       here; test_local_resources.py (ETags, 412)
 3  both clients on one store                here; test_local_two_clients.py, _triggers, _services, _layers
 4  checksums                                test_local_checksum.py; here through an upload. The zips whose recorded
                                             checksums the facts quote are not ours to carry; the first of them
                                             (539 bytes) was put through `crc64` by hand and fits
 5  InstanceConcurrency                      test_local_resources.py
 6  what absent, null and empty mean         here for the clients; test_local_resources.py for null
 7  paging over 250 functions                test_local_resources.py
 8  defaults equal the recorded JSON         test_local_resources.py, test_local_custom_domains.py
 9  204, then the same connection            here
10  p50 below 3 ms                           test_local_speed.py
11  every fault and its exception            here; test_local_admin.py
12  HTTP_PROXY and 127.0.0.1                 here
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException
from tests.contract.fc_local.clients import (
    KEY,
    base64_zip,
    failure,
    function_request,
    node_calls,
    put_function,
    zipped,
)

from fc_local.checksum import crc64
from fc_local.server import LocalServer

ROUTES = [{"path": "/*", "serviceName": "svc", "functionName": "fn", "methods": ["GET"]}]
TIMER = {"cronExpression": "@every 1m", "enable": True}
QUEUE = "acs:mns:cn-hangzhou:1:/queues/q/messages"
CODE = {"zipFile": base64_zip()}


@dataclass(frozen=True)
class Subject:
    """How both clients make, read, change and remove one kind. Calls of the SDK take the client."""

    make: Callable[[Client], Any]
    read: Callable[[Client], Any]
    remove: Callable[[Client], Any]
    node_make: list[Any]
    node_read: list[Any]
    node_change: list[Any]
    node_remove: list[Any]
    changed: tuple[str, Any]  # what `node_change` sets, as it reads
    missing: str
    guarded: bool = True  # its answers carry an ETag whatever the switches say


def _domain(name: str = "a.example.com") -> m.CreateCustomDomainRequest:
    config = m.RouteConfig().from_map({"routes": ROUTES})
    return m.CreateCustomDomainRequest(domain_name=name, protocol="HTTP", route_config=config)


def _trigger() -> m.CreateTriggerRequest:
    return m.CreateTriggerRequest(trigger_name="t", trigger_type="timer", trigger_config=json.dumps(TIMER))


AT = "prod"
SUBJECTS: dict[str, Subject] = {
    "service": Subject(
        make=lambda c: c.create_service(m.CreateServiceRequest(service_name="one", description="é")),
        read=lambda c: c.get_service("one", m.GetServiceRequest()),
        remove=lambda c: c.delete_service("one"),
        node_make=["createService", "one", {"description": "é"}],
        node_read=["getService", "one"],
        node_change=["updateService", "one", {"internetAccess": False}],
        node_remove=["deleteService", "one"],
        changed=("internetAccess", False),
        missing="ServiceNotFound",
    ),
    "function": Subject(
        make=lambda c: c.create_function("svc", function_request("one", environment_variables={"A": "1"})),
        read=lambda c: c.get_function("svc", "one", m.GetFunctionRequest()),
        remove=lambda c: c.delete_function("svc", "one"),
        node_make=[
            "createFunction",
            "svc",
            {
                "functionName": "one",
                "runtime": "python3",
                "handler": "index.handler",
                "code": CODE,
                "environmentVariables": {"A": "1"},
            },
        ],
        node_read=["getFunction", "svc", "one"],
        node_change=["updateFunction", "svc", "one", {"memorySize": 512}],
        node_remove=["deleteFunction", "svc", "one"],
        changed=("memorySize", 512),
        missing="FunctionNotFound",
    ),
    "trigger": Subject(
        make=lambda c: c.create_trigger("svc", "fn", _trigger()),
        read=lambda c: c.get_trigger("svc", "fn", "t"),
        remove=lambda c: c.delete_trigger("svc", "fn", "t"),
        node_make=["createTrigger", "svc", "fn", {"triggerName": "t", "triggerType": "timer", "triggerConfig": TIMER}],
        node_read=["getTrigger", "svc", "fn", "t"],
        node_change=["updateTrigger", "svc", "fn", "t", {"triggerConfig": {**TIMER, "enable": False}}],
        node_remove=["deleteTrigger", "svc", "fn", "t"],
        changed=("triggerConfig", {**TIMER, "enable": False}),
        missing="TriggerNotFound",
    ),
    "custom domain": Subject(
        make=lambda c: c.create_custom_domain(_domain()),
        read=lambda c: c.get_custom_domain("a.example.com"),
        remove=lambda c: c.delete_custom_domain("a.example.com"),
        node_make=["createCustomDomain", "a.example.com", {"protocol": "HTTP", "routeConfig": {"routes": ROUTES}}],
        node_read=["getCustomDomain", "a.example.com"],
        node_change=["updateCustomDomain", "a.example.com", {"routeConfig": {"routes": []}}],
        node_remove=["deleteCustomDomain", "a.example.com"],
        changed=("routeConfig", {"routes": []}),
        missing="DomainNameNotFound",
        guarded=False,
    ),
    "async config": Subject(
        make=lambda c: c.put_function_async_invoke_config(
            "svc",
            "fn",
            m.PutFunctionAsyncInvokeConfigRequest(
                qualifier=AT,
                max_async_retry_attempts=1,
                destination_config=m.DestinationConfig(on_failure=m.Destination(QUEUE)),
            ),
        ),
        read=lambda c: c.get_function_async_invoke_config(
            "svc", "fn", m.GetFunctionAsyncInvokeConfigRequest(qualifier=AT)
        ),
        remove=lambda c: c.delete_function_async_invoke_config(
            "svc", "fn", m.DeleteFunctionAsyncInvokeConfigRequest(qualifier=AT)
        ),
        node_make=[
            "putFunctionAsyncConfig",
            "svc",
            "fn",
            AT,
            {"maxAsyncRetryAttempts": 1, "destinationConfig": {"onFailure": {"destination": QUEUE}}},
        ],
        node_read=["getFunctionAsyncConfig", "svc", "fn", AT],
        node_change=["putFunctionAsyncConfig", "svc", "fn", AT, {"maxAsyncEventAgeInSeconds": 60}],
        node_remove=["deleteFunctionAsyncConfig", "svc", "fn", AT],
        changed=("maxAsyncEventAgeInSeconds", 60),
        missing="AsyncConfigNotExists",
        guarded=False,
    ),
    "alias": Subject(
        make=lambda c: c.create_alias("svc", m.CreateAliasRequest(alias_name="one", version_id="1", description="d")),
        read=lambda c: c.get_alias("svc", "one"),
        remove=lambda c: c.delete_alias("svc", "one"),
        node_make=["createAlias", "svc", "one", "1", {"description": "d"}],
        node_read=["getAlias", "svc", "one"],
        node_change=["updateAlias", "svc", "one", "1", {"description": "changed"}],
        node_remove=["deleteAlias", "svc", "one"],
        changed=("description", "changed"),
        missing="AliasNotFound",
    ),
    "on-demand config": Subject(
        make=lambda c: c.put_function_on_demand_config(
            "svc", "fn", m.PutFunctionOnDemandConfigRequest(qualifier=AT, maximum_instance_count=3)
        ),
        read=lambda c: c.get_function_on_demand_config("svc", "fn", m.GetFunctionOnDemandConfigRequest(qualifier=AT)),
        remove=lambda c: c.delete_function_on_demand_config(
            "svc", "fn", m.DeleteFunctionOnDemandConfigRequest(qualifier=AT)
        ),
        node_make=["putOnDemandConfig", "svc", "fn", AT, {"maximumInstanceCount": 3}],
        node_read=["getOnDemandConfig", "svc", "fn", AT],
        node_change=["putOnDemandConfig", "svc", "fn", AT, {"maximumInstanceCount": 5}],
        node_remove=["deleteOnDemandConfig", "svc", "fn", AT],
        changed=("maximumInstanceCount", 5),
        missing="OnDemandConfigNotFound",
        guarded=False,
    ),
}


def _prepare(client: Client) -> None:
    put_function(client)
    version = client.publish_service_version("svc", m.PublishServiceVersionRequest()).body.version_id
    client.create_alias("svc", m.CreateAliasRequest(alias_name=AT, version_id=version))


def _as_read(answer: Any) -> dict[str, Any]:
    """What the SDK read: without nulls, an empty list for a null one, and triggerConfig as an object."""
    found: dict[str, Any] = answer.body.to_map()
    if isinstance(found.get("triggerConfig"), str):
        found["triggerConfig"] = json.loads(found["triggerConfig"])
    return found


def _agrees(sdk: Any, node: Any) -> bool:
    """Whether everything the SDK read stands in what the Node client read."""
    if isinstance(sdk, dict):
        return all(_agrees(value, (node or {}).get(key)) for key, value in sdk.items())
    if isinstance(sdk, list):
        items = node or []
        return len(sdk) == len(items) and all(_agrees(one, other) for one, other in zip(sdk, items, strict=True))
    return bool(sdk == node)


@pytest.mark.parametrize("kind", SUBJECTS)
def test_each_client_reads_changes_and_removes_what_the_other_made(
    server: LocalServer, client: Client, kind: str
) -> None:
    _prepare(client)
    one = SUBJECTS[kind]
    name, value = one.changed

    made = one.make(client)
    read, changed = node_calls(server.url, [one.node_read, one.node_change])
    assert _agrees(_as_read(made), read["data"])
    if one.guarded:
        assert made.headers["etag"] == read["headers"]["etag"] != changed["headers"]["etag"]
    after = one.read(client)
    assert (_as_read(after).get(name), changed["data"][name]) == (value, value)
    assert after.headers.get("etag") == changed["headers"].get("etag")
    assert one.remove(client).status_code == 204
    (gone,) = node_calls(server.url, [one.node_read])
    assert gone["error"]["code"] == one.missing

    (built,) = node_calls(server.url, [one.node_make])
    assert _agrees(_as_read(one.read(client)), built["data"])
    again = {**_as_read(made), **{key: built["data"].get(key) for key in ("createdTime", "lastModifiedTime")}}
    ids = {key for key in again if key.endswith("Id") and key not in ("versionId", "accountId")}
    assert _agrees({key: again[key] for key in again.keys() - ids}, built["data"])  # both made the same
    (removed,) = node_calls(server.url, [one.node_remove])
    assert "error" not in removed
    assert failure(one.read, client) == (404, one.missing)


def test_versions_and_lists_read_the_same_through_both_clients(server: LocalServer, client: Client) -> None:
    _prepare(client)
    client.update_service("svc", m.UpdateServiceRequest(description="more"))
    (published,) = node_calls(server.url, [["publishVersion", "svc", "second"]])
    assert published["data"]["versionId"] == "2"
    listed = client.list_service_versions("svc", m.ListServiceVersionsRequest()).body.versions
    assert [(version.version_id, version.description) for version in listed] == [("2", "second"), ("1", "")]
    versions, aliases, functions, then = node_calls(
        server.url,
        [
            ["listVersions", "svc", {"direction": "FORWARD"}],
            ["listAliases", "svc"],
            ["listFunctions", "svc", {}, {}, "1"],
            ["getService", "svc", {}, "2"],
        ],
    )
    assert [version["versionId"] for version in versions["data"]["versions"]] == ["1", "2"]
    assert [alias["aliasName"] for alias in aliases["data"]["aliases"]] == [AT]
    assert [function["functionName"] for function in functions["data"]["functions"]] == ["fn"]
    assert then["data"]["description"] == "second"
    (gone,) = node_calls(server.url, [["deleteVersion", "svc", "2"]])
    assert "error" not in gone
    assert failure(client.get_service, "svc", m.GetServiceRequest(qualifier="2")) == (404, "VersionNotFound")


def test_the_checksum_is_the_crc_64_of_the_zip_as_sent(server: LocalServer, client: Client) -> None:
    made = put_function(client).body
    (code,) = node_calls(server.url, [["getFunctionCode", "svc", "fn"]])
    assert made.code_checksum == code["data"]["checksum"] == crc64(zipped())
    assert made.code_size == len(zipped())


def test_an_empty_put_changes_nothing_and_an_empty_map_clears(server: LocalServer, client: Client) -> None:
    before = put_function(client, environment_variables={"A": "1"}, timeout=9).body.to_map()
    after = client.update_function("svc", "fn", m.UpdateFunctionRequest()).body.to_map()
    assert {**after, "lastModifiedTime": None} == {**before, "lastModifiedTime": None}
    unchanged, cleared = node_calls(
        server.url,
        [
            ["updateFunction", "svc", "fn", {"environmentVariables": None, "timeout": None}],
            ["updateFunction", "svc", "fn", {"environmentVariables": {}}],
        ],
    )
    assert (unchanged["data"]["environmentVariables"], unchanged["data"]["timeout"]) == ({"A": "1"}, 9)
    assert (cleared["data"]["environmentVariables"], cleared["data"]["timeout"]) == ({}, 9)


def test_a_204_has_no_body_and_the_connection_goes_on(server: LocalServer) -> None:
    server.admin.switches(auth="off")
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    try:
        for _ in range(2):
            connection.request("POST", "/2021-04-06/services", b'{"serviceName":"one"}')
            made = connection.getresponse()
            assert (made.status, made.read() != b"") == (200, True)
            socket = connection.sock
            connection.request("DELETE", "/2021-04-06/services/one")
            gone = connection.getresponse()
            assert (gone.status, gone.read(), gone.getheader("Content-Length")) == (204, b"", None)
            assert connection.sock is socket  # kept alive
    finally:
        connection.close()


def _raw(status: int, body: str, kind: str = "application/json") -> dict[str, Any]:
    return {"raw": {"status": status, "headers": {"Content-Type": kind}, "body": body}}


BOTH = {"Code": "Odd", "Message": "m", "RequestId": "r", "ErrorCode": "Odd", "ErrorMessage": "m"}
# action of a fault -> class, status and code of the SDK's exception, name of fc2's error
FAULTS: dict[str, tuple[dict[str, Any], tuple[str, int | None, str | None], str]] = {
    "4xx": ({"status": 404, "code": "Odd"}, ("ClientException", 404, "Odd"), "FCOddError"),
    "5xx": ({"status": 500, "code": "Odd"}, ("ServerException", 500, "Odd"), "FCOddError"),
    "throttled": (
        {"throttle": {"retry_after_ms": 5}},
        ("ThrottlingException", 429, "ResourceThrottled"),
        "FCResourceThrottledError",
    ),
    "both spellings": (_raw(400, json.dumps(BOTH)), ("ClientException", 400, "Odd"), "FCOddError"),
    "new spelling only": (_raw(400, '{"Code":"Odd"}'), ("ClientException", 400, "Odd"), "FCundefinedError"),
    "old spelling only": (_raw(400, '{"ErrorCode":"Odd"}'), ("ClientException", 400, "None"), "FCOddError"),
    "lower case": (_raw(400, '{"code":"Odd","message":"m"}'), ("ClientException", 400, "Odd"), "FCundefinedError"),
    "error without body": (_raw(500, ""), ("UnretryableException", None, None), "SyntaxError"),
    "error that is a list": (_raw(500, "[]"), ("UnretryableException", None, None), "FCundefinedError"),
    "error in HTML": (_raw(502, "<html>", "text/html"), ("UnretryableException", None, None), "FCundefinedError"),
    "success without body": (_raw(200, ""), ("UnretryableException", None, None), "SyntaxError"),
    "success in HTML": (_raw(200, "<html>", "text/html"), ("UnretryableException", None, None), ""),
    "cut before": ({"cut": "before"}, ("UnretryableException", None, None), "Error"),
    "cut answer": ({"cut": "answer"}, ("UnretryableException", None, None), "Error"),
    "cut body": ({"cut": "body"}, ("UnretryableException", None, None), "Error"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_surfaces_in_each_client_as_known(server: LocalServer, client: Client, fault: str) -> None:
    action, (kind, status, code), name = FAULTS[fault]
    server.admin.faults([{"op": "ListServices", "times": 0, "action": action}])
    with pytest.raises(TeaException) as caught:
        client.list_services(m.ListServicesRequest())
    error = caught.value
    assert (type(error).__name__, getattr(error, "statusCode", None), error.code) == (kind, status, code)
    (answer,) = node_calls(server.url, [["listServices"]])
    assert answer.get("error", {}).get("name", "") == name, answer


def test_a_wait_beyond_the_clients_patience_surfaces_as_known(server: LocalServer, client: Client) -> None:
    server.admin.faults([{"times": 0, "action": {"delay_ms": 400}}])
    with pytest.raises(TeaException) as caught:
        client.list_services_with_options(
            m.ListServicesRequest(), m.ListServicesHeaders(), RuntimeOptions(read_timeout=100)
        )
    assert type(caught.value).__name__ == "UnretryableException"
    (answer,) = node_calls(server.url, [["listServices"]], timeout=100)
    assert answer["error"]["name"] == "RequestTimeoutError"


_LIST = """
import sys
from {module} import {name}
{build}
try:
    print("services:", len({call}))
except Exception as error:
    print("failed:", type(error).__name__)
"""


def _under_a_dead_proxy(text: str) -> str:
    source = Path(__file__).parents[3] / "src"
    environment = {**os.environ, "PYTHONPATH": str(source), "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "*"}
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_proxy_hijacks_the_sdk_but_not_the_deployer(server: LocalServer, client: Client) -> None:
    client.create_service(m.CreateServiceRequest(service_name="one"))
    address, keys = urlsplit(server.url).netloc, (KEY[2], KEY[0], KEY[1])
    plain = _LIST.format(
        module="alibabacloud_fc_open20210406.client",
        name="Client",
        build="from alibabacloud_fc_open20210406 import models as m\n"
        "from alibabacloud_tea_openapi.models import Config\n"
        f"config = Config(endpoint={address!r}, protocol='http', region_id='cn-hangzhou',"
        f" access_key_id={KEY[0]!r}, access_key_secret={KEY[1]!r})",
        call="Client(config).list_services(m.ListServicesRequest()).body.services",
    )
    guarded = _LIST.format(
        module="fc_guard.cloud.fc2.gateway",
        name="Fc2Gateway",
        build="from fc_guard.cloud.gateway import Credential\n"
        "from fc_guard.kinds.fc2.service import SERVICE\n"
        "from fc_guard.model.catalog import Catalog",
        call=f"Fc2Gateway({server.url!r}, 'cn-hangzhou', Credential(*{keys!r}), Catalog((SERVICE,)))"
        ".list(None, SERVICE)",
    )
    assert _under_a_dead_proxy(plain) == "failed: UnretryableException"
    assert _under_a_dead_proxy(guarded) == "services: 1"
