"""pull, the code: files follow what is online, what was changed here too is left, and nothing is written outside."""

from __future__ import annotations

import base64
import io
import shutil
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BadInput
from tests.integration.project import Person, Project
from tests.integration.written import S_YAML, Written

ONE = {"index.py": "print('one')\n", "lib/a.py": "A = 1\n", "lib/b.py": "B = 1\n", "run.sh": "echo\n"}


@pytest.fixture
def written(project: Project) -> Written:
    """Deployed with some files."""
    shutil.rmtree(project.root / "code")
    project.write(ONE)
    found = Written(project)
    found.deploy()
    return found


def code(written: Written) -> dict[str, str]:
    root = written.file.parent / "code"
    return {
        file.relative_to(root).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


def put(written: Written, files: Mapping[str, str]) -> None:
    """Somebody uploads this code, and no other."""
    put_zip(written, *files.items())


def put_zip(written: Written, *members: tuple[str | zipfile.ZipInfo, str]) -> None:
    """Somebody uploads a package of his own making."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in members:
            archive.writestr(name, text)
    encoded = base64.b64encode(whole.getvalue()).decode()
    written.project.edit("UpdateFunction", "demo", "hello", code={"zipFile": encoded})


def member(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def test_files_are_changed_added_and_removed_as_online(written: Written) -> None:
    before = (written.file.parent / "code" / "run.sh").stat()
    theirs = {"index.py": "print('mended')\n", "lib/a.py": "A = 1\n", "new/c.py": "C = 1\n", "run.sh": "echo\n"}
    put(written, theirs)
    lines, told = written.pull()
    assert lines == ""
    assert code(written) == theirs
    after = (written.file.parent / "code" / "run.sh").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)  # equal files are not touched
    for name in ("~ index.py  as online", "+ new/c.py", "- lib/b.py", "      +print('mended')"):
        assert name in told
    (kept,) = (written.file.parent / ".s" / "fc-guard" / "pulled").iterdir()
    assert (kept / "code" / "index.py").read_text() == ONE["index.py"]
    assert (kept / "code" / "lib" / "b.py").read_text() == ONE["lib/b.py"]
    written.require_quiet()


def test_a_folder_that_is_empty_then_goes(written: Written) -> None:
    put(written, {"index.py": ONE["index.py"], "run.sh": ONE["run.sh"]})
    written.pull()
    assert sorted(path.name for path in (written.file.parent / "code").iterdir()) == ["index.py", "run.sh"]
    written.require_quiet()


def test_the_executable_bit_is_as_online(written: Written) -> None:
    modes = {"index.py": 0o100644, "lib/a.py": 0o100644, "lib/b.py": 0o100644, "run.sh": 0o100755}
    put_zip(written, *((member(name, modes[name]), text) for name, text in ONE.items()))
    written.pull()
    assert stat.S_IMODE((written.file.parent / "code" / "run.sh").stat().st_mode) & 0o111
    assert not stat.S_IMODE((written.file.parent / "code" / "index.py").stat().st_mode) & 0o111
    written.require_quiet()


def test_packed_anew_with_the_same_files_is_nothing_to_pull(written: Written) -> None:
    put(written, ONE)
    report, person = written.run("pull -y")
    assert report.status() == 0
    assert "Nothing to pull" in person.text


def beside(written: Written) -> dict[str, bytes]:
    """What a pull left to a person."""
    root = written.file.parent / ".s" / "fc-guard" / "pulled"
    found = (folder / "beside" for folder in root.iterdir())
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for folder in found
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_other_lines_of_a_file_are_merged_into_it(written: Written) -> None:
    lines = [f"line {n}\n" for n in range(9)]
    written.project.write({"index.py": "".join(lines)})
    written.deploy()
    written.project.write({"index.py": "".join(["ours\n", *lines[1:]])})
    put(written, {**ONE, "index.py": "".join([*lines[:8], "theirs\n"])})
    _, told = written.pull()
    assert code(written)["index.py"] == "".join(["ours\n", *lines[1:8], "theirs\n"])
    assert "~ index.py  both sides' changes" in told
    assert "+theirs" in told and "+ours" not in told  # what changes here
    report, _ = written.run("plan")
    assert report.plan.undecided == ()
    (update,) = report.plan.writes
    assert [(file.name, file.cause.value) for file in update.diff.files] == [("index.py", "change")]


def test_the_same_lines_are_left_to_a_person_outside_the_folder(written: Written) -> None:
    written.project.write({"index.py": "print('ours')\n"})
    put(written, {**ONE, "index.py": "print('theirs')\n", "lib/a.py": "A = 2\n"})
    _, told = written.pull(status=3)
    assert code(written) == {**ONE, "index.py": "print('ours')\n", "lib/a.py": "A = 2\n"}
    assert "! index.py  the same lines were changed on both sides: yours stays" in told
    assert beside(written) == {
        "index.py": b"<<<<<<< yours\nprint('ours')\n||||||| last deployed\nprint('one')\n"
        b"=======\nprint('theirs')\n>>>>>>> online\n"
    }
    assert "beside" in told and "--use-remote" in told
    report, _ = written.run("plan")
    assert len(report.plan.undecided) == 1  # theirs is still to be decided about


def test_of_binary_files_changed_on_both_sides_theirs_goes_beside(written: Written) -> None:
    written.project.write({"logo.png": "\0one"})
    written.deploy()
    written.project.write({"logo.png": "\0ours"})
    put(written, {**ONE, "logo.png": "\0theirs"})
    written.pull(status=3)
    assert code(written)["logo.png"] == "\0ours"
    assert beside(written) == {"logo.png": b"\0theirs"}


def test_without_a_baseline_theirs_comes_and_what_only_we_have_stays_ours(written: Written) -> None:
    shutil.rmtree(written.file.parent / ".s")
    written.project.write({"index.py": "print('ours')\n", "mine.py": "M = 1\n"})
    put(written, {**ONE, "index.py": "print('theirs')\n", "more.py": "N = 1\n"})
    _, told = written.pull()
    assert code(written) == {**ONE, "index.py": "print('theirs')\n", "more.py": "N = 1\n", "mine.py": "M = 1\n"}
    assert "mine.py  yours, stays" in told
    report, person = written.run("plan")
    assert report.plan.undecided == ()
    assert [change.name for action in report.plan.writes for change in action.sends] == ["code"], person.text


def test_code_alone_and_configuration_alone(written: Written) -> None:
    put(written, {**ONE, "index.py": "# theirs\n"})
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    written.pull("--type config")
    assert code(written) == ONE
    report, _ = written.run("plan")
    assert [unit.aspect for unit in report.plan.undecided] == ["code"]
    written.pull("--type code")
    assert code(written)["index.py"] == "# theirs\n"
    written.require_quiet()


@pytest.mark.parametrize(
    "name", ["../outside.py", "/tmp/outside.py", "a/../../outside.py", "..\\outside.py", "C:\\outside.py"]
)
def test_nothing_is_written_outside(written: Written, name: str) -> None:
    put_zip(written, ("index.py", "print('x')\n"), (name, "evil"))
    before = everything(written.file.parent.parent)
    _, told = written.pull(status=3)
    assert everything(written.file.parent.parent) == before
    assert "was not looked into" in told
    assert "not written into the project" in told


@pytest.mark.parametrize(
    "name", [".git/hooks/post-checkout", ".s/fc-guard/key", "sub/.git/config", ".fc-guard/x", ".GIT/config", ".env"]
)
def test_names_that_never_belong_to_the_package_are_not_written(written: Written, name: str) -> None:
    counts = name in (".env", ".GIT/config")  # what the code may read, and what a disk here may take for .git
    put_zip(written, ("index.py", "print('x')\n"), (name, "evil"))
    _, told = written.pull(status=3 if counts else 0)
    assert not (written.file.parent / "code" / name).exists()
    assert (f"! {name}  not written" if counts else f"which is not compared: {name} (.fcignore") in told
    assert code(written)["index.py"] == "print('x')\n"


def test_files_that_are_ignored_here_are_not_written(written: Written) -> None:
    written.project.write({".fcignore": "*.log\nbuild/\n"})
    put(written, {**ONE, "a.log": "x", "build/out.py": "x", "index.py": "print('theirs')\n"})
    _, told = written.pull()
    assert "which is not compared: a.log, build/out.py (.fcignore" in told
    assert code(written) == {**ONE, "index.py": "print('theirs')\n", ".fcignore": "*.log\nbuild/\n"}


def test_a_link_in_the_folder_is_not_followed(written: Written, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (written.file.parent / "code" / ".fcignore").write_text("linked\n")
    (written.file.parent / "code" / "linked").symlink_to(outside)
    written.run("deploy")
    put(written, {**ONE, "linked/x.py": "evil", "index.py": "print('theirs')\n"})
    written.pull()
    assert list(outside.iterdir()) == []


def test_a_link_online_comes_as_a_link_and_never_leads_out(written: Written) -> None:
    files = [(member(name, 0o100644), text) for name, text in ONE.items()]
    put_zip(written, *files, (member("lib/c.py", 0o120777), "a.py"))
    written.pull()
    link = written.file.parent / "code" / "lib" / "c.py"
    assert link.is_symlink() and link.read_text() == ONE["lib/a.py"]
    written.require_quiet()
    astray = [("lib/d.py", "../../../etc/passwd"), ("e.py", "/etc/passwd"), ("here", "."), ("f.py", "here/../../x")]
    put_zip(written, *files, *((member(name, 0o120777), target) for name, target in astray))
    _, told = written.pull(status=3)
    assert sorted(path.name for path in (written.file.parent / "code").rglob("*") if path.is_symlink()) == ["here"]
    for name in ("lib/d.py", "e.py", "f.py"):
        assert f"! {name}  not written: {name} would be a link that leads out of the folder" in told


def test_a_packed_code_is_saved_beside(project: Project) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("index.py", "print(1)\n")
    (project.root / "app.zip").write_bytes(whole.getvalue())
    written = Written(project, S_YAML.replace("codeUri: code", "codeUri: app.zip"))
    written.deploy()
    put(written, {"index.py": "print('theirs')\n"})
    _, told = written.pull(status=3)
    assert (project.root / "app.zip").read_bytes() == whole.getvalue()
    assert "the code comes from the package app.zip" in told
    assert "Pull: 1 package saved" in told
    (saved,) = (project.root / ".s" / "fc-guard" / "pulled").rglob("*.zip")
    with zipfile.ZipFile(saved) as archive:
        assert archive.read("index.py") == b"print('theirs')\n"


def test_a_build_artifact_is_not_written_into(project: Project) -> None:
    project.write({"index.py": "print(1)\n"}, ".s/build/artifacts/demo/hello")
    written = Written(project)
    written.deploy()
    put(written, {"index.py": "print('theirs')\n"})
    _, told = written.pull(status=3)
    assert "the code comes from a build artifact" in told
    assert (project.root / ".s/build/artifacts/demo/hello/index.py").read_text() == "print(1)\n"


def test_s_yaml_in_the_code_folder_is_edited_and_never_replaced(project: Project) -> None:
    shutil.rmtree(project.root / "code")
    project.write({"index.py": "print(1)\n"}, ".")
    text = S_YAML.replace("codeUri: code", "codeUri: ./")
    written = Written(project, text)
    written.deploy()
    put(written, {"index.py": "print('theirs')\n", "s.yaml": "evil: true\n"})
    project.edit("UpdateFunction", "demo", "hello", timeout=30)
    lines, told = written.pull(status=3)
    assert lines == "-        timeout: 10 # seconds\n+        timeout: 30 # seconds"
    assert "it is the s.yaml of this project" in told
    assert (project.root / "index.py").read_text() == "print('theirs')\n"


def test_a_file_that_changes_at_the_question_is_not_overwritten(written: Written) -> None:
    put(written, {**ONE, "index.py": "print('theirs')\n"})
    person = Person(["y"], present=True, on_question=lambda: written.project.write({"index.py": "print('just now')\n"}))
    with pytest.raises(BadInput, match="was changed while"):
        written.run("pull", person)
    assert code(written)["index.py"] == "print('just now')\n"


def test_an_s_yaml_that_changes_at_the_question_is_not_overwritten(written: Written) -> None:
    written.project.edit("UpdateFunction", "demo", "hello", timeout=30)
    person = Person(["y"], present=True, on_question=lambda: written.save(S_YAML + "# just now\n"))
    with pytest.raises(BadInput, match="was changed while"):
        written.run("pull", person)
    assert written.text == S_YAML + "# just now\n"


def everything(root: Path) -> dict[str, Any]:
    return {
        str(path): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".s" not in path.relative_to(root).parts
    }


def test_lines_that_were_kept_online_are_merged_with_ours(written: Written) -> None:
    lines = [f"line {n}\n" for n in range(9)]
    written.project.write({"index.py": "".join(lines)})
    written.deploy()
    written.project.write({"index.py": "".join(["ours\n", *lines[1:]])})
    put(written, {**ONE, "index.py": "".join([*lines[:8], "theirs\n"])})
    assert written.run("deploy --on-drift keep")[0].status() == 0
    written.pull()
    assert code(written)["index.py"] == "".join(["ours\n", *lines[1:8], "theirs\n"])
    report, person = written.run("plan")
    assert report.plan.undecided == (), person.text
    assert [change.name for action in report.plan.writes for change in action.sends] == ["code"]


def test_files_that_only_we_changed_stay_ours_and_go_with_the_next_deployment(written: Written) -> None:
    written.project.write({"lib/a.py": "A = 2\n", "mine.py": "M = 1\n"})
    put(written, {**ONE, "index.py": "print('theirs')\n"})
    written.pull()
    ours = {**ONE, "index.py": "print('theirs')\n", "lib/a.py": "A = 2\n", "mine.py": "M = 1\n"}
    assert code(written) == ours
    report, person = written.run("plan")
    assert report.plan.undecided == (), person.text
    (update,) = report.plan.writes
    assert [(file.name, file.cause.value) for file in update.diff.files] == [
        ("lib/a.py", "change"),
        ("mine.py", "change"),
    ]
    written.deploy()
    written.require_quiet()


def test_what_was_deleted_online_and_changed_here_stays(written: Written) -> None:
    written.project.write({"lib/a.py": "A = 2\n"})
    put(written, {name: text for name, text in ONE.items() if name != "lib/a.py"})
    _, told = written.pull(status=3)
    assert code(written)["lib/a.py"] == "A = 2\n"
    assert "! lib/a.py  removed online, changed here: yours stays" in told


def test_code_that_was_kept_online_is_pulled_too(written: Written) -> None:
    put(written, {**ONE, "index.py": "print('theirs')\n"})
    assert written.run("deploy --on-drift keep")[0].status() == 0
    written.pull()
    assert code(written)["index.py"] == "print('theirs')\n"
    written.require_quiet()
