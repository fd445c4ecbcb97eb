"""One changed line in a package of 30 MB and 3,000 files: what finding it costs.

`python -m tests.bench.test_code_drift` prints the figures of docs/performance.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from fc_guard.cloud.fc2 import packages
from fc_guard.model.fields import Cause
from fc_local.remote import Admin
from tests.bench.cloud import cloud
from tests.integration.project import ACCOUNT, KEYS, REGION, Project
from tests.integration.written import Written

pytestmark = pytest.mark.timeout(300)

FILES, BYTES_EACH = 3000, 10_000
LATENCY_MS = 50.0
GOAL_SHARE, GOAL_SECONDS = 0.02, 1.0
INDEX = "".join(f"LINE_{number} = {number}\n" for number in range(100))


@dataclass(frozen=True)
class Cloud:
    """What `Project` needs of a local FC that is a process of its own."""

    url: str
    admin: Admin


@dataclass(frozen=True)
class Found:
    seconds: float
    fetched: int
    package: int
    text: str

    @property
    def share(self) -> float:
        return self.fetched / self.package


@contextmanager
def changed_online(folder: Path) -> Iterator[Project]:
    """A deployed project of 30 MB, one line of which somebody changed online."""
    with cloud(folder / "fc", ":".join(KEYS)) as url:
        project = Project(folder / "a", Cloud(url, Admin(url)))  # type: ignore[arg-type]
        project.write({"index.py": INDEX})
        for number in range(FILES - 1):
            path = project.root / "code" / f"lib{number // 100:02d}" / f"module{number:04d}.bin"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(os.urandom(BYTES_EACH))
        Written(project).deploy()
        project.edit(
            "UpdateFunction", "demo", "hello", files={"index.py": INDEX.replace("LINE_50 = 50", "LINE_50 = 0")}
        )
        project.server.admin.latency(LATENCY_MS)
        yield project


def find(project: Project, line: str) -> Found:
    """Runs a command that reads, and counts the bytes of the package that came down the line."""
    counted = [0]
    exactly, save = packages._Source.exactly, packages._Source.save

    def counting(self: Any, answer: Any, size: int) -> bytes:
        data = exactly(self, answer, size)
        counted[0] += len(data)
        return data

    def saving(self: Any, answer: Any, into: IO[bytes]) -> None:
        begun = into.tell()
        save(self, answer, into)
        counted[0] += into.tell() - begun

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packages._Source, "exactly", counting)
        patch.setattr(packages._Source, "save", saving)
        began = time.monotonic()
        report, person = project.run(line)
        seconds = time.monotonic() - began
    (files,) = [diff.files for diff in report.plan.diffs if diff.files]
    assert [(file.name, file.cause) for file in files] == [("index.py", Cause.DRIFT)]
    state = project.server.admin.state(REGION, ACCOUNT)["services"]["demo"]["functions"]["hello"]
    return Found(seconds, counted[0], state["codeSize"], person.text)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with changed_online(tmp_path_factory.mktemp("drift")) as project:
        find(project, "drift")  # imports and the like
        yield project


@pytest.mark.parametrize("line", ["drift", "plan"])
def test_little_of_the_package_is_fetched_and_the_line_is_shown(project: Project, line: str) -> None:
    best = min((find(project, line) for _ in range(3)), key=lambda found: found.seconds)
    assert best.package > 29_000_000
    assert best.share <= GOAL_SHARE
    assert best.seconds < GOAL_SECONDS
    assert "-LINE_50 = 50" in best.text
    assert "+LINE_50 = 0" in best.text


def test_without_range_reads_it_is_found_too_by_fetching_it_all(project: Project) -> None:
    project.server.admin.switches(code_range=False)
    found = find(project, "drift")
    project.server.admin.switches(code_range=True)
    assert found.fetched == found.package
    assert "+LINE_50 = 0" in found.text


def test_a_pull_fetches_no_more_than_what_it_writes(project: Project) -> None:
    """The last one: the project is as it is online afterwards."""
    found = find(project, "pull -y")
    assert found.share <= GOAL_SHARE
    assert "LINE_50 = 0\n" in (project.root / "code" / "index.py").read_text()
    report, person = project.run("plan")
    assert not report.plan.writes and not report.plan.undecided, person.text


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="fc-guard-bench-") as folder, changed_online(Path(folder)) as project:
        find(project, "drift")
        print("| command | range reads | seconds | fetched | of the package |\n| --- | --- | --- | --- | --- |")
        for ranges in (True, False):
            project.server.admin.switches(code_range=ranges)
            for line in ("drift", "plan"):
                found = sorted((find(project, line) for _ in range(5)), key=lambda found: found.seconds)
                middle = found[2]
                told = f"{middle.seconds:.2f} [{found[0].seconds:.2f}-{found[-1].seconds:.2f}]"
                yes = "yes" if ranges else "no"
                print(f"| `{line}` | {yes} | {told} | {middle.fetched:,} B | {100 * middle.share:.2f} % |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
