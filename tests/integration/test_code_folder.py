"""What merges and pulls may do to a code folder: never to s.yaml, never to what does not belong, never unseen."""

from __future__ import annotations

import base64
import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.integration.project import Person, Project
from tests.integration.test_code_merge import here, online, ours, somebody
from tests.integration.test_undo import done
from tests.integration.written import S_YAML, Written

INDEX = (
    "# head\n\n\ndef handler(environ, start_response):\n"
    "    start_response('200 OK', [])\n    return [b'one']\n\n\n# tail\n"
)
THEIRS = INDEX.replace("one", "mended")


def zipped(files: Mapping[str, str]) -> str:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return base64.b64encode(whole.getvalue()).decode()


def upload(project: Project, files: Mapping[str, str]) -> None:
    project.edit("UpdateFunction", "demo", "hello", code={"zipFile": zipped(files)})


@pytest.fixture
def two(project: Project) -> Project:
    project.write({"index.py": INDEX, "util.py": "a = 1\n"})
    done(project, "deploy")
    project.server.admin.clear_journal()
    return project


@pytest.fixture
def in_root(project: Project) -> Written:
    """The code folder is the project."""
    shutil.rmtree(project.root / "code")
    project.write({"index.py": INDEX}, ".")
    written = Written(project, S_YAML.replace("codeUri: code", "codeUri: ./"))
    written.deploy()
    return written


@pytest.mark.parametrize("line", ["pull -y", "deploy --on-drift merge --write-back"])
def test_s_yaml_is_never_removed(in_root: Written, line: str) -> None:
    upload(in_root.project, {"index.py": THEIRS})
    in_root.run(line)
    assert in_root.file.exists()


def test_s_yaml_is_never_written_back(in_root: Written) -> None:
    upload(in_root.project, {"index.py": THEIRS, "s.yaml": "evil: true\n"})
    in_root.run("deploy --on-drift merge --write-back")
    assert in_root.text.startswith("# ")


@pytest.mark.parametrize("name", [".git/hooks/post-checkout", ".s/fc-guard/key", ".env"])
def test_names_that_never_belong_to_the_package_are_not_written_back(two: Project, name: str) -> None:
    upload(two, {"index.py": INDEX, "util.py": "a = 1\n", name: "evil"})
    two.run("deploy --on-drift merge --write-back")
    assert not (two.root / "code" / name).exists()


def test_an_edit_at_the_write_back_question_is_still_ours(two: Project) -> None:
    somebody(two, index_py=THEIRS)
    moves = [lambda: None, lambda: ours(two, util_py="a = 99\n")]
    person = Person(["m", "w"], present=True, on_question=lambda: moves.pop(0)() if moves else None)
    assert two.run("deploy", person)[0].status() == 0
    somebody(two, new_py="n = 1\n")
    two.run("deploy --on-drift merge --write-back")
    assert here(two)["util.py"] == b"a = 99\n"
    assert online(two)["util.py"] == b"a = 99\n"


def test_a_file_against_a_folder_is_a_conflict(two: Project) -> None:
    upload(two, {"index.py": INDEX, "util.py": "a = 1\n", "pkg/a.py": "theirs\n"})
    two.write({"pkg": "ours\n"})
    two.server.admin.clear_journal()
    report, _ = two.run("deploy --on-drift merge")
    assert (report.status(), two.writes()) == (3, [])


def test_a_pull_without_remembered_code_does_not_make_their_deletion_our_addition(project: Project) -> None:
    written = Written(project)
    project.write({"old.py": "x = 1\n"})
    written.deploy()
    shutil.rmtree(project.root / ".s" / "fc-guard" / "code")
    project.write({"mine.py": "M = 1\n"})
    upload(project, {"index.py": (project.root / "code" / "index.py").read_text()})
    written.run("pull -y")
    report, _ = written.run("deploy")
    assert (report.status(), "old.py" in online(project)) == (3, False)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"status": 412, "code": "PreconditionFailed", "message": "x"}, 0),
        ({"status": 400, "code": "InvalidArgument", "message": "x"}, 7),
    ],
)
def test_what_was_to_be_written_back_is_or_it_is_told(two: Project, answer: dict[str, object], status: int) -> None:
    somebody(two, index_py=THEIRS)
    ours(two, util_py="a = 2\n")
    two.props["triggers"][1]["config"]["enable"] = True
    two.server.admin.faults([{"op": "UpdateTrigger", "times": 1, "action": answer}])
    report, person = two.run("deploy --on-drift merge --write-back")
    assert report.status() == status
    assert here(two) == online(two) or "not written" in f"{person.text} {report.error}"


def test_a_large_package_that_moves_at_the_merge_question_is_compared_again(two: Project) -> None:
    import os

    (two.root / "code" / "big.bin").write_bytes(os.urandom(600_000))
    done(two, "deploy")
    somebody(two, index_py=THEIRS)
    ours(two, util_py="a = 2\n")
    moves = [lambda: None, lambda: somebody(two, new_py="late = 1\n")]
    person = Person(["m", "l", "m", "l"], present=True, on_question=lambda: moves.pop(0)() if moves else None)
    report, _ = two.run("deploy", person)
    assert report.status() == 0


def test_a_pull_after_keeping_merges_lines(project: Project) -> None:
    written = Written(project)
    project.write({"index.py": INDEX})
    written.deploy()
    upload(project, {"index.py": THEIRS})
    ours(project, index_py=INDEX.replace("# tail", "# our tail"))
    assert written.run("deploy --on-drift keep")[0].status() == 0
    report, _ = written.run("pull -y")
    assert here(project)["index.py"].decode() == THEIRS.replace("# tail", "# our tail")
    assert report.status() == 0


def test_a_pull_where_only_configuration_was_deployed_takes_their_code(two: Project, tmp_path: Path) -> None:
    other = Project(tmp_path / "b", two.server)
    written = Written(other)
    other.write({"index.py": "print(1)\n"})
    assert written.run("deploy --type config")[0].status() == 0
    _report, _ = written.run("pull -y")
    assert here(other)["index.py"].decode() == INDEX
