"""Settings for the whole suite."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The example database costs more than the tests; CI repeats what it finds through the printed blob.
settings.register_profile("dev", max_examples=100, database=None, deadline=None, print_blob=True)
settings.register_profile(
    "ci", max_examples=400, database=None, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy", "DEBUG"):
    os.environ.pop(name, None)
