"""What FC 2.0 and its s.yaml can say and this release cannot do yet: one clear error instead of half a deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str | int, ...]

SERVICE = ("vpcConfig", "nasConfig", "ossMountConfig", "tracingConfig", "vpcBinding")
FUNCTION = (
    "gpuMemorySize",
    "instanceSoftConcurrency",
    "instanceLifecycleConfig",
    "customHealthCheckConfig",
    "customContainerConfig",
    "customDNS",
    "asyncConfiguration",
)
TRIGGER = ("role", "sourceArn")
TRIGGER_TYPES = ("oss", "log", "mns_topic", "cdn_events", "tablestore", "eventbridge", "rds")


def unbuilt(props: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Every place of the props that needs something not built yet, with what it is."""
    if props.get("customDomains"):
        yield ("customDomains",), "custom domains"
    service = _mapping(props.get("service"))
    yield from ((("service", key), f"service.{key}") for key in SERVICE if service.get(key) is not None)
    if isinstance(service.get("logConfig"), str) and "${" not in service["logConfig"]:
        yield ("service", "logConfig"), f"logConfig: {service['logConfig']}"
    if isinstance(service.get("role"), Mapping):
        yield ("service", "role"), "a role with policies of its own"
    function = _mapping(props.get("function"))
    yield from ((("function", key), f"function.{key}") for key in FUNCTION if function.get(key) is not None)
    yield from _function_values(function)
    triggers = props.get("triggers")
    for index, trigger in enumerate(triggers if isinstance(triggers, list) else ()):
        yield from _trigger(_mapping(trigger), ("triggers", index))


def _function_values(function: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    if function.get("runtime") == "custom-container":
        yield ("function", "runtime"), "the runtime custom-container"
    if str(function.get("instanceType", "")) in ("g1", "fc.gpu.tesla.1", "fc.gpu.ampere.1"):
        yield ("function", "instanceType"), "GPU instances"


def _trigger(trigger: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, str]]:
    if trigger.get("type") in TRIGGER_TYPES:
        yield (*place, "type"), f"triggers of type {trigger['type']}"
    else:
        yield from (((*place, key), f"trigger {key}") for key in TRIGGER if trigger.get(key))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
