"""Has the rows of the objects inside a function that say how its instances run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.spelling import command_text, flag, text_of, texts, whole
from fc_guard.model.fields import Json
from fc_guard.model.rows import Field, always, canonical, one_of, servers, struct, without

PROBE = "customHealthCheckConfig"
HOOKS = "instanceLifecycleConfig"


def _registry_instance(id: Json) -> Json:
    """Drops the host name that FC answers here for images of a registry that is no instance of its own."""
    return "" if str(id).startswith("registry.") else id


def _dns_options(options: Json) -> Json:
    return [{name: option[name] for name in ("name", "value") if option.get(name) is not None} for option in options]


def _dns_texts(options: Json) -> Json:
    return [{name: text_of(value) for name, value in option.items()} for option in _dns_options(options)]


def _called(hook: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a hook; none if it calls nothing, whatever its timeout."""
    return hook if hook.get("handler") else {}


def _hook(name: str) -> Field:
    """Makes the row of a hook. FC answers a timeout for hooks without a handler, too: GetFunction, 2021-07."""
    timeout = Field("timeout", whole, default=3, filled=without(HOOKS, name, "handler"))
    return struct(name, Field("handler", text_of), timeout, spell=_called)


RUNTIME_ROWS = (
    struct("customRuntimeConfig", Field("command", texts, cleared=[]), Field("args", texts, cleared=[])),
    struct(
        "customContainerConfig",
        Field("image"),
        Field("command", command_text, noise=canonical(command_text)),
        Field("args", command_text, noise=canonical(command_text)),
        Field("accelerationType", default="Default", filled=always),
        Field("instanceID", noise=canonical(_registry_instance)),
        Field("webServerMode", flag, default=True),
        *servers("accelerationInfo"),
        filled=without("customContainerConfig", "image"),
        cleared={},
    ),
    struct(
        PROBE,
        Field("httpGetUrl"),
        Field("initialDelaySeconds", whole, default=0),
        Field("periodSeconds", whole, default=3),
        Field("timeoutSeconds", whole, default=1),
        # Documents, the predecessor and the console each fill in other thresholds.
        Field("failureThreshold", whole, default=3, filled=one_of(1, 3)),
        Field("successThreshold", whole, default=1, filled=one_of(1, 2, 3)),
        filled=without(PROBE, "httpGetUrl"),
        cleared={},
    ),
    struct(
        "customDNS",  # FC knows text only here
        Field("nameServers", texts, cleared=[]),
        Field("searches", texts, cleared=[]),
        Field("dnsOptions", _dns_texts, noise=canonical(_dns_options), cleared=[]),
    ),
    struct(HOOKS, _hook("preFreeze"), _hook("preStop")),
)
