"""The HTTP adapter put under the SDK: no redirects, bounded answers, one deadline, proxies as one expects them.

Measured on tea-openapi 0.4.6: left alone it follows a redirect to another host with the security token and the body,
reads answers without limit, and sends calls to 127.0.0.1 through HTTP_PROXY whatever NO_PROXY says.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout
from requests.utils import should_bypass_proxies

ANSWER_CAP = 16 * 1024 * 1024
DEADLINE_SECONDS = 60.0
CODE_SECONDS = 300.0
"""How long FC may take over a package of up to 500 MB, which it fetches from OSS before it answers."""
UPLOAD_BYTES_PER_SECOND = 100_000
"""The slowest upload that is waited for."""
TIMEOUTS = (5, 60)
"""Seconds for requests of our own: to connect, and between two packets of an answer."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Refused(IOError):
    """The answer was not taken: a redirect, too large, too slow. An IOError, which is what the SDK expects here."""


@dataclass(slots=True)
class Exchange:
    """The last request of this thread, as seen on the wire."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reached: bool = True
    problem: str = ""
    patience: float = DEADLINE_SECONDS


class _PerThread(threading.local):
    exchange: Exchange | None = None


_per_thread = _PerThread()


def begin(patience: float = DEADLINE_SECONDS) -> Exchange:
    """A fresh record for the call that this thread is about to make, which may take so many seconds."""
    _per_thread.exchange = Exchange(patience=patience)
    return _per_thread.exchange


def guarded(method: str, url: str, headers: Mapping[str, str], body: Any = None) -> Exchange:
    """A request of our own, beside the SDK's. Every failure is in the exchange: then it has no status, or a bad one."""
    exchange = begin()
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
        except (RequestException, OSError) as error:
            exchange.problem = exchange.problem or str(error)
    return exchange


class GuardAdapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext | None, pool: int) -> None:
        self._context = context
        super().__init__(pool_connections=pool, pool_maxsize=pool)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        exchange = _per_thread.exchange or Exchange()
        deadline = time.monotonic() + exchange.patience + _size(request) / UPLOAD_BYTES_PER_SECOND
        if _without_proxy(request.url or ""):
            kwargs["proxies"] = {}
        kwargs["stream"] = True
        try:
            response = super().send(request, *args, **kwargs)
            body = _read(response, deadline)
        except Exception as error:
            exchange.reached = not _never_left(error)
            exchange.problem = _in_words(error, urlsplit(request.url or "").netloc, exchange.reached)
            raise
        response._content = body
        exchange.status, exchange.body = response.status_code, body
        exchange.headers = {key.lower(): value for key, value in response.headers.items()}
        if response.is_redirect or 300 <= response.status_code < 400:
            host = urlsplit(response.headers.get("location", "")).netloc
            raise Refused(f"a redirect to {host or 'another address'}, which is not followed")
        return response


def _size(request: PreparedRequest) -> int:
    return int(request.headers.get("Content-Length") or 0)


def _without_proxy(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in LOOPBACK or bool(should_bypass_proxies(url, no_proxy=None))


def _read(response: Response, deadline: float) -> bytes:
    """The decoded body, within size and time."""
    body = bytearray()
    for chunk in response.iter_content(65536):
        body += chunk
        if len(body) > ANSWER_CAP:
            response.close()
            raise Refused(f"the answer is larger than {ANSWER_CAP} bytes")
        if time.monotonic() > deadline:
            response.close()
            raise Refused("the answer took too long")
    return bytes(body)


def _in_words(error: Exception, place: str, reached: bool) -> str:
    """What went wrong, out of the four exceptions that the libraries wrap around it."""
    cause: BaseException = error
    while (inner := _inside(cause)) is not None:
        cause = inner
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return text if reached else f"no connection to {place}: {text}"


def _inside(error: BaseException) -> BaseException | None:
    wrapped = (getattr(error, "reason", None), *reversed(error.args), error.__cause__)
    return next((each for each in wrapped if isinstance(each, BaseException)), None)


def _never_left(error: Exception) -> bool:
    """Whether the request certainly did not reach a server."""
    if isinstance(error, ConnectTimeout):
        return True
    if not isinstance(error, RequestsConnectionError):
        return False
    reason = getattr(error.args[0], "reason", error.args[0]) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
