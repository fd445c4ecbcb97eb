"""Merging code: both sides' lines are deployed, nothing is guessed, and the code folder changes only when asked to."""

from __future__ import annotations

import json
import os
import stat
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from fc_guard.model.fields import CODE as CODE_PATH
from fc_guard.model.fields import Cause
from fc_guard.model.reports import Report
from fc_guard.render.machine import report_document
from tests.integration.project import ACCOUNT, CODE, REGION, Person, Project
from tests.integration.test_documents import valid

HEAD = "# the handler of the demo\n\n\n"
INDEX = HEAD + CODE["index.py"] + "\n\ndef help():\n    return 'none yet'\n"
OURS = INDEX.replace("none yet", "read the docs")
THEIRS = INDEX.replace("b'one'", "b'mended'")
BOTH = OURS.replace("b'one'", "b'mended'")


@pytest.fixture
def project(project: Project) -> Project:
    project.write({"index.py": INDEX, "util.py": "a = 1\n", "old.py": "x = 1\n"})
    (project.root / "code" / "logo.png").write_bytes(b"\x89PNG\0\0")
    return project


def somebody(project: Project, **files: str | None) -> None:
    """Bob saves files in the console; None removes one."""
    named = {name.replace("_", "."): text for name, text in files.items()}
    project.edit("UpdateFunction", "demo", "hello", files=named)


def ours(project: Project, **files: str) -> None:
    project.write({name.replace("_", "."): text for name, text in files.items()})


def online(project: Project) -> dict[str, bytes]:
    answer = project.server.admin.edit("GetFunctionCode", ("demo", "hello"), account=ACCOUNT, region=REGION)
    with urllib.request.urlopen(answer["body"]["url"]) as package:
        data = package.read()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def here(project: Project) -> dict[str, bytes]:
    root = project.root / "code"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def merged(project: Project, *answers: str, line: str = "deploy") -> tuple[Report, Person]:
    return project.run(line, Person(list(answers), present=bool(answers)))


def code_cause(project: Project) -> Cause | None:
    report, _ = project.run("plan")
    changes = [change for diff in report.plan.diffs for change in diff.changes if change.path == CODE_PATH]
    return changes[0].cause if changes else None


def test_lines_of_both_are_deployed_and_the_folder_is_left_as_it_is(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS, new_py="fix = 1\n", old_py=None)
    ours(deployed, index_py=OURS, util_py="a = 2\n")
    before = here(deployed)
    report, person = merged(deployed, "m", "l")
    assert report.status() == 0, person.text
    assert deployed.writes() == ["UpdateFunction"]
    assert online(deployed) == {
        "index.py": BOTH.encode(),
        "util.py": b"a = 2\n",
        "new.py": b"fix = 1\n",
        "logo.png": b"\x89PNG\0\0",
    }
    assert here(deployed) == before


def test_the_merge_is_shown_before_it_is_deployed_and_enter_stops(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS, new_py="fix = 1\n")
    ours(deployed, index_py=OURS, util_py="a = 2\n")
    report, person = merged(deployed, "m", "")
    assert report.status() == 3
    assert deployed.writes() == []
    assert report.rescues == ()
    for line in (
        "Merged code of function demo/hello:",
        "~ index.py  both sides' changes; yours → merged:",
        "-    return [b'one']",
        "+    return [b'mended']",
        "~ new.py  as online",
        "and 1 changed file as yours",
    ):
        assert line in person.text, person.text


def test_written_back_both_sides_are_the_same_and_the_plan_is_empty(deployed: Project) -> None:
    (deployed.root / "code" / "index.py").chmod(0o640)
    somebody(deployed, index_py=THEIRS, new_py="fix = 1\n", old_py=None)
    ours(deployed, index_py=OURS)
    report, person = merged(deployed, "m", "w")
    assert report.status() == 0, person.text
    assert here(deployed) == online(deployed)
    assert here(deployed)["index.py"] == BOTH.encode()
    assert stat.S_IMODE((deployed.root / "code" / "index.py").stat().st_mode) == 0o640
    assert "merged files written into" in person.text
    report, _ = deployed.run("plan --exit-code")
    assert report.status(exit_code=True) == 0
    assert code_cause(deployed) is None


def test_without_a_terminal_the_option_writes_back_and_nothing_else_does(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=OURS)
    report, _ = merged(deployed, line="deploy --on-drift merge")
    assert report.status() == 0
    assert here(deployed)["index.py"] == OURS.encode()
    somebody(deployed, util_py="a = 3\n")
    report, _ = merged(deployed, line="deploy --on-drift merge --write-back")
    assert report.status() == 0
    assert here(deployed) == online(deployed)
    assert here(deployed)["index.py"] == BOTH.encode()


def test_what_was_merged_is_not_undone_by_the_next_deployment(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=OURS)
    merged(deployed, line="deploy --on-drift merge")
    deployed.server.admin.clear_journal()
    for line in ("deploy", "deploy --on-drift fail"):
        report, person = merged(deployed, line=line)
        assert report.status() == 0
        assert "kept online since" in person.text
    assert deployed.writes() == []
    assert online(deployed)["index.py"] == BOTH.encode()
    assert code_cause(deployed) is Cause.KEPT


def test_changed_again_here_it_is_asked_about_and_merges_again(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=OURS)
    merged(deployed, line="deploy --on-drift merge")
    again = OURS.replace("read the docs", "ask around")
    ours(deployed, index_py=again)
    assert code_cause(deployed) is Cause.CONFLICT
    report, _ = merged(deployed, line="deploy")  # nobody to ask
    assert report.status() == 3
    report, _ = merged(deployed, line="deploy --on-drift merge")
    assert report.status() == 0
    assert online(deployed)["index.py"] == again.replace("b'one'", "b'mended'").encode()


def test_taken_over_by_hand_both_are_the_same_again(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=OURS)
    merged(deployed, line="deploy --on-drift merge")
    ours(deployed, index_py=BOTH)
    deployed.server.admin.clear_journal()
    report, _ = merged(deployed, line="deploy")
    assert report.status() == 0
    assert deployed.writes() == []
    assert code_cause(deployed) is None
    ours(deployed, index_py=BOTH + "# more\n")
    assert code_cause(deployed) is Cause.CHANGE


def test_what_was_kept_before_is_merged_with_what_comes_later(deployed: Project) -> None:
    """Keeping theirs left a change of ours undeployed. It is not lost when both are merged in the end."""
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=OURS)
    merged(deployed, "k")
    assert online(deployed)["index.py"] == THEIRS.encode()
    ours(deployed, util_py="a = 2\n")
    report, _ = merged(deployed, line="deploy --on-drift merge")
    assert report.status() == 0
    assert (online(deployed)["index.py"], online(deployed)["util.py"]) == (BOTH.encode(), b"a = 2\n")


def test_only_theirs_is_left_online_and_can_be_written_back(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    report, person = merged(deployed, "m", "w")
    assert report.status() == 0, person.text
    assert deployed.writes() == []
    assert here(deployed) == online(deployed)
    assert code_cause(deployed) is None


def test_equal_changes_need_no_merge(deployed: Project) -> None:
    somebody(deployed, index_py=OURS)
    ours(deployed, index_py=OURS)
    report, _ = merged(deployed, line="deploy")
    assert report.status() == 0
    assert deployed.writes() == []


def test_the_executable_bit_of_one_goes_with_the_lines_of_the_other(deployed: Project) -> None:
    somebody(deployed, util_py="a = 3\n")
    (deployed.root / "code" / "util.py").chmod(0o755)
    report, _ = merged(deployed, line="deploy --on-drift merge --write-back")
    assert report.status() == 0
    assert here(deployed)["util.py"] == b"a = 3\n"
    assert os.access(deployed.root / "code" / "util.py", os.X_OK)
    assert code_cause(deployed) is None


# conflicts


def markers(project: Project) -> dict[str, str]:
    root = project.root / ".s" / "fc-guard" / "conflicts" / "demo.hello"
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_the_same_line_is_a_conflict_with_markers_on_the_disk(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=INDEX.replace("b'one'", "b'two'"), util_py="a = 2\n")
    before = here(deployed)
    report, _ = merged(deployed, line="deploy --on-drift merge")
    assert report.status() == 3
    assert deployed.writes() == []
    assert here(deployed) == before
    assert report.rescues == ()
    (text,) = markers(deployed).values()
    assert (
        text
        == HEAD
        + (
            "def handler(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "<<<<<<< yours\n"
            "    return [b'two']\n"
            "||||||| last deployed\n"
            "    return [b'one']\n"
            "=======\n"
            "    return [b'mended']\n"
            ">>>>>>> online\n"
        )
        + "\n\ndef help():\n    return 'none yet'\n"
    )
    assert report.error is not None
    assert "index.py: the same lines were changed on both sides" in report.error.message
    assert str(deployed.root / ".s" / "fc-guard" / "conflicts" / "demo.hello") in report.error.hint
    assert code_cause(deployed) is Cause.CONFLICT


def test_settled_in_the_folder_and_forced_the_markers_go(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=INDEX.replace("b'one'", "b'two'"))
    merged(deployed, line="deploy --on-drift merge")
    ours(deployed, index_py=INDEX.replace("b'one'", "b'two, mended'"))
    report, _ = merged(deployed, line="deploy --use-remote")
    assert report.status() == 0
    assert markers(deployed) == {}
    assert len(report.rescues) == 1


def test_at_the_question_a_conflict_is_told_and_asked_again(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=INDEX.replace("b'one'", "b'two'"))
    report, person = merged(deployed, "m", "k")
    assert report.status() == 0
    assert "Please choose again" in person.text
    assert online(deployed)["index.py"] == THEIRS.encode()


@pytest.mark.parametrize(
    ("theirs", "mine", "why"),
    [
        ({"util_py": None}, {"util_py": "a = 2\n"}, "util.py: removed online, changed here"),
        ({"util_py": "a = 3\n"}, {}, "util.py: changed online, removed here"),
        ({"new_py": "a\n"}, {"new_py": "b\n"}, "new.py: added on both sides, not alike"),
        ({"logo_png": "text now\n"}, {"logo_png": "\0x"}, "logo.png: changed on both sides, and not merged"),
    ],
)
def test_what_cannot_be_settled_stops_the_run(
    deployed: Project, theirs: dict[str, str | None], mine: dict[str, str], why: str
) -> None:
    somebody(deployed, **theirs)
    ours(deployed, **mine)
    if not mine:
        (deployed.root / "code" / "util.py").unlink()
    report, _ = merged(deployed, line="deploy --on-drift merge")
    assert report.status() == 3
    assert report.error is not None
    assert why in report.error.message
    assert deployed.writes() == []


def test_where_nothing_is_known_of_what_was_deployed_nothing_is_merged(deployed: Project, tmp_path: Path) -> None:
    somebody(deployed, index_py=THEIRS)
    again = Project(tmp_path / "b", deployed.server)
    ours(again, index_py=OURS)
    report, _ = merged(again, line="deploy --on-drift merge")
    assert report.status() == 3
    assert report.error is not None
    assert "what was last deployed is not known" in report.error.message


# when something moves meanwhile


def test_a_change_online_during_the_question_is_merged_too_or_asked_about(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, util_py="a = 2\n")
    moves = [lambda: None, lambda: somebody(deployed, new_py="late = 1\n")]
    person = Person(["m", "l", "m", "l"], present=True, on_question=lambda: moves.pop(0)() if moves else None)
    report, _ = deployed.run("deploy", person)
    assert report.status() == 0, person.text
    found = online(deployed)
    assert (found["index.py"], found["util.py"], found["new.py"]) == (THEIRS.encode(), b"a = 2\n", b"late = 1\n")


def test_a_folder_that_changed_during_the_question_is_not_written_into(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS, new_py="fix = 1\n")
    ours(deployed, util_py="a = 2\n")
    moves = [lambda: None, lambda: ours(deployed, index_py="# just now\n")]
    person = Person(["m", "w"], present=True, on_question=lambda: moves.pop(0)() if moves else None)
    report, _ = deployed.run("deploy", person)
    assert report.status() == 7
    assert here(deployed)["index.py"] == b"# just now\n"
    assert "new.py" not in here(deployed)
    assert online(deployed)["index.py"] == THEIRS.encode()


def test_a_folder_that_became_a_link_out_is_not_written_through(deployed: Project, tmp_path: Path) -> None:
    deployed.write({"lib/a.py": "a = 1\n"})
    assert deployed.run("deploy")[0].status() == 0
    somebody(deployed, **{"lib/a_py": "a = 2\n"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("a = 1\n")

    def redirect() -> None:
        (deployed.root / "code" / "lib" / "a.py").unlink()
        (deployed.root / "code" / "lib").rmdir()
        (deployed.root / "code" / "lib").symlink_to(outside)

    moves = [lambda: None, redirect]
    person = Person(["m", "w"], present=True, on_question=lambda: moves.pop(0)() if moves else None)
    report, _ = deployed.run("deploy", person)
    assert report.status() == 2
    assert report.error is not None
    assert "outside the folder" in report.error.message
    assert (outside / "a.py").read_text() == "a = 1\n"


def test_a_merge_of_packed_code_is_deployed_and_not_written_back(deployed: Project) -> None:
    root = deployed.root
    with zipfile.ZipFile(root / "app.zip", "w") as archive:
        for name, data in here(deployed).items():
            archive.writestr(name, data)
    deployed.props["function"]["codeUri"] = "app.zip"
    assert deployed.run("deploy")[0].status() == 0
    somebody(deployed, index_py=THEIRS)
    with zipfile.ZipFile(root / "app.zip", "w") as archive:
        for name, data in {**here(deployed), "util.py": b"a = 2\n"}.items():
            archive.writestr(name, data)
    packed = (root / "app.zip").read_bytes()
    report, person = merged(deployed, "m", "l")
    assert report.status() == 0
    assert "merged files written" not in person.text
    assert (online(deployed)["index.py"], online(deployed)["util.py"]) == (THEIRS.encode(), b"a = 2\n")
    assert (root / "app.zip").read_bytes() == packed


def test_configuration_and_code_are_merged_together(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", files={"index.py": THEIRS}, timeout=60)
    ours(deployed, index_py=OURS)
    deployed.props["function"]["memorySize"] = 256
    report, _ = merged(deployed, line="deploy --on-drift merge")
    assert report.status() == 0
    live = deployed.server.admin.state()["services"]["demo"]["functions"]["hello"]
    assert (live["timeout"], live["memorySize"]) == (60, 256)
    assert online(deployed)["index.py"] == BOTH.encode()
    valid("report", report_document(report, 0))


def test_plan_shows_the_merge_and_its_conflicts_and_writes_nothing(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS, util_py="a = 3\n")
    ours(deployed, index_py=OURS, util_py="a = 2\n")
    report, person = deployed.run("plan --on-drift merge")
    assert "! util.py  the same lines were changed on both sides" in person.text
    assert "+    return [b'mended']" in person.text
    document = report_document(report, 0)
    valid("report", document)
    (merge,) = [action["merge"] for action in document["plan"]["actions"] if action["merge"]]
    assert merge["conflicts"] == [{"name": "util.py", "why": "the same lines were changed on both sides"}]
    assert not (deployed.root / ".s" / "fc-guard" / "conflicts").exists()


def test_an_interrupted_merge_is_known_for_what_it_is(deployed: Project) -> None:
    """The answer to the write is lost, and so is the process: the next run finds the intent and reads."""
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=OURS)
    deployed.server.admin.faults(
        [
            {"op": "UpdateFunction", "times": 1, "action": {"cut": "answer"}},
            {"op": "GetFunction", "skip": 1, "times": 9, "action": {"status": 403, "code": "AccessDenied"}},
        ]
    )
    report, _ = merged(deployed, line="deploy --on-drift merge")
    deployed.server.admin.faults([])
    assert report.status() in (0, 6)
    report, _ = merged(deployed, line="deploy")
    assert report.status() == 0
    assert online(deployed)["index.py"] == BOTH.encode()
    assert code_cause(deployed) is Cause.KEPT
    record = next((deployed.root / ".s" / "fc-guard").glob("*/*/fc2.function/*.json"))
    assert json.loads(record.read_bytes())["payload"]["baseline"]["common"] != ""


def test_a_merge_that_nobody_writes_back_says_that_the_folder_lacks_it_and_how_to_get_it(deployed: Project) -> None:
    (deployed.root / "s.yaml").write_text("resources:\n  one:\n    props: {}\n")
    somebody(deployed, index_py=THEIRS, new_py="fix = 1\n")
    ours(deployed, index_py=OURS)
    report, person = merged(deployed, line="deploy --on-drift merge")
    assert report.status() == 0
    assert "lacks what was merged (index.py, new.py): s pull brings it" in person.text
    deployed.run("pull -y")
    assert here(deployed) == online(deployed)


def test_a_merge_that_is_written_back_lacks_nothing(deployed: Project) -> None:
    somebody(deployed, index_py=THEIRS)
    ours(deployed, index_py=OURS)
    _, person = merged(deployed, line="deploy --on-drift merge --write-back")
    assert "lacks what was merged" not in person.text
