"""Custom domains: they find the function that a request for a host name is for (facts 7.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fc_local.errors import FcError
from fc_local.shape import Document

_HOST = re.compile(r"(?P<name>[^:\[\]]+)(?::\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Target:
    """A function to call over HTTP. `path` is the path that it sees, still percent-encoded."""

    service: str
    qualifier: str | None
    function: str
    path: str


def host_name(header: str) -> str | None:
    """Returns the Host header's name in lower case, None if it cannot be a custom domain."""
    match = _HOST.match(header.removeprefix("http://").rstrip("/"))
    name = match["name"].lower() if match else ""
    if "." not in name or name.replace(".", "").isdigit() or name.endswith(".fc.aliyuncs.com"):
        return None
    return name


def target(domain: Document, method: str, path: str, *, strips: bool) -> Target:
    """Returns the target of the longest route that fits. Raises FcError if none does, or none of them takes the method.

    With `strips` the function sees the path behind the route's fixed part.
    """
    fitting = [route for route in domain["routeConfig"]["routes"] if _fits(route["path"], path)]
    if not fitting:
        raise FcError(404, "RouteNotFound", f"no route of domain name '{domain['domainName']}' fits '{path}'")
    longest = max(len(route["path"]) for route in fitting)
    best = [route for route in fitting if len(route["path"]) == longest]
    taken = [route for route in best if not route["methods"] or method in route["methods"]]
    if not taken:
        allowed = ", ".join(sorted({name for route in best for name in route["methods"]}))
        message = f"method '{method}' is not allowed by the route (allowed: {allowed})"
        raise FcError(405, "MethodNotAllowed", message, {"Allow": allowed})
    route = taken[0]
    fixed = route["path"].removesuffix("/*") if route["path"].endswith("/*") else route["path"].rstrip("/")
    below = path[len(fixed) :] if strips else path
    return Target(route["serviceName"], route["qualifier"] or None, route["functionName"], below or "/")


def _fits(route: str, path: str) -> bool:
    if route.endswith("/*"):
        return path.startswith(route[:-1]) or path == route[:-2]
    return path == route
