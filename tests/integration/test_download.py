"""What comes down the line when a package is fetched, and what is believed of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest

from fc_guard.cloud.fc2 import packages
from fc_guard.errors import Unreadable
from fc_guard.model.address import Address

ID = Address("fc2", "1", "cn-hangzhou", "function", ("demo", "hello"))


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/whole")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x" * (100 if self.path == "/whole" else 40))

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def fetched(url: str) -> bytes:
    target = BytesIO()
    packages.download(lambda: url, ID, target)
    return target.getvalue()


def test_a_package_that_arrives_whole_is_taken(url: str) -> None:
    assert fetched(f"{url}/whole") == b"x" * 100


def test_a_package_that_breaks_off_is_not_taken(url: str) -> None:
    with pytest.raises(Unreadable, match="broke off after 40 bytes"):
        fetched(f"{url}/half")


def test_a_redirect_is_not_followed(url: str) -> None:
    with pytest.raises(Unreadable, match="cannot be downloaded"):
        fetched(f"{url}/moved")


def test_a_package_that_is_too_large_is_not_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "PACKAGE_CAP", 99)
    with pytest.raises(Unreadable, match="larger than 99 bytes"):
        fetched(f"{url}/whole")


def test_an_address_that_is_none_of_the_web_s_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"not http\(s\)"):
        fetched("file:///etc/passwd")
