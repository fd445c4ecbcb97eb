"""Code packages as FC shows them: a signed address, from which the whole is had, or parts where the server has them."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from typing import IO, Any, Final
from urllib.parse import urlsplit

from fc_guard.cloud.gateway import Parts
from fc_guard.cloud.guard import LOOPBACK
from fc_guard.cloud.guarded_sdk import READ_MS
from fc_guard.errors import Unreadable
from fc_guard.model.ids import ResourceId

PACKAGE_CAP: Final = 512 * 1024 * 1024
CHUNK: Final = 1 << 20
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

    def asked(self, part: str, unfit: str | None = None) -> HTTPResponse:
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
        except (urllib.error.URLError, HTTPException, OSError) as error:
            raise self._failed(error) from error
        self._url = ""  # it has expired
        return self.asked(part, unfit)

    def save(self, answer: HTTPResponse, into: IO[bytes]) -> None:
        size = 0
        for chunk in self._chunks(answer):
            size += len(chunk)
            if size > PACKAGE_CAP:
                raise Unreadable(f"The code package of {self._id} is larger than {PACKAGE_CAP} bytes.")
            into.write(chunk)

    def checked(self, answer: HTTPResponse, wanted: tuple[int, int, int] | None) -> tuple[int, int]:
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

    def exactly(self, answer: HTTPResponse, size: int) -> bytes:
        """The body, which has so many bytes."""
        try:
            data = answer.read(size + 1)
        except (HTTPException, OSError) as error:
            raise self._failed(error) from error
        if len(data) != size:
            raise self._failed(f"it broke off after {len(data)} bytes")
        return data

    def _open(self, part: str) -> HTTPResponse:
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if urlsplit(self._url).hostname in LOOPBACK:
            handlers.append(urllib.request.ProxyHandler({}))
        opener = urllib.request.build_opener(*handlers)
        opener.addheaders += [("Range", part)] if part else []
        answer: HTTPResponse = opener.open(self._url, timeout=READ_MS / 1000)
        return answer

    def _usable(self, url: str) -> str:
        if urlsplit(url).scheme not in ("http", "https"):
            raise Unreadable(f"FC names an address for the code of {self._id} that is not http(s).")
        return url

    def _chunks(self, answer: HTTPResponse) -> Iterator[bytes]:
        promised, size = answer.headers.get("Content-Length") or "", 0
        try:
            while chunk := answer.read(CHUNK):
                size += len(chunk)
                yield chunk
        except (HTTPException, OSError) as error:
            raise self._failed(error) from error
        if promised.isdigit() and size < int(promised):
            raise self._failed(f"it broke off after {size} bytes")

    def _failed(self, why: object) -> Unreadable:
        return Unreadable(f"The code package of {self._id} cannot be downloaded: {why}.")
