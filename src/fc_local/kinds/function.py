"""Functions: fields, defaults and checks (facts 4.2, 4.5, 5.3 to 5.5). The code itself is in `packages`."""

from __future__ import annotations

import copy
import re

from fc_local.errors import bad_format, invalid, not_allowed
from fc_local.kinds import checks
from fc_local.kinds.kind import Kind, Making, View, drop_newer
from fc_local.shape import Document, Flag, FreeMap, ListOf, Number, Struct, Text, Whole

RUNTIMES = (
    *("nodejs16", "nodejs14", "nodejs12", "nodejs10", "nodejs8", "nodejs6", "nodejs4.4", "nodejs18", "nodejs20"),
    *("python3.10", "python3.9", "python3", "python2.7", "java11", "java8", "go1", "php7.2"),
    *("dotnetcore3.1", "dotnetcore2.1", "custom.debian10", "custom", "custom-container"),
)
_INSTANCE_TYPES = ("e1", "c1", "g1", "fc.gpu.tesla.1", "fc.gpu.ampere.1")
_LARGE_MEMORY = ("4096", "8192", "16384", "32768")
_ENV_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*\Z")
_ENV_VALUE = re.compile(r"[ -~]+\Z")
_ENV_RESERVED = ("accessKeyID", "accessKeySecret", "securityToken", "topic")
_ENV_BYTES = 4096

_LIFECYCLE_HOOK = Struct({"handler": Text(), "timeout": Whole()}, zero={"handler": "", "timeout": 3})
_HEALTH_CHECK = {
    "httpGetUrl": "",
    "initialDelaySeconds": 0,
    "periodSeconds": 3,
    "timeoutSeconds": 1,
    "failureThreshold": 3,
    "successThreshold": 1,
}

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
            zero=_HEALTH_CHECK,
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


def is_container(document: Document) -> bool:
    return document.get("runtime") == "custom-container"


def _create(body: Document, making: Making) -> Document:
    checks.name("FunctionName", body.get("functionName"), 64 if making.switches["strict_names"] else 128)
    for field in ("runtime", "handler"):
        checks.given(field.capitalize(), body.get(field))
    document = {**copy.deepcopy(_DEFAULTS), **_settings(body)}
    if document["caPort"] is None and document["runtime"].startswith("custom"):
        document["caPort"] = 9000
    return _checked(_with_layers(_with_code(document, making), making), making)


def _update(old: Document, body: Document, making: Making) -> Document:
    document = {**old, **_settings(body)}
    checks.given("Handler", document["handler"])
    return _checked(_with_layers(_with_code(document, making), making), making)


def _settings(body: Document) -> Document:
    return {key: value for key, value in body.items() if key not in ("functionName", "code")}


def _with_code(document: Document, making: Making) -> Document:
    if making.package is not None:
        document["codeSize"] = making.package.size
        document["codeChecksum"] = making.package.checksum
    return document


def _with_layers(document: Document, making: Making) -> Document:
    layers = document["layers"]
    document["layersArnV2"] = [_layer_arn(layer, making) for layer in layers] if layers else None
    return document


def _layer_arn(layer: str, making: Making) -> str:
    """`<id>#<name>#<version>` is the short form of an ARN."""
    parts = layer.split("#")
    if layer.startswith("acs:fc:") or len(parts) != 3:
        return layer
    return f"acs:fc:{making.scope.region}:{making.scope.account}:layers/{parts[1]}/versions/{parts[2]}"


def _checked(document: Document, making: Making) -> Document:
    checks.one_of("Runtime", document["runtime"], RUNTIMES)
    checks.within("Timeout", document["timeout"], 1, 86400)
    checks.within("InitializationTimeout", document["initializationTimeout"], 1, 300)
    most = making.switches["max_instance_concurrency"]
    checks.within("InstanceConcurrency", document["instanceConcurrency"], 1, most)
    checks.within("CAPort", document["caPort"], 1, 65535)
    checks.within("Layers", len(document["layers"] or ()), 0, 5)
    for hook in (document["instanceLifecycleConfig"] or {}).values():
        checks.within("Timeout", hook["timeout"], 1, 90)
    if is_container(document):
        checks.given("CustomContainerConfig", document["customContainerConfig"])
        checks.given("Image", document["customContainerConfig"].get("image"))
    _check_resources(document)
    _check_environment(document["environmentVariables"])
    return document


def _check_resources(document: Document) -> None:
    kind, memory, cpu = document["instanceType"], document["memorySize"], document["cpu"]
    checks.one_of("InstanceType", kind, _INSTANCE_TYPES)
    if memory < 128:
        checks.within("MemorySize", memory, 128, 32768)
    if kind == "c1" and str(memory) not in _LARGE_MEMORY:
        raise not_allowed("MemorySize", _LARGE_MEMORY, memory)
    # an e1 instance with its own cpu setting may have more memory than the fixed sizes allow
    checks.within("MemorySize", memory, 128, 3072 if kind == "e1" and cpu is None else 32768)
    checks.multiple_of("MemorySize", memory, 64, "MB")
    if cpu is not None and abs(cpu * 20 - round(cpu * 20)) > 1e-6:
        raise invalid("CPU must be a multiple of 0.05")
    if document["diskSize"] is not None:
        checks.one_of("DiskSize", str(document["diskSize"]), ("512", "10240"))
    checks.multiple_of("GPUMemorySize", document["gpuMemorySize"], 1024, "MB")


def _check_environment(variables: dict[str, str]) -> None:
    for name, value in variables.items():
        if not _ENV_NAME.match(name):
            raise bad_format("Environment variable name", "^[a-zA-Z][a-zA-Z0-9_]*$", name)
        if name.startswith("FC_") or name in _ENV_RESERVED:
            raise invalid(f"Environment variable name '{name}' is reserved")
        if not _ENV_VALUE.match(value):
            raise bad_format("Environment variable value", "^[[:print:]]+$", value)
    size = sum(len(name) + len(value) for name, value in variables.items())
    if size > _ENV_BYTES:
        raise invalid(f"EnvironmentVariables is too large (max: {_ENV_BYTES} bytes, actual: '{size}')")


def _show(document: Document, view: View) -> Document:
    return drop_newer(document, view.year, _SINCE, _DEFAULTS)


FUNCTION = Kind(
    name="function",
    collection="functions",
    parent="service",
    child="trigger",
    shape=_SHAPE,
    name_field="functionName",
    id_field="functionId",
    account_limit=50,
    create=_create,
    update=_update,
    show=_show,
)
