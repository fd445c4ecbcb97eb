"""Requests as they are written, over a bare socket: an HTTP client would put host, path and headers in order first."""

from __future__ import annotations

import socket
from http.client import BadStatusLine, HTTPException, HTTPResponse
from types import TracebackType
from typing import NamedTuple

HEADER = ("X-Fc-Local-Admin", "1")


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """One connection, opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self._socket: socket.socket | None = None

    def send(
        self, method: str, target: str, *headers: tuple[str, str], host: str | None = "", body: bytes = b""
    ) -> Reply:
        """`host`: '' is the server's own, None leaves the header out. Characters go out as UTF-8."""
        named = () if host is None else (("Host", host or self.host),)
        sized = (("Content-Length", str(len(body))),)
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in (*named, *headers, *sized))]
        data = "\r\n".join([*lines, "", ""]).encode() + body
        try:
            return self._exchange(method, data)
        except (ConnectionError, BadStatusLine):
            self.close()
            return self._exchange(method, data)

    def _exchange(self, method: str, data: bytes) -> Reply:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self._socket.sendall(data)
        answer = HTTPResponse(self._socket, method=method)
        try:
            answer.begin()
            body = answer.read()
        except HTTPException:
            self.close()
            raise
        if answer.will_close:
            self.close()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
