"""Who may reach the admin surface and the console: requests that name a loopback host (against DNS rebinding), and
for writes those with a header no foreign page can send (against CSRF)."""

from __future__ import annotations

import re

from aiohttp import web
from aiohttp.typedefs import Handler

HEADER = "X-Fc-Local-Admin"
_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\Z")
_GUARDED = ("/__admin", "/__console", "/console")


def is_loopback(host: str) -> bool:
    return _LOOPBACK.match(host) is not None


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    path = request.raw_path.partition("?")[0]
    if path != "/" and not path.startswith(_GUARDED):
        return await handler(request)
    host = request.headers.get("Host", "")
    if not is_loopback(host):
        return _refused(f"this page answers to a loopback host name only, not to {host!r}")
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != host:
        return _refused("requests from another origin are not answered")
    if request.method not in ("GET", "HEAD") and request.headers.get(HEADER) != "1":
        return _refused(f"writes need the header {HEADER}: 1")
    return await handler(request)


def _refused(why: str) -> web.Response:
    return web.json_response({"error": why}, status=403)
