"""`python -m fc_local serve` as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from fc_local.remote import Admin

_SOURCE = Path(__file__).parents[3] / "src"


def run(*arguments: str, timeout: float = 20) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(*arguments), env=_environment(), capture_output=True, text=True, timeout=timeout)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fc_local", *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(_SOURCE)}


class Serving:
    """A running server; ends with the block if it did not before."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self._home = home
        self._process = subprocess.Popen(
            _command("serve", "--home", str(home), *arguments),
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.pid = self._process.pid
        self.url = self._wait_for_url()
        self.admin = Admin(self.url)

    def wait(self, timeout: float = 10) -> int:
        return self._process.wait(timeout)

    def line(self) -> str:
        """The second line that the server says, after the one with its address."""
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self._process.stdout.readline().strip()

    def running(self) -> bool:
        return self._process.poll() is None

    def __enter__(self) -> Serving:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.running():
            self._process.terminate()
        self._process.communicate(timeout=10)

    def _wait_for_url(self) -> str:
        deadline = time.monotonic() + 10
        path = self._home / "server.json"
        while time.monotonic() < deadline:
            if path.exists():
                found = json.loads(path.read_text())
                if found["pid"] == self.pid:
                    return str(found["url"])
            if not self.running():
                break
            time.sleep(0.01)
        self._process.kill()
        raise AssertionError(f"the server did not start: {self._process.communicate()[0]}")
