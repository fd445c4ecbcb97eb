"""`endpoint: local` finds the local Function Compute of this machine, or starts it.

The local FC is another program (`python -m fc_local`), which is called but never imported. It runs on for a while after
the deployment, since the printed URL must answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from fc_guard.cloud.gateway import Credential
from fc_guard.core import strict_json
from fc_guard.errors import Unreadable
from fc_guard.language import t

IDLE_SECONDS = 3600
START_SECONDS = 30.0
HEALTH_SECONDS = 2.0
HEALTHY = 200
LOG = "server.log"


@dataclass(frozen=True, slots=True)
class LocalService:
    url: str
    credential: Credential

    @property
    def console(self) -> str:
        """The address of the web console, which every server of this kind has."""
        return f"{self.url}/"


def find_or_start() -> LocalService:
    """Returns the running local FC of this user. Raises `Unreadable` if it does not start."""
    home = local_home()
    found = _running(home)
    if found is not None:
        return found
    started = _start(home)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not started.poll():  # 0: another run's server was quicker
        found = _running(home)
        if found is not None:
            return found
        time.sleep(0.03)
    raise Unreadable(
        t("The local Function Compute did not start."),
        hint=t("Its own messages are in {home}.", home=home / LOG),
        reference="no-local-fc",
    )


def local_home() -> Path:
    """Returns the folder of the local FC's data, which is in the host's home and not in the project."""
    if home := os.environ.get("FC_LOCAL_HOME"):
        return Path(home)
    root = os.environ.get("serverless_devs_config_home") or str(Path.home())  # noqa: SIM112  the host's spelling
    return Path(root) / ".s" / "fc-local"


def _running(home: Path) -> LocalService | None:
    try:
        told = json.loads((home / "server.json").read_bytes())
        url, account = str(told["url"]), str(told["account"])
        credential = Credential(account, told["access_key_id"], told["access_key_secret"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    from fc_guard.cloud.wire.guard import guarded  # noqa: PLC0415  it takes its time, and few runs need it so early

    answer = guarded("GET", f"{url}/__admin/health", {}, patience=HEALTH_SECONDS)
    try:
        healthy = answer.status == HEALTHY and strict_json.read(answer.body).get("ok") is True
    except (ValueError, AttributeError):
        return None
    return LocalService(url, credential) if healthy else None


def _start(home: Path) -> subprocess.Popen[bytes]:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "fc_local", "serve", "--home", str(home), "--idle-exit", str(IDLE_SECONDS)]
    with os.fdopen(os.open(home / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, close_fds=True, cwd=home
        )
