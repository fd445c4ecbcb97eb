"""The web console: a few static files and the JSON routes that they use. A server needs only `routes(backend)`."""

from __future__ import annotations

from aiohttp import web

from fc_local.backend import Backend
from fc_local.console.api import api_routes
from fc_local.console.page import page_routes

__all__ = ["routes"]


def routes(backend: Backend) -> list[web.AbstractRouteDef]:
    """Returns `/`, `/console/…` and `/__console/api/…`, which are for an operator only (fc_local.guard)."""
    return [*page_routes(), *api_routes(backend)]
