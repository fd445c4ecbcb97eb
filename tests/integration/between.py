"""Somebody between us and FC: passes requests on, and says something else than FC did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from fc_local.server import LocalServer

WRITES = ("POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Said:
    """An answer: what FC said, or what is said in its place."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Twist = Callable[[str, str, Said], Said]
"""(method, path, what FC said) -> what is passed on."""


@dataclass
class Between:
    """Looks like the local FC to a `Project`."""

    server: LocalServer
    url: str
    twist: Twist = lambda method, path, said: said

    @property
    def admin(self) -> Any:
        return self.server.admin

    def at_writes(self, said: Said) -> None:
        """Of every write that FC carries out from now on something else is said."""
        self.twist = lambda method, path, told: said if method in WRITES and told.status < 300 else told

    def honest(self) -> None:
        self.twist = lambda method, path, said: said


@contextmanager
def between(server: LocalServer) -> Iterator[Between]:
    place = urlsplit(server.url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each body waits 40 ms for the other side's word that the head is there

        def handle_one(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size)
            line = HTTPConnection(place.hostname or "", place.port, timeout=20)
            line.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                line.putheader(name, value)
            line.endheaders(body)
            answer = line.getresponse()
            told = Said(answer.status, tuple(answer.getheaders()), answer.read())
            line.close()
            said = self.owner().twist(self.command, self.path, told)
            self.send_response(said.status)
            for name, value in said.headers:
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "server", "date"):
                    self.send_header(name, value)
            if said.status != 204:
                self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one  # noqa: N815  the names that http.server calls

        def owner(self) -> Between:
            return found[0]

        def log_message(self, *args: object) -> None:
            return

    found: list[Between] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        found.append(Between(server, f"http://127.0.0.1:{http.server_port}{place.path}"))
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield found[0]
        http.shutdown()
