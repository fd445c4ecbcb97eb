"""What the SDK imports and we never use is not loaded, and is there for whoever does use it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fc_guard

SRC = Path(fc_guard.__file__).parents[1]


def ran(code: str) -> str:
    """Runs code in a Python of its own and returns what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("first", ["cloud.fc2.gateway", "cloud.fc2.operations", "cloud.fc2.shapes", "cloud.wire.oss"])
def test_no_asynchronous_client_and_no_scheduler_is_loaded(first: str) -> None:
    code = f"import sys, fc_guard.{first}; print(sorted({{'aiohttp', 'apscheduler'}} & sys.modules.keys()))"
    assert ran(code) == "[]"


def test_who_imports_one_afterwards_gets_the_real_one() -> None:
    code = "import fc_guard.cloud.fc2.gateway, aiohttp; print(aiohttp.ClientTimeout(total=3).total)"
    assert ran(code) == "3"


def test_the_sdk_itself_gets_the_real_one_when_it_uses_it() -> None:
    code = (
        "import fc_guard.cloud.fc2.gateway, Tea.core\n"
        "from alibabacloud_credentials.provider.ecs_ram_role import BackgroundScheduler\n"
        "print(Tea.core.aiohttp.ClientTimeout(total=4).total, type(BackgroundScheduler()).__module__)"
    )
    assert ran(code) == "4 apscheduler.schedulers.background"


def test_what_is_loaded_already_stays_as_it_is() -> None:
    code = "import aiohttp, fc_guard.cloud.fc2.gateway, Tea.core; print(Tea.core.aiohttp is aiohttp)"
    assert ran(code) == "True"
