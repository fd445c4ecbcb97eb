"""The run of a worker, put together with every kind, provider and layout there is."""

from __future__ import annotations

from typing import Any

from fc_guard.cloud.providers import PROVIDERS
from fc_guard.engine.run.wiring import Run
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.kinds.catalog import CATALOG


def standard_run(**parts: Any) -> Run:
    """`parts` replace what is standard, by the names of `Run`'s members."""
    return Run(**{"catalog": CATALOG, "providers": PROVIDERS, "layouts": LAYOUTS, **parts})
