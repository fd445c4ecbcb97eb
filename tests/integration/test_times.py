"""In all that people read, a time looks the same: to the minute, in the reader's zone, with its offset."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from fc_guard.errors import BaselineLocked
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.resources import Intent
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place
from tests.integration.project import Person, Project
from tests.integration.test_history import Folder, deploys, seen_from
from tests.integration.test_two_runs import FUNCTION, SERVICE

TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*(?: [+-]\d\d:\d\d)?(?: \(?UTC\S*)?")
SHOWN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d \+08:00")


@pytest.fixture(autouse=True)
def _china(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def times(project: Project, line: str, *answers: str) -> list[str]:
    """Returns the times that a command tells, without what may follow them in the sentence."""
    person = Person(list(answers), present=bool(answers))
    report, _ = project.run(line, person)
    text = "\n".join((*person.said, *person.asked, str(report.error or "")))
    return [found.rstrip("),:") for found in TIME.findall(text)]


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("plan", ()),
        ("drift", ()),
        ("history", ()),
        ("deploy", ("s",)),
        ("deploy", ()),
        ("deploy --use-remote", ()),
        ("remove", ("s",)),
        ("rescue", ()),
        ("undo -y --use-remote", ()),
    ],
)
def test_every_time_looks_the_same(deployed: Project, line: str, answers: tuple[str, ...]) -> None:
    deploys(deployed, Folder("ann", "a", "a", day=2))
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    deploys(deployed, Folder("ben", "b", "ab", day=3), "deploy --use-remote")
    deployed.edit("UpdateFunction", "demo", "hello", timeout=33)
    seen_from(deployed, Folder("ann", "a", "a", day=4))
    told = times(deployed, line, *answers)
    assert told
    assert [each for each in told if not SHOWN.fullmatch(each)] == []


def test_an_interrupted_run_and_a_run_that_writes_are_told_so_too(
    deployed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FC_GUARD_LOCK_TIMEOUT", "0")
    store = DirectoryStore(Place(deployed.root / ".s" / "fc-guard"), CATALOG)
    with store.lock(SERVICE, "deploy one"), pytest.raises(BaselineLocked, match=rf", since {SHOWN.pattern}\)"):
        deployed.run("deploy")
    store.intend(FUNCTION, Intent("UpdateFunction", None, frozenset(), None, "2026-01-31T20:30:59+00:00"))
    _, person = deployed.run("deploy")
    assert "interrupted at UpdateFunction of function demo/hello (2026-02-01 04:30 +08:00)" in person.text


def test_a_saved_plan_tells_its_time_so_too(deployed: Project) -> None:
    clock = datetime(2026, 1, 31, 20, 30, tzinfo=timezone.utc)
    deployed.run("plan --out plan.json", clock=clock)
    deployed.props["function"]["timeout"] = 33
    report, _ = deployed.run("deploy --plan plan.json")
    assert "plan.json was made (2026-02-01 04:30 +08:00)" in str(report.error)


def test_the_time_of_a_decision_is_that_of_the_reader(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", timeout=33)
    late = datetime(2026, 1, 31, 20, 30, tzinfo=timezone.utc)
    deployed.run("deploy --on-drift keep", clock=late)
    assert "kept online since 2026-02-01 04:30 +08:00" in deployed.run("plan")[1].text
