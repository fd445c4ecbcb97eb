"""What was deployed from a folder with changes, and is committed and deployed again: then it is in a commit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.objects import OssObjects, service
from fc_local.server import LocalServer
from tests.integration.checkouts import begun, cloned, git
from tests.integration.project import ACCOUNT, KEYS, Project
from tests.props import REGION


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))


@pytest.fixture
def ann(tmp_path: Path, server: LocalServer) -> Project:
    return begun(tmp_path / "ann", server)


@pytest.fixture
def ben(tmp_path: Path, ann: Project) -> Project:
    return cloned(ann, tmp_path / "ben")


@pytest.fixture
def bucket(server: LocalServer) -> Iterator[OssObjects]:
    made = OssObjects("team-state", "shop/", service(REGION, server.url), Credential(ACCOUNT, *KEYS[:2]))
    yield made
    made.close()


def commit(project: Project, *words: str) -> None:
    git(project.root.parent, "add", "-A")
    git(project.root.parent, "commit", "-q", "-m", "a change", *words)


def pull(project: Project, other: Project) -> None:
    git(project.root.parent, "pull", "-q", "--no-rebase", "--no-edit", str(other.root.parent), "HEAD")


def status(project: Project) -> int:
    return project.run("deploy")[0].status()


def records(bucket: OssObjects) -> set[str]:
    return {item.key for item in bucket.list("records/")}


def test_what_was_deployed_first_and_committed_then_is_in_the_commit(
    ann: Project, ben: Project, bucket: OssObjects
) -> None:
    assert status(ann) == 0
    ann.write({"index.py": "ann's\n"})
    assert status(ann) == 0
    commit(ann)
    before = records(bucket)
    assert status(ann) == 0
    renewed = records(bucket) - before
    assert len(renewed) == 1, "one entry for the function; its service was deployed from the commit before"
    pull(ben, ann)
    ben.write({"index.py": "ann's, and ben's\n"})
    assert status(ben) == 0


def test_once_it_is_renewed_a_deployment_with_nothing_to_send_writes_nothing(ann: Project, bucket: OssObjects) -> None:
    ann.write({"index.py": "ann's\n"})
    assert status(ann) == 0
    before = records(bucket)
    assert status(ann) == 0
    assert records(bucket) == before, "no commit has it yet"
    commit(ann)
    assert status(ann) == 0
    before = records(bucket)
    assert status(ann) == 0
    assert records(bucket) == before
    commit(ann, "--allow-empty")
    assert status(ann) == 0
    assert records(bucket) == before, "the commit that was deployed is contained"


def test_a_commit_that_was_amended_since_is_renewed(ann: Project, ben: Project) -> None:
    assert status(ann) == 0
    ann.write({"index.py": "ann's\n"})
    commit(ann)
    assert status(ann) == 0
    (ann.root / "README").write_text("in the same commit, after all\n", encoding="utf-8")
    commit(ann, "--amend")
    assert status(ann) == 0
    pull(ben, ann)
    ben.write({"index.py": "ann's, and ben's\n"})
    assert status(ben) == 0


def test_a_folder_that_went_back_to_an_older_commit_renews_nothing(ann: Project, bucket: OssObjects) -> None:
    (ann.root / "README").write_text("nothing that is deployed\n", encoding="utf-8")
    commit(ann)
    assert status(ann) == 0
    before = records(bucket)
    git(ann.root.parent, "checkout", "-q", "HEAD~1")
    assert status(ann) == 0
    assert records(bucket) == before, "it would look like a rollback"


def test_a_file_beside_s_yaml_is_no_change_and_one_in_the_code_is_told_once(ann: Project, ben: Project) -> None:
    ann.write({".fcignore": "*.log\n"})
    commit(ann)
    (ann.root / "plan.md").write_text("as of --report plan.md\n", encoding="utf-8")
    ann.write({"today.log": "left out\n"})
    report, person = ann.run("deploy")
    assert report.status() == 0
    assert "not as the commit has" not in person.text
    pull(ben, ann)
    ben.write({"index.py": "ben's\n"})
    commit(ben)
    report, person = ben.run("deploy")
    assert report.status() == 0
    assert "not as the commit has" not in person.text
    pull(ann, ben)
    ann.write({"more.py": "x = 1\n"})
    report, person = ann.run("deploy")
    assert report.status() == 0
    assert person.text.count("not as the commit has it: shop/code/more.py.\nCommit it and deploy again") == 1
