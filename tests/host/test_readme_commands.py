"""Every command of the READMEs, typed as a newcomer types it: a fresh clone, an empty HOME."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.host.harness import FOREIGN, HOSTS, ROOT, plain

# Settings that say where packages come from are the machine's, not a user's habit.
KEPT = re.compile(r"^(PIP_|UV_|npm_config_|SSL_|REQUESTS_|NODE_EXTRA)")


def commands() -> list[str]:
    """The lines of the README's sh blocks, in order; the other README has the same (test_readme.py)."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [line for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines()]


@dataclass
class Newcomer:
    clone: Path
    home: Path

    def types(self, line: str, folder: str = ".", timeout: float = 300) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.clone / folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )
        return done.returncode, plain(done.stdout)

    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not FOREIGN.match(name) or KEPT.match(name)}
        path = f"{HOSTS['3.1.10'].parents[3] / '.bin'}{os.pathsep}{own['PATH']}"
        return {**own, "HOME": str(self.home), "PATH": path, "TERM": "xterm"}


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    root = tmp_path_factory.mktemp("newcomer")
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    assert listed.returncode == 0, listed.stderr
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            target = root / "clone" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    (root / "home").mkdir()
    someone = Newcomer(root / "clone", root / "home")
    yield someone
    someone.types("script/fc-guard local stop")


def test_the_commands_are_the_ones_tested_here() -> None:
    assert commands() == [
        "npx -y @serverless-devs/s@3.1.10 deploy -t examples/quickstart/s.yaml",
        "script/test",  # what runs this very test
        "script/new my-project",
        "s plan",
        "s drift",
        "s pull -y",
        "s deploy",
        "s deploy function --type code",
        "s plan trigger --trigger-name http",
        "s info",
        "s sync --target-dir online",
        "s deploy --use-remote",
        "s rescue",
        "s history function --limit 5",
        "s undo",
        "s remove -y",
        "script/fc-guard local serve --port 9580",
    ]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_one_command_deploys_a_function_that_answers(newcomer: Newcomer) -> None:
    first, _, new, *others, serve = commands()
    status, text = newcomer.types(first, timeout=600)
    assert status == 0, text
    assert "This happens once" in text
    url = re.search(r"→ (http://127\.0\.0\.1:\d+/\S+)", text)
    assert url is not None, text
    with urllib.request.urlopen(url[1]) as answer:
        assert answer.read() == b"Hello, world!\n"
    for line in others:
        status, text = newcomer.types(line, "examples/quickstart")
        assert status == 0, (line, text)
        assert "Traceback" not in text
    assert '"name": "my-project"' in own_project(newcomer, new)
    serves(newcomer, serve)


def own_project(newcomer: Newcomer, new: str) -> str:
    """Makes a project by one command, in which `s deploy` is all that is to be typed. Returns what `s info` prints."""
    status, text = newcomer.types(new)
    assert status == 0, text
    for line in ("s deploy", "s info --silent --output json"):
        status, text = newcomer.types(line, "my-project")
        assert status == 0, (line, text)
    return text


def test_a_project_of_ones_own_is_made_only_where_there_is_none(newcomer: Newcomer) -> None:
    full = newcomer.clone / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    status, text = newcomer.types("script/new full")
    assert status == 2
    assert "full is there already" in text
    assert [file.name for file in full.iterdir()] == ["mine.txt"]


def serves(newcomer: Newcomer, line: str) -> None:
    """The foreground server takes over from the one in the background, and ends on Ctrl-C."""
    line = line.replace("9580", "0")  # that port may be taken on this machine
    process = subprocess.Popen(
        ["sh", "-c", f"exec {line}"], cwd=newcomer.clone, env=newcomer.environment(), start_new_session=True
    )
    try:
        told = newcomer.home / ".s" / "fc-local" / "server.json"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (
            told.exists() and json.loads(told.read_text())["pid"] == _child(process)
        ):
            time.sleep(0.1)
        with urllib.request.urlopen(json.loads(told.read_text())["url"]) as page:
            assert b"<html" in page.read()
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as the terminal does
        assert process.wait(20) in (0, 130)


def _serves(told: Path, process: subprocess.Popen[bytes]) -> bool:
    return told.exists() and json.loads(told.read_text())["pid"] == _child(process)


def _child(process: subprocess.Popen[bytes]) -> int:
    """script/fc-guard starts Python; that one serves."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0]) if children else 0
