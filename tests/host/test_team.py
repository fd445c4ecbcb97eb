"""Whose change it is, through the real host, with real git: checkouts of one repository, and a pipeline."""

from __future__ import annotations

import itertools
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
        self.numbers = itertools.count()
        self.cache: Path | None = None

    @property
    def shared(self) -> bool:
        return bool(self.variables)

    def runner(self, *more: str, branch: str = "main") -> Clone:
        """A fresh runner of the pipeline. Without a shared history the cache brings the last one's folder."""
        before = self.cache
        fresh = self.clone(f"runner-{next(self.numbers)}", "--branch", branch, *more)
        fresh.variables.update(CI)
        if before is not None and not self.shared:
            shutil.copytree(before, fresh.state)
        self.cache = fresh.state
        return fresh

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
        self.variables: dict[str, str] = {}

    @property
    def state(self) -> Path:
        return self.repo.folder / ".s" / "fc-guard"

    def s(self, *line: str) -> Finished:
        return self.host.run(self.repo.folder, *line, env=dict(self.variables))

    def deploy(self, *more: str) -> Finished:
        return self.s("deploy", *more)

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


@pytest.fixture(params=["", "oss://team-state/shop"], ids=["folder", "shared"])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    with cloud(tmp_path / "fc-local") as server:
        yield Team(tmp_path, server, request.param)


@pytest.fixture
def together(tmp_path: Path) -> Iterator[Team]:
    with cloud(tmp_path / "fc-local") as server:
        yield Team(tmp_path, server, "oss://team-state/shop")


def quiet(run: Finished) -> None:
    assert run.status == 0, run.text


def stopped(run: Finished, *told: str) -> None:
    assert run.status == 3, run.text
    assert [text for text in told if text not in run.text] == [], run.text


# The rows of the table that this began with, each with either history.


def test_two_that_deploy_the_same_commit(team: Team) -> None:
    quiet(team.clone("ann").deploy())
    quiet(team.clone("ben").deploy())


def test_a_fresh_clone_that_changes_a_line(team: Team) -> None:
    """Without a shared history it has never deployed anything, and must ask; with one it knows what it changes."""
    quiet(team.clone("ann").deploy())
    ben = team.clone("ben")
    ben.timeout(20)
    run = ben.deploy()
    if team.shared:
        quiet(run)
    else:
        stopped(run, "timeout", "never deployed from this project")


def test_what_the_other_one_deployed_and_i_have_pulled(team: Team) -> None:
    ann, ben = team.clone("ann"), team.clone("ben")
    quiet(ann.deploy())
    quiet(ben.deploy())
    ben.commit("theirs", code__index_py=handler("two"))
    quiet(ben.deploy())
    ben.timeout(20)
    quiet(ben.deploy())
    ben.push()
    ann.pull()
    ann.commit("mine", code__more_py="x = 1\n")
    run = ann.deploy()
    quiet(run)
    assert "more.py" in run.text
    assert "index.py" not in run.text


def test_what_the_other_one_deployed_and_i_have_not(team: Team) -> None:
    ann, ben = team.clone("ann"), team.clone("ben")
    quiet(ann.deploy())
    quiet(ben.deploy())
    theirs = ben.commit("theirs", code__index_py=handler("two"))
    quiet(ben.deploy())
    ann.commit("mine", code__more_py="x = 1\n")
    if team.shared:
        stopped(ann.deploy(), f'from {theirs[:10]} "theirs"', "git pull", "This repository does not have")
    else:
        stopped(ann.deploy(), "index.py  changed online")
    ben.push()
    ann.pull()
    quiet(ann.deploy())


def test_an_older_commit_that_wakes_up_does_not_win(team: Team) -> None:
    quiet(team.runner().deploy())
    author = team.clone("ann")
    first = author.repo.head
    newer = author.timeout(20, "fix: timeout")
    author.push()
    quiet(team.runner().deploy())
    late = team.runner()
    late.repo.ask("checkout", "-q", first)
    run = late.deploy()
    stopped(run, "timeout", f'GitHub Actions (robot) from {newer[:10]} "fix: timeout"', "This checkout is older than")
    quiet(late.deploy("--on-drift", "overwrite"))
    stopped(team.runner().deploy(), "rolled back")
    quiet(team.runner().deploy("--on-drift", "overwrite"))
    quiet(team.runner().deploy())


def test_a_release_each_time_from_a_fresh_runner(team: Team) -> None:
    quiet(team.runner().deploy())
    author = team.clone("ann")
    for seconds in (20, 30):
        author.timeout(seconds)
        author.commit("and code", code__index_py=handler(str(seconds)))
        author.push()
        quiet(team.runner().deploy())


def test_a_clone_that_is_cut_off_says_how_to_tell(team: Team) -> None:
    quiet(team.runner().deploy())
    author = team.clone("ann")
    author.timeout(20)
    author.commit("and one more")
    author.push()
    shallow = team.runner("--depth", "1")
    stopped(shallow.deploy(), "fetch-depth: 0")
    shallow.repo.ask("fetch", "-q", "--unshallow")
    quiet(shallow.deploy())


def test_two_branches_that_take_turns_in_one_folder(team: Team) -> None:
    ann = team.clone("ann")
    quiet(ann.deploy())
    ann.repo.ask("checkout", "-q", "-b", "feature")
    ann.timeout(30)
    quiet(ann.deploy())
    ann.repo.ask("checkout", "-q", "main")
    quiet(ann.deploy())  # all of it was deployed from this folder


def test_drift_in_a_clone_that_contains_no_deployment_still_finds_an_edit(team: Team) -> None:
    quiet(team.runner().deploy())
    team.clone("ann").commit("and one more")
    nightly = team.runner("--depth", "1")
    nightly.commit("a commit that was never deployed")
    assert nightly.s("drift", "--exit-code").status == 0
    account = harness.ACCOUNT["AccountID"]
    fix = team.server.admin.edit("UpdateFunction", ("shop", "hello"), {"timeout": 30}, who="wang", account=account)
    assert fix["status"] < 300
    stopped(nightly.s("drift", "--exit-code"), "timeout")


def test_a_pipeline_without_any_memory_says_the_two_lines_that_give_it_one(tmp_path: Path) -> None:
    with cloud(tmp_path / "fc-local") as server:
        team = Team(tmp_path, server, "")
        quiet(team.clone("ann").deploy())
        runner = team.runner()
        runner.timeout(20)
        stopped(runner.deploy(), "  state: oss://<bucket>/<prefix>", "  fetch-depth: 0")


# What git does to commits, with fresh runners that share a history.


@pytest.mark.parametrize("how", ["squash", "rebase", "merge", "cherry-pick"])
def test_a_branch_that_was_deployed_and_comes_to_main(together: Team, how: str) -> None:
    quiet(together.runner().deploy())
    author = together.clone("ann")
    author.repo.ask("checkout", "-q", "-b", "fix")
    author.timeout(20, "fix: timeout")
    author.repo.ask("push", "-q", "origin", "fix")
    quiet(together.runner(branch="fix").deploy())
    author.repo.ask("checkout", "-q", "main")
    author.repo.ask("commit", "-q", "--allow-empty", "-m", "main went on")
    match how:
        case "squash":
            author.repo.ask("merge", "-q", "--squash", "fix")
            author.commit("fix: timeout (#1)")
        case "merge":
            author.repo.ask("merge", "-q", "--no-ff", "--no-edit", "fix")
        case "rebase":
            author.repo.ask("rebase", "-q", "main", "fix")
            author.repo.ask("checkout", "-q", "main")
            author.repo.ask("merge", "-q", "--ff-only", "fix")
        case _:
            author.repo.ask("cherry-pick", "fix")
    author.timeout(30, "longer still")
    author.push()
    quiet(together.runner().deploy())


def test_main_that_lacks_the_branch_that_was_deployed(together: Team) -> None:
    quiet(together.runner().deploy())
    author = together.clone("ann")
    author.repo.ask("checkout", "-q", "-b", "fix")
    fix = author.timeout(20, "fix: timeout")
    author.repo.ask("push", "-q", "origin", "fix")
    quiet(together.runner(branch="fix").deploy())
    author.repo.ask("checkout", "-q", "main")
    author.commit("main went on", code__more_py="x = 1\n")
    author.push()
    stopped(together.runner().deploy(), "merge it, or rebase onto it", fix[:10])


def test_a_revert_in_git_is_a_change_of_ours(together: Team) -> None:
    quiet(together.runner().deploy())
    author = together.clone("ann")
    author.timeout(20)
    author.push()
    quiet(together.runner().deploy())
    author.repo.ask("revert", "--no-edit", "HEAD")
    author.push()
    quiet(together.runner().deploy())


def test_a_forced_push_that_drops_what_was_deployed(together: Team) -> None:
    quiet(together.runner().deploy())
    author = together.clone("ann")
    author.timeout(20, "deployed, and dropped later")
    author.push()
    quiet(together.runner().deploy())
    author.repo.ask("reset", "-q", "--hard", "HEAD~1")
    author.commit("another way", code__more_py="x = 1\n")
    author.repo.ask("push", "-q", "--force", "origin", "HEAD:main")
    stopped(together.runner().deploy(), "deployed, and dropped later", "does not have")


def test_what_was_deployed_uncommitted_is_in_no_checkout(together: Team) -> None:
    ann = together.clone("ann")
    quiet(ann.deploy())
    path = ann.repo.folder / "s.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("timeout: 10", "timeout: 40"), encoding="utf-8")
    quiet(ann.deploy())
    stopped(together.clone("ben").deploy(), "deployed changes that no commit has")
    quiet(ann.deploy())


def test_the_question_leads_with_the_way_out(together: Team) -> None:
    ann, ben = together.clone("ann"), together.clone("ben")
    quiet(ann.deploy())
    ben.timeout(20)
    quiet(ben.deploy())
    ann.commit("mine", code__more_py="x = 1\n")
    with ann.host.terminal(ann.repo.folder, "deploy", env=dict(ann.variables)) as terminal:
        before = terminal.expect("[o] overwrite what is online")
        terminal.line("s")
        assert terminal.finish() != 0
    assert before.index("git pull --rebase, and deploy again") < before.index("What should happen?")


def test_a_person_at_an_older_commit_is_told_how_to_leave_it_and_how_to_roll_back(together: Team) -> None:
    ann = together.clone("ann")
    first = ann.repo.head
    ann.timeout(20)
    ann.push()
    quiet(ann.deploy())
    ben = together.clone("ben")
    ben.repo.ask("checkout", "-q", first)
    run = ben.deploy()
    stopped(run, "git switch main, and deploy again,", "--on-drift overwrite to roll back on purpose")
    assert "git pull" not in run.text
    ben.repo.ask("switch", "-q", "main")
    quiet(ben.deploy())


def test_branches_that_went_two_ways(together: Team) -> None:
    ann, ben = together.clone("ann"), together.clone("ben")
    theirs = ann.timeout(20)
    ann.push()
    quiet(ann.deploy())
    ben.commit("mine", code__more_py="x = 1\n")
    stopped(ben.deploy(), "git pull --rebase, and deploy again")
    ben.repo.ask("fetch", "-q")
    stopped(ben.deploy(), f"git pull --rebase, or git merge {theirs[:10]}, and deploy again")
    ben.repo.ask("pull", "-q", "--rebase")
    quiet(ben.deploy())


def test_history_says_who_deployed_what(together: Team) -> None:
    quiet(together.clone("ann").deploy())
    ben = together.clone("ben")
    ben.timeout(20, "fix: timeout")
    quiet(ben.deploy())
    told = together.runner().s("history")
    assert told.status == 0, told.text
    assert "ben@" in told.text
    assert '"fix: timeout"' in told.text
    assert "timeout 10 → 20" in told.text
    assert told.text.index("ben@") < told.text.index("ann@")
