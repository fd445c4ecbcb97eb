"""Where a function's code may come from besides a folder: packed code, a build artifact, an object in OSS."""

from __future__ import annotations

import json
import urllib.request
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from fc_guard.errors import BadInput
from fc_guard.render.machine import report_document
from tests.integration.project import ACCOUNT, REGION, Person, Project
from tests.integration.test_documents import valid

BUCKET, KEY = "my-code", "releases/app v1+ü.zip"


def zip_of(files: dict[str, str]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


ONE = zip_of({"index.py": "one = 1\n"})
TWO = zip_of({"index.py": "two = 2\n"})


def online(project: Project) -> bytes:
    """The package that is online, as GetFunctionCode shows it."""
    answer = project.server.admin.edit("GetFunctionCode", ("demo", "hello"), account=ACCOUNT, region=REGION)
    with urllib.request.urlopen(answer["body"]["url"]) as package:
        data: bytes = package.read()
    return data


def deploy(project: Project, line: str = "deploy", person: Person | None = None) -> Person:
    report, someone = project.run(line, person)
    assert report.status() == 0, someone.text
    return someone


def is_quiet(project: Project) -> bool:
    return project.run("plan --exit-code")[0].status(exit_code=True) == 0


@pytest.fixture
def packed(project: Project) -> Callable[[str, bytes], Path]:
    def lay(name: str, data: bytes) -> Path:
        path = project.root / name
        path.write_bytes(data)
        project.props["function"]["codeUri"] = name
        return path

    return lay


@pytest.mark.parametrize("name", ["app.zip", "app.jar", "app.war"])
def test_packed_code_is_uploaded_as_it_is(project: Project, packed: Callable[[str, bytes], Path], name: str) -> None:
    packed(name, ONE)
    deploy(project)
    assert online(project) == ONE
    assert is_quiet(project)


def test_packed_code_with_the_same_files_is_the_same_code(
    project: Project, packed: Callable[[str, bytes], Path]
) -> None:
    packed("app.zip", ONE)
    deploy(project)
    with zipfile.ZipFile(project.root / "app.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("index.py", "one = 1\n")
    assert (project.root / "app.zip").read_bytes() != ONE
    assert is_quiet(project)


def test_a_folder_and_its_zip_are_the_same_code(project: Project, packed: Callable[[str, bytes], Path]) -> None:
    deploy(project)
    packed("app.zip", zip_of({"index.py": (project.root / "code" / "index.py").read_text()}))
    assert is_quiet(project)


def test_a_jar_that_a_custom_runtime_runs_lies_inside_a_zip(
    project: Project, packed: Callable[[str, bytes], Path]
) -> None:
    packed("app.jar", ONE)
    project.props["function"] |= {"runtime": "custom", "customRuntimeConfig": {"command": ["java", "-jar"]}}
    project.props["function"]["customRuntimeConfig"]["args"] = ["app.jar"]
    deploy(project)
    with zipfile.ZipFile(BytesIO(online(project))) as archive:
        assert archive.namelist() == ["app.jar"]
        assert archive.read("app.jar") == ONE
    assert is_quiet(project)


def test_a_jar_that_a_java_runtime_takes_is_the_package(project: Project, packed: Callable[[str, bytes], Path]) -> None:
    packed("app.jar", ONE)
    project.props["function"] |= {"runtime": "java11", "handler": "example.App::handle"}
    deploy(project)
    assert online(project) == ONE


@pytest.mark.parametrize("data", [b"", b"not a zip", ONE[:60], zip_of({})], ids=["empty", "text", "cut", "no files"])
def test_damaged_packed_code_is_bad_input(project: Project, packed: Callable[[str, bytes], Path], data: bytes) -> None:
    packed("app.zip", data)
    with pytest.raises(BadInput, match=r"app\.zip is damaged") as caught:
        project.run("deploy")
    assert caught.value.hint == "Build it again."
    assert project.writes() == []


def test_packed_code_that_is_not_there_is_bad_input(project: Project) -> None:
    project.props["function"]["codeUri"] = "app.zip"
    with pytest.raises(BadInput, match=r"app\.zip cannot be read: No such file"):
        project.run("plan")


def test_a_file_that_is_no_package_is_bad_input(project: Project, packed: Callable[[str, bytes], Path]) -> None:
    packed("index.py", b"")
    with pytest.raises(BadInput, match="neither a folder nor packed code"):
        project.run("plan")


def test_a_build_artifact_goes_before_codeuri_and_is_named(project: Project) -> None:
    project.write({"index.py": "built = True\n"}, ".s/build/artifacts/demo/hello")
    person = deploy(project)
    assert "taken from the build artifact .s/build/artifacts/demo/hello" in person.text
    with zipfile.ZipFile(BytesIO(online(project))) as archive:
        assert archive.read("index.py") == b"built = True\n"
    assert person.text.count("build artifact") == 1


def test_fcignore_beside_s_yaml_is_not_read(project: Project) -> None:
    project.write({"keep.txt": "here"})
    project.write({".fcignore": "keep.txt\n"}, ".")
    deploy(project)
    with zipfile.ZipFile(BytesIO(online(project))) as archive:
        assert "keep.txt" in archive.namelist()


@pytest.fixture
def in_oss(project: Project) -> Project:
    """A project whose code lies in OSS, not deployed yet."""
    del project.props["function"]["codeUri"]
    project.props["function"] |= {"ossBucket": BUCKET, "ossKey": KEY}
    project.server.admin.put_object(BUCKET, KEY, ONE)
    return project


def forbidden(project: Project, status: int = 403) -> None:
    rule = {"op": "HeadObject", "times": 20, "action": {"status": status, "code": "AccessDenied", "message": "no"}}
    project.server.admin.faults([rule])


def test_code_from_oss_is_deployed_and_then_quiet(in_oss: Project) -> None:
    deploy(in_oss)
    assert online(in_oss) == ONE
    in_oss.server.admin.clear_journal()
    deploy(in_oss)
    assert in_oss.writes() == []
    assert is_quiet(in_oss)


def test_an_object_that_was_put_anew_is_our_change(in_oss: Project) -> None:
    deploy(in_oss)
    in_oss.server.admin.put_object(BUCKET, KEY, TWO)
    report, _ = in_oss.run("plan")
    [change] = [change for diff in report.plan.diffs for change in diff.changes]
    assert (change.name, change.cause.value) == ("code", "change")
    deploy(in_oss)
    assert online(in_oss) == TWO


def test_code_changed_online_that_came_from_oss_is_drift(in_oss: Project) -> None:
    deploy(in_oss)
    in_oss.edit("UpdateFunction", "demo", "hello", files={"index.py": "# bob\n"})
    report, person = in_oss.run("deploy")
    assert report.status() == 3
    assert f"oss://{BUCKET}/{KEY}" in person.text


def test_a_fresh_checkout_adopts_code_from_oss_that_is_online(in_oss: Project, tmp_path: Path) -> None:
    deploy(in_oss)
    fresh = Project(tmp_path / "b", in_oss.server, props=in_oss.props)
    assert is_quiet(fresh)
    fresh.server.admin.put_object(BUCKET, KEY, TWO)
    assert fresh.run("deploy")[0].status() == 3


def test_an_object_that_is_not_there_is_bad_input(in_oss: Project) -> None:
    in_oss.props["function"]["ossKey"] = "gone.zip"
    with pytest.raises(BadInput, match=rf"no object oss://{BUCKET}/gone\.zip"):
        in_oss.run("deploy")
    assert in_oss.run("drift")[0].status() == 0  # what is online needs no object


@pytest.mark.parametrize("status", [403, 500])
def test_an_unreadable_object_counts_as_the_one_deployed_from_there(in_oss: Project, status: int) -> None:
    deploy(in_oss)
    forbidden(in_oss, status)
    report, person = in_oss.run("plan --exit-code")
    assert report.status(exit_code=True) == 0
    assert f"oss://{BUCKET}/{KEY} was not compared" in person.text
    in_oss.server.admin.clear_journal()
    deploy(in_oss)
    assert in_oss.writes() == []


def test_an_unreadable_object_from_another_place_is_our_change(in_oss: Project) -> None:
    deploy(in_oss)
    in_oss.server.admin.put_object(BUCKET, "other.zip", TWO)
    in_oss.props["function"]["ossKey"] = "other.zip"
    forbidden(in_oss)
    deploy(in_oss)
    assert online(in_oss) == TWO
    in_oss.server.admin.faults([])
    assert is_quiet(in_oss)  # FC told the checksum of what was sent unseen


def test_an_unreadable_object_is_created_from_and_then_quiet(in_oss: Project) -> None:
    forbidden(in_oss)
    person = deploy(in_oss)
    assert "was not compared" in person.text
    assert online(in_oss) == ONE
    assert is_quiet(in_oss)


def test_an_unreadable_object_is_adopted_with_a_note(in_oss: Project, tmp_path: Path) -> None:
    deploy(in_oss)
    fresh = Project(tmp_path / "b", in_oss.server, props=in_oss.props)
    forbidden(fresh)
    fresh.server.admin.clear_journal()
    person = deploy(fresh)
    assert fresh.writes() == []
    assert "was not compared" in person.text
    assert is_quiet(fresh)


def test_drift_is_still_found_while_the_object_is_unreadable(in_oss: Project) -> None:
    deploy(in_oss)
    in_oss.edit("UpdateFunction", "demo", "hello", files={"index.py": "# bob\n"})
    forbidden(in_oss)
    assert in_oss.run("deploy")[0].status() == 3
    deploy(in_oss, "deploy --use-remote")
    assert online(in_oss) == ONE


def test_moving_the_same_package_from_a_folder_to_oss_changes_nothing(project: Project) -> None:
    deploy(project)
    project.server.admin.put_object(BUCKET, KEY, online(project))
    del project.props["function"]["codeUri"]
    project.props["function"] |= {"ossBucket": BUCKET, "ossKey": KEY}
    assert is_quiet(project)


def test_what_is_written_of_code_from_oss_is_as_its_schemas_say(in_oss: Project) -> None:
    report, _ = in_oss.run("deploy")
    valid("report", report_document(report, report.status()))
    [path] = (in_oss.root / ".s" / "fc-guard").rglob("fc2.function/*.json")
    baseline = json.loads(path.read_bytes())
    valid("baseline", baseline)
    sources = [
        value["code"].get("source") for _, value in baseline["payload"]["baseline"]["applied"] if "code" in value
    ]
    assert sources == [f"oss://{BUCKET}/{KEY}"]


def test_keys_are_not_told_where_oss_refuses_them(in_oss: Project) -> None:
    forbidden(in_oss)
    _, person = in_oss.run("plan")
    [note] = [line for line in person.said if "not compared" in line]
    assert "HTTP 403" in note
    assert "SKTEST" not in person.text
