"""Downloads code packages from the signed address that FC shows: whole, or in parts where the server offers ranges."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import IO, Final
from urllib.parse import urlsplit

from fc_guard.cloud.gateway import Content, Parts
from fc_guard.cloud.wire.faults import SLOW_HINT
from fc_guard.errors import Effect, Unreadable
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.net.fetch import Answer, opened
from fc_guard.net.limits import Limit, Pace, Refused, TooSlow

PACKAGE_CAP: Final = 512 * 1024 * 1024
SILENCE_SECONDS: Final = 30.0
"""The longest time between two packets."""
HEAD_SECONDS = 60.0
"""The longest time until the answer begins."""
PACE = Pace(20_000, 30.0)
"""The slowest download that is waited for: a slower server holds us up, or takes hours."""
TAIL: Final = 64 * 1024
"""Bytes that are asked for first: the end of a zip says where its list of entries is."""
RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)")

Locate = Callable[[], str]
"""Asks FC for the package's address, which expires."""


def download(locate: Locate, id: Address, into: IO[bytes]) -> None:
    _Source(locate, id).whole(into)


def parts(locate: Locate, id: Address, into: IO[bytes]) -> Parts | None:
    """Opens a package for reading in parts. Returns None, with the whole package written to `into`, if it is small or
    the server does not offer ranges. Raises `Unreadable`."""
    source = _Source(locate, id)
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
    """A package whose last bytes are in memory already."""

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


class _Source:
    """The address of one package, which is asked for again when it has expired."""

    def __init__(self, locate: Locate, id: Address) -> None:
        self._locate = locate
        self._id = id
        self._url = ""

    def whole(self, into: IO[bytes]) -> None:
        with self.asked("") as answer:
            self.save(answer, into)

    def asked(self, part: str, unfit: str | None = None) -> Answer:
        """Requests the package or the range `part`. Requests `unfit` instead if the server has no such range."""
        fresh = not self._url
        self._url = self._url or self._usable(self._locate())
        answer = self._open(part)
        if answer.status < 300:
            return answer
        answer.close()
        if answer.status == 416 and unfit is not None:
            return self.asked(unfit)
        if fresh or answer.status != 403:
            raise self._failed(t("the answer is HTTP {status}", status=answer.status))
        self._url = ""  # it has expired
        return self.asked(part, unfit)

    def save(self, answer: Answer, into: IO[bytes]) -> None:
        size = 0
        for chunk in self._chunks(answer):
            size += len(chunk)
            if size > PACKAGE_CAP:
                raise Unreadable(
                    t(
                        "The code package of {id} is larger than {package_cap} bytes.",
                        id=self._id,
                        package_cap=PACKAGE_CAP,
                    )
                )
            into.write(chunk)

    def checked(self, answer: Answer, wanted: tuple[int, int, int] | None) -> tuple[int, int]:
        """Returns the part's start and the package's size. Raises `Unreadable` if it is not the wanted part."""
        told = RANGE.fullmatch(answer.headers.get("Content-Range") or "")
        if answer.status != 206 or told is None:
            raise self._failed(t("the server does not send the part that was asked for"))
        start, end, total = int(told[1]), int(told[2]) + 1, int(told[3])
        if wanted is None:
            wanted = (max(0, total - TAIL), total, total)
        if (start, end, total) != wanted or total > PACKAGE_CAP:
            raise self._failed(t("the server sends another part than the one asked for"))
        return start, total

    def exactly(self, answer: Answer, size: int) -> bytes:
        """Returns the body. Raises `Unreadable` if it does not have exactly `size` bytes."""
        data = bytearray()
        try:
            for chunk in _paced(answer, size):
                data += chunk
                if len(data) > size:
                    break
        except (TooSlow, Refused) as error:
            raise self._failed(error) from error
        if len(data) != size:
            raise self._failed(t("it broke off after {data} bytes", data=len(data)))
        return bytes(data)

    def _open(self, part: str) -> Answer:
        headers = {"Range": part} if part else {}
        try:
            return opened(self._url, Limit(HEAD_SECONDS), SILENCE_SECONDS, headers)
        except (TooSlow, Refused) as error:
            raise self._failed(error) from error

    def _usable(self, url: str) -> str:
        if urlsplit(url).scheme not in ("http", "https"):
            raise Unreadable(t("FC names an address for the code of {id} that is not http(s).", id=self._id))
        return url

    def _chunks(self, answer: Answer) -> Iterator[bytes]:
        told = answer.headers.get("Content-Length") or ""
        promised = int(told) if told.isascii() and told.isdigit() and len(told) < 20 else None
        size = 0
        try:
            for chunk in _paced(answer, PACKAGE_CAP if promised is None else min(promised, PACKAGE_CAP)):
                size += len(chunk)
                yield chunk
        except (TooSlow, Refused) as error:
            raise self._failed(error) from error
        if promised is not None and size < promised:
            raise self._failed(t("it broke off after {size} bytes", size=size))

    def _failed(self, why: Exception | str) -> Unreadable:
        hint = SLOW_HINT if isinstance(why, TooSlow) else ""
        message = t("The code package of {id} cannot be downloaded: {why}.", id=self._id, why=why)
        return Unreadable(message, hint=hint, effect=Effect.NOTHING)


def _paced(answer: Answer, most: int) -> Iterator[bytes]:
    answer.limit.expect(PACE, most)
    return answer.chunks()


def object_name(id: Address, content: Content) -> str:
    """Returns the name under which the predecessor puts a package into the user's bucket."""
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in content.chunks():
        digest.update(chunk)
    return f"fcComponentGeneratedDir/{'-'.join(id.parts)}-{digest.hexdigest()[:5]}"
