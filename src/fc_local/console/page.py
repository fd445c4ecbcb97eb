"""The console's static files, which are in this package."""

from __future__ import annotations

from importlib.resources import files

from aiohttp import web
from aiohttp.typedefs import Handler

TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
SCRIPTS = (
    "app",
    "api",
    "audit",
    "code",
    "dialog",
    "dom",
    "domains",
    "errors",
    "function",
    "service",
    "settings",
    "texts",
    "trial",
    "triggers",
    "who",
)
FILES = ("style.css", "icon.svg", *(f"{script}.js" for script in SCRIPTS))
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_routes() -> list[web.AbstractRouteDef]:
    index = _serve("index.html")
    return [
        web.get("/", index),
        web.get("/console/", index),
        *(web.get(f"/console/{name}", _serve(name)) for name in FILES),
    ]


def _serve(name: str) -> Handler:
    body = files(__package__).joinpath(name).read_bytes()  # a missing file stops the server at its start
    kind = TYPES[name.rpartition(".")[2]]

    async def serve(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)

    return serve
