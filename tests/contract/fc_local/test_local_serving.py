"""`serve` and `stop`: one server per home, found through server.json."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import time
from pathlib import Path
from urllib.parse import urlsplit

from alibabacloud_fc_open20210406 import models as m
from tests.contract.fc_local.clients import python_client
from tests.contract.fc_local.processes import Serving, run

from fc_local import VERSION
from fc_local.home import Home


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_server_says_where_it_is_and_with_which_key(tmp_path: Path) -> None:
    home = tmp_path / "home"
    started = time.monotonic()
    with Serving(home, "--port", "0") as serving:
        assert serving.admin.health() == {
            "ok": True,
            "version": VERSION,
            "home": str(home),
            "account": "1000000000000000",
        }
        assert time.monotonic() - started < 3
        said = json.loads((home / "server.json").read_text())
        assert said.keys() == {"url", "pid", "account", "access_key_id", "access_key_secret", "version"}
        assert (said["url"], said["pid"], said["account"]) == (serving.url, serving.pid, "1000000000000000")
        assert [_mode(path) for path in (home, home / "server.json", home / "keys.json")] == [0o700, 0o600, 0o600]
        key = (said["access_key_id"], said["access_key_secret"], said["account"])
        python_client(serving.url, key=key).create_service(m.CreateServiceRequest(service_name="svc"))
    assert not (home / "server.json").exists()
    with Serving(home, "--port", "0"):
        again = json.loads((home / "server.json").read_text())
        assert again["access_key_secret"] == said["access_key_secret"]


def test_the_last_port_is_used_again_unless_somebody_has_it(tmp_path: Path) -> None:
    with Serving(tmp_path, "--port", "0") as first:
        url = first.url
    with Serving(tmp_path) as second:
        assert second.url == url
    with socket.create_server(("127.0.0.1", urlsplit(url).port or 0)), Serving(tmp_path) as third:
        assert third.url != url


def test_a_port_asked_for_and_taken_is_an_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--home", str(tmp_path), "--port", port)
    assert done.returncode == 1
    assert f"port {port} cannot be used" in done.stderr
    assert not (tmp_path / "server.json").exists()


def test_a_port_that_is_taken_ends_nobody(tmp_path: Path) -> None:
    with Serving(tmp_path, "--port", "0") as running, socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--home", str(tmp_path), "--port", port)
        assert done.returncode == 1
        assert f"port {port} cannot be used: another program has it" in done.stderr
        assert running.running()
        assert running.admin.health()["ok"]


def test_that_the_usual_port_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        Home(tmp_path).keep_port(port)
        with Serving(tmp_path) as serving:
            assert serving.line() == f"Port {port} is in use by another program"


def test_a_background_start_leaves_a_healthy_server_alone(tmp_path: Path) -> None:
    with Serving(tmp_path, "--port", "0") as serving:
        done = run("serve", "--home", str(tmp_path), "--idle-exit", "60")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert serving.running()


def test_a_foreground_start_takes_over(tmp_path: Path) -> None:
    with Serving(tmp_path, "--port", "0", "--idle-exit", "60") as first:
        first.admin.edit("CreateService", [], {"serviceName": "svc"})
        with Serving(tmp_path) as second:
            assert first.wait() == 0
            assert second.url == first.url
            assert list(second.admin.state()["services"]) == ["svc"]


def test_stop_ends_the_server_and_is_fine_without_one(tmp_path: Path) -> None:
    with Serving(tmp_path, "--port", "0") as serving:
        done = run("stop", "--home", str(tmp_path))
        told = f"Stopped the local Function Compute at {serving.url} (home {tmp_path}, pid {serving.pid})"
        assert (done.returncode, done.stdout.strip()) == (0, told)
        assert serving.wait() == 0
    done = run("stop", "--home", str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, f"No local Function Compute is running (home {tmp_path})")
    assert run("stop", "--home", str(tmp_path / "nowhere")).returncode == 0
    assert not (tmp_path / "nowhere").exists()


def test_a_killed_server_is_in_nobodys_way(tmp_path: Path) -> None:
    with Serving(tmp_path, "--port", "0") as first:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        assert (tmp_path / "server.json").exists()
        with Serving(tmp_path, "--idle-exit", "60") as second:
            assert second.url == first.url
        assert run("stop", "--home", str(tmp_path)).returncode == 0


def test_an_idle_server_ends_but_not_while_it_is_asked(tmp_path: Path) -> None:
    with Serving(tmp_path, "--port", "0", "--idle-exit", "0.6") as serving:
        for _ in range(5):
            time.sleep(0.2)
            serving.admin.health()
        assert serving.running()
        assert serving.wait() == 0
    assert not (tmp_path / "server.json").exists()
