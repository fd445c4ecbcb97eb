"""Whether git tracks a state directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_guard.errors import BaselineUnusable
from fc_guard.state.place import Place
from fc_guard.state.tracked import Tracking
from tests.gits import Repo


def tracking(repo: Repo) -> Tracking:
    return Tracking(Place(repo.folder, (".s", "fc-guard")))


def test_one_that_is_tracked_is_refused(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "r")
    repo.write(".s/fc-guard/lineage", "x")
    tracking(repo).refuse()
    repo.commit("with its state")
    with pytest.raises(BaselineUnusable):
        tracking(repo).refuse()


def test_so_many_tracked_files_that_the_answer_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo.make(tmp_path / "r")
    for number in range(100):
        repo.write(f".s/fc-guard/{number}", "x")
    repo.commit("with its state")
    monkeypatch.setattr("fc_guard.git.MOST", 300)
    with pytest.raises(BaselineUnusable):
        tracking(repo).refuse()
