"""What a command returns to the host, in the predecessor's shape: later steps refer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fc_guard.engine.look.survey import Survey
from fc_guard.engine.run.session import ReadSession
from fc_guard.model.address import Address
from fc_guard.model.resources import Desired, Live

FUNCTION_KEYS = ("runtime", "handler", "memorySize", "gpuMemorySize", "timeout", "cpu", "diskSize")


def output(session: ReadSession, live: Mapping[Address, Live], desired: Iterable[Desired]) -> dict[str, Any]:
    """region, service, function, url, triggers; no nulls, since the host takes a null for "not found"."""
    result: dict[str, Any] = {"region": session.region}
    sides = {item.id: item for item in desired}
    for id in [*sides, *(id for id in live if id not in sides)]:
        document = live[id].document if id in live else _flat(sides[id])
        if id.kind == "service":
            result["service"] = {"name": id.parts[-1]}
        elif id.kind == "function":
            facts = {key: document[key] for key in FUNCTION_KEYS if document.get(key) is not None}
            result["function"] = {"name": id.parts[-1], **facts}
        elif id.kind == "trigger":
            result.setdefault("triggers", []).append({"type": document.get("triggerType", ""), "name": id.parts[-1]})
    if "function" in result:
        result["url"] = _urls(session, live, sides)
    return result


def live_of(found: Survey) -> dict[Address, Live]:
    return {diff.id: diff.live for diff in found.diffs if diff.live is not None}


def _flat(desired: Desired) -> dict[str, Any]:
    return {path[0]: value for path, value in desired.fields.items() if len(path) == 1}


def _urls(session: ReadSession, live: Mapping[Address, Live], sides: Mapping[Address, Desired]) -> dict[str, Any]:
    function = next(id for id in [*sides, *live] if id.kind == "function")
    http = [
        item
        for id, item in live.items()
        if session.catalog.contains(function, id) and item.document.get("triggerType") == "http"
    ]
    planned = any(side.fields.get(("triggerType",)) == "http" for side in sides.values())
    domains = {id.parts[0]: None for id in [*sides, *live] if id.kind == "customDomain"}
    urls: dict[str, Any] = {"custom_domain": [{"domain": name} for name in domains]}
    if not http and not planned:
        return {"system_url": "", **urls}
    document = http[0].document if http else {}
    proxy = f"{session.endpoint}/2016-08-15/proxy/{'/'.join(function.parts)}/"
    urls["system_url"] = document.get("urlInternet") or proxy
    if document.get("urlIntranet"):
        urls["system_intranet_url"] = document["urlIntranet"]
    return urls
