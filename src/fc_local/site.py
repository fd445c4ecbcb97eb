"""Wires the parts of one running server together over a home folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from fc_local import sls
from fc_local.admin import Admin
from fc_local.api import Api
from fc_local.bucket import Bucket
from fc_local.clock import Clock
from fc_local.console import routes as console_routes
from fc_local.deeds import DEEDS
from fc_local.errors import FcError
from fc_local.faults import Faults
from fc_local.front import MAX_BODY, Front
from fc_local.guard import Access, Doors, named_host, refusal
from fc_local.identity import new_request_id
from fc_local.insider import Insider
from fc_local.invocation import Invoker
from fc_local.objects import Objects
from fc_local.packages import Packages
from fc_local.signatures.keys import Key, KeyRing
from fc_local.store import Store
from fc_local.switches import Switches, from_environment


class Site:
    """It must be made in the thread of the event loop. It calls `stop` when a request asks for the end.

    Raises SwitchError if the environment sets switches that do not exist.
    """

    def __init__(self, home: Path, keys: tuple[Key, ...], account: str, stop: Callable[[], None]) -> None:
        switches, ring = Switches(from_environment(os.environ)), KeyRing(keys)
        self.home = home
        self.last_request = time.monotonic()
        self._store = Store(home / "store.sqlite3")
        packages = Packages(home / "packages")
        packages.sweep(self._store.packages())
        objects = Objects(home / "objects", self._store)
        objects.sweep()
        api = Api(DEEDS, self._store, packages, objects, switches, Clock())
        self._invoker = Invoker(api, home / "run")
        self._front = Front(api, ring, Faults(), self._invoker, Bucket(objects, ring, switches, account), account)
        self._insider = Insider(api, self._invoker, account, self._front.address)
        self._admin = Admin(self._front, self._insider, home, stop)
        self._runner = web.AppRunner(self._application(), access_log=None, keepalive_timeout=90, shutdown_timeout=1.0)

    async def start(self, port: int) -> int:
        """Binds 127.0.0.1, answers from then on and returns the port. Raises OSError if the port is taken."""
        if self._runner.server is None:
            await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, backlog=512)
        await site.start()
        bound = int(self._runner.addresses[0][1])
        self._front.origin = f"http://127.0.0.1:{bound}"
        return bound

    async def close(self) -> None:
        await self._runner.cleanup()
        await self._invoker.close()
        self._store.close()

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self._guarded])
        self.doors = Doors(app.router)
        self.doors.add(Access.OPERATOR, self._admin.routes())
        self.doors.add(Access.OPERATOR, console_routes(self._insider))
        for area in ("/__admin", "/__console", "/console"):
            self.doors.add_rest(area)
        self.doors.add(self._front.access, [web.route("*", "/{tail:.*}", self._front.handle)])
        self.doors.check()
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuses a request before it is processed, noted or counted as activity. A custom domain's host name reaches
        only its functions: no console, no admin surface, no API."""
        host = named_host(request)
        if host is None:
            return _refused(400, "a request names one host, in its header Host")
        domain, access = self._front.domain(host), self.doors.access(request)
        if sls.place(host, "") is not None:  # all paths are its own under such a name
            handler, access = self._front.handle, Access.CLIENT
        why = refusal(access, request, host) if domain is None else None
        if why is not None:
            return _refused(403, why)
        self.last_request = time.monotonic()
        return await (handler(request) if domain is None else self._front.serve_domain(request, domain))


def _refused(status: int, why: str) -> web.Response:
    """Answers in a form that the console and FC's clients can read."""
    error = FcError(status, "AccessDenied" if status == 403 else "InvalidArgument", why)
    return web.json_response({"error": why, **error.body(new_request_id())}, status=status)
