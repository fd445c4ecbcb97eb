"""Decides which requests are answered. It uses the matched route and never reads the path itself, so no spelling of a
path can mean one thing to it and another to the router.

A web page of another origin can send requests to this server, and by DNS rebinding under a host name of its own. It
cannot choose the Host header, omit Origin and Sec-Fetch-Site, or send a header of ours without a preflight, which
nothing here answers. (MDN, "Forbidden request header"; Fetch standard, "CORS-preflight fetch".)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from urllib.parse import urlsplit

from aiohttp import web

HEADER = "X-Fc-Local-Admin"
_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?", re.IGNORECASE)
# Clients that are led here by an endpoint or a proxy go on naming the real service. No page can lead these names here,
# and without a signature nothing is answered under them.
_PRODUCTS = r"[0-9]+\.[a-z0-9-]+\.fc|(?:[a-z0-9-]+\.)?oss-[a-z0-9-]+|(?:[a-z0-9-]+\.)?[a-z0-9-]+\.log"
_OF_ALIBABA = re.compile(rf"(?:{_PRODUCTS})\.aliyuncs\.com(?::[0-9]+)?", re.IGNORECASE)
_AS_AN_SDK_WRITES_IT = re.compile(r"(?:https?://)?([^/]*)(?:/.*)?")  # an SDK sends its endpoint unchanged


class Access(Enum):
    """The access that a route needs."""

    OPERATOR = "operator"  # the console and /__admin: a loopback name, no other origin, and the header for a write
    CLIENT = "client"  # the API and what belongs to it: no other origin; the front checks the signature
    CALLER = "caller"  # a function behind its own address: from any page too, since that is what its trigger is for


Judge = Callable[[web.Request], Access]


class Doors:
    """The access of every route of a router. A route that is not added here is not answered."""

    def __init__(self, router: web.UrlDispatcher) -> None:
        self._router = router
        self._told: dict[web.AbstractResource, Access | Judge] = {}

    def add(self, access: Access | Judge, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Adds routes to the router. A `Judge` decides for each request: it is for a route that takes every path."""
        for route in self._router.add_routes(routes):
            if route.resource is None or self._told.setdefault(route.resource, access) != access:
                raise AssertionError(f"two kinds of access to {route}")

    def add_rest(self, area: str) -> None:
        """Answers 404 to operators at all other paths at or below `area`."""
        self.add(Access.OPERATOR, [web.route("*", area + "{rest:(?:/.*)?}", _unknown)])

    def check(self) -> None:
        """Raises AssertionError if the router has a route that was not added here."""
        unguarded = [route for route in self._router.routes() if route.resource not in self._told]
        if unguarded:
            raise AssertionError(f"nothing says who may have {unguarded}")

    def access(self, request: web.Request) -> Access | None:
        """Returns the access that the matched route needs, None if there is no such route."""
        resource = request.match_info.route.resource
        told = self._told.get(resource) if resource is not None else None
        return told(request) if callable(told) else told


def named_host(request: web.Request) -> str | None:
    """Returns the host that a request names, None if it names none or several."""
    named = request.headers.getall("Host", [])
    if len(named) != 1:
        return None
    if not request.raw_path.startswith("/") and urlsplit(request.raw_path).netloc.lower() != named[0].lower():
        return None
    return named[0]


def is_loopback(host: str) -> bool:
    return _LOOPBACK.fullmatch(host) is not None


def is_real_service(host: str) -> bool:
    """Says whether a host is a name of FC, OSS or SLS themselves."""
    return _OF_ALIBABA.fullmatch(_bare(host)) is not None


def refusal(access: Access | None, request: web.Request, host: str) -> str | None:
    """Returns why a request is refused, None if it is not. `host` is its `named_host`."""
    if access is None:
        return f"there is no {request.method} {request.path}"
    if access is Access.OPERATOR and not is_loopback(host):
        return f"this page answers to a loopback host name only, not to {host!r}"
    if not is_loopback(_bare(host)) and not is_real_service(host):
        return f"the local Function Compute answers to a loopback host name or a custom domain's, not to {host!r}"
    if access is Access.CALLER:
        return None
    if _is_from_elsewhere(request, host):
        return "requests from another origin are not answered"
    if access is Access.OPERATOR and not _reads(request) and request.headers.getall(HEADER, []) != ["1"]:
        return f"writes need the header {HEADER}: 1"
    return None


def _bare(host: str) -> str:
    match = _AS_AN_SDK_WRITES_IT.fullmatch(host)
    return match[1] if match is not None else ""


def _is_from_elsewhere(request: web.Request, host: str) -> bool:
    """Says whether a browser reports another origin. A link's author cannot read the answer, so links may lead here."""
    header = request.headers.get
    if any(origin != f"http://{host}" for origin in request.headers.getall("Origin", [])):
        return True
    if header("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return False
    follows_a_link = (header("Sec-Fetch-Mode"), header("Sec-Fetch-Dest")) == ("navigate", "document")
    return not (follows_a_link and _reads(request))


def _reads(request: web.Request) -> bool:
    return request.method in ("GET", "HEAD")


async def _unknown(request: web.Request) -> web.Response:
    return web.json_response({"error": f"there is no {request.method} {request.path}"}, status=404)
