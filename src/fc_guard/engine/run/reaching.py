"""Whom a step talks to: the provider itself, the local FC, or an endpoint that is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.local import find_or_start
from fc_guard.errors import BadInput
from fc_guard.inputs.places import Places
from fc_guard.inputs.regions import require_region
from fc_guard.language import t
from fc_guard.model.layouts import Layout

LOCAL = "local"


class Reached(NamedTuple):
    """Whom a step talks to: `endpoint` is '' for the provider's own, `place` what a person is told of any other, and
    `console` the address of a local console."""

    endpoint: str
    keys: Credential
    place: str = ""
    console: str = ""

    @property
    def local(self) -> bool:
        """Says whether it is the local FC."""
        return bool(self.console)


def endpoint_named(props: Mapping[str, Any], layout: Layout) -> str:
    """Returns the endpoint that is named, `local` for the local FC, and '' for the provider's own."""
    return str(props.get(layout.endpoint) or os.environ.get("FC_GUARD_ENDPOINT") or "").strip()


def doubts_about(props: Mapping[str, Any], layout: Layout, places: Places) -> tuple[str, ...]:
    """Returns a warning about the region where the provider's own endpoint follows from it. Raises `BadInput` if it
    does not exist."""
    return () if endpoint_named(props, layout) else require_region(props, layout, places)


def reached_by(props: Mapping[str, Any], layout: Layout, credential: Callable[[], Credential]) -> Reached:
    named = endpoint_named(props, layout)
    if named == LOCAL:
        local = find_or_start()
        place = t("LOCAL {netloc}", netloc=urlsplit(local.url).netloc)
        return Reached(f"{local.url}/~{props[layout.region]}", local.credential, place, local.console)
    if named:
        _require_plain(named)
    return Reached(named.rstrip("/"), credential(), urlsplit(named).netloc)


def _require_plain(endpoint: str) -> None:
    """Raises `BadInput` for what is no plain address. Its message leaves out what may hold a password."""
    try:
        url = urlsplit(endpoint)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        url, usable = urlsplit(""), False
    if not usable or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        shown = "" if set("@?#") & set(endpoint) else f" {endpoint!r}"
        raise BadInput(
            t("endpoint{shown} is neither `local` nor a URL.", shown=shown),
            hint=t("Write endpoint: local, or endpoint: https://…"),
            reference="bad-endpoint",
        )
    if "@" in url.netloc or "?" in endpoint or "#" in endpoint:
        raise BadInput(
            t("endpoint holds more than an address: a user name or password, a query or a fragment."),
            hint=t("Write endpoint: https://host or https://host/path. Keys come from the access (`s config add`)."),
            reference="bad-endpoint",
        )
