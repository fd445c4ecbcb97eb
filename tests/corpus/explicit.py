"""What s.yaml leaves to the tool, said explicitly, for tests of something else: edits, pulls, what a change tells."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from tests.integration.project import ACCOUNT

LOG = {"project": "made-up-project", "logstore": "made-up-logstore"}
VPC = {"vpcId": "vpc-madeup", "securityGroupId": "sg-madeup", "vswitchIds": ["vsw-madeup"]}
NAS = {
    "userId": 10003,
    "groupId": 10003,
    "mountPoints": [{"serverAddr": "madeup.cn-hangzhou.nas.aliyuncs.com", "nasDir": "/data", "fcDir": "/mnt/auto"}],
}
ROLE = f"acs:ram::{ACCOUNT}:role/made-up-role"
DOMAIN = "{function}.{service}.example.com"


def explicit(props: Any) -> Any:
    """The props of one step without `auto` and without roles to be made."""
    if not isinstance(props, Mapping):
        return props
    found: dict[str, Any] = copy.deepcopy(dict(props))
    service = found.get("service")
    if isinstance(service, dict):
        _service(service)
    triggers = found.get("triggers")
    for trigger in triggers if isinstance(triggers, list) else ():
        if isinstance(trigger, dict) and (isinstance(trigger.get("role"), Mapping) or _needs_role(trigger)):
            trigger["role"] = ROLE
    domains = found.get("customDomains")
    for domain in domains if isinstance(domains, list) else ():
        if isinstance(domain, dict) and _is_auto(domain.get("domainName")):
            domain["domainName"] = _domain(found)
    return found


def _service(service: dict[str, Any]) -> None:
    if _is_auto(service.get("nasConfig")):
        service["nasConfig"] = copy.deepcopy(NAS)
        service.setdefault("vpcConfig", "auto")  # a disk made for a service comes with its network
    if _is_auto(service.get("vpcConfig")):
        service["vpcConfig"] = copy.deepcopy(VPC)
    if _is_auto(service.get("logConfig")):
        service["logConfig"] = dict(LOG)
    if isinstance(service.get("role"), Mapping):
        service["role"] = ROLE


def _needs_role(trigger: Mapping[str, Any]) -> bool:
    return "role" not in trigger and trigger.get("type") not in ("http", "timer", "eventbridge")


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value.lower() == "auto"


def _domain(props: Mapping[str, Any]) -> str:
    names = (_name(props.get("function")), _name(props.get("service")))
    return DOMAIN.format(function=names[0], service=names[1])


def _name(value: Any) -> str:
    name = value.get("name") if isinstance(value, Mapping) else None
    return str(name or "nameless").lower().replace("_", "-")
