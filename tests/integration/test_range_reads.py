"""The package online is looked into by range reads where the server has them; not all of it is believed."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest

from fc_guard.cloud.fc2 import packages
from fc_guard.errors import Unreadable
from fc_guard.model.address import Address
from tests.integration.project import Project

ID = Address("fc2", "1", "cn-hangzhou", "function", ("demo", "hello"))
DATA = os.urandom(200_000)


class Answers(BaseHTTPRequestHandler):
    """Serves DATA, honestly below /good and otherwise below the other paths."""

    seen: list[tuple[str, str]] = []  # noqa: RUF012  emptied for each test

    def do_GET(self) -> None:
        part = self.headers.get("Range") or ""
        self.seen.append((self.path, part))
        if self.path == "/old":
            self.send_error(403)
            return
        if self.path == "/unfit" and part:
            self.send_error(416)
            return
        if not part or self.path in ("/whole", "/unfit"):
            self._send(200, DATA, "")
            return
        first, _, last = part.removeprefix("bytes=").partition("-")
        start = int(first) if first else max(0, len(DATA) - int(last))
        end = int(last) + 1 if first else len(DATA)
        told = {
            "/other": f"bytes {start + 1}-{end}/{len(DATA)}",
            "/grown": f"bytes {start}-{end - 1}/{len(DATA) if not first else len(DATA) + 1}",
            "/silent": "",
        }.get(self.path, f"bytes {start}-{end - 1}/{len(DATA)}")
        self._send(206, DATA[start:end][: 100 if self.path == "/short" else None], told)

    def _send(self, status: int, data: bytes, part: str) -> None:
        self.send_response(status)
        if part:
            self.send_header("Content-Range", part)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def url() -> Iterator[str]:
    Answers.seen.clear()
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_any_part_is_had_and_the_end_is_asked_for_once(url: str) -> None:
    parts = packages.parts(lambda: f"{url}/good", ID, BytesIO())
    assert parts is not None
    assert parts.size == len(DATA)
    for start, end in ((0, 10), (199_990, 200_000), (130_000, 150_000), (0, 200_000)):
        assert parts.read(start, end) == DATA[start:end]
    begun = len(DATA) - packages.TAIL
    assert [part for _, part in Answers.seen] == [
        f"bytes=-{packages.TAIL}",
        "bytes=0-9",
        f"bytes=130000-{begun - 1}",
        f"bytes=0-{begun - 1}",
    ]


@pytest.mark.parametrize("path", ["/whole", "/unfit"])
def test_a_server_without_ranges_sends_the_whole_at_once(url: str, path: str) -> None:
    target = BytesIO()
    assert packages.parts(lambda: url + path, ID, target) is None
    assert target.getvalue() == DATA


def test_a_small_package_comes_whole(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "TAIL", len(DATA))
    target = BytesIO()
    assert packages.parts(lambda: f"{url}/good", ID, target) is None
    assert target.getvalue() == DATA


@pytest.mark.parametrize("path", ["/other", "/silent", "/short"])
def test_another_part_than_the_one_asked_for_is_not_taken(url: str, path: str) -> None:
    with pytest.raises(Unreadable, match="cannot be downloaded"):
        packages.parts(lambda: url + path, ID, BytesIO())


def test_a_part_of_a_package_that_has_changed_meanwhile_is_not_taken(url: str) -> None:
    parts = packages.parts(lambda: f"{url}/grown", ID, BytesIO())
    assert parts is not None
    with pytest.raises(Unreadable, match="another part"):
        parts.read(0, 10)


def test_an_address_that_expired_is_asked_for_anew(url: str) -> None:
    addresses = [f"{url}/good", f"{url}/good"]
    parts = packages.parts(lambda: addresses.pop(0), ID, BytesIO())
    assert parts is not None
    parts._source._url = f"{url}/old"  # type: ignore[attr-defined]
    assert parts.read(0, 10) == DATA[:10]
    assert addresses == []


def test_an_address_that_never_worked_is_told(url: str) -> None:
    with pytest.raises(Unreadable, match="403"):
        packages.parts(lambda: f"{url}/old", ID, BytesIO())


# through the commands


@pytest.fixture
def bulky(project: Project) -> Project:
    """A deployed project of a megabyte in a hundred files."""
    for number in range(100):
        (project.root / "code" / f"{number}.bin").write_bytes(os.urandom(10_000))
    assert project.run("deploy")[0].status() == 0
    project.server.admin.clear_journal()
    return project


def downloads(project: Project) -> int:
    return sum(1 for entry in project.server.admin.journal() if "/__code/" in entry["path"])


@pytest.mark.parametrize("ranges", [True, False])
def test_the_file_that_somebody_changed_is_named_with_and_without_ranges(bulky: Project, ranges: bool) -> None:
    bulky.server.admin.switches(code_range=ranges)
    bulky.edit("UpdateFunction", "demo", "hello", files={"0.bin": "mended\n"})  # far from the package's end
    bulky.server.admin.clear_journal()
    report, _ = bulky.run("plan")
    (files,) = [diff.files for diff in report.plan.diffs if diff.files]
    assert [file.name for file in files] == ["0.bin"]
    assert (downloads(bulky) > 1) == ranges


def test_a_package_that_was_only_zipped_again_is_no_drift_and_not_downloaded(bulky: Project) -> None:
    text = (bulky.root / "code" / "index.py").read_text()
    before = bulky.server.admin.state()["services"]["demo"]["functions"]["hello"]["codeChecksum"]
    bulky.edit("UpdateFunction", "demo", "hello", files={"index.py": text})
    assert bulky.server.admin.state()["services"]["demo"]["functions"]["hello"]["codeChecksum"] != before
    report, _ = bulky.run("plan --exit-code")
    assert report.status(exit_code=True) == 0
