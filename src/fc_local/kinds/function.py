"""Functions: fields and defaults (facts 4.2, 4.5). `function_checks` checks them, `packages` holds their code."""

from __future__ import annotations

import copy

from fc_local.kinds import checks
from fc_local.kinds.function_checks import checked
from fc_local.kinds.kind import Kind, Making, View, drop_newer
from fc_local.shape import Document, Flag, FreeMap, ListOf, Number, Struct, Text, Whole

_LIFECYCLE_HOOK = Struct({"handler": Text(), "timeout": Whole()}, zero={"handler": "", "timeout": 3})
_HEALTH_CHECK = {"httpGetUrl": "", "initialDelaySeconds": 0, "periodSeconds": 3, "timeoutSeconds": 1}

_SHAPE = Struct(
    {
        "functionName": Text(),
        "description": Text(),
        "runtime": Text(),
        "handler": Text(),
        "timeout": Whole(),
        "initializer": Text(),
        "initializationTimeout": Whole(),
        "memorySize": Whole(),
        "environmentVariables": FreeMap(Text()),
        "instanceConcurrency": Whole(),
        "instanceSoftConcurrency": Whole(),
        "instanceType": Text(),
        "caPort": Whole(),
        "cpu": Number(),
        "diskSize": Whole(),
        "gpuMemorySize": Whole(),
        "layers": ListOf(Text()),
        "code": Struct({"ossBucketName": Text(), "ossObjectName": Text(), "zipFile": Text()}),
        "customContainerConfig": Struct(
            {
                "image": Text(),
                "command": Text(),
                "args": Text(),
                "accelerationType": Text(),
                "instanceID": Text(),
                "webServerMode": Flag(),
            }
        ),
        "customDNS": Struct(
            {
                "nameServers": ListOf(Text()),
                "searches": ListOf(Text()),
                "dnsOptions": ListOf(Struct({"name": Text(), "value": Text()})),
            },
            zero={"nameServers": None, "searches": None, "dnsOptions": None},
        ),
        "customHealthCheckConfig": Struct(
            {
                "httpGetUrl": Text(),
                "initialDelaySeconds": Whole(),
                "periodSeconds": Whole(),
                "timeoutSeconds": Whole(),
                "failureThreshold": Whole(),
                "successThreshold": Whole(),
            },
        ),
        "customRuntimeConfig": Struct(
            {"command": ListOf(Text()), "args": ListOf(Text())}, zero={"command": None, "args": None}
        ),
        "instanceLifecycleConfig": Struct({"preFreeze": _LIFECYCLE_HOOK, "preStop": _LIFECYCLE_HOOK}),
    }
)

_DEFAULTS: Document = {
    "description": "",
    "runtime": "",
    "handler": "",
    "timeout": 3,
    "initializer": None,
    "initializationTimeout": 3,
    "codeSize": 0,
    "codeChecksum": "",
    "memorySize": 128,
    "environmentVariables": {},
    "instanceConcurrency": 1,
    "customContainerConfig": None,
    "caPort": None,
    "instanceType": "e1",
    "layers": None,
    "instanceLifecycleConfig": None,
    "cpu": None,
    "diskSize": None,
    "gpuMemorySize": None,
    "customDNS": None,
    "customRuntimeConfig": None,
    "customHealthCheckConfig": None,
    "instanceSoftConcurrency": None,
    "layersArnV2": None,
}
# What the service may work out for what nobody set (facts 4.2). Users saw 0.33 CPU without having asked for it
# (devsapp/fc#990).
COMPUTED: Document = {
    "cpu": 0.33,
    "diskSize": 512,
    "gpuMemorySize": 0,
    "initializer": "",
    "customDNS": {"nameServers": [], "searches": [], "dnsOptions": []},
    "customRuntimeConfig": {"command": [], "args": []},
    "customContainerConfig": {},
    "customHealthCheckConfig": {},
    "instanceLifecycleConfig": {
        "preFreeze": {"handler": "", "timeout": 3},
        "preStop": {"handler": "", "timeout": 3},
    },
    "layers": [],
    "layersArnV2": [],
    "caPort": 0,
}
_SINCE = {
    "customDNS": 2022,
    "customRuntimeConfig": 2022,
    "customHealthCheckConfig": 2022,
    "instanceSoftConcurrency": 2022,
    "gpuMemorySize": 2022,
    "cpu": 2023,
    "diskSize": 2023,
    "layersArnV2": 2023,
}


def _create(body: Document, making: Making) -> Document:
    checks.name("FunctionName", body.get("functionName"), 64 if making.switches["strict_names"] else 128)
    for field in ("runtime", "handler"):
        checks.given(field.capitalize(), body.get(field))
    return _made({**copy.deepcopy(_DEFAULTS), **_settings(body, making)}, making)


def _update(old: Document, body: Document, making: Making) -> Document:
    document = {**old, **_settings(body, making)}
    checks.given("Handler", document["handler"])
    return _made(document, making)


def _made(document: Document, making: Making) -> Document:
    if document["caPort"] is None and document["runtime"].startswith("custom"):
        document["caPort"] = 9000
    if making.package is not None:
        document["codeSize"] = making.package.size
        document["codeChecksum"] = making.package.checksum
    return checked(_with_layers(document, making), making)


def _settings(body: Document, making: Making) -> Document:
    given = {key: value for key, value in body.items() if key not in ("functionName", "code")}
    health = given.get("customHealthCheckConfig")
    if health is not None:
        failure, success = making.switches["health_check_thresholds"].split("/")
        thresholds = {"failureThreshold": int(failure), "successThreshold": int(success)}
        given["customHealthCheckConfig"] = {**_HEALTH_CHECK, **thresholds, **health}
    return given


def _with_layers(document: Document, making: Making) -> Document:
    layers = document["layers"]
    document["layersArnV2"] = [_layer_arn(layer, making) for layer in layers] if layers else None
    return document


def _layer_arn(layer: str, making: Making) -> str:
    """Expands `<id>#<name>#<version>`, the short form of an ARN."""
    parts = layer.split("#")
    if layer.startswith("acs:fc:") or len(parts) != 3:
        return layer
    return f"acs:fc:{making.scope.region}:{making.scope.account}:layers/{parts[1]}/versions/{parts[2]}"


def _show(document: Document, view: View) -> Document:
    if view.switches["fill_function_defaults"]:
        given = {key: value for key, value in document.items() if value is not None}
        return {**COMPUTED, "instanceSoftConcurrency": document["instanceConcurrency"], **given}
    return drop_newer(document, view.year, _SINCE, _DEFAULTS)


FUNCTION = Kind(
    name="function",
    label="Function",
    collection="functions",
    parent="service",
    child="trigger",
    blockers=("trigger",),
    shape=_SHAPE,
    name_field="functionName",
    id_field="functionId",
    account_limit=50,
    create=_create,
    update=_update,
    show=_show,
)
