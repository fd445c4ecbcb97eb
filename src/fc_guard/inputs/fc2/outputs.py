"""Outputs that later steps of s.yaml may refer to, in the predecessor's shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from fc_guard.kinds.fc2.custom_domain import CUSTOM_DOMAIN
from fc_guard.kinds.fc2.function import FUNCTION
from fc_guard.kinds.fc2.service import SERVICE
from fc_guard.kinds.fc2.trigger import TRIGGER
from fc_guard.model.address import Address
from fc_guard.model.layouts import Facts
from fc_guard.model.resources import Desired, Live

FUNCTION_KEYS: Final = ("runtime", "handler", "memorySize", "gpuMemorySize", "timeout", "cpu", "diskSize")
SWITCHED_OFF: Final = ("triggerConfig", "disableURLInternet")
HERE: Final = ("127.0.0.1", "localhost", "::1")
"""Where the local FC is. It has no network inside which an address could be reached."""


def outputs(facts: Facts) -> dict[str, Any]:
    result: dict[str, Any] = {"region": facts.region}
    sides = {item.id: item for item in facts.desired if item.id not in facts.absent}
    ids = [*sides, *(id for id in facts.live if id not in sides)]
    for id in ids:
        document = facts.live[id].document if id in facts.live else _flat(sides[id])
        if id.kind == SERVICE.name:
            result["service"] = {"name": id.name}
        elif id.kind == FUNCTION.name:
            said = {key: document[key] for key in FUNCTION_KEYS if document.get(key) is not None}
            result["function"] = {"name": id.name, **said}
        elif id.kind == TRIGGER.name:
            result.setdefault("triggers", []).append({"type": document.get("triggerType", ""), "name": id.name})
    result |= _empty(facts.absent, result)
    function = next((id for id in ids if id.kind == FUNCTION.name), None)
    if function is not None:
        domains = [{"domain": id.name} for id in ids if id.kind == CUSTOM_DOMAIN.name]
        result["url"] = _urls(facts, function, domains)
    return result


def _empty(absent: Iterable[Address], result: Mapping[str, Any]) -> dict[str, Any]:
    """Returns empty values for what is not online. The host ends a run at a reference to a value that is missing."""
    kinds = {id.kind for id in absent}
    empty: dict[str, Any] = {}
    if SERVICE.name in kinds:
        empty["service"] = {"name": ""}
    if FUNCTION.name in kinds:
        empty |= {"function": {"name": ""}, "url": _nowhere([])}
    if TRIGGER.name in kinds:
        empty["triggers"] = []
    return {key: value for key, value in empty.items() if key not in result}


def _flat(desired: Desired) -> dict[str, Any]:
    return {path[0]: value for path, value in desired.fields.items() if len(path) == 1}


def _urls(facts: Facts, function: Address, domains: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the function's addresses, '' for those that there are not: a later step may refer to each of them."""
    urls = _nowhere(domains)
    http = [
        live
        for id, live in facts.live.items()
        if id.kind == TRIGGER.name and id.parts[:-1] == function.parts and live.document.get("triggerType") == "http"
    ]
    coming = (side for side in facts.desired if side.id not in facts.absent)
    sides: list[Live | Desired] = [*http] or [side for side in coming if side.fields.get(("triggerType",)) == "http"]
    if not sides:
        return urls
    document = http[0].document if http else {}
    if sides[0].fields.get(SWITCHED_OFF) is not True:
        proxy = f"{facts.endpoint}/2016-08-15/proxy/{'/'.join(function.parts)}/"
        urls["system_url"] = document.get("urlInternet") or proxy
    if urlsplit(facts.endpoint).hostname not in HERE:
        urls["system_intranet_url"] = document.get("urlIntranet") or ""
    return urls


def _nowhere(domains: list[dict[str, Any]]) -> dict[str, Any]:
    return {"system_url": "", "system_intranet_url": "", "custom_domain": domains}
