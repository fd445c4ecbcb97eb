"""Varies answers as the real service might: sets in another order, nulls left out or filled with the default that they
stand for, unknown keys (facts 4.7, upstream 5.2). Property tests of deployers use it: none of it may count as a
difference. The variation depends only on the random numbers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from fc_local.kinds.async_config import FILLED
from fc_local.kinds.function import COMPUTED
from fc_local.shape import Document

_FREE_MAPS = (
    *("environmentVariables", "params", "tags", "functionParameter", "filter", "additionalVersionWeight"),
    "ExtendConfig",
)
_UNKNOWN: tuple[Any, ...] = (None, "", "new", 0, 7, False, True, {}, [], {"inner": None})


def noisy(kind: str, document: Document, random: Random | None) -> Document:
    """Varies a document that is shown as it is stored."""
    return dressed(reworded(kind, document, random), random)


def reworded(kind: str, document: Document, random: Random | None) -> Document:
    """Returns another spelling of a stored document."""
    if random is None:
        return document
    changed = copy.deepcopy(document)
    _REWORD.get(kind, _keep)(changed, random)
    return changed


def dressed(shown: Document, random: Random | None) -> Document:
    """Returns the answer with some nulls left out, its keys in another order and unknown keys."""
    if random is None:
        return shown
    pairs = [
        (key, value if key in _FREE_MAPS else _dressed(value, random))
        for key, value in shown.items()
        if value is not None or random.random() < 0.5
    ]
    if random.random() < 0.3:
        pairs.append((f"futureField{random.randrange(100)}", random.choice(_UNKNOWN)))
    random.shuffle(pairs)
    return dict(pairs)


def _dressed(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        return dressed(value, random)
    if isinstance(value, list):
        return [_dressed(item, random) for item in value]
    return value


def _keep(document: Document, random: Random) -> None:
    """Leaves the document as it is: no variation of this kind is known."""


def _service(document: Document, random: Random) -> None:
    _lower(document, "role", random)
    _fill(document["vpcConfig"], {"anytunnelViaENI": False}, random)
    random.shuffle(document["vpcConfig"]["vSwitchIds"])
    for point in document["nasConfig"]["mountPoints"]:
        _fill(point, {"enableTLS": False}, random)
    for point in document["ossMountConfig"]["mountPoints"]:
        _fill(point, {"bucketPath": "/", "readOnly": False}, random)
    empty = {
        "logConfig": not document["logConfig"]["project"],
        "vpcConfig": not document["vpcConfig"]["vpcId"],
        "nasConfig": document["nasConfig"] == {"userId": -1, "groupId": -1, "mountPoints": []},
        "ossMountConfig": not document["ossMountConfig"]["mountPoints"],
        "tracingConfig": not document["tracingConfig"]["type"],
    }
    for key, is_empty in empty.items():
        if is_empty and _sometimes(random):
            document[key] = None


def _function(document: Document, random: Random) -> None:
    soft = random.choice((0, document["instanceConcurrency"]))
    _fill(document, {**COMPUTED, "caPort": 9000, "instanceSoftConcurrency": soft}, random)
    _fill(document["customRuntimeConfig"], {"command": [], "args": []}, random)
    _fill(document["customDNS"], {"nameServers": [], "searches": [], "dnsOptions": []}, random)
    hook = {"handler": "", "timeout": 3}
    _fill(document["instanceLifecycleConfig"], {"preFreeze": hook, "preStop": hook}, random)
    if document["layersArnV2"] and _sometimes(random):
        document["layers"] = list(document["layersArnV2"])
    for key in ("environmentVariables", "description"):
        if not document[key] and _sometimes(random):
            document[key] = None


def _trigger(document: Document, random: Random) -> None:
    _lower(document, "invocationRole", random)
    _fill(document, {"qualifier": random.choice(("LATEST", "")), "invocationRole": ""}, random)
    config = document["triggerConfig"]
    _TRIGGER_CONFIGS.get(document["triggerType"], _keep)(config, random)
    document["triggerConfig"] = dressed(config, random)


def _http(config: Document, random: Random) -> None:
    random.shuffle(config.get("methods", []))
    _fill(config, {"disableURLInternet": False, "authConfig": None}, random)


def _timer(config: Document, random: Random) -> None:
    _fill(config, {"payload": ""}, random)


def _oss(config: Document, random: Random) -> None:
    random.shuffle(config["events"])
    ends = {"prefix": "", "suffix": ""}
    _fill(config, {"filter": {"key": ends}}, random)
    _fill((config.get("filter") or {}).get("key"), ends, random)


def _log(config: Document, random: Random) -> None:
    _fill(config, {"targetConfig": None, "functionParameter": {}}, random)
    _fill(config["sourceConfig"], {"startTime": None}, random)


def _mns(config: Document, random: Random) -> None:
    _fill(config, {"filterTag": ""}, random)


def _eventbridge(config: Document, random: Random) -> None:
    parameters = config["eventSourceConfig"].get("eventSourceParameters")
    unused = ("sourceMNSParameters", "sourceRocketMQParameters", "sourceRabbitMQParameters")
    _fill(parameters, dict.fromkeys(unused), random)


def _custom_domain(document: Document, random: Random) -> None:
    for route in document["routeConfig"]["routes"]:
        random.shuffle(route["methods"] or [])
        _fill(route, {"qualifier": random.choice(("LATEST", "")), "methods": [], "rewriteConfig": None}, random)
    tls = {"minVersion": None, "maxVersion": None, "cipherSuites": None}
    _fill(document, {"tlsConfig": tls, "wafConfig": {"enableWAF": False}}, random)


def _async_config(document: Document, random: Random) -> None:
    _fill(document, FILLED, random)
    destinations = document["destinationConfig"]
    if not any(destinations.values()) and _sometimes(random):
        document["destinationConfig"] = None
        return
    _fill(destinations, {"onSuccess": {"destination": ""}, "onFailure": {"destination": ""}}, random)


def _vpc_binding(document: Document, random: Random) -> None:
    random.shuffle(document["vpcIds"])


def _fill(document: Document | None, values: Document, random: Random) -> None:
    """Sets some members that are null or missing to the value that this stands for."""
    if document is None:
        return
    for key, value in values.items():
        if document.get(key) is None and _sometimes(random):
            document[key] = copy.deepcopy(value)


def _lower(document: Document, key: str, random: Random) -> None:
    """Sometimes writes a role in lower case, as FC has been seen to do."""
    if document[key] and _sometimes(random):
        document[key] = document[key].lower()


def _sometimes(random: Random) -> bool:
    return random.random() < 0.5


_REWORD: dict[str, Callable[[Document, Random], None]] = {
    "service": _service,
    "function": _function,
    "trigger": _trigger,
    "custom_domain": _custom_domain,
    "async_config": _async_config,
    "vpc_binding": _vpc_binding,
}
_TRIGGER_CONFIGS: dict[str, Callable[[Document, Random], None]] = {
    "http": _http,
    "timer": _timer,
    "oss": _oss,
    "log": _log,
    "mns_topic": _mns,
    "eventbridge": _eventbridge,
}
