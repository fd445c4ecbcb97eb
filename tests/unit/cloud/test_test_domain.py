"""The service for test domains speaks plain http: whoever sits on the way may answer whatever they like."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from fc_guard.cloud.wire import test_domain
from fc_guard.cloud.wire.test_domain import TestDomainService
from fc_guard.errors import CallFailed

FORM = {"type": "fc", "user": "1234567890123456", "region": "cn-hangzhou", "service": "demo", "function": "hello"}
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Says = Callable[[socket.socket], None]


@contextmanager
def speaking(says: Says) -> Iterator[tuple[TestDomainService, list[bytes]]]:
    """A server that reads one request and then does what it likes with the connection."""
    heard: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                heard.append(_request(line))
                with suppress(OSError):  # the client hangs up, as it should
                    says(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield TestDomainService(f"http://127.0.0.1:{listener.getsockname()[1]}/__test-domain"), heard
        listener.shutdown(socket.SHUT_RDWR)


def _request(line: socket.socket) -> bytes:
    line.settimeout(5)
    heard = b""
    while b"--\r\n" not in heard.partition(b"\r\n\r\n")[2]:
        piece = line.recv(65536)
        if not piece:
            break
        heard += piece
    return heard


def answering(body: bytes, head: bytes = OK) -> Says:
    return lambda line: line.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def told(body: Any, status: str = "Success") -> bytes:
    return json.dumps({"Response": {"Status": status, "Body": body}}).encode()


def refused(says: Says) -> str:
    with speaking(says) as (service, heard), pytest.raises(CallFailed) as caught:
        service.token(FORM)
    assert len(heard) == 1, "asked once"
    return caught.value.message


def endless(first: bytes, again: bytes, pause: float = 0.0) -> Says:
    def says(line: socket.socket) -> None:
        line.sendall(first)
        while True:
            line.sendall(again)
            time.sleep(pause)

    return says


def test_nothing_but_the_form_goes_out() -> None:
    with speaking(answering(told({"Token": "abc"}))) as (service, heard):
        assert service.token(FORM) == ("abc", "")
    head, _, body = heard[0].partition(b"\r\n\r\n")
    names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]}
    assert names <= {
        *(b"host", b"user-agent", b"accept-encoding", b"accept", b"connection", b"content-type", b"content-length"),
    }
    assert body.count(b"Content-Disposition") == len(FORM)


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(lambda line: None, id="hangs up"),
        pytest.param(lambda line: line.sendall(b"\x00\xff\x1b[2J"), id="no HTTP"),
        pytest.param(lambda line: line.sendall(OK + b"Content-Length: 900\r\n\r\n{"), id="stops in the middle"),
        pytest.param(lambda line: line.sendall(OK + b"Content-Length: -1\r\n\r\n{}"), id="a length below zero"),
        pytest.param(lambda line: line.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), id="bad chunks"),
        pytest.param(answering(b"\x1f\x8bxx", OK + b"Content-Encoding: gzip\r\n"), id="bad gzip"),
        pytest.param(endless(OK + b"\r\n", b" " * 65536), id="an endless body"),
        pytest.param(endless(OK, b"X-A: " + b"a" * 60000 + b"\r\n"), id="endless headers"),
        pytest.param(
            answering(gzip.compress(b" " * (256 << 20), 9), OK + b"Content-Encoding: gzip\r\n"), id="a gzip bomb"
        ),
    ],
)
def test_a_broken_answer_is_a_refusal(says: Says) -> None:
    said = refused(says)
    assert said.startswith("The service for test domains gave none: ")
    assert said.isprintable()


@pytest.mark.parametrize(
    ("first", "again"),
    [(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), (OK + b"Content-Length: 900\r\n\r\n", b" "), (OK, b"X: a\r\n")],
    ids=["goes on and on", "a byte at a time", "a header at a time"],
)
def test_a_slow_answer_is_waited_for_as_long_as_is_said(
    monkeypatch: pytest.MonkeyPatch, first: bytes, again: bytes
) -> None:
    monkeypatch.setattr(test_domain, "PATIENCE", 1.0)
    began = time.monotonic()
    refused(endless(first, again, 0.05))
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    moved = b"HTTP/1.1 %d Moved\r\nLocation: http://127.0.0.1:1/steal\r\n" % status
    assert f"HTTP {status}" in refused(answering(b"", moved))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[" * 60000,
        b"\xff\xfe{}",
        b'{"Response": null}',
        b'{"Response": {}}',
        b'{"Response": {"Status": "success", "Body": {"Token": "abc"}}}',
        b'{"Response": {"Status": "Success", "Status": "Success", "Body": {"Token": "abc"}}}',
        b'{"Response": {"Status": true, "Body": {"Token": "abc"}}}',
        told(None),
        told([]),
        told({}),
        told({"Token": 5}),
        told({"Token": ["abc"]}),
        told({"Token": None}),
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_is_no_answer_of_the_service_is_a_refusal(body: bytes) -> None:
    assert refused(answering(body)).startswith("The service for test domains gave none: ")


@pytest.mark.parametrize("status", [b"201 Created", b"204 Nothing", b"206 Part", b"404 No", b"500 Oh", b"\x1b[2J"])
def test_another_status_is_a_refusal_whatever_the_body_says(status: bytes) -> None:
    refused(answering(told({"Token": "abc"}), b"HTTP/1.1 " + status + b"\r\n"))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a b",
        "../x",
        "a/b",
        "a%2fb",
        "a\nb",
        'a"b',
        "a.b",
        "٣٤٥",
        "ａｂｃ",
        "é",
        "²",
        "a" * 59,
        "a" * 60000,
    ],
    ids=lambda token: ascii(token[:20]),
)
def test_a_token_that_is_no_part_of_a_function_s_name_is_a_refusal(token: str) -> None:
    """The helper is named after it: `domain` and up to 58 ASCII letters and digits are a name that FC takes."""
    assert "no token" in refused(answering(told({"Token": token})))


def test_the_longest_token() -> None:
    with speaking(answering(told({"Token": "a" * 58}))) as (service, _):
        assert service.token(FORM) == ("a" * 58, "")


@pytest.mark.parametrize(
    "body",
    [
        "\x1b]0;owned\x07\x1b[2J",
        "no\nerror: forged\r\n::set-output name=a::b",
        "\u202eevil\u2066",
        "\ud800",
        "x" * 60000,
        {"a": "\x1b[2J"},
        ["\x07" * 3000],
        "##vso[task.complete result=Succeeded;]",
    ],
    ids=lambda body: ascii(str(body)[:20]),
)
def test_what_a_refusal_says_is_one_harmless_line(body: Any) -> None:
    said = refused(answering(told(body, "Failed")))
    assert said.startswith("The service for test domains gave none: it refused: ")
    assert len(said) < 3000
    assert said.isprintable()
    said.encode("utf-8")


@pytest.mark.parametrize("domain", ["", None])
def test_a_name_need_not_be_told(domain: Any) -> None:
    with speaking(answering(told({"Token": "abc", "Domain": domain}))) as (service, _):
        assert service.token(FORM) == ("abc", "")
        assert service.domain(FORM, "abc") == ""


def test_a_name_is_told() -> None:
    with speaking(answering(told({"Token": "abc", "Domain": "Hello.demo.example.com"}))) as (service, _):
        assert service.token(FORM) == ("abc", "Hello.demo.example.com")
        assert service.domain(FORM, "abc") == "Hello.demo.example.com"


@pytest.mark.parametrize("domain", [7, ["a"], {"a": 1}, True, " ", "a b", "-a", "a\n", "é.net", "a" * 254])
def test_what_is_no_host_name_is_a_refusal(domain: Any) -> None:
    assert "is no host name" in refused(answering(told({"Token": "abc", "Domain": domain})))
