"""One running server's parts, wired together over a home folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from fc_local.admin import Admin
from fc_local.api import Api
from fc_local.bucket import Bucket
from fc_local.clock import Clock
from fc_local.console import routes as console_routes
from fc_local.deeds import DEEDS
from fc_local.faults import Faults
from fc_local.front import MAX_BODY, Front
from fc_local.guard import guard
from fc_local.insider import Insider
from fc_local.invocation import Invoker
from fc_local.objects import Objects
from fc_local.packages import Packages
from fc_local.signatures.keys import Key, KeyRing
from fc_local.store import Store
from fc_local.switches import Switches, from_environment


class Site:
    """Made in the thread that runs the event loop. `stop` is called when somebody asks for the end.

    Raises SwitchError when the environment sets switches that do not exist."""

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
        self._front = Front(api, ring, Faults(), self._invoker, Bucket(objects, ring, switches), account)
        self._insider = Insider(api, account, self._front.address)
        self._admin = Admin(self._front, self._insider, home, stop)
        self._runner = web.AppRunner(self._application(), access_log=None, keepalive_timeout=90, shutdown_timeout=1.0)

    async def start(self, port: int) -> int:
        """Binds 127.0.0.1 and answers from then on; gives the port. OSError when it is taken."""
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
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self._awake, self._by_host, guard])
        app.add_routes(self._admin.routes())
        app.add_routes(console_routes(self._insider))
        app.router.add_route("*", "/{tail:.*}", self._front.handle)
        return app

    @web.middleware
    async def _by_host(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A custom domain's host name reaches its functions only: no console, no admin surface, no API."""
        if self._front.has_domain(request.headers.get("Host", "")):
            return await self._front.handle(request)
        return await handler(request)

    @web.middleware
    async def _awake(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.last_request = time.monotonic()
        return await handler(request)
