"""Code packages as FC shows them: a signed address, from which the whole is had, or parts where the server has them."""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import IO, Any, Final
from urllib.parse import urlsplit

from fc_guard.cloud.faults import SLOW_HINT
from fc_guard.cloud.gateway import Parts
from fc_guard.cloud.limits import Limit, Pace, TooSlow
from fc_guard.cloud.words import LOOPBACK, in_words
from fc_guard.errors import Unreadable
from fc_guard.model.ids import ResourceId

PACKAGE_CAP: Final = 512 * 1024 * 1024
CHUNK: Final = 1 << 20
SILENCE_SECONDS: Final = 30.0
"""Between two packets."""
HEAD_SECONDS = 60.0
"""Until the answer begins."""
PACE = Pace(20_000, 30.0)
"""The slowest download that is waited for: what is slower is a server that holds us, or takes hours."""
TAIL: Final = 64 * 1024
"""Bytes asked for first: the end of a zip says where its list of entries is."""
RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)")

Address = Callable[[], str]
"""Asks FC for the package's address. Addresses expire."""


def download(address: Address, id: ResourceId, into: IO[bytes]) -> None:
    """Writes a package into a file. Raises `Unreadable`."""
    _Source(address, id).whole(into)


def parts(address: Address, id: ResourceId, into: IO[bytes]) -> Parts | None:
    """A package to be read in parts. Where it is small, or the server does not offer that, it comes whole: into the
    file, and None is the answer."""
    source = _Source(address, id)
    with source.asked(f"bytes=-{TAIL}", unfit="") as answer:
        if answer.status != 206:
            source.save(answer, into)
            return None
        start, total = source.checked(answer, None)
        tail = source.exactly(answer, total - start)
    if start == 0:
        into.write(tail)
        return None
    return _Parts(source, total, tail)


class _Held(HTTPConnection):
    """A connection whose limit knows it before anything is said on it."""

    limit: Limit

    def held(self, *args: Any, **kwargs: Any) -> socket.socket:
        made = socket.create_connection(*args, **kwargs)
        self.limit.hold(made)
        return made


class _HeldSecure(_Held, HTTPSConnection):
    pass


class _Http(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Connections under a limit."""

    def __init__(self, limit: Limit) -> None:
        super().__init__()
        self._limit = limit

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self._made(_Held), request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self._made(_HeldSecure), request)

    def _made(self, kind: type[_Held]) -> Callable[..., _Held]:
        def connection(*args: Any, **kwargs: Any) -> _Held:
            made = kind(*args, **kwargs)
            made.limit = self._limit
            made._create_connection = made.held  # type: ignore[attr-defined]  # http.client's way to be told how
            return made

        return connection


class _Answer:
    """An answer that is under way, and the time it has."""

    def __init__(self, response: HTTPResponse, limit: Limit) -> None:
        self._response = response
        self._limit = limit
        self.status = response.status
        self.headers = response.headers

    def __enter__(self) -> _Answer:
        return self

    def __exit__(self, *error: object) -> None:
        self._limit.close()
        self._response.close()

    def chunks(self, most: int) -> Iterator[bytes]:
        """The body, as it comes, and as much as may come. Raises `OSError` or `HTTPException`."""
        self._limit.expect(PACE, most)
        try:
            while chunk := self._response.read1(CHUNK):
                self._limit.moved(len(chunk))
                yield chunk
        except (HTTPException, OSError):
            self._limit.require()
            raise
        self._limit.require()


class _Parts:
    """A package whose end is there already."""

    def __init__(self, source: _Source, size: int, tail: bytes) -> None:
        self._source = source
        self._tail = tail
        self.size = size

    def read(self, start: int, end: int) -> bytes:
        begun = self.size - len(self._tail)
        if end <= begun:
            return self._fetched(start, end)
        if start >= begun:
            return self._tail[start - begun : end - begun]
        return self._fetched(start, begun) + self._tail[: end - begun]

    def _fetched(self, start: int, end: int) -> bytes:
        with self._source.asked(f"bytes={start}-{end - 1}") as answer:
            self._source.checked(answer, (start, end, self.size))
            return self._source.exactly(answer, end - start)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


class _Source:
    """The address of one package, asked for anew when it expired."""

    def __init__(self, address: Address, id: ResourceId) -> None:
        self._address = address
        self._id = id
        self._url = ""

    def whole(self, into: IO[bytes]) -> None:
        with self.asked("") as answer:
            self.save(answer, into)

    def asked(self, part: str, unfit: str | None = None) -> _Answer:
        """The answer to a request for it, or for a part; for `unfit` where the server has no such part."""
        fresh = not self._url
        self._url = self._url or self._usable(self._address())
        try:
            return self._open(part)
        except urllib.error.HTTPError as error:
            if error.code == 416 and unfit is not None:
                return self.asked(unfit)
            if fresh or error.code != 403:
                raise self._failed(error) from error
        except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
            raise self._failed(error) from error
        self._url = ""  # it has expired
        return self.asked(part, unfit)

    def save(self, answer: _Answer, into: IO[bytes]) -> None:
        size = 0
        for chunk in self._chunks(answer):
            size += len(chunk)
            if size > PACKAGE_CAP:
                raise Unreadable(f"The code package of {self._id} is larger than {PACKAGE_CAP} bytes.")
            into.write(chunk)

    def checked(self, answer: _Answer, wanted: tuple[int, int, int] | None) -> tuple[int, int]:
        """Where a part starts, and how large the whole is: what was asked for, or it is not taken."""
        told = RANGE.fullmatch(answer.headers.get("Content-Range") or "")
        if answer.status != 206 or told is None:
            raise self._failed("the server does not send the part that was asked for")
        start, end, total = int(told[1]), int(told[2]) + 1, int(told[3])
        if wanted is None:
            wanted = (max(0, total - TAIL), total, total)
        if (start, end, total) != wanted or total > PACKAGE_CAP:
            raise self._failed("the server sends another part than the one asked for")
        return start, total

    def exactly(self, answer: _Answer, size: int) -> bytes:
        """The body, which has so many bytes."""
        data = bytearray()
        try:
            for chunk in answer.chunks(size):
                data += chunk
                if len(data) > size:
                    break
        except (HTTPException, OSError) as error:
            raise self._failed(error) from error
        if len(data) != size:
            raise self._failed(f"it broke off after {len(data)} bytes")
        return bytes(data)

    def _open(self, part: str) -> _Answer:
        limit = Limit(HEAD_SECONDS).start()
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect(), _Http(limit)]
        if urlsplit(self._url).hostname in LOOPBACK:
            handlers.append(urllib.request.ProxyHandler({}))
        opener = urllib.request.build_opener(*handlers)
        opener.addheaders += [("Range", part)] if part else []
        try:
            return _Answer(opener.open(self._url, timeout=SILENCE_SECONDS), limit)
        except (urllib.error.URLError, HTTPException, OSError, ValueError):
            limit.close()
            limit.require()
            raise

    def _usable(self, url: str) -> str:
        if urlsplit(url).scheme not in ("http", "https"):
            raise Unreadable(f"FC names an address for the code of {self._id} that is not http(s).")
        return url

    def _chunks(self, answer: _Answer) -> Iterator[bytes]:
        told = answer.headers.get("Content-Length") or ""
        promised = int(told) if told.isascii() and told.isdigit() and len(told) < 20 else None
        size = 0
        try:
            for chunk in answer.chunks(PACKAGE_CAP if promised is None else min(promised, PACKAGE_CAP)):
                size += len(chunk)
                yield chunk
        except (HTTPException, OSError) as error:
            raise self._failed(error) from error
        if promised is not None and size < promised:
            raise self._failed(f"it broke off after {size} bytes")

    def _failed(self, why: Exception | str) -> Unreadable:
        if isinstance(why, urllib.error.HTTPError):
            words = f"the answer is HTTP {why.code}"
        else:
            words = why if isinstance(why, str) else in_words(why)
        hint = SLOW_HINT if isinstance(why, TooSlow) else ""
        return Unreadable(f"The code package of {self._id} cannot be downloaded: {words}.", hint=hint)
