"""Real git repositories for tests, with nobody's own configuration."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "ann",
    "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "ann",
    "GIT_COMMITTER_EMAIL": "ann@example.com",
    "GIT_ALLOW_PROTOCOL": "file",
}


@dataclass(frozen=True)
class Repo:
    """A clone. `ask` is git itself, as a person would type it."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, *more: str) -> Repo:
        folder.mkdir(parents=True, exist_ok=True)
        repo = cls(folder)
        repo.ask("init", "-q", "-b", "main", *more)
        return repo

    def ask(self, *line: str) -> str:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ["git", *line], cwd=self.folder, env=clean | ENVIRONMENT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        return done.stdout.strip()

    def clone(self, folder: Path, *more: str) -> Repo:
        self.ask("clone", "-q", *more, f"file://{self.folder}", str(folder))
        return Repo(folder)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, subject: str = "a change", **files: str) -> str:
        """Writes files (`a__b_py` is a/b.py), commits everything, returns the commit's name."""
        for name, text in files.items():
            self.write(name.replace("__", "/").replace("_", "."), text)
        self.ask("add", "-A")
        self.ask("commit", "-q", "--allow-empty", "-m", subject)
        return self.head

    @property
    def head(self) -> str:
        return self.ask("rev-parse", "HEAD")
