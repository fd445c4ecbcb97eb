"""A proxy between the worker and FC that does harm to chosen requests: each in its turn, before or after the effect."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

LENGTH = re.compile(rb"(?im)^content-length:\s*(\d+)\s*$")
CHUNKED = re.compile(rb"(?im)^transfer-encoding:\s*chunked\s*$")
MUTATING = (b"POST", b"PUT", b"DELETE", b"PATCH")


@dataclass(frozen=True)
class Answer:
    """An answer of FC, head and body."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(None, 2)[1])

    def raw(self) -> bytes:
        return self.head + self.body

    def with_body(self, body: bytes, status: bytes = b"", kind: bytes = b"application/json") -> bytes:
        lines = [
            line
            for line in self.head.rstrip(b"\r\n").split(b"\r\n")
            if not line.lower().startswith((b"content-length:", b"content-type:", b"transfer-encoding:"))
        ]
        if status:
            lines[0] = b"HTTP/1.1 " + status
        return b"\r\n".join([*lines, b"Content-Type: " + kind, b"Content-Length: %d" % len(body), b"", body])


Harm = Callable[[Answer], bytes | None]
"""What is sent in place of FC's answer; None: nothing, the connection ends."""

HTML = b"<html><body><h1>An error that no FC ever sends</h1></body></html>"


def _changed(answer: Answer, change: Callable[[object], object]) -> bytes:
    try:
        document = json.loads(answer.body)
    except ValueError:
        return answer.raw()
    return answer.with_body(json.dumps(change(document)).encode())


def _nan(document: object) -> object:
    if isinstance(document, dict):
        return {key: float("nan") if isinstance(value, int) else _nan(value) for key, value in document.items()}
    return [_nan(item) for item in document] if isinstance(document, list) else document


def _wrong_types(document: object) -> object:
    if isinstance(document, dict):
        return {
            key: [value] if isinstance(value, str) else str(value) if isinstance(value, int) else value
            for key, value in document.items()
        }
    return document


def _nameless(document: object) -> object:
    if isinstance(document, dict):
        return {key: value for key, value in document.items() if not key.endswith(("Name", "name"))}
    return document


def _deep(document: object) -> object:
    nested: object = document
    for _ in range(900):
        nested = [nested]
    return {"deep": nested}


AFTER: dict[str, Harm] = {
    "cut": lambda answer: None,
    "half a head": lambda answer: answer.head[: len(answer.head) // 2],
    "half a body": lambda answer: answer.head + answer.body[: len(answer.body) // 2],
    "status 408": lambda answer: answer.with_body(HTML, b"408 Request Timeout", b"text/html"),
    "status 403": lambda answer: answer.with_body(HTML, b"403 Forbidden", b"text/html"),
    "status 404": lambda answer: answer.with_body(HTML, b"404 Not Found", b"text/html"),
    "status 429": lambda answer: answer.with_body(HTML, b"429 Too Many Requests", b"text/html"),
    "status 500": lambda answer: answer.with_body(b'{"Code":"InternalServerError","Message":"x"}', b"500 Error"),
    "status 502": lambda answer: answer.with_body(HTML, b"502 Bad Gateway", b"text/html"),
    "200 {}": lambda answer: answer.with_body(b"{}", b"200 OK"),
    "200 []": lambda answer: answer.with_body(b"[]", b"200 OK"),
    "200 null": lambda answer: answer.with_body(b"null", b"200 OK"),
    "200 nothing": lambda answer: answer.with_body(b"", b"200 OK"),
    "200 HTML": lambda answer: answer.with_body(HTML, b"200 OK", b"text/html"),
    "NaN": lambda answer: _changed(answer, _nan),
    "wrong types": lambda answer: _changed(answer, _wrong_types),
    "no names": lambda answer: _changed(answer, _nameless),
    "depth": lambda answer: _changed(answer, _deep),
    "redirect": lambda answer: b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n\r\n",
    "garbage": lambda answer: b"\x00\xff\xfe garbage \r\n\r\n" + answer.body,
    "no ETag": lambda answer: re.sub(rb"(?im)^etag:.*\r\n", b"", answer.head) + answer.body,
}
"""What becomes of the answer, once FC has done what was asked."""
BEFORE: dict[str, bytes | None] = {
    "cut before": None,
    "status 503 before": b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n",
    "status 429 before": b"HTTP/1.1 429 Too Many\r\nContent-Type: application/json\r\nContent-Length: 46\r\n\r\n"
    b'{"Code":"ResourceThrottled","Message":"later"}',
}
"""What is answered before FC has seen anything."""
FAULTS = (*AFTER, *BEFORE)


class Proxy:
    """Listens on the loopback. `plan(number)` names the fault of a request, by its number from 1; '' for none.

    `on_request` is told of each request before it goes on (number, method, whether it writes) and after its effect.
    """

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self.plan: Callable[[int, bool], str] = lambda number, writes: ""
        self.before: Callable[[int, bool], None] = lambda number, writes: None
        self.after: Callable[[int, bool], None] = lambda number, writes: None
        self.seen: list[str] = []
        self.writes = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def reset(self) -> None:
        with self._lock:
            self.seen, self.writes = [], 0
            self.plan = lambda number, writes: ""
            self.before = self.after = lambda number, writes: None

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, client.makefile("rb") as source:  # a client that was killed
            while (request := _read(source)) is not None and self._pass_on(client, request):
                pass

    def _pass_on(self, client: socket.socket, request: Answer) -> bool:
        """One request and its answer. Returns whether the connection goes on."""
        method = request.head.split(None, 1)[0]
        writes = method in MUTATING
        with self._lock:
            self.seen.append(request.head.split(b"\r\n", 1)[0].decode("latin-1"))
            self.writes += writes
            number = self.writes if writes else len(self.seen)
        fault = self.plan(len(self.seen), writes)
        self.before(number, writes)
        try:
            if fault in BEFORE:
                told = BEFORE[fault]
            else:
                answer = self._asked(request)
                self.after(number, writes)
                told = answer.raw() if not fault else AFTER[fault](answer)
            if told is not None:
                client.sendall(told)
        except OSError:
            return False
        return not fault

    def _asked(self, request: Answer) -> Answer:
        with socket.create_connection(self._upstream) as server, server.makefile("rb") as source:
            server.sendall(request.raw())
            answer = _read(source, method=request.head.split(None, 1)[0])
            if answer is None:
                raise OSError("FC did not answer")
            return answer


def _read(source: object, method: bytes = b"") -> Answer | None:
    """A request or an answer; None at the end."""
    lines = []
    while line := source.readline(65536):  # type: ignore[attr-defined]
        lines.append(line)
        if line in (b"\r\n", b"\n"):
            break
    else:
        return None
    head = b"".join(lines)
    if method == b"HEAD" or head.startswith((b"HTTP/1.1 204", b"HTTP/1.1 304")):
        return Answer(head, b"")
    if CHUNKED.search(head):
        return _unchunked(source, head)
    length = LENGTH.search(head)
    body = source.read(int(length[1])) if length else b""  # type: ignore[attr-defined]
    return Answer(head, body)


def _unchunked(source: object, head: bytes) -> Answer:
    body = bytearray()
    while size := int(source.readline().split(b";")[0], 16):  # type: ignore[attr-defined]
        body += source.read(size)  # type: ignore[attr-defined]
        source.readline()  # type: ignore[attr-defined]
    source.readline()  # type: ignore[attr-defined]
    rest = re.sub(rb"(?im)^transfer-encoding:.*\r\n", b"", head).removesuffix(b"\r\n")
    return Answer(rest + b"Content-Length: %d\r\n\r\n" % len(body), bytes(body))
