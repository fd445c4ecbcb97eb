from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.contract.ask_fc.runs import ACCOUNT, KEY, SECRET, Runs

from ask_fc.stopping import Stop
from fc_local.clock import stamp
from fc_local.server import LocalServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    with LocalServer(home=tmp_path_factory.mktemp("fc"), keys=[(KEY, SECRET, ACCOUNT)]) as running:
        yield running


@pytest.fixture
def runs(server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Runs against a local FC that holds nothing. Where one in this process waits, the local FC's time goes on at once;
    one in a process of its own really waits."""

    time = datetime.min.replace(tzinfo=timezone.utc)

    def goes_on(stop: Stop, seconds: float) -> None:
        nonlocal time
        stop.check()
        if seconds:
            time = max(time, datetime.now(timezone.utc)) + timedelta(seconds=seconds)
            server.admin.clock(stamp(time))

    monkeypatch.setattr(Stop, "wait", goes_on)
    server.admin.clock(None)
    server.admin.reset()
    server.admin.faults([])
    server.admin.clear_journal()
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path))
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCOUNT_ID", ACCOUNT)
    monkeypatch.delenv("ALIBABA_CLOUD_SECURITY_TOKEN", raising=False)
    return Runs(server, tmp_path)
