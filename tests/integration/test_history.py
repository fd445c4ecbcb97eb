"""What `s history` tells of several deployments, out of what they recorded."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from fc_guard.core.base import Everything
from fc_guard.errors import BadInput, BaselineUnusable
from fc_guard.host.standard import standard_run
from fc_guard.model.origins import Doubt, Origin, Standing, Way
from fc_guard.render.machine import report_document
from fc_local.server import LocalServer
from tests.forged import with_checksum
from tests.integration.project import CODE, Person, Project
from tests.integration.test_chinese import Reader, english_in
from tests.integration.test_documents import valid

SECRET = "canary-4711"


@dataclass
class Folder(Everything):
    """A working folder: what it deploys is from one commit, and it contains these commits."""

    by: str
    commit: str
    contains: tuple[str, ...] = ()
    day: int = 1
    more: dict[str, Any] = field(default_factory=dict)

    def origin(self) -> Origin:
        told = Origin(
            by=self.by,
            at=f"2026-01-{self.day:02}T00:00:00+00:00",
            commit=self.commit * 40,
            branch="main",
            subject=f"commit {self.commit}",
            clean=True,
            folder=self.by,
        )
        return replace(told, **self.more)

    def standing(self, origin: Origin | None) -> Standing:
        assert origin is not None
        if origin.commit[:1] in self.contains:
            return Standing(way=Way.COMMIT, commit=origin.commit)
        return Standing(doubt=Doubt.UNKNOWN_COMMIT)


def seen_from(project: Project, folder: Folder) -> None:
    project.make_run = lambda: standard_run(workplace=lambda *asked: folder)


def deploys(project: Project, folder: Folder, line: str = "deploy") -> None:
    seen_from(project, folder)
    report, person = project.run(line)
    assert report.status() == 0, person.text


@pytest.fixture
def team(server: LocalServer, tmp_path: Path) -> Iterator[Project]:
    """A project that ann deployed, then ben, whose clock is behind, then a pipeline; ann does not have what it did."""
    project = Project(tmp_path / "a", server)
    deploys(project, Folder("ann", "a", "a", day=9))
    function = project.props["function"]
    function["timeout"] = 60
    function["environmentVariables"] = {"LEVEL": SECRET, "NEW": "1"}
    project.write({"index.py": CODE["index.py"].replace("one", "two"), "more.py": "x = 1\n"})
    deploys(project, Folder("ben", "b", "ab", day=2))
    project.props["triggers"][1]["config"]["cronExpression"] = "@every 7m"
    (project.root / "code" / "more.py").unlink()
    deploys(project, Folder("ci", "c", "abc", day=3, more={"ci": "GitHub Actions", "run": "https://ci.example.com/7"}))
    seen_from(project, Folder("ann", "a", "ab", day=9))
    project.server.admin.clear_journal()
    yield project


def lines_of(project: Project, line: str = "history") -> list[str]:
    report, person = project.run(line)
    assert report.status() == 0
    return person.text.splitlines()[1:]


def document_of(project: Project, line: str = "history") -> dict[str, Any]:
    report, _ = project.run(f"{line} --output json")
    found: dict[str, Any] = report.output["history"]
    return found


def test_the_newest_deployment_comes_first_whatever_the_clocks_say(team: Project) -> None:
    assert lines_of(team) == [
        "2026-01-03 00:00 +00:00  ci",
        '  from cccccccccc "commit c" (main)',
        "  GitHub Actions, run https://ci.example.com/7",
        "  this checkout does not contain it: this repository does not have the commit",
        "  ~ function demo/hello  code: more.py removed",
        "  ~ trigger demo/hello/tick  triggerConfig.cronExpression @every 5m → @every 7m",
        "",
        "2026-01-02 00:00 +00:00  ben",
        '  from bbbbbbbbbb "commit b" (main)',
        "  this checkout contains it",
        "  ~ function demo/hello",
        "      environmentVariables.LEVEL changed",
        "      environmentVariables.NAME removed",
        "      environmentVariables.NEW added",
        "      timeout 10 → 60",
        "      code: index.py changed, more.py added",
        "",
        "2026-01-09 00:00 +00:00  ann",
        '  from aaaaaaaaaa "commit a" (main)',
        "  this checkout contains it",
        "  + function demo/hello  made",
        "  + service demo  made",
        "  + trigger demo/hello/http  made",
        "  + trigger demo/hello/tick  made",
    ]


def test_nothing_online_is_read(team: Project) -> None:
    lines_of(team)
    assert team.server.admin.journal() == []


def test_a_part_and_a_limit(team: Project) -> None:
    (first, *_, last) = lines_of(team, "history function --limit 1")
    assert first == "2026-01-03 00:00 +00:00  ci"
    assert last == "… and 2 older deployments (--limit 0 shows all)"
    by_trigger = document_of(team, "history trigger --trigger-name tick")["deployments"]
    assert [[deed["resource"] for deed in each["resources"]] for each in by_trigger] == [
        ["trigger demo/hello/tick"],
        ["trigger demo/hello/tick"],
    ]
    code = document_of(team, "history function --type code")["deployments"]
    assert [[move["path"] for deed in each["resources"] for move in deed["fields"]] for each in code] == [
        [["code"]],
        [["code"]],
        [],
    ]
    assert "No trigger is called 'tock': there are http, tick." in lines_of(team, "history trigger --trigger-name tock")
    with pytest.raises(BadInput, match="must be a number"):
        team.run("history --limit all")


def test_twenty_are_shown_unless_another_number_is_named(deployed: Project) -> None:
    for day in range(1, 12):
        deployed.props["function"]["timeout"] = 20 + day
        deployed.props["service"]["description"] = f"day {day}"
        deployed.props["triggers"][1]["config"]["cronExpression"] = f"@every {day}m"
        deploys(deployed, Folder("ann", "a", "a", day=day), "deploy service")
        deploys(deployed, Folder("ben", "a", "a", day=day), "deploy function")
        deploys(deployed, Folder("cas", "a", "a", day=day), "deploy trigger")
    found = document_of(deployed)
    assert (len(found["deployments"]), found["older"]) == (20, 11), "ten of each of three resources, and one"
    everything = document_of(deployed, "history --limit 0")
    assert len(everything["deployments"]) == 30 + 1
    fates = {deed["fate"] for each in everything["deployments"][-4:] for deed in each["resources"]}
    assert "first-kept" in fates, "the first of what is kept is not called the first there was"


def test_it_is_one_document_of_its_own_schema_without_a_secret(team: Project) -> None:
    report, _ = team.run("history --output json")
    document = report_document(report, report.status())
    valid("report", document)
    valid("history", document["output"]["history"])
    newest, second, _ = document["output"]["history"]["deployments"]
    assert (newest["origin"]["by"], newest["contained"], newest["why"]) == ("ci", False, "unknown-commit")
    assert second["resources"][0]["files"] == [
        {"name": "index.py", "happened": "changed"},
        {"name": "more.py", "happened": "added"},
    ]
    assert SECRET not in json.dumps(document)
    assert SECRET not in "\n".join(lines_of(team, "history --full-diff"))


def test_a_write_that_has_no_end_is_told_with_whose_it_was(team: Project) -> None:
    team.props["function"]["timeout"] = 33
    team.server.admin.faults(
        [
            {"op": "UpdateFunction", "times": 1, "action": {"cut": "answer"}},
            {"op": "GetFunction", "skip": 1, "times": 4, "action": {"status": 500, "code": "X", "message": "x"}},
        ]
    )
    seen_from(team, Folder("ben", "b", "abc", day=4))
    assert team.run("deploy")[0].status() == 6
    told = lines_of(team)
    assert told[0] == 'A run that did not end: by ben from bbbbbbbbbb "commit b" (main), 2026-01-04 00:00 +00:00'
    assert told[1].startswith("  UpdateFunction of function demo/hello, 20")
    assert [each["by"]["by"] for each in document_of(team)["open"]] == ["ben"]


@pytest.mark.switches_at_default("trail_delay_seconds", "trail_service_name", "trail_conditions")
def test_what_was_kept_online_and_what_undo_put_back(team: Project) -> None:
    team.edit("UpdateFunction", "demo", "hello", memorySize=512)
    deploys(team, Folder("ben", "b", "abc", day=5), "deploy --on-drift keep")
    assert "  ~ function demo/hello  memorySize kept online: 512 (changed in the console by bob)" in lines_of(team)
    deploys(team, Folder("ben", "b", "abc", day=6), "deploy --use-remote --ask-again")
    told = lines_of(team)
    at = told.index("      memorySize 512 → 128")
    assert told[at + 1] == "      overwrote what was changed in the console by bob: memorySize", "it stayed theirs"
    deploys(team, Folder("ben", "b", "abc", day=7), "undo -y --use-remote")
    first, second, *_ = lines_of(team)
    assert first.startswith("Put back by undo, 20")
    assert second == "  function demo/hello  memorySize"


def test_a_record_of_an_older_release_says_nothing_of_who(deployed: Project) -> None:
    for path in (deployed.root / ".s" / "fc-guard").rglob("*/*/*/*.json"):
        envelope = json.loads(path.read_bytes())
        del envelope["payload"]["history"]
        path.write_bytes(with_checksum(envelope))
    told = "\n".join(lines_of(deployed))
    assert "an older fc-guard, which did not note who it was" in told
    assert "function demo/hello  first entry kept: what it changed is not known" in told
    assert "made" not in told


def test_a_project_that_never_deployed_has_no_history(project: Project) -> None:
    assert lines_of(project) == ["Nothing was deployed from this project, as far as is recorded here."]
    assert not (project.root / ".s").exists(), "reading makes nothing"


def test_a_damaged_record_is_no_shorter_history(team: Project) -> None:
    (path,) = (team.root / ".s" / "fc-guard").rglob("demo.hello.json")
    path.write_bytes(b"{}")
    with pytest.raises(BaselineUnusable):
        team.run("history")


def test_times_are_those_of_the_reader(team: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    try:
        assert lines_of(team)[0] == "2026-01-03 08:00 +08:00  ci"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("at", ["", "yesterday\x1b[2J", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_stays_as_it_was_written(deployed: Project, at: str) -> None:
    deployed.props["function"]["timeout"] = 20
    deploys(deployed, Folder("ben", "b", "b", more={"at": at}))
    shown = document_of(deployed)["deployments"]
    assert at in [each["at"] for each in shown]
    assert "\x1b" not in "\n".join(lines_of(deployed))


def test_in_chinese_no_sentence_is_english(team: Project) -> None:
    reader = Reader()
    team.run("history", reader)
    told = reader.heard()
    assert "此工作目录不包含它：本仓库没有这个提交" in told
    assert english_in(told.replace("GitHub Actions", "").replace('"commit', '"')) == [], told


def test_two_steps_of_one_service_tell_it_once(server: LocalServer, tmp_path: Path) -> None:
    one = Project(tmp_path / "a", server)
    two = replace(one, step="two")
    two.props = {**one.props, "function": {**one.props["function"], "name": "other"}, "triggers": []}
    run = standard_run()
    one.make_run = two.make_run = lambda: run
    clock = datetime(2026, 1, 1, tzinfo=timezone.utc)
    for project in (one, two):
        assert project.run("deploy", clock=clock)[0].status() == 0
    said = [project.run("history", Person())[1].text for project in (one, two)]
    assert ["service demo  made" in text for text in said] == [True, False]
    assert ["function demo/other  made" in text for text in said] == [False, True]
