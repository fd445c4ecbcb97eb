"""Answers in other words: what they may change, and that everything somebody set reads the same in all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from alibabacloud_fc_open20210406 import models as m
from tests.contract.fc_local.clients import KEY, ask, base64_zip, edited, node_calls, python_client

from fc_local.server import LocalServer

ROLE = "acs:ram::1234567890123456:role/Mixed-Case"
SERVICE = {
    "description": "d",
    "role": ROLE,
    "internetAccess": False,
    "logConfig": {"project": "p", "logstore": "l", "enableRequestMetrics": True, "enableInstanceMetrics": True},
    "vpcConfig": {"vpcId": "vpc-a", "vSwitchIds": ["vsw-a", "vsw-b", "vsw-c"], "securityGroupId": "sg-a"},
    "nasConfig": {"userId": 1, "groupId": 2, "mountPoints": [{"serverAddr": "a:/b", "mountDir": "/mnt/a"}]},
}
FUNCTION = {
    "runtime": "custom",
    "handler": "index.handler",
    "timeout": 9,
    "memorySize": 512,
    "cpu": 0.5,
    "diskSize": 512,
    "caPort": 8080,
    "environmentVariables": {"futureField1": "kept", "B": "2"},
    "customRuntimeConfig": {"command": ["b", "a"], "args": ["2", "1"]},
}
HTTP = {"authType": "anonymous", "methods": ["PUT", "GET", "POST"]}
ROUTES = [
    {"path": "/b", "serviceName": "svc", "functionName": "fn", "methods": ["PUT", "GET"]},
    {"path": "/a", "serviceName": "svc", "functionName": "fn", "qualifier": "1"},
]
ASYNC = {
    "maxAsyncRetryAttempts": 1,
    "destinationConfig": {"onFailure": {"destination": "acs:mns:::/queues/q/messages"}},
}
PATHS = (
    "services/svc",
    "services/svc/functions/fn",
    "services/svc/functions/fn/triggers/web",
    "custom-domains/a.example.com",
    "services/svc/functions/fn/async-invoke-config",
    "services/svc/bindings",
)


def _fill(server: LocalServer) -> None:
    edited(server, "CreateService", ["svc"], SERVICE)
    edited(server, "CreateFunction", ["svc", "fn"], {**FUNCTION, "code": {"zipFile": base64_zip()}})
    edited(server, "CreateTrigger", ["svc", "fn", "web"], {"triggerType": "http", "triggerConfig": HTTP})
    edited(server, "CreateCustomDomain", ["a.example.com"], {"routeConfig": {"routes": ROUTES}})
    edited(server, "PutFunctionAsyncInvokeConfig", ["svc", "fn"], ASYNC)
    for vpc in ("vpc-a", "vpc-b", "vpc-c"):
        edited(server, "CreateVpcBinding", ["svc"], {"vpcId": vpc})


def _texts(server: LocalServer, count: int) -> list[list[str]]:
    """What `count` reads of every path answer, by path."""
    server.admin.switches(auth="off")
    found: list[list[str]] = [[] for _ in PATHS]
    for _ in range(count):
        for texts, path in zip(found, PATHS, strict=True):
            status, _, body = ask(server.url, "GET", f"/2021-04-06/{path}")
            assert status == 200
            texts.append(body.decode())
    return found


def _same(wanted: Any, found: Any, where: str = "") -> None:
    """Everything in `wanted` is in `found`, sets in any order, roles in any case."""
    if where.endswith("role"):
        assert found.lower() == wanted.lower()
    elif where.endswith(("methods", "vSwitchIds", "vpcIds")):
        assert sorted(found) == sorted(wanted), where
    elif isinstance(wanted, dict):
        for key, value in wanted.items():
            _same(value, found[key], f"{where}.{key}")
    elif isinstance(wanted, list):
        assert len(found) == len(wanted), where
        for one, other in zip(wanted, found, strict=True):
            _same(one, other, where)
    else:
        assert found == wanted, where


def test_what_somebody_set_reads_the_same_in_every_wording(server: LocalServer) -> None:
    _fill(server)
    server.admin.switches(noise=7)
    service, function, trigger, domain, config, bindings = _texts(server, 40)
    for texts, wanted in (
        (service, SERVICE),
        (function, FUNCTION),
        (domain, {"routeConfig": {"routes": ROUTES}}),
        (config, ASYNC),
        (bindings, {"vpcIds": ["vpc-a", "vpc-b", "vpc-c"]}),
    ):
        assert len(set(texts)) > 1
        for text in texts:
            _same(wanted, json.loads(text))
    for text in trigger:
        _same(HTTP, json.loads(json.loads(text)["triggerConfig"]))
    everything = "".join([*service, *function, *trigger, *domain, *config])
    for sign in ("futureField", '"anytunnelViaENI":false', '"LATEST"', '"tlsConfig":{', ROLE.lower(), '"layers":[]'):
        assert sign in everything
    assert any("vendorConfig" not in text for text in service) and any("vendorConfig" in text for text in service)


def test_what_nobody_set_is_worded_too(server: LocalServer) -> None:
    edited(server, "CreateService", ["svc"], {})
    body = {"runtime": "python3", "handler": "index.handler", "code": {"zipFile": base64_zip()}}
    edited(server, "CreateFunction", ["svc", "fn"], body)
    timer = {"triggerType": "timer", "triggerConfig": {"cronExpression": "@every 1m"}}
    edited(server, "CreateTrigger", ["svc", "fn", "web"], timer)
    edited(server, "CreateCustomDomain", ["a.example.com"], {})
    edited(server, "PutFunctionAsyncInvokeConfig", ["svc", "fn"], {})
    for seed in range(1, 6):
        server.admin.switches(noise=seed)
        for texts in _texts(server, 20):
            assert all(json.loads(text) for text in texts)


def test_the_official_clients_read_every_wording(server: LocalServer) -> None:
    _fill(server)
    server.admin.switches(noise=3)
    client = python_client(server.url)
    for _ in range(20):
        found = client.get_function("svc", "fn", m.GetFunctionRequest()).body
        assert (found.timeout, found.cpu, found.custom_runtime_config.command) == (9, 0.5, ["b", "a"])
        assert client.get_custom_domain("a.example.com").body.route_config.routes[1].qualifier == "1"
        assert len(client.list_services(m.ListServicesRequest()).body.services) == 1
    answers = node_calls(server.url, [["getTrigger", "svc", "fn", "web"]] * 20)
    assert {tuple(sorted(one["data"]["triggerConfig"]["methods"])) for one in answers} == {("GET", "POST", "PUT")}


def test_the_same_number_chooses_the_same_words(tmp_path: Path) -> None:
    orders = []
    for name, seed in (("a", 11), ("b", 11), ("c", 12)):
        with LocalServer(home=tmp_path / name, keys=[KEY]) as server:
            _fill(server)
            server.admin.switches(noise=seed)
            orders.append([[list(json.loads(text)) for text in texts] for texts in _texts(server, 3)])
    assert orders[0] == orders[1] != orders[2]


def test_an_answer_s_words_do_not_depend_on_what_else_is_asked(server: LocalServer) -> None:
    orders: list[list[list[str]]] = []
    for others in (False, True):
        server.admin.reset()
        _fill(server)
        server.admin.switches(noise=5, auth="off")
        orders.append([])
        for _ in range(3):
            if others:
                ask(server.url, "GET", "/2021-04-06/services")
            orders[-1].append(list(json.loads(ask(server.url, "GET", "/2021-04-06/services/svc")[2])))
    assert orders[0] == orders[1]
    assert orders[0][0] != orders[0][1]


def test_a_setting_that_holds_something_is_not_taken_for_empty(server: LocalServer) -> None:
    edited(server, "CreateService", ["svc"], {"nasConfig": {"groupId": 35}})
    server.admin.switches(noise=7, auth="off", legacy_fields=2021)
    for _ in range(40):
        found = json.loads(ask(server.url, "GET", "/2021-04-06/services/svc")[2])
        assert found["nasConfig"]["groupId"] == 35


def test_a_map_whose_keys_are_somebody_s_own_gains_and_loses_none(server: LocalServer) -> None:
    edited(server, "CreateService", ["svc"])
    edited(server, "CreateFunction", ["svc", "fn"], {**FUNCTION, "code": {"zipFile": base64_zip()}})
    kafka = {"InstanceId": "i", "Topic": "t", "ConsumerGroup": "g", "OffsetReset": "latest"}
    kafka |= {"ExtendConfig": {"a": None, "b": "2"}}
    source = {"eventSourceType": "Kafka", "eventSourceParameters": {"sourceKafkaParameters": kafka}}
    trigger = {"triggerType": "eventbridge", "triggerConfig": {"eventSourceConfig": source}}
    edited(server, "CreateTrigger", ["svc", "fn", "web"], trigger)
    server.admin.switches(noise=7, auth="off")
    for _ in range(40):
        found = json.loads(ask(server.url, "GET", "/2021-04-06/services/svc/functions/fn/triggers/web")[2])
        config = json.loads(found["triggerConfig"])["eventSourceConfig"]["eventSourceParameters"]
        assert config["sourceKafkaParameters"]["ExtendConfig"] == {"a": None, "b": "2"}


def test_noise_is_in_answers_only(server: LocalServer) -> None:
    _fill(server)
    before = server.admin.state()
    quiet = edited(server, "GetFunction", ["svc", "fn"])
    etag = server.admin.edit("GetFunction", ["svc", "fn"])["etag"]
    server.admin.switches(noise=7)
    _texts(server, 5)
    assert server.admin.state() == before
    answer = server.admin.edit("GetFunction", ["svc", "fn"])
    assert (answer["body"], answer["etag"]) == (quiet, etag)
    server.admin.switches(noise=0, auth=None)
    found = python_client(server.url).get_function("svc", "fn", m.GetFunctionRequest())
    assert found.headers["etag"] == etag
