"""Rescue copies on the disk: what is in one, which are listed, and what is said of those that are none."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BadInput, BaselineUnusable
from fc_guard.kinds.catalog import CATALOG
from fc_guard.render.machine import report_document
from fc_guard.state.place import beside
from fc_guard.state.retention import Limits, retain
from fc_guard.state.shelf import shelf
from fc_guard.state.upgrades import COPY_FORMAT
from tests.integration.project import Person, Project
from tests.integration.test_documents import valid


def rescue_folder(project: Project) -> Path:
    return project.root / ".s" / "fc-guard" / "rescue"


def listed(project: Project, line: str = "rescue") -> list[dict[str, Any]]:
    report, _ = project.run(f"{line} --output json")
    found: list[dict[str, Any]] = report.output["rescues"]
    return found


def overwritten(project: Project, **edit: Any) -> Path:
    """Somebody's edit, overwritten. Returns the copy of it."""
    project.edit("UpdateFunction", "demo", "hello", **(edit or {"memorySize": 512}))
    report, person = project.run("deploy --use-remote")
    assert report.status() == 0, person.text
    (copy,) = report.rescues
    return Path(copy.directory)


def test_a_copy_says_what_saved_it_and_why(deployed: Project) -> None:
    folder = overwritten(deployed)
    about = json.loads((folder / "rescue.json").read_text())
    told = {key: about[key] for key in ("format_version", "command", "policy", "word", "step", "reason", "changed")}
    assert told == {
        "format_version": 2,
        "command": "deploy",
        "policy": "overwrite",
        "word": "--use-remote",
        "step": "s.yaml#one",
        "reason": "overwritten",
        "changed": [["memorySize"]],
    }
    assert sorted(path.name for path in folder.iterdir()) == ["code.zip", "live.json", "rescue.json"]


def test_what_one_run_saves_belongs_together(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    deployed.edit("UpdateService", "demo", description="bob's")
    deployed.run("deploy", Person(["o"], present=True))
    overwritten(deployed)
    first, *others = listed(deployed)
    assert (first["resource"], first["word"]) == ("function demo/hello", "--use-remote")
    assert {copy["resource"] for copy in others} == {"function demo/hello", "service demo"}
    assert len({copy["run"] for copy in others}) == 1
    assert others[0]["run"] != first["run"]
    _, person = deployed.run("rescue")
    assert "deploy --use-remote, 20" in person.text
    assert "deploy, decided at the question, 20" in person.text
    assert "function demo/hello  overwritten" in person.text


def test_the_list_is_the_step_s_and_all_of_it_on_demand(deployed: Project) -> None:
    other = Project(deployed.root, deployed.server, step="two")
    other.props["service"]["name"] = "elsewhere"
    other.run("deploy")
    overwritten(deployed)
    other.edit("UpdateFunction", "elsewhere", "hello", timeout=44)
    other.run("deploy --use-remote")
    assert [copy["resource"] for copy in listed(deployed)] == ["function demo/hello"]
    assert [copy["resource"] for copy in listed(other)] == ["function elsewhere/hello"]
    assert len(listed(deployed, "rescue --all")) == 2


def test_listing_asks_fc_nothing(deployed: Project) -> None:
    overwritten(deployed)
    deployed.server.admin.clear_journal()
    _, person = deployed.run("rescue")
    assert deployed.server.admin.journal() == []
    assert "s undo puts back" in person.text


def test_without_copies_it_says_so(deployed: Project) -> None:
    _, person = deployed.run("rescue")
    assert person.said[-1] == "No rescue copies."


@pytest.mark.parametrize(
    ("file", "cut", "why"),
    [
        ("rescue.json", None, "it was never completed"),
        ("rescue.json", 40, "rescue.json cannot be understood"),
        ("live.json", None, "live.json is missing or cut off"),
        ("code.zip", None, "code.zip is missing or cut off"),
        ("code.zip", 100, "code.zip is missing or cut off"),
    ],
)
def test_what_is_no_whole_copy_is_listed_as_none(deployed: Project, file: str, cut: int | None, why: str) -> None:
    path = overwritten(deployed) / file
    if cut is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:cut])
    (copy,) = listed(deployed)
    assert copy["problem"].startswith(why)
    _, person = deployed.run("rescue")
    assert f"no whole copies:\n    {path.parent.name}: {why}" in person.text


def test_copies_of_the_first_format_and_of_a_newer_one(deployed: Project) -> None:
    folder = overwritten(deployed)
    about = json.loads((folder / "rescue.json").read_text())
    first = {key: about[key] for key in ("account", "region", "kind", "id", "saved_at", "reason", "code")}
    (folder / "rescue.json").write_text(json.dumps({**first, "format_version": 1}))
    (copy,) = listed(deployed)
    assert (copy["resource"], copy["run"], copy["command"]) == ("function demo/hello", folder.name, "")
    _, person = deployed.run("rescue")
    assert "an older release" in person.text
    newer = COPY_FORMAT + 1
    (folder / "rescue.json").write_text(json.dumps({**about, "format_version": newer}))
    (copy,) = listed(deployed)
    assert copy["problem"] == f"a newer fc-guard saved it (format {newer})"


def test_the_report_that_names_a_copy_is_as_its_schema_says(deployed: Project) -> None:
    overwritten(deployed)
    report, _ = deployed.run("rescue --output json")
    valid("report", report_document(report, 0))


# how many are kept


def names(project: Project) -> list[str]:
    return [copy["name"] for copy in listed(project, "rescue --all")]


def test_the_oldest_go_first_and_that_is_said(deployed: Project) -> None:
    folders = [overwritten(deployed, memorySize=512 + 64 * number) for number in range(4)]
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=128, timeout=44)
    report, person = deployed.run("deploy --use-remote --keep-rescues 2")
    assert names(deployed) == [report.rescues[0].name, folders[3].name]
    assert "Dropped the oldest rescue copies (2 copies and 2 GiB are kept" in person.text
    assert all(folder.name in person.text for folder in folders[:3])
    assert report.notes[-1].startswith("Dropped")
    assert sorted(path.name for path in rescue_folder(deployed).iterdir()) == sorted(names(deployed))


def test_the_newest_of_a_resource_stays_however_old(deployed: Project) -> None:
    deployed.edit("UpdateService", "demo", description="bob's")
    deployed.run("deploy --use-remote")
    for number in range(3):
        overwritten(deployed, memorySize=512 + 64 * number)
    report, _ = deployed.run("deploy --keep-rescues 0")
    assert report.rescues == ()
    assert [copy["resource"] for copy in listed(deployed)] == ["function demo/hello", "service demo"]


def test_what_the_run_itself_saved_stays(deployed: Project) -> None:
    overwritten(deployed)
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=1024)
    deployed.edit("UpdateService", "demo", description="bob's")
    report, _ = deployed.run("deploy --use-remote --keep-rescues 0")
    assert sorted(names(deployed)) == sorted(copy.name for copy in report.rescues)


def test_the_environment_says_how_many_and_must_say_a_number(
    deployed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FC_GUARD_KEEP_RESCUES", "1")
    for number in range(3):
        last = overwritten(deployed, memorySize=512 + 64 * number)
    assert names(deployed) == [last.name]
    monkeypatch.setenv("FC_GUARD_KEEP_RESCUES", "many")
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=1024)
    deployed.server.admin.clear_journal()
    with pytest.raises(BadInput, match="FC_GUARD_KEEP_RESCUES is 'many'"):
        deployed.run("deploy --use-remote")
    assert deployed.writes() == []
    with pytest.raises(BadInput, match="--keep-rescues few: must be a number"):
        deployed.run("deploy --keep-rescues few")


def test_their_size_counts_too(deployed: Project) -> None:
    folders = [overwritten(deployed, memorySize=512 + 64 * number) for number in range(4)]
    root, now = beside(deployed.root), datetime.now(timezone.utc)
    one = sum(path.stat().st_size for path in folders[0].iterdir() if path.name != "rescue.json")
    dropped = retain(root, CATALOG, Limits(50, 2 * one + 10), "", now)
    assert [copy.name for copy in dropped] == [folder.name for folder in folders[:2]]
    assert retain(root, CATALOG, Limits(50, 2 * one + 10), "", now) == ()


def test_what_is_incomplete_is_left_to_whoever_may_be_writing_it_for_a_day(deployed: Project) -> None:
    folder = overwritten(deployed)
    (folder / "rescue.json").unlink()
    root, now = beside(deployed.root), datetime.now(timezone.utc)
    assert retain(root, CATALOG, Limits(0), "", now) == ()
    assert [copy.name for copy in retain(root, CATALOG, Limits(0), "", now + timedelta(days=2))] == [folder.name]
    assert names(deployed) == []


def test_a_deletion_that_was_interrupted_leaves_nothing_that_looks_whole(
    deployed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [overwritten(deployed, memorySize=512 + 64 * number) for number in range(2)]
    root, now = beside(deployed.root), datetime.now(timezone.utc)
    with monkeypatch.context() as killed:
        killed.setattr("fc_guard.state.retention.remove_tree", lambda place: None)
        retain(root, CATALOG, Limits(1), "", now)
    assert len(list(rescue_folder(deployed).iterdir())) == 2
    assert names(deployed) == [folders[1].name]
    retain(root, CATALOG, Limits(1), "", now)
    assert [path.name for path in rescue_folder(deployed).iterdir()] == [folders[1].name]


# the newest one


def test_the_newest_copy_is_the_last_one_whatever_the_clock_said(deployed: Project) -> None:
    now = datetime.now(timezone.utc)
    for size, clock in ((512, now), (576, now - timedelta(days=30)), (640, now - timedelta(days=60))):
        deployed.edit("UpdateFunction", "demo", "hello", memorySize=size)
        report, person = deployed.run("deploy --use-remote", clock=clock)
        assert report.status() == 0, person.text
    assert [copy["saved_at"][:10] for copy in listed(deployed)] == [
        (now - timedelta(days=days)).strftime("%Y-%m-%d") for days in (60, 30, 0)
    ]
    report, person = deployed.run("undo -y")
    assert report.status() == 0, person.text
    assert "640" in person.text
    retain(beside(deployed.root), CATALOG, Limits(1), "", now)
    assert [kept.name for kept in shelf(beside(deployed.root), CATALOG)] == [report.rescues[0].name]


def test_copies_without_a_number_are_older_than_those_with_one(deployed: Project) -> None:
    now = datetime.now(timezone.utc)
    first, second = (overwritten(deployed, memorySize=size) for size in (512, 576))
    about = json.loads((first / "rescue.json").read_text())
    assert about.pop("number") == 1
    late = (now + timedelta(days=30)).isoformat()
    (first / "rescue.json").write_text(json.dumps({**about, "saved_at": late}))
    assert names(deployed) == [second.name, first.name]
    assert json.loads((overwritten(deployed, memorySize=640) / "rescue.json").read_text())["number"] == 3


@pytest.mark.parametrize(
    "change",
    [{"functionName": "other"}, {"functionName": None}, {"serviceName": "other"}, {"functionName": ["hello"]}],
    ids=str,
)
def test_a_copy_whose_document_does_not_name_its_resource_is_refused(deployed: Project, change: dict[str, Any]) -> None:
    folder = overwritten(deployed)
    document = {**json.loads((folder / "live.json").read_text()), **change}
    if change == {"functionName": None}:
        del document["functionName"]
    data = json.dumps(document).encode()
    about = json.loads((folder / "rescue.json").read_text())
    about["files"]["live.json"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "live.json").write_bytes(data)
    (folder / "rescue.json").write_text(json.dumps(about))
    deployed.server.admin.clear_journal()
    with pytest.raises(BaselineUnusable, match=r"live\.json does not name function demo/hello"):
        deployed.run("undo -y --use-remote")
    assert deployed.writes() == []
