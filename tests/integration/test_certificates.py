"""Certificates from text, files and URLs, over a real server on this machine."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BadInput
from fc_guard.inputs import certificates
from fc_guard.inputs.certificates import LARGEST, with_certificates
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.model.vaults import Vault
from fc_guard.net import limits
from tests.integration.test_deadlines import DRIPS, SOON, serving

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"
PAGES = {
    "/cert.pem": PEM.encode(),
    "/huge": b"-----BEGIN CERTIFICATE-----\n" + b"A" * (LARGEST + 1),
    "/page.html": b"<html>canary</html>",
    "/cut": PEM.encode(),
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name http.server looks for
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "https://u:canary@another.example.com/cert.pem?token=canary")
            self.end_headers()
            return
        data = PAGES.get(self.path.split("?")[0])
        self.send_response(200 if data is not None else 404)
        if self.path.startswith("/cut"):
            self.send_header("Content-Length", str(len(PEM) * 2))
        self.end_headers()
        self.wfile.write(data or b"canary")

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def props(certificate: str, key: str = KEY) -> dict[str, Any]:
    config = {"certName": "c", "certificate": certificate, "privateKey": key}
    return {"customDomains": [{"domainName": "a.example.com", "certConfig": config}]}


def no_keys() -> Vault:
    """Nothing here is read with keys."""
    raise AssertionError


def read(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    read = with_certificates(given, LAYOUTS[0], folder, Places(None, "one"), no_keys)
    config: dict[str, Any] = read["customDomains"][0]["certConfig"]
    return config


def problem(given: dict[str, Any], folder: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read(given, folder)
    assert "canary" not in str(caught.value.message)
    return caught.value.message


def test_text_stays_as_it_is(tmp_path: Path) -> None:
    assert read(props(PEM), tmp_path) == {"certName": "c", "certificate": PEM, "privateKey": KEY}


def test_a_file_is_read_from_where_s_yaml_is_or_by_its_full_name(tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "cert.pem").write_text(PEM)
    (tmp_path / "key.pem").write_text(KEY)
    found = read(props("tls/cert.pem", str(tmp_path / "key.pem")), tmp_path)
    assert (found["certificate"], found["privateKey"]) == (PEM, KEY)


def test_the_props_that_were_given_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text(PEM)
    given = props("cert.pem")
    read(given, tmp_path)
    assert given == props("cert.pem")


@pytest.mark.parametrize("path", ["/cert.pem", "/cert.pem?signature=x"])
def test_a_url_is_fetched(site: str, path: str, tmp_path: Path) -> None:
    assert read(props(site + path), tmp_path)["certificate"] == PEM


def test_a_proxy_that_is_set_is_not_asked_about_this_machine(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert read(props(f"{site}/cert.pem"), tmp_path)["certificate"] == PEM


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/missing", "cannot be read: the answer is HTTP 404"),
        ("/moved", "cannot be read: a redirect to another.example.com, which is not followed"),
        ("/cut", f"cannot be read: it broke off after {len(PEM)} bytes"),
        ("/huge", f"larger than {LARGEST} bytes"),
        ("/page.html", "is not PEM"),
    ],
)
def test_a_url_that_holds_no_certificate_is_named(site: str, path: str, expected: str, tmp_path: Path) -> None:
    text = problem(props(f"{site}{path}?token=canary"), tmp_path)
    assert text.startswith("customDomains.0.certConfig.certificate: ")
    assert f"{site}{path}" in text
    assert expected in text


@pytest.mark.parametrize("url", ["http://[", "http://", "https://user:canary@127.0.0.1:1/x", "http://127.0.0.1:x/"])
def test_a_url_that_is_none_is_an_error_without_its_password(url: str, tmp_path: Path) -> None:
    assert "cannot be read" in problem(props(url), tmp_path)


def test_a_server_that_does_not_answer_is_waited_for_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "SECONDS", 0.2)
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as silent:  # listens, and nobody serves
        text = problem(props(f"http://127.0.0.1:{silent.server_address[1]}/cert.pem"), tmp_path)
    assert "took too long" in text


@pytest.mark.parametrize("name", DRIPS)
def test_a_server_that_drips_is_waited_for_only_so_long(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate's address is anybody's: the time is one for all, from the first connection on."""
    monkeypatch.setattr(certificates, "SECONDS", 0.5)
    monkeypatch.setattr(limits, "TICK_SECONDS", 0.05)
    began = time.monotonic()
    with serving(DRIPS[name]) as url:
        text = problem(props(f"{url}/cert.pem?token=canary"), tmp_path)
    assert "took too long: it was not complete after 0." in text
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize(
    "rest",
    [
        "127.0.0.1:1/a?Signature=canary x",
        "127.0.0.1:1/a?Signature=canary\x7f\u00fc",
        "user:canary 1@127.0.0.1:1/a",
        "user:canary?1@127.0.0.1:1/a",
        "user:canary#1@127.0.0.1:1/a",
        "127.0.0.1:canary/a",
        "127.0.0.1:1/a#canary",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_opens_an_address_is_not_repeated(rest: str, scheme: str, tmp_path: Path) -> None:
    assert "cannot be read" in problem(props(f"{scheme}://{rest}"), tmp_path)


def test_a_proxy_for_the_world_is_asked_and_its_password_is_not_told(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://u:canary@127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert "refused" in problem(props("http://cert.example.com/cert.pem"), tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "there is no file"),
        (b"canary", "is not PEM"),
        (b"\xff\xfe canary", "is not PEM"),
        (b"A" * (LARGEST + 1), f"larger than {LARGEST} bytes"),
    ],
)
def test_a_file_that_holds_no_certificate_is_named(content: bytes | None, expected: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "cert.pem").write_bytes(content)
    assert expected in problem(props("cert.pem"), tmp_path)


def test_a_folder_is_no_certificate(tmp_path: Path) -> None:
    assert "cannot be read" in problem(props("."), tmp_path)


def test_text_that_is_not_pem_is_not_repeated(tmp_path: Path) -> None:
    assert "is not PEM" in problem(props(PEM, "canary\ncanary"), tmp_path)


def test_all_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    assert len(problem(props("one.pem", "two.pem"), tmp_path).splitlines()) == 2


def test_a_problem_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(
        "resources:\n  one:\n    props:\n      customDomains:\n        - domainName: a.example.com\n"
        "          certConfig:\n            certName: c\n            certificate: gone.pem\n"
    )
    with pytest.raises(BadInput) as caught:
        with_certificates(props("gone.pem"), LAYOUTS[0], tmp_path, Places(file, "one"), no_keys)
    assert caught.value.message.startswith("s.yaml:8: customDomains.0.certConfig.certificate: there is no file")


@pytest.mark.parametrize("given", [{}, {"customDomains": [{"domainName": "a.example.com"}]}])
def test_where_no_certificate_is_named_nothing_is_read(given: dict[str, Any], tmp_path: Path) -> None:
    assert with_certificates(given, LAYOUTS[0], tmp_path, Places(None, "one"), no_keys) is given


@pytest.mark.parametrize("page", ["/moved", "/cut", "/page.html", "/none", "/huge"])
def test_no_answer_leaves_a_connection_open(site: str, tmp_path: Path, page: str) -> None:
    gc.collect()
    problem(props(f"{site}{page}"), tmp_path)
    gc.collect()  # an open socket warns, and a warning is an error here
