"""Servers that hold us: whatever drips, the time that it may take ends, and the connection of nobody else with it."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fc_guard.cloud import local
from fc_guard.cloud.fc2 import packages
from fc_guard.cloud.fc2.gateway import Fc2Gateway
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire import guard, oss
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.errors import GuardError, OutcomeUnknown, Unreadable
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.plans import Call
from fc_guard.net import limits
from fc_guard.net.limits import Limit, Pace
from tests.integration.project import Project
from tests.known import FC_KINDS

pytestmark = pytest.mark.whatever_fc_answers

ID = Address("fc2", "1", "cn-hangzhou", "function", ("demo", "hello"))
SOON = 8.0
"""Seconds after which a test says that nothing ended it: each limit here is a second or less."""
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

Serve = Callable[[socket.socket], None]


@contextmanager
def serving(serve: Serve) -> Iterator[str]:
    """A server that answers each connection in its own way, and goes on until the other side ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=_until_closed, args=(serve, line), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _until_closed(serve: Serve, line: socket.socket) -> None:
    with line:
        try:
            serve(line)
        except OSError:
            return


def asked(line: socket.socket) -> None:
    """Reads a request's head."""
    head = b""
    while b"\r\n\r\n" not in head:
        got = line.recv(65536)
        if not got:
            raise OSError
        head += got


def drip(line: socket.socket, start: bytes, drop: bytes = b"x") -> None:
    line.sendall(start)
    while True:
        line.sendall(drop)
        time.sleep(0.05)


def after(request: Callable[[socket.socket], None], answer: Callable[[socket.socket], None]) -> Serve:
    def serve(line: socket.socket) -> None:
        request(line)
        answer(line)

    return serve


DRIPS: dict[str, Serve] = {
    "a body": after(asked, lambda line: drip(line, OK + b"Content-Length: 60000\r\n\r\n")),
    "a body without a length": after(asked, lambda line: drip(line, OK + b"\r\n")),
    "a body in chunks": after(
        asked, lambda line: drip(line, OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")
    ),
    "a headline": after(asked, lambda line: drip(line, b"HTTP/1.1 200 OK\r\nX-A: ")),
    "headlines": after(asked, lambda line: drip(line, b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")),
    "a first line": after(asked, lambda line: drip(line, b"HTTP/1.1 200 ")),
    "answers before the answer": after(asked, lambda line: drip(line, b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    "nothing": after(asked, lambda line: time.sleep(60)),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "DEADLINE_SECONDS", 0.6)
    monkeypatch.setattr(guard, "CODE_SECONDS", 0.6)
    monkeypatch.setattr(guard, "UPLOAD_PACE", Pace(1_000_000, 0.6))
    monkeypatch.setattr(packages, "HEAD_SECONDS", 0.6)
    monkeypatch.setattr(packages, "PACE", Pace(100_000, 0.6))
    monkeypatch.setattr(limits, "TICK_SECONDS", 0.05)


def gateway(url: str) -> Fc2Gateway:
    return Fc2Gateway(url, "cn-hangzhou", Credential("1", "AK", "SK"), Catalog(FC_KINDS))


def in_time(call: Callable[[], object], expected: type[GuardError]) -> str:
    began = time.monotonic()
    with pytest.raises(expected) as caught:
        call()
    assert time.monotonic() - began < SOON
    return str(caught.value)


@pytest.mark.parametrize("name", DRIPS)
def test_a_read_ends_whatever_drips(name: str) -> None:
    with serving(DRIPS[name]) as url:
        text = in_time(lambda: gateway(url).read(ID), Unreadable)
    assert "took too long: it was not complete after 0." in text
    assert "Check the network" in text


@pytest.mark.parametrize("name", ["a body", "a headline", "nothing"])
def test_a_write_whose_answer_drips_has_an_unknown_outcome(name: str) -> None:
    call = Call("UpdateFunction", ("demo", "hello"), {"memorySize": 256})
    with serving(DRIPS[name]) as url:
        in_time(lambda: gateway(url).send(call), OutcomeUnknown)


@pytest.mark.parametrize("name", DRIPS)
def test_a_download_ends_whatever_drips(name: str) -> None:
    with serving(DRIPS[name]) as url:
        text = in_time(lambda: packages.download(lambda: f"{url}/code", ID, io.BytesIO()), Unreadable)
    assert "too slow" in text or "took too long" in text


def test_a_part_of_a_package_that_drips_is_given_up() -> None:
    head = b"HTTP/1.1 206 Partial\r\nContent-Length: 65536\r\nContent-Range: bytes 934464-999999/1000000\r\n\r\n"
    with serving(after(asked, lambda line: drip(line, head))) as url:
        text = in_time(lambda: packages.parts(lambda: f"{url}/code", ID, io.BytesIO()), Unreadable)
    assert "too slow" in text


def test_a_download_that_goes_on_is_waited_for_longer_than_its_window() -> None:
    def steady(line: socket.socket) -> None:
        asked(line)
        line.sendall(OK + b"Content-Length: 400000\r\n\r\n")
        for _ in range(40):
            line.sendall(b"x" * 10_000)
            time.sleep(0.04)

    target = io.BytesIO()
    with serving(steady) as url:
        packages.download(lambda: f"{url}/code", ID, target)
    assert len(target.getvalue()) == 400_000


class Package:
    size = 20_000_000
    checksum = "1"

    def chunks(self) -> Iterator[bytes]:
        for _ in range(20):
            yield bytes(1_000_000)


def test_an_upload_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(line: socket.socket) -> None:
        asked(line)
        while line.recv(10):
            time.sleep(0.05)

    monkeypatch.setattr("fc_guard.cloud.wire.retry.BASE_SECONDS", 0.01)
    with serving(slow) as url:
        bucket = oss.Bucket("bucket", f"{url}/bucket/", "cn-hangzhou", Credential("1", "AK", "SK"))
        began = time.monotonic()
        with pytest.raises(FaultError, match="too slow"):
            oss.put(bucket, "key", Package(), lambda done: None)
    assert time.monotonic() - began < SOON


def test_the_probe_of_the_local_service_ends(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "HEALTH_SECONDS", 0.5)
    with serving(DRIPS["a body"]) as url:
        (tmp_path / "server.json").write_text(
            f'{{"url": "{url}", "account": "1", "access_key_id": "a", "access_key_secret": "b"}}'
        )
        began = time.monotonic()
        assert local._running(tmp_path) is None
    assert time.monotonic() - began < SOON


def test_a_connection_that_was_shut_is_not_used_again_and_others_go_on() -> None:
    """One request of many drips; the rest of the pool is answered, before, meanwhile and after."""
    found = OK + b'Etag: abc\r\nX-Fc-Request-Id: r\r\nContent-Length: 26\r\n\r\n{"serviceName": "service"}'
    calls = iter(range(1000))
    lock = threading.Lock()

    def serve(line: socket.socket) -> None:
        while True:
            asked(line)
            with lock:
                number = next(calls)
            if number == 3:
                drip(line, OK + b"Content-Length: 60000\r\n\r\n")
            line.sendall(found)

    service = Address("fc2", "1", "cn-hangzhou", "service", ("service",))
    outcomes: list[str] = []
    with serving(serve) as url:
        client = gateway(url)

        def read() -> None:
            for _ in range(10):
                try:
                    outcomes.append("read" if client.read(service) else "absent")
                except Unreadable as error:
                    outcomes.append("late" if "too long" in str(error) else str(error))

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SOON)
    assert sorted(outcomes) == ["late"] + ["read"] * 39


def test_requests_leave_no_thread_and_no_handle_behind(project: Project) -> None:
    project.run("deploy")
    before = _open_files(), threading.active_count()
    for _ in range(3):
        client = gateway(project.server.url)
        for _ in range(30):
            with pytest.raises(Unreadable):
                client.read(Address("fc2", "1", "cn-hangzhou", "service", ("nobody",)))
        client._client = None  # type: ignore[assignment]
    assert sum(thread.name == "limits" for thread in threading.enumerate()) == 1
    assert threading.active_count() <= before[1] + 1
    assert _open_files() <= before[0] + 8


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_is_read_from_a_shut_connection_is_not_an_answer() -> None:
    """A body without a length ends where the connection ends, also where we ended it."""
    with Limit(0.2) as limit:
        ours, theirs = socket.socketpair()
        limit.hold(ours)
        assert ours.recv(1) == b""
        with pytest.raises(limits.TooSlow):
            limit.require()
        ours.close()
        theirs.close()
