"""What a history tells of changes of others: overwritten, kept, merged, made again, and whose they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.project import CODE, Project
from tests.integration.test_chinese import Reader, english_in
from tests.integration.test_documents import valid
from tests.integration.test_history import Folder, deploys, document_of, lines_of, seen_from

pytestmark = pytest.mark.switches_at_default("trail_delay_seconds", "trail_service_name", "trail_conditions")

SECRET = "canary-4711"
HELLO = "function demo/hello"


@pytest.fixture
def older(deployed: Project) -> Project:
    """A project that ann has deployed."""
    deploys(deployed, Folder("ann", "a", "ab", day=2, more={"id": "1"}))
    return deployed


def again(project: Project, line: str, contains: str = "ab") -> list[str]:
    """Deploys as ann, and returns what the newest entry says of the function."""
    deploys(project, Folder("ann", "b", contains, day=3, more={"id": "2"}), line)
    return newest(project)


def newest(project: Project) -> list[str]:
    told = lines_of(project)
    first = told[: told.index("")] if "" in told else told
    return [line.strip() for line in first[2:] if not line.startswith("  this checkout")]


def theirs(project: Project) -> list[dict[str, Any]]:
    document = document_of(project)
    valid("history", document)
    return [each for deed in document["deployments"][0]["resources"] for each in deed["theirs"]]


def test_what_was_overwritten_is_no_deployment_that_changed_nothing(older: Project) -> None:
    older.edit("UpdateFunction", "demo", "hello", timeout=33)
    assert again(older, "deploy --use-remote") == [
        f"~ {HELLO}  overwrote what was changed in the console by bob: timeout"
    ]
    assert theirs(older) == [
        {
            "path": ["timeout"],
            "becomes": "overwritten",
            "means": "console",
            "by": "bob",
            "files": [],
            "more_files": 0,
        }
    ]


def test_what_is_only_online_is_kept_and_told_once(older: Project) -> None:
    names = {**older.props["function"]["environmentVariables"], "THEIRS": SECRET}
    older.edit("UpdateFunction", "demo", "hello", environmentVariables=names)
    older.props["function"]["timeout"] = 20
    assert again(older, "deploy") == [
        f"~ {HELLO}",
        "environmentVariables.THEIRS kept as online (changed in the console by bob)",
        "timeout 10 → 20",
    ]
    older.props["function"]["timeout"] = 21
    deploys(older, Folder("ann", "b", "ab", day=4, more={"id": "3"}))
    assert newest(older) == [f"~ {HELLO}  timeout 20 → 21"]
    assert SECRET not in json.dumps(document_of(older))
    assert all(SECRET.encode() not in path.read_bytes() for path in Path(older.root / ".s").rglob("*.json"))


def test_code_is_told_by_file(older: Project) -> None:
    older.edit("UpdateFunction", "demo", "hello", files={**CODE, "index.py": "# bob\n", "extra.py": "x = 1\n"})
    assert again(older, "deploy --use-remote") == [
        f"~ {HELLO}  overwrote what was changed in the console by bob: code (extra.py, index.py)"
    ]


def test_merged_code_is_told_as_merged(older: Project) -> None:
    older.edit("UpdateFunction", "demo", "hello", files={**CODE, "extra.py": "x = 1\n"})
    older.write({"ours.py": "y = 1\n"})
    told = again(older, "deploy --on-drift merge")
    assert "merged with what was changed in the console by bob: code (extra.py)" in told
    assert [each["becomes"] for each in theirs(older)] == ["merged"]


def test_what_somebody_deleted_is_told_as_made_again_or_left(older: Project) -> None:
    older.edit("DeleteTrigger", "demo", "hello", "tick")
    assert again(older, "deploy --on-drift keep") == ["- trigger demo/hello/tick  deleted online by bob, and left so"]
    _, person = older.run("plan")
    assert "trigger demo/hello/tick: deleted online by bob, kept so since 20" in person.text
    deploys(older, Folder("ann", "b", "ab", day=4, more={"id": "3"}), "deploy --use-remote")
    assert newest(older) == ["+ trigger demo/hello/tick  made, made again: it was deleted online by bob"]


def test_what_another_checkout_deployed_is_told_with_its_person(older: Project) -> None:
    older.props["function"]["timeout"] = 44
    deploys(older, Folder("ben", "c", "abc", day=4, more={"id": "4"}))
    older.props["function"]["timeout"] = 10
    told = again(older, "deploy --use-remote")
    assert "overwrote what was deployed by ben: timeout" in " ".join(told)
    assert [(each["means"], each["by"]) for each in theirs(older)] == [("deployment", "ben")]


def test_the_plan_goes_on_telling_whose_it_is_that_was_kept(older: Project) -> None:
    older.edit("UpdateFunction", "demo", "hello", timeout=33)
    told = "timeout kept online: 33 (changed in the console by bob)"
    assert again(older, "deploy --on-drift keep") == [f"~ {HELLO}  {told}"]
    report, person = older.run("plan")
    assert ", changed in the console by bob)" in person.text
    change = next(each for diff in report.plan.diffs for each in diff.changes if each.name == "timeout")
    assert change.whose is not None
    assert (change.whose.means.value, change.whose.by) == ("console", "bob")


def test_what_an_adoption_overwrites_was_there_before(deployed: Project, tmp_path: Path) -> None:
    fresh = Project(tmp_path / "fresh", deployed.server)
    fresh.props["function"]["timeout"] = 20
    deploys(fresh, Folder("cas", "d", "d", day=5), "deploy --use-remote")
    seen_from(fresh, Folder("cas", "d", "d", day=5))
    assert "overwrote what was online before: timeout" in " ".join(newest(fresh))


def test_a_run_that_was_settled_later_has_told_it(older: Project) -> None:
    older.edit("UpdateFunction", "demo", "hello", timeout=33)
    older.server.admin.faults([{"op": "UpdateFunction", "times": 1, "action": {"cut": "answer"}}])
    assert again(older, "deploy --use-remote") == [
        f"~ {HELLO}  overwrote what was changed in the console by bob: timeout"
    ]


def test_in_chinese_it_reads_so(older: Project) -> None:
    older.edit("UpdateFunction", "demo", "hello", timeout=33, files={**CODE, "index.py": "# bob\n"})
    older.edit("DeleteTrigger", "demo", "hello", "tick")
    again(older, "deploy --use-remote")
    reader = Reader()
    older.run("history", reader)
    told = reader.heard()
    assert "覆盖了由 bob 在控制台改过的内容：代码（index.py）、timeout" in told
    assert "重新创建：它已在线上删除（bob）" in told
    assert english_in(told.replace('"commit', '"')) == [], told
