from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import KEY, python_client

from fc_local.server import LocalServer


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK would send calls to 127.0.0.1 through it, whatever NO_PROXY says."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    with LocalServer(home=tmp_path / "home", keys=[KEY]) as running:
        yield running


@pytest.fixture
def client(server: LocalServer) -> Client:
    return python_client(server.url)
