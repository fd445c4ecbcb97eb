"""The code of a container is its image: codeUri is for the build, and no package is read, compared or sent."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from fc_guard.model.fields import Cause
from tests.integration.project import ACCOUNT, REGION, Person, Project
from tests.integration.silence import assert_silent, deployed, fresh, listed
from tests.integration.test_code_sources import online
from tests.integration.written import S_YAML, Written

IMAGE: Final = "registry.cn-hangzhou.aliyuncs.com/a/b:1"
BOX: Final[dict[str, Any]] = {"runtime": "custom-container", "customContainerConfig": {"image": IMAGE}}
FIXED: Final = "# mended online\n"


def boxed(project: Project) -> Project:
    project.props["function"] |= BOX
    return project


def unboxed(project: Project) -> Project:
    project.props["function"] = {**project.props["function"], "runtime": "python3"}
    del project.props["function"]["customContainerConfig"]
    return project


def mended(project: Project) -> bytes:
    """Somebody's package, which is online from now on, whether or not it runs."""
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": FIXED})
    return online(project)


@pytest.mark.parametrize("folder", ["there", "missing"])
def test_the_folder_of_a_container_s_codeuri_is_not_sent_and_need_not_exist(project: Project, folder: str) -> None:
    boxed(project)
    if folder == "missing":
        shutil.rmtree(project.root / "code")
    deployed(project)
    answer = project.server.admin.edit("GetFunction", ("demo", "hello"), account=ACCOUNT, region=REGION)
    assert not answer["body"]["codeSize"]
    project.write({"Dockerfile": "FROM scratch\n"})
    assert_silent(project)
    assert project.run("drift")[0].status() == 0
    report, person = project.run("remove -y")
    assert report.status() == 0, person.text


def test_a_container_that_the_predecessor_deployed_is_adopted_without_a_question(project: Project) -> None:
    props = {name: value for name, value in project.props["function"].items() if name != "codeUri"}
    project.edit("CreateService", serviceName="demo", description="demo service")
    body = {"functionName": props["name"], "memorySize": props["memorySize"], "timeout": props["timeout"], **BOX}
    project.edit("CreateFunction", "demo", **body, handler="not-used", environmentVariables={"LEVEL": "info"})
    project.props |= {"triggers": []}
    boxed(project)
    causes = {cause for name, cause in listed(project).items() if name == "code" or "customContainer" in name}
    assert causes == set()


def test_a_function_that_becomes_a_container_and_one_again_gets_its_code_again(project: Project) -> None:
    deployed(project)
    before = online(project)
    deployed(boxed(project))
    assert_silent(project)
    assert_silent(fresh(project))
    mended(project)
    assert_silent(project)
    deployed(unboxed(project))
    assert online(project) == before
    assert_silent(project)


def test_code_that_somebody_mended_is_asked_about_before_a_container_takes_its_place(project: Project) -> None:
    deployed(project)
    theirs = mended(project)
    assert listed(boxed(project))["code"] is Cause.DRIFT
    report, _ = project.run("deploy")
    assert report.status() == 3
    report, person = project.run("deploy --use-remote")
    assert report.status() == 0 and "rescue copy" in person.text
    assert online(project) == theirs
    packages = [path.read_bytes() for path in (project.root / ".s").rglob("*") if path.is_file()]
    assert theirs in packages
    assert_silent(project)


@pytest.mark.parametrize("policy", ["keep", "merge"])
def test_code_that_was_kept_under_a_container_is_sent_when_it_is_none_any_more(project: Project, policy: str) -> None:
    deployed(project)
    before = online(project)
    mended(project)
    assert boxed(project).run(f"deploy --on-drift {policy}")[0].status() == 0
    assert_silent(project)
    deployed(unboxed(project))
    assert online(project) == before


def test_a_package_from_before_it_was_a_container_is_not_written_by_sync_or_pull(project: Project) -> None:
    written = Written(project)
    written.deploy()
    boxes = f"runtime: custom-container\n        customContainerConfig:\n          image: {IMAGE}\n"
    written.save(S_YAML.replace("runtime: python3\n", boxes))
    written.deploy()
    mended(project)
    lines, _ = written.pull()
    assert lines == "" and FIXED not in (project.root / "code" / "index.py").read_text(encoding="utf-8")
    report, person = written.run("sync --target-dir copy", Person())
    assert report.status() == 0, person.text
    copy = Path(project.root / "copy")
    assert (copy / "s.yaml").is_file() and not (copy / "code").exists()
    written.require_quiet()
