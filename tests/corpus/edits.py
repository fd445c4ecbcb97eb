"""What changed between two versions of an s.yaml, by a plain comparison of their props. Knows nothing of fc_guard."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.corpus.resolve import Block

Key = tuple[str, str, tuple[str, ...]]
"""Region, kind, names."""

USUAL: Mapping[str, Mapping[str, Any]] = {
    "service": {
        "internetAccess": True,
        "logConfig.enableRequestMetrics": False,
        "logConfig.enableInstanceMetrics": False,
        "logConfig.logBeginRule": "None",
    },
    "function": {
        "handler": "index.handler",
        "memorySize": 128,
        "timeout": 3,
        "caPort": 9000,
        "instanceConcurrency": 1,
        "instanceType": "e1",
        "initializationTimeout": 3,
    },
    "trigger": {"qualifier": "LATEST", "triggerConfig.disableURLInternet": False},
    "customDomain": {"protocol": "HTTP"},
    "asyncConfig": {"maxAsyncRetryAttempts": 3, "maxAsyncEventAgeInSeconds": 86400, "statefulInvocation": False},
}
"""A value that is as good as none."""
WORKED_OUT = ("cpu", "diskSize")
"""Where s.yaml is silent, FC works them out from the memory: leaving them out asks for nothing."""
PLAIN = (
    *("description", "runtime", "handler", "initializer", "layers", "caPort", "instanceType", "instanceConcurrency"),
    *("memorySize", "timeout", "cpu", "diskSize", "gpuMemorySize"),
)
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "customRuntimeConfig": ("command", "args"),
    "customContainerConfig": ("image", "command", "args", "accelerationType", "instanceID", "webServerMode"),
    "customDNS": ("nameServers", "searches", "dnsOptions"),
}
NOT_FOR_FC = ("cors",)
"""Keys of a trigger's config in these files that FC has no place for."""
NEEDS_ROLE = ("logConfig", "vpcConfig", "nasConfig", "ossMountConfig", "vpcBinding")
FUNCTION_NEEDS_ROLE = ("customContainerConfig", "asyncConfiguration")
DEFAULT_ROLE = "acs:ram::1234567890123456:role/aliyunfcdefaultrole"
ACCOUNT = "1234567890123456"


@dataclass
class Wanted:
    """What the steps of a file ask for: each resource's values, and the steps that name it."""

    values: dict[Key, dict[str, Any]] = field(default_factory=dict)
    steps: dict[Key, set[str]] = field(default_factory=dict)

    def add(self, key: Key, step: str, values: Mapping[str, Any]) -> None:
        found = {name: _plain(value) for name, value in values.items()}
        self.values.setdefault(key, {}).update({name: value for name, value in found.items() if value is not None})
        self.steps.setdefault(key, set()).add(step)


@dataclass(frozen=True, slots=True)
class Edits:
    """`fields` are the changed ones of what both versions have; the rest are resources that came and went."""

    fields: frozenset[tuple[Key, str]]
    new: frozenset[Key]
    left: frozenset[Key]

    def __bool__(self) -> bool:
        return bool(self.fields or self.new or self.left)


def edits(older: Iterable[Block], newer: Iterable[Block]) -> Edits:
    """`left` are those that a step of the newer version can know of: it deployed them, in the region it still names."""
    before, after = wanted(older), wanted(newer)
    steps = {(step, key[0]) for key, names in after.steps.items() for step in names}
    changed = {
        (key, name)
        for key in before.values.keys() & after.values.keys()
        for name in _changed(key[1], before.values[key], after.values[key])
    }
    gone = before.values.keys() - after.values.keys()
    return Edits(
        frozenset(changed),
        frozenset(after.values.keys() - before.values.keys()),
        frozenset(
            key for key in gone if key[1] != "service" and any((step, key[0]) in steps for step in before.steps[key])
        ),
    )


def _changed(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    usual = USUAL.get(kind, {})
    return {
        name
        for name in before.keys() | after.keys()
        if before.get(name, usual.get(name)) != after.get(name, usual.get(name))
        and not (name in WORKED_OUT and name not in after)
    }


def wanted(blocks: Iterable[Block]) -> Wanted:
    found = Wanted()
    for block in blocks:
        region, service = str(block.props["region"]), str(block.props["service"]["name"])
        function = block.props.get("function")
        found.add((region, "service", (service,)), block.step, _service(block.props["service"], function or {}))
        if function is None:
            continue
        names = (service, str(function["name"]))
        found.add((region, "function", names), block.step, _function(function))
        if function.get("asyncConfiguration"):
            found.add((region, "asyncConfig", (*names, "LATEST")), block.step, _asynchronous(function))
        for trigger in block.props.get("triggers") or ():
            found.add((region, "trigger", (*names, trigger["name"])), block.step, _trigger(trigger, region))
        for domain in block.props.get("customDomains") or ():
            found.add((region, "customDomain", (domain["domainName"].lower(),)), block.step, _domain(domain, names))
    return found


def _service(service: Mapping[str, Any], function: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: service.get(name) for name in ("description", "internetAccess", "tracingConfig")}
    values["tracingConfig"] = None if values["tracingConfig"] == "Disable" else values["tracingConfig"]
    needed = any(service.get(name) is not None for name in NEEDS_ROLE)
    needed = needed or any(function.get(name) is not None for name in FUNCTION_NEEDS_ROLE)
    values["role"] = str(service.get("role") or (DEFAULT_ROLE if needed else "")).lower()
    values |= _members(service, "logConfig") | _members(service, "vpcConfig") | _members(service, "nasConfig")
    if "vpcConfig.vswitchIds" in values:
        values["vpcConfig.vSwitchIds"] = sorted(values.pop("vpcConfig.vswitchIds"))
    values |= _members(service, "ossMountConfig")
    return values


def _function(function: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: function.get(name) for name in PLAIN}
    if function.get("runtime") == "custom-container" and not function.get("handler"):
        values["handler"] = "not-used"
    if function.get("initializer"):
        values["initializationTimeout"] = function.get("initializationTimeout")
    for name, members in MEMBERS.items():
        values |= {f"{name}.{member}": (function.get(name) or {}).get(member) for member in members}
    for hook, config in (function.get("instanceLifecycleConfig") or {}).items():
        values |= {f"instanceLifecycleConfig.{hook}.{name}": value for name, value in config.items()}
    variables = function.get("environmentVariables") or {}
    values |= {f"environmentVariables.{name}": _javascript(value) for name, value in variables.items()}
    return values


def _asynchronous(function: Mapping[str, Any]) -> dict[str, Any]:
    config = dict(function["asyncConfiguration"])
    ends = config.pop("destination", None) or {}
    return config | {f"destinationConfig.{end}.destination": _whole_arn(arn) for end, arn in ends.items()}


def _whole_arn(arn: str) -> str:
    return arn.replace(":::", f":cn-hangzhou:{ACCOUNT}:", 1)


def _trigger(trigger: Mapping[str, Any], region: str) -> dict[str, Any]:
    config = dict(trigger["config"])
    kind = trigger["type"]
    values = {"triggerType": kind, "qualifier": trigger.get("qualifier"), "invocationRole": trigger.get("role")}
    values["description"] = trigger.get("description")
    values["sourceArn"] = trigger.get("sourceArn")
    if kind == "mns_topic" and "topicName" in config:
        arn = f"acs:mns:{config.pop('region', region)}:{ACCOUNT}:/topics/{config.pop('topicName')}"
        values["sourceArn"] = values["sourceArn"] or arn
    if kind == "oss" and "bucketName" in config:
        arn = f"acs:oss:{region}:{ACCOUNT}:{config.pop('bucketName')}"
        values["sourceArn"] = values["sourceArn"] or arn
    if "methods" in config:
        config["methods"] = sorted(config["methods"])
    return values | {f"triggerConfig.{name}": value for name, value in config.items() if name not in NOT_FOR_FC}


def _domain(domain: Mapping[str, Any], names: tuple[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {"protocol": ",".join(sorted(domain["protocol"].upper().replace(" ", "").split(",")))}
    for route in domain["routeConfigs"]:
        entry = {"serviceName": names[0], "functionName": names[1], **route}
        entry["methods"] = sorted(route.get("methods") or ())
        values[f"routeConfig.routes.{entry.pop('path')}"] = entry
    return values


def _members(owner: Mapping[str, Any], name: str) -> dict[str, Any]:
    config = owner.get(name)
    return {f"{name}.{member}": value for member, value in config.items()} if isinstance(config, Mapping) else {}


def _plain(value: Any) -> Any:
    """Empty is absent."""
    return None if value is None or value in ("", [], {}) else value


def _javascript(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
