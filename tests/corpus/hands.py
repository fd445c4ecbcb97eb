"""Somebody at the console: edits of every type of prop, drawn with a seed, as far as FC takes them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fc_local.server import LocalServer
from tests.corpus.explicit import VPC
from tests.corpus.resolve import Block
from tests.integration.project import ACCOUNT

TEXTS = ("mended online", "修好了", 'it\'s: "theirs" # not a comment', "1e3", "yes", "- x", "trailing  spaces")

Sent = tuple[str, tuple[str, ...], dict[str, Any]]
"""Operation, path, body."""


@dataclass
class Hands:
    """One person's edits of what one block has deployed."""

    server: LocalServer
    block: Block
    rng: random.Random

    def edit(self, number: int) -> list[str]:
        """Makes so many edits that FC takes; the names of those made."""
        made: list[str] = []
        kinds = list(EDITS)
        self.rng.shuffle(kinds)
        for kind in kinds:
            if len(made) < number and self._made(EDITS[kind](self)):
                made.append(kind)
        return made

    def _made(self, sent: Sent | None) -> bool:
        if sent is None:
            return False
        operation, path, body = sent
        where = {"who": "bob", "account": ACCOUNT, "region": str(self.block.props["region"])}
        return bool(self.server.admin.edit(operation, path, body, **where)["status"] < 300)

    # what there is

    @property
    def service(self) -> tuple[str, ...]:
        return (str(self.block.props["service"]["name"]),)

    @property
    def function(self) -> tuple[str, ...]:
        return (*self.service, str((self.block.props.get("function") or {}).get("name", "")))

    @property
    def live_service(self) -> Mapping[str, Any]:
        region = str(self.block.props["region"])
        state: Mapping[str, Any] = self.server.admin.state(account=ACCOUNT, region=region)
        found: Mapping[str, Any] = state["services"][self.service[0]]
        return found

    @property
    def live(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.live_service["functions"].get(self.function[1], {})
        return found

    def triggers(self, of: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for trigger in self.block.props.get("triggers") or ():
            if trigger["type"] == of:
                yield str(trigger["name"]), dict(trigger.get("config") or {})

    def text(self) -> str:
        return self.rng.choice(TEXTS)

    # edits

    def service_field(self, name: str, value: Any) -> Sent:
        return "UpdateService", self.service, {name: value}

    def function_field(self, name: str, value: Any) -> Sent | None:
        return ("UpdateFunction", self.function, {name: value}) if self.live else None

    def runtime_is(self, prefix: str) -> bool:
        return str(self.live.get("runtime", "")).startswith(prefix)


def environment(hands: Hands) -> Sent | None:
    """One variable more, one with another value, one less."""
    variables = dict(hands.live.get("environmentVariables") or {})
    names = sorted(variables)
    if len(names) > 1:
        del variables[names[0]]
    if names:
        variables[names[-1]] = "theirs: 1"
    return hands.function_field("environmentVariables", {**variables, "MENDED_BY": "bob"})


def methods(hands: Hands) -> Sent | None:
    for name, config in hands.triggers("http"):
        have = [str(method).upper() for method in config.get("methods") or ["GET"]]
        wanted = [*have[1:], "PATCH" if "PATCH" not in have else "GET"]
        return "UpdateTrigger", (*hands.function, name), {"triggerConfig": {**config, "methods": wanted}}
    return None


def timer(hands: Hands) -> Sent | None:
    for name, config in hands.triggers("timer"):
        changed = {**config, "cronExpression": "0 30 7 * * *", "enable": not config.get("enable", False)}
        return "UpdateTrigger", (*hands.function, name), {"triggerConfig": changed}
    return None


def new_trigger(hands: Hands) -> Sent | None:
    config = {"cronExpression": "@every 60m", "enable": True, "payload": '{"a": 1}'}
    body = {"triggerName": "theirs", "triggerType": "timer", "triggerConfig": config}
    return ("CreateTrigger", hands.function, body) if hands.live else None


def less_triggers(hands: Hands) -> Sent | None:
    names = [str(trigger["name"]) for trigger in hands.block.props.get("triggers") or ()]
    return ("DeleteTrigger", (*hands.function, hands.rng.choice(names)), {}) if names else None


def routes(hands: Hands) -> Sent | None:
    for domain in hands.block.props.get("customDomains") or ():
        own = {"serviceName": hands.function[0], "functionName": hands.function[1]}
        old = [{**own, **route} for route in domain["routeConfigs"]]
        new = [*old[1:], {**own, "path": "/theirs/*"}]
        return "UpdateCustomDomain", (str(domain["domainName"]).lower(),), {"routeConfig": {"routes": new}}
    return None


def logs(hands: Hands) -> Sent:
    config = hands.live_service.get("logConfig") or {}
    other = {"project": "their-project", "logstore": "their-store", "enableRequestMetrics": True}
    return hands.service_field("logConfig", {**config, **other})


def network(hands: Hands) -> Sent:
    switches = [*((hands.live_service.get("vpcConfig") or {}).get("vSwitchIds") or ()), "vsw-theirs"]
    vpc = {"vpcId": VPC["vpcId"], "securityGroupId": VPC["securityGroupId"], "vSwitchIds": switches}
    return hands.service_field("vpcConfig", vpc)


def memory(hands: Hands) -> Sent | None:
    return hands.function_field("memorySize", int(hands.live.get("memorySize", 128)) * 2)


def command(hands: Hands) -> Sent | None:
    if not hands.runtime_is("custom") or hands.runtime_is("custom-container"):
        return None
    return hands.function_field("customRuntimeConfig", {"command": ["node", "their.js"], "args": ["--port", "9000"]})


def probe(hands: Hands) -> Sent | None:
    probed = {"httpGetUrl": "/their-health", "periodSeconds": 5, "timeoutSeconds": 2}
    return hands.function_field("customHealthCheckConfig", probed) if hands.runtime_is("custom") else None


def initializer(hands: Hands) -> Sent | None:
    if not hands.live:
        return None
    return "UpdateFunction", hands.function, {"initializer": "index.their_init", "initializationTimeout": 30}


def dns(hands: Hands) -> Sent | None:
    names = {"nameServers": ["223.5.5.5"], "searches": ["their.local"], "dnsOptions": [{"name": "ndots", "value": "2"}]}
    return hands.function_field("customDNS", names)


def hooks(hands: Hands) -> Sent | None:
    return hands.function_field("instanceLifecycleConfig", {"preStop": {"handler": "index.their_stop", "timeout": 7}})


EDITS: Mapping[str, Callable[[Hands], Sent | None]] = {
    "service text": lambda hands: hands.service_field("description", hands.text()),
    "service flag": lambda hands: hands.service_field("internetAccess", False),
    "service logs": logs,
    "service network": network,
    "function text": lambda hands: hands.function_field("description", hands.text()),
    "text emptied": lambda hands: hands.function_field("description", ""),
    "function number": lambda hands: hands.function_field("timeout", int(hands.live.get("timeout", 3)) % 500 + 7),
    "memory": memory,
    "handler": lambda hands: hands.function_field("handler", "their_index.handler"),
    "environment": environment,
    "command": command,
    "probe": probe,
    "initializer": initializer,
    "dns": dns,
    "hooks": hooks,
    "asynchronous": lambda hands: (
        ("PutFunctionAsyncInvokeConfig", hands.function, {"maxAsyncRetryAttempts": 1}) if hands.live else None
    ),
    "binding": lambda hands: ("CreateVpcBinding", hands.service, {"vpcId": "vpc-theirs"}),
    "methods": methods,
    "timer": timer,
    "new trigger": new_trigger,
    "less triggers": less_triggers,
    "routes": routes,
    "code": lambda hands: hands.function_field("files", {"their_file.txt": "mended\n"}) if hands.live else None,
}
