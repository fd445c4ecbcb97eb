"""git's own program is asked in bounded time, with bounded answers, and it is never one that lies in the project."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from fc_guard import git
from fc_guard.git import Git


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is found as git. A test writes it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "git"


def script(path: Path, *lines: str) -> None:
    path.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
    path.chmod(0o755)


def test_one_that_hangs_is_ended_with_what_it_started(
    tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(program, "echo some", f"(sleep 2; touch '{tmp_path}/canary') &", "sleep 60")
    monkeypatch.setattr(git, "SECONDS", 0.5)
    begun = time.monotonic()
    assert Git(tmp_path).ask("status") == git.Answer(-1, b"some\n", git.LATE)
    assert time.monotonic() - begun < 2
    time.sleep(2)
    assert not (tmp_path / "canary").exists()


def test_one_that_closes_its_output_and_hangs(tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(program, "exec >&-", "sleep 60")
    monkeypatch.setattr(git, "SECONDS", 0.5)
    assert Git(tmp_path).ask("status") == git.Answer(-1, b"", git.LATE)


def test_one_that_leaves_something_behind_with_its_output(
    tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(program, "sleep 60 &", "exit 0")
    monkeypatch.setattr(git, "SECONDS", 0.5)
    assert Git(tmp_path).ask("status").status == -1


def test_all_questions_together_have_an_end(tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(program, "sleep 60")
    monkeypatch.setattr(git, "SECONDS", 0.4)
    monkeypatch.setattr(git, "ALL_SECONDS", 0.6)
    asking = Git(tmp_path)
    begun = time.monotonic()
    for folder in (asking, asking.within(tmp_path), asking, asking):
        assert folder.ask("status").status == -1
    assert time.monotonic() - begun < 1.2


def test_an_endless_answer_is_cut_off(tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(program, "exec yes")
    monkeypatch.setattr(git, "MOST", 1000)
    assert Git(tmp_path).ask("status") == git.Answer(-1, b"y\n" * 500, git.LONG)


def test_an_answer_as_long_as_may_be_is_whole(tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(program, "printf 1234567890")
    monkeypatch.setattr(git, "MOST", 10)
    assert Git(tmp_path).ask("status") == git.Answer(0, b"1234567890")


def test_many_complaints_hold_nothing_up(tmp_path: Path, program: Path) -> None:
    script(program, "yes | head -c 300000 >&2", "echo done", "exit 3")
    found = Git(tmp_path).ask("status")
    assert (found.status, found.text, len(found.error)) == (3, "done", git.MOST_ERROR)


def test_a_long_question_holds_nothing_up(tmp_path: Path, program: Path) -> None:
    script(program, "head -c 300000 /dev/zero", "wc -c")
    assert Git(tmp_path).ask("cat-file", said="x" * 300_000).output[300_000:].strip() == b"300000"


def test_nothing_is_typed_and_nothing_of_the_environment_of_git_is_left(
    tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(program, "cat", "env")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    told = dict(line.split("=", 1) for line in Git(tmp_path).ask("status").text.splitlines() if "=" in line)
    assert {name: value for name, value in told.items() if name.startswith("GIT_")} == {
        name: value for name, value in git.ENVIRONMENT.items() if name.startswith("GIT_")
    }


@pytest.mark.parametrize("entry", ["", ".", "node_modules/.bin"])
def test_a_program_of_the_project_is_not_found_as_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    folder = tmp_path / entry
    folder.mkdir(parents=True, exist_ok=True)
    script(folder / "git", f"touch '{tmp_path}/canary'")
    monkeypatch.setenv("PATH", f"{entry}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    assert Git(tmp_path).ask("--version").text.startswith("git version")
    assert not (tmp_path / "canary").exists()


def test_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Git(tmp_path).ask("status") == git.Answer(-1, error="FileNotFoundError")
