"""Every prop of a function: what is sent is what is read, and what the service makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import ACCOUNT, base64_zip, edited, put_function, refused

from fc_local.server import LocalServer

FN = ["svc", "fn"]
HOOK = {"handler": "index.hook", "timeout": 10}


def _make(server: LocalServer, **settings: Any) -> dict[str, Any]:
    if "svc" not in server.admin.state()["services"]:
        edited(server, "CreateService", [], {"serviceName": "svc"})
    code = {"zipFile": base64_zip()}
    body = {"functionName": "fn", "runtime": "python3", "handler": "index.handler", "code": code, **settings}
    return edited(server, "CreateFunction", ["svc"], body)


@pytest.mark.parametrize(
    "settings",
    [
        {"initializer": "index.init", "initializationTimeout": 30, "timeout": 86400, "description": "d"},
        {"cpu": 0.5, "diskSize": 512, "memorySize": 512},
        {"cpu": 16, "diskSize": 10240, "memorySize": 32768, "instanceType": "c1"},
        {"cpu": 0.5, "diskSize": 512, "memorySize": 512, "instanceType": "c1"},
        {"instanceType": "c1", "memorySize": 4096},
        {"instanceType": "fc.gpu.tesla.1", "gpuMemorySize": 8192, "memorySize": 16384, "cpu": 4, "diskSize": 512},
        {"instanceConcurrency": 20, "instanceSoftConcurrency": 10},
        {"runtime": "custom.debian10", "caPort": 8080, "customRuntimeConfig": {"command": ["a"], "args": ["b", "1"]}},
        {"instanceLifecycleConfig": {"preFreeze": HOOK, "preStop": HOOK}},
        {"layers": ["acs:fc:cn-hangzhou:official:layers/Python310/versions/2"]},
        {
            "customDNS": {
                "nameServers": ["1.1.1.1"],
                "searches": ["a.b"],
                "dnsOptions": [{"name": "ndots", "value": "1"}],
            }
        },
        {
            "customHealthCheckConfig": {
                "httpGetUrl": "/ready",
                "initialDelaySeconds": 1,
                "periodSeconds": 2,
                "timeoutSeconds": 3,
                "failureThreshold": 4,
                "successThreshold": 5,
            }
        },
        {"environmentVariables": {"A": "1", "B": "空 格", "TZ": "Asia/Shanghai"}},
    ],
    ids="+".join,
)
def test_what_is_sent_is_what_is_read(server: LocalServer, settings: dict[str, Any]) -> None:
    made = _make(server, **settings)
    assert {key: made[key] for key in settings} == settings
    found = edited(server, "GetFunction", FN)
    assert {key: found[key] for key in settings} == settings
    again = edited(server, "UpdateFunction", FN, settings)
    assert {key: again[key] for key in settings} == settings


def test_a_container_needs_an_image_and_shows_its_acceleration_when_read(server: LocalServer) -> None:
    container = {
        "image": "registry.cn-hangzhou.aliyuncs.com/a/b:1",
        "command": '["node"]',
        "args": '["server.js"]',
        "accelerationType": "Default",
        "instanceID": "cri-1",
        "webServerMode": True,
    }
    edited(server, "CreateService", [], {"serviceName": "svc"})
    body = {"functionName": "fn", "runtime": "custom-container", "handler": "not-used"}
    assert refused(server, "CreateFunction", ["svc"], body)[1] == "CustomContainerConfig is required but not provided"
    body["customContainerConfig"] = {"command": "x"}
    assert refused(server, "CreateFunction", ["svc"], body)[1] == "Image is required but not provided"
    made = edited(server, "CreateFunction", ["svc"], {**body, "customContainerConfig": container})
    assert (made["customContainerConfig"], made["caPort"]) == (container, 9000)
    read = edited(server, "GetFunction", FN)["customContainerConfig"]
    assert read == {**container, "accelerationInfo": {"status": "Ready"}}
    changed = edited(server, "UpdateFunction", FN, {"customContainerConfig": {**container, "image": "r/other:2"}})
    assert changed["customContainerConfig"]["image"] == "r/other:2"


@pytest.mark.parametrize(("setting", "thresholds"), [("3/1", (3, 1)), ("1/2", (1, 2)), ("3/3", (3, 3))])
def test_a_health_check_is_filled_up(server: LocalServer, setting: str, thresholds: tuple[int, int]) -> None:
    server.admin.switches(health_check_thresholds=setting)
    made = _make(server, runtime="custom", customHealthCheckConfig={"httpGetUrl": "/"})
    assert made["customHealthCheckConfig"] == {
        "httpGetUrl": "/",
        "initialDelaySeconds": 0,
        "periodSeconds": 3,
        "timeoutSeconds": 1,
        "failureThreshold": thresholds[0],
        "successThreshold": thresholds[1],
    }


def test_what_nobody_set_may_read_as_computed(server: LocalServer) -> None:
    _make(server, memorySize=512, instanceConcurrency=5)
    server.admin.switches(fill_function_defaults=True)
    found = edited(server, "GetFunction", FN)
    computed = {"cpu": 0.33, "diskSize": 512, "gpuMemorySize": 0, "instanceSoftConcurrency": 5, "layers": []}
    assert {key: found[key] for key in computed} == computed
    edited(server, "UpdateFunction", FN, {"memorySize": 1024})  # nobody set the CPU, so it is not checked
    edited(server, "UpdateFunction", FN, {"cpu": 0.5, "diskSize": 10240})
    found = edited(server, "GetFunction", FN)
    assert (found["cpu"], found["diskSize"]) == (0.5, 10240)


def test_a_layer_in_short_form_is_also_shown_as_an_arn(server: LocalServer) -> None:
    layers = ["02f81d#mine#1", "acs:fc:cn-hangzhou:official:layers/Python310/versions/2"]
    made = _make(server, layers=layers)
    assert made["layers"] == layers
    assert made["layersArnV2"] == [f"acs:fc:cn-hangzhou:{ACCOUNT}:layers/mine/versions/1", layers[1]]


def test_values_of_the_environment_may_be_held_to_ascii(server: LocalServer, client: Client) -> None:
    put_function(client)
    change = {"environmentVariables": {"A": "空"}}
    assert edited(server, "UpdateFunction", FN, change)["environmentVariables"] == {"A": "空"}
    server.admin.switches(ascii_environment=True)
    message = "Environment variable value doesn't match expected format (allowed: ^[[:print:]]+$, actual: '空')"
    assert refused(server, "UpdateFunction", FN, change) == ("InvalidArgument", message)
