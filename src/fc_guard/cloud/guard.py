"""The HTTP adapter put under the SDK: no redirects, bounded answers, one deadline, proxies as one expects them.

Measured on tea-openapi 0.4.6: left alone it follows a redirect to another host with the security token and the body,
reads answers without limit, and sends calls to 127.0.0.1 through HTTP_PROXY whatever NO_PROXY says.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout
from requests.utils import should_bypass_proxies
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from fc_guard.cloud.faults import Fault
from fc_guard.cloud.limits import Limit, Pace, Refused, TooSlow
from fc_guard.cloud.words import LOOPBACK, in_words, place_of

ANSWER_CAP = 16 * 1024 * 1024
DEADLINE_SECONDS = 60.0
CODE_SECONDS = 300.0
"""How long FC may take over a package of up to 500 MB, which it fetches from OSS before it answers."""
UPLOAD_BYTES_PER_SECOND = 100_000
"""The slowest upload that is waited for, on the whole."""
UPLOAD_PACE = Pace(20_000, 30.0)
"""The same for each part of its way, where its parts can be seen."""
PIECE = 64 * 1024
TIMEOUTS = (5, 60)
"""Seconds for requests of our own: to connect, and between two packets of an answer."""


@dataclass(slots=True)
class Exchange:
    """The last request of this thread, as seen on the wire."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reached: bool = True
    problem: str = ""
    late: bool = False  # its whole time was up
    patience: float = DEADLINE_SECONDS
    limit: Limit | None = None  # while it is under way


class _PerThread(threading.local):
    exchange: Exchange | None = None


_per_thread = _PerThread()


def begin(patience: float | None = None) -> Exchange:
    """A fresh record for the call that this thread is about to make, which may take so many seconds."""
    _per_thread.exchange = Exchange(patience=DEADLINE_SECONDS if patience is None else patience)
    return _per_thread.exchange


def guarded(
    method: str, url: str, headers: Mapping[str, str], body: Any = None, patience: float | None = None
) -> Exchange:
    """A request of our own, beside the SDK's. Every failure is in the exchange: then it has no status, or a bad one."""
    exchange = begin(patience)
    with Session() as session:
        session.trust_env = False  # no keys out of ~/.netrc
        session.mount("https://", GuardAdapter(ssl.create_default_context(), 1))
        session.mount("http://", GuardAdapter(None, 1))
        try:
            session.request(
                method,
                url,
                headers=dict(headers),
                data=body,
                timeout=TIMEOUTS,
                allow_redirects=False,
                proxies=getproxies(),
            )
        except (RequestException, OSError, ValueError) as error:
            exchange.problem = exchange.problem or in_words(error)
    return exchange


def fault_of_silence(operation: str, exchange: Exchange) -> Fault:
    """What came of a request without an answer."""
    code = "TooSlow" if exchange.late else "NoAnswer"
    return Fault(operation, None, code, exchange.problem, reached=exchange.reached)


def under_way() -> Limit | None:
    """The limit of the request that this thread is sending."""
    return _per_thread.exchange.limit if _per_thread.exchange is not None else None


class _Held(HTTPConnection):
    """A connection that tells the limit of the request that is using it what to shut."""

    _limit: Limit | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self._hold(made, under_way())
        return made

    def connect(self) -> None:
        super().connect()
        self._wait_as_long()

    def request(self, *args: Any, **kwargs: Any) -> None:
        limit = under_way()
        if self.sock is not None and limit is not self._limit:
            self._hold(self.sock, limit)
        self._wait_as_long()
        super().request(*args, **kwargs)

    def _hold(self, line: socket.socket, limit: Limit | None) -> None:
        if self._limit is not None:
            self._limit.let_go()  # the request before is done with it
        if limit is not None:
            limit.hold(line)
        self._limit = limit

    def _wait_as_long(self) -> None:
        """A body may be sent for as long as its limit says; urllib3 allows it the time for connecting."""
        if self._limit is not None and self.sock is not None:
            self.sock.settimeout(self._limit.left + 1)


class _HeldSecure(_Held, HTTPSConnection):
    """The line is known before TLS is spoken on it."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Held


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _HeldSecure


_POOLS: Final = {"http": _Pool, "https": _SecurePool}


class GuardAdapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext | None, pool: int) -> None:
        self._context = context
        super().__init__(pool_connections=pool, pool_maxsize=pool)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        exchange = _per_thread.exchange or begin()
        if _without_proxy(request.url or ""):
            kwargs["proxies"] = {}
        kwargs["stream"] = True
        try:
            with Limit(exchange.patience + _size(request) / UPLOAD_BYTES_PER_SECOND) as exchange.limit:
                response = self._answered(request, exchange.limit, *args, **kwargs)
        except Exception as error:
            exchange.late = isinstance(error, TooSlow)
            exchange.reached = not _never_left(error)
            exchange.problem = in_words(error)
            if not exchange.reached:
                exchange.problem = f"no connection to {place_of(request.url or '')}: {exchange.problem}"
            raise
        finally:
            exchange.limit = None
        exchange.status, exchange.body = response.status_code, response.content
        exchange.headers = {key.lower(): value for key, value in response.headers.items()}
        if response.is_redirect or 300 <= response.status_code < 400:
            host = place_of(response.headers.get("location", ""))
            exchange.problem = f"a redirect to {host or 'another address'}, which is not followed"
            raise Refused(exchange.problem)
        return response

    def _answered(self, request: PreparedRequest, limit: Limit, *args: Any, **kwargs: Any) -> Response:
        """The whole answer. Raises `TooSlow` whatever else it looks like once the time is up."""
        try:
            response = super().send(request, *args, **kwargs)
            response._content = _read(response)
        except Exception:
            limit.require()
            raise
        limit.require()
        return response


def _size(request: PreparedRequest) -> int:
    return int(request.headers.get("Content-Length") or 0)


def _without_proxy(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in LOOPBACK or bool(should_bypass_proxies(url, no_proxy=None))


def _read(response: Response) -> bytes:
    """The decoded body, within its size."""
    body = bytearray()
    for chunk in response.iter_content(65536):
        body += chunk
        if len(body) > ANSWER_CAP:
            response.close()
            raise Refused(f"the answer is larger than {ANSWER_CAP} bytes")
    return bytes(body)


def _never_left(error: Exception) -> bool:
    """Whether the request certainly did not reach a server."""
    if isinstance(error, ConnectTimeout):
        return True
    if not isinstance(error, RequestsConnectionError):
        return False
    reason = getattr(error.args[0], "reason", error.args[0]) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
