"""What FC 2.0 and its s.yaml can say and this release cannot do yet: one clear error instead of half a deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str | int, ...]

GENERATED = ("logConfig", "vpcConfig", "nasConfig")
"""What the predecessor makes up and creates by itself where s.yaml says auto."""
AUTO = ("auto", "autoperformance")
FUNCTION = ("ossBucket", "ossKey")
TRIGGER = ("role", "sourceArn")
TRIGGER_TYPES = ("oss", "log", "mns_topic", "cdn_events", "tablestore", "eventbridge", "rds")
PACKED = (".zip", ".jar", ".war")


def unbuilt(props: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Every place of the props that needs something not built yet, with what it is."""
    if props.get("customDomains"):
        yield ("customDomains",), "custom domains"
    yield from _generated(_mapping(props.get("service")))
    yield from _domains(props.get("customDomains"))
    function = _mapping(props.get("function"))
    yield from ((("function", key), f"function.{key}") for key in FUNCTION if function.get(key) is not None)
    yield from _function_values(function)
    triggers = props.get("triggers")
    for index, trigger in enumerate(triggers if isinstance(triggers, list) else ()):
        yield from _trigger(_mapping(trigger), ("triggers", index))


def _generated(service: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    for key in GENERATED:
        if is_auto(service.get(key)):
            yield ("service", key), f"{key}: {service[key]}"
    if isinstance(service.get("role"), Mapping):
        yield ("service", "role"), "a role with policies of its own"


def _domains(domains: Any) -> Iterator[tuple[Place, str]]:
    for index, domain in enumerate(domains if isinstance(domains, list) else ()):
        name = _mapping(domain).get("domainName")
        if is_auto(name):
            yield ("customDomains", index, "domainName"), f"domainName: {name}"


def is_auto(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() in AUTO


def _function_values(function: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    if str(function.get("codeUri", "")).endswith(PACKED):
        yield ("function", "codeUri"), "packed code (.zip, .jar, .war)"


def _trigger(trigger: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, str]]:
    if trigger.get("type") in TRIGGER_TYPES:
        yield (*place, "type"), f"triggers of type {trigger['type']}"
    else:
        yield from (((*place, key), f"trigger {key}") for key in TRIGGER if trigger.get(key))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
