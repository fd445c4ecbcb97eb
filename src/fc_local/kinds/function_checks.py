"""The checks of a function, in the service's words (facts 5.3 to 5.5)."""

from __future__ import annotations

import re

from fc_local.errors import bad_format, invalid, not_allowed
from fc_local.kinds import checks
from fc_local.kinds.kind import Making
from fc_local.shape import Document

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
_ENV_RESERVED = ("accessKeyID", "accessKeySecret", "securityToken", "topic")
_ENV_BYTES = 4096
_HEALTH_RANGES = {
    "initialDelaySeconds": (0, 120),
    "periodSeconds": (1, 120),
    "timeoutSeconds": (1, 3),
    "failureThreshold": (1, 120),
    "successThreshold": (1, 120),
}


def is_container(document: Document) -> bool:
    return document.get("runtime") == "custom-container"


def checked(document: Document, making: Making) -> Document:
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
    _check_environment(document["environmentVariables"], making)
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
    if kind == "c1" and cpu is None and str(memory) not in _LARGE_MEMORY:
        raise not_allowed("MemorySize", _LARGE_MEMORY, memory)
    # an e1 instance with its own cpu setting may have more memory than the fixed sizes allow
    checks.within("MemorySize", memory, 128, 3072 if kind == "e1" and cpu is None else 32768)
    checks.multiple_of("MemorySize", memory, 64, "MB")
    if document["diskSize"] is not None:
        checks.one_of("DiskSize", str(document["diskSize"]), ("512", "10240"))
    if cpu is not None:
        _check_cpu(cpu, memory)
        checks.given("Disk", document["diskSize"])
    gpu = document["gpuMemorySize"]
    checks.multiple_of("GPUMemorySize", gpu, 1024, "MB")
    if gpu and kind not in _GPU_TYPES:
        raise not_allowed("InstanceType", _GPU_TYPES, kind)


def _check_cpu(cpu: float, memory: int) -> None:
    if cpu <= 0 or abs(cpu * 20 - round(cpu * 20)) > 1e-6:
        raise invalid("CPU must be a multiple of 0.05")
    gigabytes = memory / 1024
    if not 1 <= gigabytes / cpu <= 4:
        parts = f"{gigabytes:.2f}/{cpu:.2f}({gigabytes / cpu:.2f})"  # as seen in midwayjs/midway#2868
        raise invalid(f"the ratio of Memory(in GB) to CPU(in core) must be between 1 and 4, actual: {parts}")


def _check_environment(variables: dict[str, str], making: Making) -> None:
    for name, value in variables.items():
        if not _ENV_NAME.match(name):
            raise bad_format("Environment variable name", "^[a-zA-Z][a-zA-Z0-9_]*$", name)
        if name.startswith("FC_") or name in _ENV_RESERVED:
            raise invalid(f"Environment variable name '{name}' is reserved")
        printable = value.isprintable() and (value.isascii() or not making.switches["ascii_environment"])
        if not value or not printable:
            raise bad_format("Environment variable value", "^[[:print:]]+$", value)
    size = sum(len(name.encode()) + len(value.encode("utf-8", "replace")) for name, value in variables.items())
    if size > _ENV_BYTES:
        raise invalid(f"EnvironmentVariables is too large (max: {_ENV_BYTES} bytes, actual: '{size}')")
