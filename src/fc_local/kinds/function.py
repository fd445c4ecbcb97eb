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
_GPU_TYPES = ("g1", "fc.gpu.tesla.1", "fc.gpu.ampere.1")
_INSTANCE_TYPES = ("e1", "c1", *_GPU_TYPES)
_OWN_LAYER = re.compile(
    r"acs:fc:(?P<region>[^:]*):(?P<account>[^:]*):layers/(?P<name>[^/]+)/versions/(?P<version>\d+)\Z"
)
_LARGE_MEMORY = ("4096", "8192", "16384", "32768")
_ENV_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*\Z")
_ENV_VALUE = re.compile(r"[ -~]+\Z")
_ENV_RESERVED = ("accessKeyID", "accessKeySecret", "securityToken", "topic")
_ENV_BYTES = 4096

_LIFECYCLE_HOOK = Struct({"handler": Text(), "timeout": Whole()}, zero={"handler": "", "timeout": 3})
_HEALTH_CHECK = {"httpGetUrl": "", "initialDelaySeconds": 0, "periodSeconds": 3, "timeoutSeconds": 1}
_HEALTH_RANGES = {
    "initialDelaySeconds": (0, 120),
    "periodSeconds": (1, 120),
    "timeoutSeconds": (1, 3),
    "failureThreshold": (1, 120),
    "successThreshold": (1, 120),
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
# What the service may work out for what nobody set; no recorded answer tells (facts 4.2).
COMPUTED: Document = {
    "cpu": 0.1,
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


def is_container(document: Document) -> bool:
    return document.get("runtime") == "custom-container"


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
    return _checked(_with_layers(document, making), making)


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
    """`<id>#<name>#<version>` is the short form of an ARN."""
    parts = layer.split("#")
    if layer.startswith("acs:fc:") or len(parts) != 3:
        return layer
    return f"acs:fc:{making.scope.region}:{making.scope.account}:layers/{parts[1]}/versions/{parts[2]}"


def _checked(document: Document, making: Making) -> Document:
    checks.one_of("Runtime", document["runtime"], RUNTIMES)
    checks.within("Timeout", document["timeout"], 1, 86400)
    checks.within("InitializationTimeout", document["initializationTimeout"], 1, 300)
    checks.within("CAPort", document["caPort"], 1, 65535)
    _check_concurrency(document, making)
    _check_hooks(document["instanceLifecycleConfig"] or {})
    _check_health(document["customHealthCheckConfig"] or {})
    _check_container(document)
    _check_resources(document)
    _check_layers(document, making)
    _check_environment(document["environmentVariables"])
    return document


def _check_concurrency(document: Document, making: Making) -> None:
    most = making.switches["max_instance_concurrency"]
    checks.within("InstanceConcurrency", document["instanceConcurrency"], 1, most)
    checks.within("InstanceSoftConcurrency", document["instanceSoftConcurrency"], 1, document["instanceConcurrency"])


def _check_hooks(hooks: Document) -> None:
    for name, hook in hooks.items():
        checks.within(f"{name[0].upper()}{name[1:]}.Timeout", hook["timeout"], 1, 90)


def _check_health(health: Document) -> None:
    url = health.get("httpGetUrl", "")
    if len(url) > 2048:
        raise invalid(f"HttpGetUrl is too long (max length: 2048, actual: '{len(url)}')")
    for field, (low, high) in _HEALTH_RANGES.items():
        checks.within(field[0].upper() + field[1:], health.get(field), low, high)


def _check_container(document: Document) -> None:
    if not is_container(document):
        return
    container = document["customContainerConfig"]
    checks.given("CustomContainerConfig", container)
    checks.given("Image", container.get("image"))
    if container.get("accelerationType"):
        checks.one_of("AccelerationType", container["accelerationType"], ("Default", "None"))


def _check_layers(document: Document, making: Making) -> None:
    layers = document["layersArnV2"] or ()
    checks.within("Layers", len(layers), 0, 5)
    for arn in layers:
        mine = _OWN_LAYER.match(arn)
        if mine is None or (mine["region"], mine["account"]) != (making.scope.region, making.scope.account):
            continue
        layer = making.find("layer_version", (mine["name"], mine["version"]))
        fitting = (layer or {}).get("compatibleRuntime")
        if fitting and document["runtime"] not in fitting:
            raise invalid(f"runtime: {document['runtime']} is not supported by layer:{arn}")


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
    if cpu is not None:
        if cpu <= 0 or abs(cpu * 20 - round(cpu * 20)) > 1e-6:
            raise invalid("CPU must be a multiple of 0.05")
        checks.given("DiskSize", document["diskSize"])
    if document["diskSize"] is not None:
        checks.one_of("DiskSize", str(document["diskSize"]), ("512", "10240"))
    gpu = document["gpuMemorySize"]
    checks.multiple_of("GPUMemorySize", gpu, 1024, "MB")
    if gpu and kind not in _GPU_TYPES:
        raise not_allowed("InstanceType", _GPU_TYPES, kind)


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
