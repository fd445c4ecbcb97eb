"""Code drift, file by file: plan, drift and deploy name each file with its owner, and show what differs in it."""

from __future__ import annotations

import base64
import io
import shutil
import zipfile

import pytest

from fc_guard.model.fields import Cause
from fc_guard.model.files import FileChange
from fc_guard.render.machine import report_document
from tests.integration.project import CODE, Person, Project
from tests.integration.test_documents import valid

MENDED = CODE["index.py"].replace("one", "mended")
UTIL = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def project(project: Project) -> Project:
    project.write({"util.py": UTIL, "old.py": "x = 1\n"})
    return project


def somebody(project: Project, **files: str | None) -> None:
    """Bob saves files in the console; None removes one."""
    named = {name.replace("_", "."): text for name, text in files.items()}
    project.edit("UpdateFunction", "demo", "hello", files=named)


def told(project: Project, line: str = "plan") -> tuple[dict[str, Cause], str]:
    report, person = project.run(line)
    files: list[FileChange] = [file for diff in report.plan.diffs for file in diff.files]
    return {file.name: file.cause for file in files}, person.text


def test_each_file_has_its_owner(deployed: Project) -> None:
    somebody(deployed, index_py=MENDED, new_py="fix = 1\n", old_py=None)
    deployed.write({"util.py": UTIL.replace("a + b", "b + a")})
    files, text = told(deployed)
    assert files == {
        "index.py": Cause.DRIFT,
        "new.py": Cause.DRIFT,
        "old.py": Cause.DRIFT,
        "util.py": Cause.CHANGE,
    }
    for line in (
        "! index.py  changed online",
        "-    return [b'one']",
        "+    return [b'mended']",
        "! new.py  added online",
        "! old.py  removed online",
        "~ util.py  changed here",
        "+    return b + a",
    ):
        assert line in text, text


def test_ours_alone_is_shown_line_by_line_and_nothing_is_fetched(deployed: Project) -> None:
    deployed.write({"util.py": UTIL.replace("a + b", "b + a")})
    files, text = told(deployed)
    assert files == {"util.py": Cause.CHANGE}
    assert "-    return a + b" in text
    assert "+    return b + a" in text
    assert not [entry for entry in deployed.server.admin.journal() if "__code" in entry["path"]]


def test_drift_shows_what_moved_online_and_needs_no_code_folder(deployed: Project) -> None:
    somebody(deployed, index_py=MENDED)
    deployed.write({"util.py": "# ours, which does not count here\n"})
    shutil.rmtree(deployed.root / "code")
    files, text = told(deployed, "drift")
    assert files == {"index.py": Cause.DRIFT}
    assert "+    return [b'mended']" in text
    assert "ours" not in text


def test_both_changed_one_file(deployed: Project) -> None:
    somebody(deployed, index_py=MENDED)
    deployed.write({"index.py": CODE["index.py"].replace("one", "two")})
    files, text = told(deployed)
    assert files == {"index.py": Cause.CONFLICT}
    for line in ("index.py  changed on both sides", "last deployed → online:", "last deployed → yours:"):
        assert line in text


def test_without_a_baseline_both_packages_are_compared(deployed: Project) -> None:
    somebody(deployed, index_py=MENDED)
    shutil.rmtree(deployed.root / ".s")
    files, text = told(deployed)
    assert files == {"index.py": Cause.UNKNOWN}
    assert "-    return [b'mended']" in text
    assert "+    return [b'one']" in text


def test_a_baseline_of_before_still_compares_what_it_can(deployed: Project) -> None:
    """Nothing is remembered of the package, but the code folder is still what was deployed: so it is the base."""
    shutil.rmtree(deployed.root / ".s" / "fc-guard" / "code")
    somebody(deployed, index_py=MENDED)
    assert told(deployed)[0] == {"index.py": Cause.DRIFT}
    deployed.write({"util.py": "# ours\n"})
    assert set(told(deployed)[0].values()) == {Cause.UNKNOWN}


def test_the_document_names_the_files(deployed: Project) -> None:
    somebody(deployed, index_py=MENDED)
    report, _ = deployed.run("plan")
    document = report_document(report, 0)
    valid("report", document)
    (file,) = [file for action in document["plan"]["actions"] for file in action["files"]]
    assert (file["name"], file["cause"], file["online"], file["here"]) == ("index.py", "drift", "changed", "")
    (difference,) = file["differences"]
    assert (difference["before"], difference["after"]) == ("last deployed", "online")
    assert "+    return [b'mended']" in difference["lines"]


def test_at_the_question_the_difference_is_shown_in_full_and_the_question_comes_again(deployed: Project) -> None:
    somebody(deployed, index_py="# mended\n" * 100)
    deployed.edit("UpdateFunction", "demo", "hello", timeout=60)
    person = Person(["d", "e", "d", "k", "d", "s"], present=True)
    report, _ = deployed.run("deploy", person)
    assert report.status() == 3
    folded, whole, briefly, one, _, other = person.said[1:7]
    assert "more lines (--full-diff shows them)" in folded
    assert whole.count("+# mended") == 100
    assert "timeout" in whole
    assert "timeout" in briefly
    assert "timeout" in one
    assert "+# mended" not in one
    assert "timeout" not in other
    assert other.count("+# mended") == 100
    assert deployed.writes() == []


def test_every_line_is_shown_when_asked_for(deployed: Project) -> None:
    somebody(deployed, index_py="# mended\n" * 100)
    assert told(deployed, "plan")[1].count("+# mended") < 20
    assert told(deployed, "plan --full-diff")[1].count("+# mended") == 100
    assert told(deployed, "drift --full-diff")[1].count("+# mended") == 100


def test_a_package_that_cannot_be_looked_into_counts_as_changed_and_says_why(deployed: Project) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../evil\x1b.py", "x")
    deployed.edit("UpdateFunction", "demo", "hello", code={"zipFile": base64.b64encode(buffer.getvalue()).decode()})
    report, person = deployed.run("deploy")
    assert report.status() == 3
    assert "was not looked into" in person.text
    assert "\x1b" not in person.text
    assert deployed.writes() == []
