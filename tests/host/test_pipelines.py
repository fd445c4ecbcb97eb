"""The pipelines to start from: their shell, as their systems run it, with the real `s`, real git and the local FC."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.gits import Repo
from tests.host import harness
from tests.host.harness import Host, write_files
from tests.host.scenes import PROPS, cloud, handler

from fc_local.server import LocalServer

ROOT = Path(__file__).resolve().parents[2]
PIPELINES = ROOT / "examples" / "pipelines"
MARK = "<!-- fc-guard plan -->"
STUBS = {
    "npm": "exit 0",
    "apt-get": "exit 0",
    "gh": 'printf "%s\\n" "$*" >> "$STUB_LOG"; case "$*" in *--paginate*) cat "$STUB_LAST" 2> /dev/null || true;; esac',
    "curl": 'printf "%s\\n" "$*" >> "$STUB_LOG"',
}
"""What a runner has and a test has not: what would be installed, and what would be told to another server."""


class Runner:
    """A runner of a CI system: a clone for each job, a home of its own, and nothing kept in between."""

    def __init__(self, root: Path, server: LocalServer) -> None:
        self.root, self.server = root, server
        self.origin = Repo.make(root / "origin")
        harness.project_v3(self.origin.folder, {"one": PROPS})
        write_files(self.origin.folder, {"code/index.py": handler("one"), ".gitignore": ".s/\n*.md\n*.html\n"})
        self.origin.commit("first")
        self.log, self.last = root / "told", root / "last"
        self.bin = root / "bin"
        self.bin.mkdir()
        for name, does in STUBS.items():
            self._program(name, does)
        self._number = 0
        self.folder = root
        self.host = Host(root / "home-0")

    def _program(self, name: str, does: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        path.chmod(0o755)

    def job(self, *clone: str, branch: str = "main") -> None:
        """A fresh runner, with the checkout that the file asks for."""
        self._number += 1
        self.folder = self.root / f"job-{self._number}"
        self.origin.clone(self.folder, "--branch", branch, *clone)
        self.host = Host(self.root / f"home-{self._number}")
        self._program("s", "exec " + shlex.join(self.host.command([])) + ' "$@"')

    def play(self, script: str, env: Mapping[str, str], program: str = "bash -eo pipefail") -> tuple[int, str]:
        variables = {
            **self.host.environment(),
            "FC_GUARD_ENDPOINT": self.server.url,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": harness.ACCOUNT["AccessKeyID"],
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": harness.ACCOUNT["AccessKeySecret"],
            "ALIBABA_CLOUD_ACCOUNT_ID": harness.ACCOUNT["AccountID"],
            "STUB_LOG": str(self.log),
            "STUB_LAST": str(self.last),
            **env,
        }
        variables["PATH"] = f"{self.bin}:{variables['PATH']}"
        done = subprocess.run(
            [*program.split(), "-c", script],
            cwd=self.folder,
            env=variables,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=120,
        )
        return done.returncode, harness.plain(done.stdout + done.stderr)

    def told(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def timeout(self, seconds: int) -> None:
        """Somebody's fix in the console."""
        answer = self.server.admin.edit(
            "UpdateFunction",
            ("shop", "hello"),
            {"timeout": seconds},
            who="wang",
            account=harness.ACCOUNT["AccountID"],
            region="cn-hangzhou",
        )
        assert answer["status"] < 300, answer


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    with cloud(tmp_path / "fc-local") as server:
        yield Runner(tmp_path, server)


def text_of(name: str) -> str:
    return (PIPELINES / name).read_text(encoding="utf-8")


def state_of(name: str) -> str:
    """Where a file keeps the record."""
    found = re.search(r"FC_GUARD_STATE\s*[:=]\s*'?(oss://[a-z0-9/-]+)", text_of(name))
    assert found is not None
    return found[1]


# GitHub Actions


def steps() -> dict[str, Any]:
    """The steps with a shell, by name; the second word of one without a name."""
    job = yaml.safe_load(text_of("github-actions.yml"))["jobs"]["fc"]
    return {step.get("name", step["run"].split()[1]): step for step in job["steps"] if "run" in step}


def github(runner: Runner, name: str, **env: str) -> tuple[int, str]:
    step = steps()[name]
    given = {key: str(value) for key, value in step.get("env", {}).items()}
    expressions = {
        "${{ github.token }}": "token",
        "${{ github.repository }}": "me/shop",
        "${{ github.event.number }}": "7",
    }
    for expression, value in expressions.items():
        given = {key: text.replace(expression, value) for key, text in given.items()}
    system = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "robot",
        "GITHUB_STEP_SUMMARY": str(runner.root / "summary.md"),
        "FC_GUARD_STATE": state_of("github-actions.yml"),
    }
    assert "${{" not in step["run"] + "".join(given.values()), "what the test does not put in"
    return runner.play(step["run"], {**system, **given, **env})


def test_github_plans_deploys_and_watches(runner: Runner) -> None:
    runner.job()
    assert github(runner, "deploy")[0] == 0
    runner.origin.ask("checkout", "-q", "-b", "feature")
    runner.origin.commit("more", code__more_py="x = 1\n")
    runner.job(branch="feature")
    status, text = github(runner, "plan")
    assert status == 0, text
    comment = (runner.folder / "plan.md").read_text(encoding="utf-8")
    assert comment.startswith(MARK)
    assert "more.py" in comment
    assert github(runner, "comment")[0] == 0
    assert "--method POST repos/me/shop/issues/7/comments --field body=@plan.md" in runner.told()
    runner.last.write_text("https://api.example.com/comments/1\n", encoding="utf-8")
    assert github(runner, "comment")[0] == 0
    assert "--method PATCH https://api.example.com/comments/1" in runner.told()
    runner.origin.ask("checkout", "-q", "main")
    runner.origin.ask("merge", "-q", "--squash", "feature")
    runner.origin.commit("more, squashed")
    runner.job()
    status, text = github(runner, "deploy")
    assert status == 0, text
    runner.job()
    assert github(runner, "drift")[0] == 0
    runner.timeout(20)
    status, text = github(runner, "drift")
    assert status == 3, text
    assert github(runner, "summary")[0] == 0
    assert "timeout" in (runner.root / "summary.md").read_text(encoding="utf-8")


def test_github_says_on_the_pull_request_what_was_changed_online(runner: Runner) -> None:
    runner.job()
    assert github(runner, "deploy")[0] == 0
    runner.timeout(20)
    runner.job()
    status, text = github(runner, "plan")
    assert status == 1, text
    comment = (runner.folder / "plan.md").read_text(encoding="utf-8")
    assert "timeout" in comment
    assert github(runner, "comment")[0] == 0


# GitLab CI


def gitlab(runner: Runner, job: str, **env: str) -> tuple[int, str]:
    document = yaml.safe_load(text_of("gitlab-ci.yml"))
    told = {**document[".fc"], **document[job]}
    variables = {
        name: str(value).replace("$CI_PROJECT_DIR", str(runner.folder)) for name, value in document["variables"].items()
    }
    variables.pop("FC_GUARD_HOME")  # a cache: here the one that all tests share
    system = {"CI": "true", "GITLAB_CI": "true", "GITLAB_USER_LOGIN": "robot", **variables}
    script = "\n".join([*told["before_script"], *told["script"]])
    status, text = runner.play(script, {**system, **env}, program="bash -eo pipefail")
    if "after_script" in told:
        after, more = runner.play("\n".join(told["after_script"]), {**system, **env})
        assert after == 0, more
    return status, text


def test_gitlab_plans_and_deploys_exactly_so(runner: Runner) -> None:
    runner.job()
    status, text = gitlab(runner, "plan")
    assert status == 0, text
    saved = (runner.folder / ".s" / "plan.json").read_bytes()
    runner.job()
    (runner.folder / ".s").mkdir(exist_ok=True)
    (runner.folder / ".s" / "plan.json").write_bytes(saved)  # the artifact
    status, text = gitlab(runner, "deploy")
    assert status == 0, text
    runner.origin.commit("more", code__more_py="x = 1\n")
    runner.job()
    assert gitlab(runner, "plan")[0] == 0
    runner.timeout(20)
    status, text = gitlab(runner, "deploy")
    assert status == 5, text
    assert "timeout" in text
    assert gitlab(runner, "drift")[0] == 3


def test_gitlab_notes_the_plan_on_the_merge_request(runner: Runner) -> None:
    runner.job()
    notes = {"CI_API_V4_URL": "https://gitlab.example.com/api/v4", "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "6"}
    status, text = gitlab(runner, "note", FC_GUARD_NOTES_TOKEN="token", **notes)
    assert status == 0, text
    assert (
        "--data-urlencode body@plan.md https://gitlab.example.com/api/v4/projects/5/merge_requests/6/notes"
        in runner.told()
    )


# Jenkins


def jenkins(runner: Runner, stage: str, **env: str) -> tuple[int, str]:
    part = text_of("Jenkinsfile").split(f"stage('{stage}')")[1].split("stage(")[0]
    lines = [line.replace("\\'", "'") for line in re.findall(r"sh '((?:[^'\\]|\\.)*)'", part)]
    assert lines
    system = {
        "CI": "true",
        "JENKINS_URL": "https://jenkins.example.com/",
        "BUILD_URL": "https://jenkins.example.com/job/shop/1/",
        "BRANCH_NAME": "main",
        "WORKSPACE_TMP": str(runner.root / "tmp"),
        "FC_GUARD_STATE": state_of("Jenkinsfile"),
    }
    return runner.play("\n".join(lines), {**system, **env}, program="sh -xe")


def test_jenkins_plans_waits_and_deploys(runner: Runner) -> None:
    runner.job()
    for stage in ("Checkout", "Plan", "Deploy", "Drift"):
        status, text = jenkins(runner, stage)
        assert status == 0, text
    assert (runner.folder / "plan.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    runner.timeout(20)
    assert jenkins(runner, "Drift")[0] == 3


def test_the_jenkinsfile_is_closed_where_it_is_opened() -> None:
    text = re.sub(r"//.*|'(?:[^'\\]|\\.)*'", "", text_of("Jenkinsfile"))
    opened = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for char in text:
        if char in pairs.values():
            opened.append(char)
        elif char in pairs:
            assert opened.pop() == pairs[char]
    assert opened == []


# Yunxiao Flow


def yunxiao(runner: Runner, **env: str) -> tuple[int, str]:
    document = yaml.safe_load(text_of("yunxiao-flow.yml"))
    command = document["stages"]["fc"]["jobs"]["fc"]["steps"]["fc"]["with"]["run"]
    system = {"BUILD_EXECUTOR": "wang", "PIPELINE_NAME": "shop", "BUILD_NUMBER": "12", "CI_COMMIT_REF_NAME": "main"}
    return runner.play(command, {**system, **env}, program="bash")


def test_yunxiao_plans_deploys_and_watches(runner: Runner) -> None:
    runner.origin.commit("second")
    runner.job("--depth", "1")
    status, text = yunxiao(runner)
    assert status == 0, text
    assert Repo(runner.folder).ask("rev-parse", "--is-shallow-repository") == "false"
    runner.origin.ask("checkout", "-q", "-b", "feature")
    runner.origin.commit("more", code__more_py="x = 1\n")
    runner.job(branch="feature")
    status, text = yunxiao(runner, CI_COMMIT_REF_NAME="feature")
    assert status == 0, text
    assert "more.py" in (runner.folder / "report.html").read_text(encoding="utf-8")
    runner.timeout(20)
    assert yunxiao(runner, FC_JOB="drift")[0] == 3


# what their systems check


@pytest.mark.parametrize(
    ("name", "schema"), [("github-actions.yml", "vendor.github-workflows"), ("gitlab-ci.yml", "vendor.gitlab-ci")]
)
def test_the_files_are_as_the_schemas_of_their_systems_say(name: str, schema: str) -> None:
    checked = subprocess.run(
        ["check-jsonschema", "--builtin-schema", schema, str(PIPELINES / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_all_of_them_have_the_whole_history() -> None:
    assert yaml.safe_load(text_of("github-actions.yml"))["jobs"]["fc"]["steps"][0]["with"]["fetch-depth"] == 0
    assert yaml.safe_load(text_of("gitlab-ci.yml"))["variables"]["GIT_DEPTH"] == "0"
    assert "shallow: false" in text_of("Jenkinsfile")
    assert "git fetch --unshallow" in text_of("yunxiao-flow.yml")
