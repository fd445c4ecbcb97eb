"""`python -m fc_local serve` and `stop`: one server for each home, which others find through server.json."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fc_local import VERSION
from fc_local.home import Home
from fc_local.remote import Admin, AdminError
from fc_local.signatures.keys import Key
from fc_local.switches import SwitchError

DEFAULT_PORT = 9580
_PATIENCE = 15.0  # seconds to wait for another server to come up or to end


@dataclass(frozen=True, slots=True)
class Options:
    home: Path
    port: int | None
    idle_exit: float | None
    keys: tuple[Key, ...]


class ServeError(Exception):
    """The server cannot start. The text says why and what to do."""


def serve(options: Options) -> int:
    home = Home(options.home)
    with ExitStack() as held:
        if not held.enter_context(home.locked()):
            if options.idle_exit is not None:
                return _leave_to_the_other(home)
            held.close()
            _require_port(home, options.port)
            _say(f"Taking over from {_told(home)}")
            _take_over(home, held)
        return asyncio.run(_run(home, options))


def stop(folder: Path) -> int:
    """Ends a running server, waits for that and says which it was. It is no error if none runs."""
    if not folder.exists():
        return _none_runs(folder)
    home = Home(folder)
    with home.locked() as free:
        if free:
            home.withdraw()  # of a server that was killed
            return _none_runs(folder)
    told = _told(home)
    _ask_to_end(home)
    with ExitStack() as held:
        _wait_for_lock(home, held)
    _say(f"Stopped {told}")
    return 0


def _none_runs(folder: Path) -> int:
    _say(f"No local Function Compute is running (home {folder})")
    return 0


def _told(home: Home) -> str:
    """Returns the server of a home in words."""
    announced = home.announced() or {}
    return (
        f"the local Function Compute at {announced.get('url', 'an unknown address')} "
        f"(home {home.folder}, pid {announced.get('pid', 'unknown')})"
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _require_port(home: Home, port: int | None) -> None:
    """Raises ServeError for a port that another program has, before any server is asked to end."""
    own = urlsplit(str((home.announced() or {}).get("url", ""))).port
    if port and port != own and not _free(port):
        raise ServeError(f"port {port} cannot be used: another program has it; choose another with --port")


def _leave_to_the_other(home: Home) -> int:
    """Returns 0 once the other server of this home answers. Raises ServeError if it does not."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if _healthy(home):
            return 0
        time.sleep(0.05)
    raise ServeError(f"another server holds {home.folder} but does not answer; end it and try again")


def _take_over(home: Home, held: ExitStack) -> None:
    _ask_to_end(home)
    _wait_for_lock(home, held)


def _ask_to_end(home: Home) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        announced = home.announced()
        if announced is not None:
            try:
                Admin(announced["url"], timeout=2.0).shutdown()
                return
            except (OSError, AdminError):
                pass  # it may just be starting or ending: ask again, or find the lock free
        with home.locked() as free:
            if free:
                return
        time.sleep(0.05)
    raise ServeError(f"the server that holds {home.folder} does not answer; end it and try again")


def _wait_for_lock(home: Home, held: ExitStack) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        attempt = ExitStack()
        if attempt.enter_context(home.locked()):
            held.push(attempt)
            return
        attempt.close()
        time.sleep(0.02)
    raise ServeError(f"the server that holds {home.folder} does not end; end it and try again")


def _healthy(home: Home) -> bool:
    announced = home.announced()
    if announced is None:
        return False
    try:
        return bool(Admin(announced["url"], timeout=2.0).health()["ok"])
    except (OSError, AdminError, json.JSONDecodeError):
        return False


async def _run(home: Home, options: Options) -> int:
    from fc_local.site import Site  # noqa: PLC0415 - aiohttp is not needed when another server is up

    stopping = asyncio.Event()
    key = home.key()
    try:
        site = Site(home.folder, (key, *options.keys), key.account, stopping.set)
    except SwitchError as error:
        raise ServeError(str(error)) from error
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        usual = home.last_port() or DEFAULT_PORT if options.port is None else options.port
        port = await _bind(site.start, home, options.port)
        home.keep_port(port)
        url = f"http://127.0.0.1:{port}"
        home.announce(url, key, VERSION)
        _say(f"Local Function Compute at {url} (home {home.folder}, pid {os.getpid()})")
        if usual not in (port, 0):
            _say(f"Port {usual} is in use by another program")
        await _until_done(stopping, lambda: site.last_request, options.idle_exit)
    finally:
        home.withdraw()
        await site.close()
    return 0


async def _bind(start: Callable[[int], Awaitable[int]], home: Home, port: int | None) -> int:
    """Binds the requested port, or else the last one, the usual one, or any."""
    if port is not None:
        try:
            return await start(port)
        except OSError as error:
            raise ServeError(f"port {port} cannot be used: {error.strerror}; choose another with --port") from error
    for candidate in dict.fromkeys((home.last_port() or DEFAULT_PORT, DEFAULT_PORT)):
        if _free(candidate):
            return await start(candidate)
    return await start(0)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def _until_done(stopping: asyncio.Event, last_request: Callable[[], float], idle_exit: float | None) -> None:
    while not stopping.is_set():
        left = None if idle_exit is None else last_request() + idle_exit - time.monotonic()
        if left is not None and left <= 0:
            return
        try:
            await asyncio.wait_for(stopping.wait(), left)
        except asyncio.TimeoutError:
            continue  # look again: a request may have come meanwhile
