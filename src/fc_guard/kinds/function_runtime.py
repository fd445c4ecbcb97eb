"""The objects inside a function that say how its instances run, as s.yaml and as FC write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.text import command_text, flag, text_of, whole

HOOKS = ("preFreeze", "preStop")
CONTAINER_MEMBERS = ("image", "command", "args", "accelerationType", "instanceID", "webServerMode")
PROBE_NUMBERS = (
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "failureThreshold",
    "successThreshold",
)

Document = Mapping[str, Any]


def runtime_document(config: Document) -> dict[str, Any]:
    return {name: [text_of(item) for item in config[name] or ()] for name in ("command", "args") if name in config}


def container_document(config: Document) -> dict[str, Any]:
    document = {name: config[name] for name in ("image", "accelerationType", "instanceID") if name in config}
    document |= {name: command_text(config[name]) for name in ("command", "args") if name in config}
    return document | ({"webServerMode": flag(config["webServerMode"])} if "webServerMode" in config else {})


def probe_document(config: Document) -> dict[str, Any]:
    path = {"httpGetUrl": config["httpGetUrl"]} if "httpGetUrl" in config else {}
    return path | {name: whole(config[name]) for name in PROBE_NUMBERS if name in config}


def dns_document(config: Document) -> dict[str, Any]:
    """FC knows text only here."""
    document: dict[str, Any] = {
        name: [text_of(item) for item in config[name] or ()] for name in ("nameServers", "searches") if name in config
    }
    if "dnsOptions" in config:
        document["dnsOptions"] = [
            {name: text_of(option[name]) for name in ("name", "value") if name in option}
            for option in config["dnsOptions"] or ()
        ]
    return document


def hooks_document(config: Document) -> dict[str, Any]:
    """A hook that calls nothing is none, whatever its timeout."""
    return {name: _hook(config[name]) for name in HOOKS if (config.get(name) or {}).get("handler")}


def _hook(hook: Document) -> dict[str, Any]:
    timeout = {"timeout": whole(hook["timeout"])} if "timeout" in hook else {}
    return {"handler": text_of(hook["handler"]), **timeout}
