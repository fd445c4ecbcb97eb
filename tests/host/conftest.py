"""Fixtures of the tests that run the real hosts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.host import harness
from tests.host.harness import Host

if TYPE_CHECKING:
    from fc_local.server import LocalServer


@pytest.fixture(scope="session", autouse=True)
def _shared_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    harness.use_shared_cache(tmp_path_factory.mktemp("fc-guard-cache"))


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Host 3.1.10 with a home of its own and no keys (`host.with_keys()` adds them)."""
    return Host(tmp_path / "home")


@pytest.fixture
def host2(tmp_path: Path) -> Host:
    """Host 2.2.2, likewise."""
    return Host(tmp_path / "home2", version="2.2.2")


@pytest.fixture
def local_fc(tmp_path: Path) -> Iterator[LocalServer]:
    """A local Function Compute that knows the key pair of `Host.with_keys`."""
    from fc_local.server import LocalServer

    account = harness.ACCOUNT
    keys = [(account["AccessKeyID"], account["AccessKeySecret"], account["AccountID"])]
    with LocalServer(home=tmp_path / "fc-local", keys=keys, port=0) as server:
        yield server


@pytest.fixture
def cloud_host(host: Host, local_fc: LocalServer) -> Host:
    """Host 3.1.10 with keys, whose component talks to `local_fc`."""
    host.with_keys()
    host.variables["FC_GUARD_ENDPOINT"] = local_fc.url
    return host


@dataclass(frozen=True, slots=True)
class FakeWorker:
    """The fake worker of these tests: the interpreter to name, and what it wrote down."""

    python: Path
    log: Path

    def records(self, what: str | None = None) -> list[dict[str, Any]]:
        if not self.log.exists():
            return []
        lines = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if what in (None, line["what"])]


@pytest.fixture
def fake(tmp_path: Path, host: Host, host2: Host) -> FakeWorker:
    """Puts the fake worker in the place of Python, for `host` and `host2`."""
    python = tmp_path / "fake-python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{harness.HERE}/fake_worker.py" "$@"\n')
    python.chmod(0o755)
    log = tmp_path / "worker.log"
    for each in (host, host2):
        each.python = str(python)
        each.variables["FAKE_WORKER_LOG"] = str(log)
    return FakeWorker(python, log)
