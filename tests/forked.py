"""Processes that start with everything imported: one interpreter is kept, and forked for each.

Importing all of it takes longer than most runs."""

from __future__ import annotations

import multiprocessing
import os
import sys
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRELOADED = (
    "fc_guard.host",
    "fc_guard.cloud.fc2.gateway",
    *(f"fc_guard.commands.{path.stem}" for path in sorted((ROOT / "src/fc_guard/commands").glob("[a-z]*.py"))),
    "tests.faults.worker",
    "tests.integration.killed",
)


def python_path() -> str:
    """What a new interpreter needs to import what this one can."""
    return os.pathsep.join((str(ROOT / "src"), str(ROOT), *filter(None, sys.path)))


@cache
def context() -> ForkServerContext:
    """What starts the processes."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(list(PRELOADED))
    with pytest.MonkeyPatch.context() as patch:
        # Before Python 3.12 the kept interpreter is told of no other path, and passes over what it cannot import.
        patch.setenv("PYTHONPATH", python_path())
        forkserver.ensure_running()
    return found
