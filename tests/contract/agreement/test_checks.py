"""What runs before a commit, and on a hosted CI, is what `script/test` runs."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
GENERATED = "script/generate --check"
"""A contract test runs it."""


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_the_hooks_before_a_commit_are_the_checks_of_script_test() -> None:
    lines = (ROOT / "script" / "test").read_text(encoding="utf-8").splitlines()
    checks = {line.removeprefix("check ").removesuffix(" .") for line in lines if line.startswith("check ")}
    hooks = {
        hook["entry"].removeprefix("env PYTHONPATH=src ").removeprefix(".venv/bin/")
        for repository in read(".pre-commit-config.yaml")["repos"]
        for hook in repository["hooks"]
    }
    assert len(checks) > 3
    assert hooks == {*checks, f"python {GENERATED}"}


def test_the_hosted_ci_runs_what_ci_runs_here() -> None:
    jobs = read(".github/workflows/ci.yml")["jobs"]
    commands = [shlex.split(step["run"]) for job in jobs.values() for step in job["steps"] if "run" in step]
    assert commands == [["bash", ".ci/run"]]
