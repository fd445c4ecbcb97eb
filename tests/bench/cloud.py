"""The local Function Compute as a process of its own, so that it shares no interpreter lock with what is measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.host.harness import ACCOUNT, ROOT

START_SECONDS = 30.0
KEY = ":".join((ACCOUNT["AccessKeyID"], ACCOUNT["AccessKeySecret"], ACCOUNT["AccountID"]))


@contextmanager
def cloud(home: Path, key: str = KEY) -> Iterator[str]:
    """The URL of a local FC that knows the keys of the tests and ends with the block."""
    command = [sys.executable, "-m", "fc_local", "serve", "--home", str(home), "--port", "0", "--key", key]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=home.parent) as process:
        try:
            yield _url(home, process)
        finally:
            process.terminate()


def _url(home: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return str(json.loads((home / "server.json").read_bytes())["url"])
        except FileNotFoundError:
            time.sleep(0.02)
    raise RuntimeError("the local Function Compute did not start")


def most_in_flight(requests: Sequence[Mapping[str, Any]], latency_ms: float) -> int:
    """The largest number of requests that were certainly being answered at one moment.

    The journal says when a request's latency was over. Requests whose latency ended less than that latency apart
    were waiting at the same moment; a client that waits for each answer can never show more than one.
    """
    ends = sorted(datetime.fromisoformat(request["time"].replace("Z", "+00:00")).timestamp() for request in requests)
    window = (latency_ms - 2) / 1000  # the journal counts in whole milliseconds
    return max((sum(1 for other in ends if end - window < other <= end) for end in ends), default=0)
