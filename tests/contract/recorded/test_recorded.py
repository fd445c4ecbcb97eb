"""The local FC answers as the service did that script/ask-fc asked. Each report in this folder is one recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.contract.recorded.replay import differences

from ask_fc.report import LOCAL, REAL
from fc_local.switches import SWITCHES

HERE = Path(__file__).parent
REPORTS = tuple(sorted(HERE.glob("*.json")))
OF_THE_LOCAL_FC = HERE / "local-fc-NOT-the-real-service.json"


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: str(path.stem))
def test_the_local_fc_answers_as_was_recorded(path: Path, tmp_path: Path) -> None:
    report = read(path)
    assert list(differences(report, tmp_path, report["switches"])) == []


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: str(path.stem))
def test_a_recording_s_name_says_whose_answers_it_holds(path: Path) -> None:
    assert read(path)["answers of"] == (LOCAL if path == OF_THE_LOCAL_FC else REAL)
    assert ("NOT-the-real-service" in path.name) == (path == OF_THE_LOCAL_FC)


def test_a_replay_tells_every_switch_that_is_set_otherwise(tmp_path: Path) -> None:
    report = read(OF_THE_LOCAL_FC)
    otherwise = {name: other_than(value, name) for name, value in report["switches"].items()}
    told = {line.partition(":")[0] for line in differences(report, tmp_path, otherwise)}
    assert told == {one["question"] for one in report["transcript"]}


def other_than(value: Any, name: str) -> Any:
    switch = SWITCHES[name]
    if isinstance(value, bool):
        return not value
    if switch.choices:
        return next(choice for choice in switch.choices if choice != value)
    if switch.other is not None and switch.other != value:
        return switch.other
    return switch.default if switch.default != value else value // 2
