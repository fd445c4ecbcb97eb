"""What a package never holds (.s, .git, what .fcignore names, temporary files) is left out of both sides."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Final

import pytest

from fc_guard.model.fields import Cause
from tests.integration.project import CODE, Project
from tests.integration.silence import assert_silent, deployed, fresh, listed
from tests.integration.test_code_sources import online, zip_of
from tests.integration.test_pull_code import code, put
from tests.integration.written import Written

IGNORE: Final = {".fcignore": "data/\n*.log\n"}
LEFT: Final = {
    ".s/build/artifacts/demo/hello/index.py": "# built\n",
    ".git/config": "[core]\n",
    "sub/.git/HEAD": "ref\n",
    ".fcignore": IGNORE[".fcignore"],
    "data/big.csv": "1\n",
    "a.log": "x\n",
    ".index.py.fc-guard-0a1b2c3d": "half\n",
}
INDEX: Final = CODE["index.py"]
THEIRS: Final = INDEX.replace("one", "two")


@pytest.fixture
def ignoring(project: Project) -> Project:
    project.code = {**CODE, **IGNORE}
    project.write(project.code)
    return project


def names_online(project: Project) -> set[str]:
    with zipfile.ZipFile(BytesIO(online(project))) as archive:
        return set(archive.namelist())


def upload(project: Project, *extra: str, index: str = INDEX) -> None:
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": index, **{name: LEFT[name] for name in extra}})


@pytest.mark.parametrize("name", LEFT)
def test_a_package_that_holds_besides_what_none_here_holds_is_adopted_without_a_question(
    ignoring: Project, name: str
) -> None:
    deployed(ignoring)
    upload(ignoring, name)
    for checkout in (fresh(ignoring), ignoring):  # adopted, and uploaded again by somebody
        report, person = checkout.run("deploy")
        assert (report.status(), report.plan.undecided) == (0, ()), person.text
        assert_silent(checkout)
        assert name in names_online(ignoring)


def test_what_is_left_out_is_told_once(ignoring: Project) -> None:
    deployed(ignoring)
    upload(ignoring, ".git/config", "a.log")
    told = "also holds what no package here does, which is not compared: .git/config, a.log"
    other = fresh(ignoring)
    assert other.run("deploy")[1].text.count(told) == 1
    assert told not in other.run("deploy")[1].text


def test_a_file_that_code_may_read_is_no_leftover(ignoring: Project) -> None:
    deployed(ignoring)
    ignoring.edit("UpdateFunction", "demo", "hello", files={"index.py": INDEX, ".env": "KEY=1\n"})
    assert listed(ignoring) == {"code": Cause.DRIFT}
    assert listed(fresh(ignoring)) == {"code": Cause.UNKNOWN}
    ignoring.write({".fcignore": ".env\n"})
    assert "code" not in {name for name, cause in listed(ignoring).items() if cause is not Cause.CHANGE}


def test_a_file_that_fcignore_comes_to_name_leaves_the_package_at_the_next_deployment(project: Project) -> None:
    project.write({"secret.pem": "-----BEGIN-----\n"})
    deployed(project)
    assert "secret.pem" in names_online(project)
    project.write({".fcignore": "secret.pem\n"})
    assert listed(project) == {"code": Cause.CHANGE}
    deployed(project)
    assert names_online(project) == {"index.py"}


def test_packed_code_is_compared_whole(project: Project) -> None:
    (project.root / "app.zip").write_bytes(zip_of({"index.py": INDEX, ".s/x": "x"}))
    project.props["function"]["codeUri"] = "app.zip"
    deployed(project)
    put(Written(project), {"index.py": INDEX})
    assert listed(project) == {"code": Cause.DRIFT}


def test_a_merge_takes_their_change_and_not_what_no_package_holds(ignoring: Project) -> None:
    ignoring.write({"util.py": "a = 1\n"})
    deployed(ignoring)
    files = {"index.py": THEIRS, "util.py": "a = 1\n", ".s/x": "x", "data/big.csv": "1\n"}
    ignoring.edit("UpdateFunction", "demo", "hello", files=files)
    ignoring.write({"util.py": "a = 2\n"})
    report, person = ignoring.run("deploy --on-drift merge --write-back")
    assert report.status() == 0, (person.text, report.error)
    with zipfile.ZipFile(BytesIO(online(ignoring))) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert found == {"index.py": THEIRS, "util.py": "a = 2\n"}
    assert (ignoring.root / "code" / "index.py").read_text(encoding="utf-8") == THEIRS
    assert not (ignoring.root / "code" / "data").exists()
    assert_silent(ignoring)


def test_a_pull_takes_their_change_and_is_complete(ignoring: Project) -> None:
    written = Written(ignoring)
    written.deploy()
    put(written, {"index.py": THEIRS, ".s/x": "x", "a.log": "x", ".fcignore": IGNORE[".fcignore"]})
    written.pull()
    assert code(written) == {"index.py": THEIRS, **IGNORE}
    written.require_quiet()


def test_a_rescue_copy_is_the_whole_package_and_goes_back_whole(ignoring: Project) -> None:
    deployed(ignoring)
    upload(ignoring, ".s/build/artifacts/demo/hello/index.py", "data/big.csv", index=THEIRS)
    theirs = online(ignoring)
    report, person = ignoring.run("deploy --use-remote")
    assert report.status() == 0, person.text
    assert names_online(ignoring) == {"index.py"}
    saved = [path.read_bytes() for path in (ignoring.root / ".s").rglob("*") if path.is_file()]
    assert theirs in saved
    assert ignoring.run("undo -y")[0].status() == 0
    assert online(ignoring) == theirs
    report, person = ignoring.run("undo -y")  # back to ours
    assert report.status() in (0, 3), person.text
    report, _ = ignoring.run("drift")
    assert report.status() == 0


def test_a_watch_leaves_out_the_same(ignoring: Project) -> None:
    deployed(ignoring)
    upload(ignoring, *LEFT)
    report, person = ignoring.run("drift --exit-code")
    assert report.status(exit_code=True) == 0, person.text
    upload(ignoring, *LEFT, index=THEIRS)
    report, person = ignoring.run("drift --exit-code")
    assert report.status(exit_code=True) != 0 and "index.py" in person.text


@pytest.mark.parametrize("seen_before", [True, False])
def test_what_is_left_out_of_the_compare_is_saved_before_a_deployment_replaces_it(
    ignoring: Project, *, seen_before: bool
) -> None:
    deployed(ignoring)
    upload(ignoring, "a.log", "data/big.csv")
    if seen_before:
        deployed(ignoring)  # it is recorded, without a question
    ignoring.write({"index.py": INDEX.replace("one", "three")})
    report, person = ignoring.run("deploy")
    assert (report.status(), report.plan.undecided) == (0, ()), person.text
    assert names_online(ignoring) == {"index.py"}
    [copy] = report.rescues
    with zipfile.ZipFile(ignoring.root / copy.directory / "code.zip") as archive:
        assert {"a.log", "data/big.csv"} <= set(archive.namelist())


def test_what_was_sent_from_here_is_not_saved_again(ignoring: Project) -> None:
    deployed(ignoring)
    ignoring.write({"index.py": INDEX.replace("one", "three")})
    report, _ = ignoring.run("deploy")
    assert report.rescues == ()
