"""A sample of `python -m tests.bench.overwrites`, with an editor far busier than people are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.overwrites import Losses, measure


@pytest.fixture
def losses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Losses:
    monkeypatch.setenv("FC_GUARD_KEEP_RESCUES", "100000")
    return measure(tmp_path, seconds=8, latency_ms=20, every_ms=150)


def test_next_to_no_edit_is_lost_where_fc_has_no_version(losses: Losses) -> None:
    assert losses.writes > 0
    assert set(losses.statuses) <= {0, 5}, losses.text
    assert losses.shown + losses.caught > losses.lost, losses.text
