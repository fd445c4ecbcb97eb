"""What one step costs does not grow with the number of steps beside it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from fc_guard.engine.run import agreement
from fc_guard.host.standard import standard_run
from fc_guard.model.address import Address
from fc_guard.model.resources import Record
from fc_guard.state.directory import DirectoryReader
from fc_guard.state.memory import SETTLED_NS
from fc_local.server import LocalServer
from tests.integration.project import Project

SETTLED_SECONDS = SETTLED_NS / 1e9 + 0.1


def steps(root: Path, server: LocalServer, count: int) -> list[Project]:
    """So many functions of one service, a step each, run by one host process."""
    run = standard_run()
    made = [Project(root, server, step=f"s{number}", make_run=lambda: run) for number in range(count)]
    for project in made:
        project.props["function"]["name"] = project.step
    return made


@pytest.mark.parametrize("line", ["deploy", "plan"])
def test_an_unchanged_step_reads_as_many_records_among_twelve_as_among_four(
    tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    reads: list[str] = []
    compared: list[str] = []
    read, contradictions = DirectoryReader.read, agreement._contradictions

    def counted_read(self: DirectoryReader, id: Address) -> Record | None:
        reads.append(str(id))
        return read(self, id)

    def counted_contradictions(one: Any, other: Any) -> list[str]:
        compared.append(one.step)
        return contradictions(one, other)

    monkeypatch.setattr(DirectoryReader, "read", counted_read)
    monkeypatch.setattr(agreement, "_contradictions", counted_contradictions)
    counts = {}
    for count in (4, 12):
        server.admin.reset()
        root = tmp_path / str(count)
        for project in steps(root, server, count):
            assert project.run("deploy")[0].status() == 0
        time.sleep(SETTLED_SECONDS)  # a younger record is read again, since it may have changed under the same stamp
        again = steps(root, server, count)
        for project in again[:-1]:
            project.run(line)
        reads.clear()
        compared.clear()
        again[-1].run(line)
        counts[count] = (len(reads), len(compared))
    assert counts[4] == counts[12]
