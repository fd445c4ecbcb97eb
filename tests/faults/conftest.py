"""A world for tests that are no matrix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.matrix import Stage
from tests.faults.world import World


@pytest.fixture(scope="session")
def _stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("stage"))
    yield stage
    stage.close()


@pytest.fixture
def world(_stage: Stage) -> World:
    return _stage.world()
