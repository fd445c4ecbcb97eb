"""`fc-guard rescue` on the shell: the copies of a folder, without an s.yaml and without FC."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.project import Project
from tests.integration.test_rescue import overwritten

SRC = Path(__file__).resolve().parents[2] / "src"


def shell(folder: Path, *argv: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(SRC), **variables}
    command = [sys.executable, "-m", "fc_guard", "rescue", *argv]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)


@pytest.fixture
def copy(deployed: Project) -> Path:
    variables = {"LEVEL": "debug", "TOKEN": "canary-4711"}
    return overwritten(deployed, memorySize=512, environmentVariables=variables, files={"a.py": "1", "b/c.py": "22"})


def test_list_tells_every_copy(deployed: Project, copy: Path) -> None:
    done = shell(deployed.root, "list")
    assert done.returncode == 0, done.stderr
    assert "deploy --use-remote" in done.stdout
    assert "function demo/hello  overwritten" in done.stdout
    assert copy.name in done.stdout


def test_show_tells_configuration_and_files_and_hides_values(deployed: Project, copy: Path) -> None:
    done = shell(deployed.root, "show", copy.name)
    assert done.returncode == 0, done.stderr
    assert "function demo/hello of account 1234567890123456 in cn-hangzhou" in done.stdout
    assert '"TOKEN": "(hidden)"' in done.stdout
    assert '"memorySize": 512' in done.stdout
    assert "canary" not in done.stdout
    assert [line.split() for line in done.stdout.splitlines()[-2:]] == [["1", "a.py"], ["2", "b/c.py"]]
    done = shell(deployed.root, "show", "--include-secrets", copy.name)
    assert '"TOKEN": "canary-4711"' in done.stdout


def test_what_fc_answers_beyond_what_is_known_is_hidden_too(deployed: Project, copy: Path) -> None:
    about = json.loads((copy / "rescue.json").read_text())
    live = json.loads((copy / "live.json").read_text())
    (copy / "live.json").write_text(json.dumps({**live, "registryConfig": {"auth": {"password": "canary"}}}))
    del about["files"]
    (copy / "rescue.json").write_text(json.dumps(about))
    done = shell(deployed.root, "show", copy.name)
    assert (done.returncode, "canary" in done.stdout) == (0, False), done.stderr
    assert '"password": "(hidden)"' in done.stdout


def test_path_prints_the_folder_of_a_copy_and_nothing_else(deployed: Project, copy: Path, tmp_path: Path) -> None:
    state = str(deployed.root / ".s" / "fc-guard")
    assert shell(deployed.root, "path", copy.name).stdout == f"{copy}\n"
    assert shell(tmp_path, "path", copy.name, "--dir", state).stdout == f"{copy}\n"
    assert shell(tmp_path, "path", copy.name, FC_GUARD_CACHE_DIR=state).stdout == f"{copy}\n"


def test_what_is_not_there_or_not_whole_is_said(deployed: Project, copy: Path, tmp_path: Path) -> None:
    done = shell(tmp_path, "list")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: no-state" in done.stderr
    done = shell(deployed.root, "show", "nothing")
    assert done.returncode == 2
    assert "error: no-rescue-copy" in done.stderr
    (copy / "rescue.json").unlink()
    done = shell(deployed.root, "show", copy.name)
    assert done.returncode == 2
    assert "is not whole: it was never completed" in done.stderr
    assert shell(deployed.root, "path", copy.name).stdout == f"{copy}\n"
    done = shell(deployed.root, "list")
    assert "no whole copies:" in done.stdout


def test_without_a_word_it_tells_its_words(tmp_path: Path) -> None:
    done = shell(tmp_path)
    assert done.returncode == 2
    assert "usage: fc-guard rescue" in done.stderr


def test_neither_the_shell_nor_the_commands_load_the_sdk_before_it_is_needed() -> None:
    """It takes as long as all the rest of the start."""
    told = (
        "import fc_guard.commands, fc_guard.shell, sys; print([name for name in sys.modules if 'alibabacloud' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(SRC)}
    )
    assert done.stdout == "[]\n", done.stderr
