"""Whose change it is, through the real host, with real git: checkouts of one repository, and a pipeline."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gits import Repo
from tests.host import harness
from tests.host.harness import Finished, Host, write_files
from tests.host.scenes import PROPS, cloud, handler

from fc_local.server import LocalServer

CI = {"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "robot", "GITHUB_RUN_ID": "7"}


class Team:
    """A repository, its clones, and the cloud that all of them deploy to. `shared` is where they keep their history."""

    def __init__(self, root: Path, server: LocalServer, shared: str) -> None:
        self.root, self.server = root, server
        self.variables = {"FC_GUARD_STATE": shared} if shared else {}
        self.origin = Repo.make(root / "origin")
        harness.project_v3(self.origin.folder, {"one": PROPS})
        write_files(self.origin.folder, {"code/index.py": handler("one"), ".gitignore": ".s/\n"})
        self.origin.commit("first")
        self.origin.ask("config", "receive.denyCurrentBranch", "updateInstead")

    def clone(self, name: str, *more: str) -> Clone:
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        repo = self.origin.clone(folder, *more)
        host = Host(self.root / f"home-{name}").with_keys()
        host.variables.update(FC_GUARD_ENDPOINT=self.server.url, USER=name, LOGNAME=name, **self.variables)
        return Clone(repo, host)


class Clone:
    def __init__(self, repo: Repo, host: Host) -> None:
        self.repo, self.host = repo, host
        self.kept = ""  # the cache of a pipeline

    def s(self, *line: str, **env: str) -> Finished:
        return self.host.run(self.repo.folder, *line, env=dict(env))

    def deploy(self, *more: str, **env: str) -> Finished:
        return self.s("deploy", *more, **env)

    def commit(self, subject: str, **files: str) -> str:
        return self.repo.commit(subject, **files)

    def timeout(self, seconds: int, subject: str = "timeout") -> str:
        path = self.repo.folder / "s.yaml"
        text = path.read_text(encoding="utf-8")
        now = next(line for line in text.splitlines() if "timeout:" in line)
        path.write_text(text.replace(now, f"{now.split(':')[0]}: {seconds}"), encoding="utf-8")
        return self.commit(subject)

    def push(self) -> None:
        self.repo.ask("push", "-q", "origin", "HEAD:main")

    def pull(self) -> None:
        self.repo.ask("pull", "-q", "--no-rebase", "--no-edit", "origin", "main")


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with cloud(tmp_path / "fc-local") as server:
        yield Team(tmp_path, server, "")


def told(run: Finished) -> str:
    return run.text


def test_two_that_deploy_the_same_commit(team: Team) -> None:
    assert team.clone("ann").deploy().status == 0
    second = team.clone("ben").deploy()
    assert second.status == 0, second.text


def test_what_the_other_one_deployed_and_i_have_pulled(team: Team) -> None:
    ann, ben = team.clone("ann"), team.clone("ben")
    assert (ann.deploy().status, ben.deploy().status) == (0, 0)
    ben.commit("theirs", code__index_py=handler("two"))
    assert ben.deploy().status == 0
    ben.timeout(20)
    assert ben.deploy().status == 0
    ben.push()
    ann.pull()
    ann.commit("mine", code__more_py="x = 1\n")
    run = ann.deploy()
    assert run.status == 0, run.text
    assert "more.py" in run.text
    assert "index.py" not in run.text


def test_what_the_other_one_deployed_and_i_have_not(team: Team) -> None:
    ann, ben = team.clone("ann"), team.clone("ben")
    assert (ann.deploy().status, ben.deploy().status) == (0, 0)
    ben.commit("theirs", code__index_py=handler("two"))
    assert ben.deploy().status == 0
    ann.commit("mine", code__more_py="x = 1\n")
    run = ann.deploy()
    assert run.status == 3, run.text


def test_a_pipelines_cache_and_an_older_commit_that_wakes_up(team: Team) -> None:
    """The state folder goes from run to run, as a CI cache brings it: a job of an older commit must not win."""
    pipeline = team.clone("robot")
    first = pipeline.repo.head
    assert pipeline.deploy(**CI).status == 0
    newer = pipeline.timeout(20, "fix: timeout")
    assert pipeline.deploy(**CI).status == 0
    pipeline.repo.ask("checkout", "-q", first)
    run = pipeline.deploy(**CI)
    assert run.status == 3, run.text
    assert "timeout" in run.text
    assert f'GitHub Actions (robot) from {newer[:10]} "fix: timeout"' in run.text
    assert "This checkout is older than" in run.text
    assert "git pull" in run.text
    assert pipeline.deploy("--on-drift", "overwrite", **CI).status == 0, "rolling back is said"
    pipeline.repo.ask("checkout", "-q", "main")
    again = pipeline.deploy(**CI)
    assert again.status == 3, "and is not undone by the next run of the newer commit"
    assert "rolled back" in again.text


def test_a_pipelines_cache_and_the_next_commit(team: Team) -> None:
    pipeline = team.clone("robot")
    assert pipeline.deploy(**CI).status == 0
    pipeline.timeout(20)
    assert pipeline.deploy(**CI).status == 0
    pipeline.commit("mine", code__more_py="x = 1\n")
    run = pipeline.deploy(**CI)
    assert run.status == 0, run.text


def test_a_clone_that_is_cut_off_says_how_to_tell(team: Team) -> None:
    pipeline = team.clone("robot")
    assert pipeline.deploy(**CI).status == 0
    state = pipeline.repo.folder / ".s" / "fc-guard"
    pipeline.timeout(20)
    pipeline.commit("and one more")
    pipeline.push()
    shallow = team.clone("next", "--depth", "1")
    shutil.copytree(state, shallow.repo.folder / ".s" / "fc-guard")
    run = shallow.deploy(**CI)
    assert run.status == 3, run.text
    assert "fetch-depth: 0" in run.text
    shallow.repo.ask("fetch", "-q", "--unshallow")
    assert shallow.deploy(**CI).status == 0


def test_two_branches_that_take_turns_in_one_folder(team: Team) -> None:
    ann = team.clone("ann")
    assert ann.deploy().status == 0
    ann.repo.ask("checkout", "-q", "-b", "feature")
    ann.timeout(30)
    assert ann.deploy().status == 0
    ann.repo.ask("checkout", "-q", "main")
    run = ann.deploy()
    assert run.status == 0, "all of it was deployed from this folder"
    document = ann.s("plan", "--silent", "--output", "json").json()
    assert json.dumps(document).count('"drifted": true') == 0


def test_drift_in_a_clone_that_contains_no_deployment_still_finds_an_edit(team: Team) -> None:
    pipeline = team.clone("robot")
    assert pipeline.deploy(**CI).status == 0
    state = pipeline.repo.folder / ".s" / "fc-guard"
    pipeline.commit("and one more")
    pipeline.push()
    shallow = team.clone("nightly", "--depth", "1")
    shutil.copytree(state, shallow.repo.folder / ".s" / "fc-guard")
    assert shallow.s("drift", "--exit-code", **CI).status == 0
    account = harness.ACCOUNT["AccountID"]
    fix = team.server.admin.edit("UpdateFunction", ("shop", "hello"), {"timeout": 30}, who="wang", account=account)
    assert fix["status"] < 300
    run = shallow.s("drift", "--exit-code", **CI)
    assert run.status == 3, run.text
    assert "timeout" in run.text
