"""A server in a thread of this process, for tests: `with LocalServer(home=..., keys=[...]) as server:`"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from fc_local.home import Home
from fc_local.remote import Admin
from fc_local.signatures.keys import Key
from fc_local.site import Site
from fc_local.switches import SwitchError


class LocalServer:
    """`keys` are (access key id, secret, account) triples; the home's own pair is accepted as well. Requests that name
    no account (an anonymous http function, an admin edit) belong to that of the first key."""

    def __init__(self, home: Path, keys: Sequence[tuple[str, str, str]] = (), port: int = 0) -> None:
        self._home = Home(Path(home))
        own = self._home.key()
        self.keys: list[tuple[str, str, str]] = [*keys, (own.access_key_id, own.access_key_secret, own.account)]
        self.account = self.keys[0][2]
        self.port = port
        self._locks = ExitStack()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: Exception | None = None
        self._ready = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin(self) -> Admin:
        return Admin(self.url)

    def start(self) -> LocalServer:
        if not self._locks.enter_context(self._home.locked()):
            self._locks.close()
            raise RuntimeError(f"another local FC server uses {self._home.folder}")
        self._started.clear()
        self._ready, self._failure = False, None
        self._thread = threading.Thread(target=self._run, name="fc_local", daemon=True)
        self._thread.start()
        self._started.wait()
        if not self._ready:
            self.stop()
            raise RuntimeError("the local FC server did not start") from self._failure
        return self

    def stop(self) -> None:
        """Ends the server. `start` may be called again, with the same home and port."""
        if self._thread is not None:
            if self._loop is not None and self._stopping is not None and self._thread.is_alive():
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._thread = None
        self._locks.close()

    def __enter__(self) -> LocalServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._started.set()  # also after an unexpected error, whose traceback is on stderr

    async def _serve(self) -> None:
        stopping = asyncio.Event()
        self._loop, self._stopping = asyncio.get_running_loop(), stopping
        keys = tuple(Key(*key) for key in self.keys)
        try:
            site = Site(self._home.folder, keys, self.account, stopping.set)
            self.port = await site.start(self.port)
        except (OSError, SwitchError) as error:
            self._failure = error
            return
        self._ready = True
        self._started.set()
        try:
            await stopping.wait()
        finally:
            await site.close()
