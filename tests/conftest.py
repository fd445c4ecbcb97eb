"""Settings for the whole suite."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from fc_guard.inputs.actor import SYSTEMS

# The example database costs more than the tests; CI repeats what it finds through the printed blob.
settings.register_profile("dev", max_examples=100, database=None, deadline=None, print_blob=True)
settings.register_profile(
    "ci", max_examples=400, database=None, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy", "DEBUG"):
    os.environ.pop(name, None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
for system in SYSTEMS:  # the tests are nobody's CI run, wherever they run
    os.environ.pop(system.mark, None)
for name in ("FC_GUARD_LANG", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["TZ"] = "UTC"  # and times as they are there
time.tzset()
os.environ["LANG"] = "C.UTF-8"  # the tests read English, whatever whoever runs them reads


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home for what fc-guard keeps of its user: no test leaves anything in that of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("serverless_devs_config_home", str(tmp_path_factory.mktemp("config")))
        yield
