"""The HTTP adapter under the SDK: it follows no redirect, bounds answers, keeps one deadline and respects NO_PROXY.

Measured on tea-openapi 0.4.6: without it, the SDK follows a redirect to another host with the security token and the
body, and reads answers without limit.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.request import getproxies

from requests import PreparedRequest, RequestException, Response, Session
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout

from fc_guard.cloud.wire.faults import Fault
from fc_guard.language import t
from fc_guard.net.held import HeldAdapter, tls, under
from fc_guard.net.limits import Limit, Pace, Refused, TooSlow
from fc_guard.net.words import in_words, place_of, redirected

ANSWER_CAP = 16 * 1024 * 1024
DEADLINE_SECONDS = 60.0
CODE_SECONDS = 300.0
"""The time that FC may take for a package of up to 500 MB, which it fetches from OSS before it answers."""
UPLOAD_BYTES_PER_SECOND = 100_000
"""The slowest average upload that is waited for."""
UPLOAD_PACE = Pace(20_000, 30.0)
"""The slowest upload that is waited for at any moment, where its parts can be watched."""
PIECE = 64 * 1024
TIMEOUTS = (5, 60)
"""Seconds for our own requests: to connect, and between two packets of an answer."""


@dataclass(slots=True)
class Exchange:
    """The last request of this thread, as it went over the wire."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reached: bool = True
    problem: str = ""
    late: bool = False  # its whole time was up
    patience: float = DEADLINE_SECONDS
    most: int = ANSWER_CAP


class _PerThread(threading.local):
    exchange: Exchange | None = None


_per_thread = _PerThread()


def begin(patience: float | None = None) -> Exchange:
    """Starts the record of this thread's next call, which may take `patience` seconds."""
    _per_thread.exchange = Exchange(patience=DEADLINE_SECONDS if patience is None else patience)
    return _per_thread.exchange


@contextmanager
def session(pool: int = 1) -> Iterator[Session]:
    """Yields a session whose connections `guarded` may use from `pool` threads."""
    with Session() as made:
        made.trust_env = False  # no keys out of ~/.netrc
        made.mount("https://", GuardAdapter(tls(), pool))
        made.mount("http://", GuardAdapter(None, pool))
        yield made


def guarded(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: Any = None,
    patience: float | None = None,
    *,
    through: Session | None = None,
    most: int = ANSWER_CAP,
) -> Exchange:
    """Sends a request without the SDK. A failed request does not raise: its status is None or a bad one. The answer may
    have `most` bytes."""
    exchange = begin(patience)
    exchange.most = most
    with session() if through is None else nullcontext(through) as used:
        try:
            used.request(
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
    """Returns the fault of a request that got no answer."""
    code = "TooSlow" if exchange.late else "NoAnswer"
    return Fault(operation, None, code, exchange.problem, reached=exchange.reached)


class GuardAdapter(HeldAdapter):
    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        exchange = _per_thread.exchange or begin()
        try:
            with Limit(exchange.patience + _size(request) / UPLOAD_BYTES_PER_SECOND) as limit, under(limit):
                response = self._answered(request, limit, *args, **kwargs)
        except Exception as error:
            exchange.late = isinstance(error, TooSlow)
            exchange.reached = not _never_left(error)
            exchange.problem = in_words(error)
            if not exchange.reached:
                exchange.problem = t(
                    "no connection to {place}: {problem}",
                    place=place_of(request.url or ""),
                    problem=exchange.problem,
                )
            raise
        exchange.status, exchange.body = response.status_code, response.content
        exchange.headers = {key.lower(): value for key, value in response.headers.items()}
        if response.is_redirect or 300 <= response.status_code < 400:
            exchange.problem = redirected(response.headers.get("location", ""))
            raise Refused(exchange.problem)
        return response

    def _answered(self, request: PreparedRequest, limit: Limit, *args: Any, **kwargs: Any) -> Response:
        """Returns the whole answer. Raises `TooSlow`, whatever else went wrong, once the time is up."""
        try:
            response = super().send(request, *args, **kwargs)
            response._content = _read(response, (_per_thread.exchange or begin()).most)
        except Exception:
            limit.require()
            raise
        limit.require()
        return response


def _size(request: PreparedRequest) -> int:
    return int(request.headers.get("Content-Length") or 0)


def _read(response: Response, most: int) -> bytes:
    """Returns the decoded body. Raises `Refused` if it is larger than `most` bytes."""
    body = bytearray()
    for chunk in response.iter_content(65536):
        body += chunk
        if len(body) > most:
            response.close()
            raise Refused(t("the answer is larger than {answer_cap} bytes", answer_cap=most))
    return bytes(body)


def _never_left(error: Exception) -> bool:
    """Says whether the request certainly did not reach a server."""
    if isinstance(error, ConnectTimeout):
        return True
    if not isinstance(error, RequestsConnectionError):
        return False
    reason = getattr(error.args[0], "reason", error.args[0]) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
