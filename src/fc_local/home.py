"""The server's home folder: its lock, its published address, its own key pair, its last port."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fc_local.scope import DEFAULT_ACCOUNT
from fc_local.signatures.keys import Key


def default_home() -> Path:
    """Returns $FC_LOCAL_HOME, or else fc-local in the host's folder."""
    named = os.environ.get("FC_LOCAL_HOME")
    if named:
        return Path(named)
    root = os.environ.get("serverless_devs_config_home") or str(Path.home())  # noqa: SIM112 - the host's spelling
    return Path(root) / ".s" / "fc-local"


class Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Tries the lock and yields whether we hold it. A killed process loses it by itself."""
        handle = os.open(self.folder / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(handle)

    def key(self) -> Key:
        """Returns the home's own key pair, which is made once."""
        path = self.folder / "keys.json"
        if not path.exists():
            pair = {"access_key_id": f"LOCAL{secrets.token_hex(8)}", "access_key_secret": secrets.token_urlsafe(30)}
            _write(path, {**pair, "account": DEFAULT_ACCOUNT})
        return Key(**json.loads(path.read_text()))

    def announce(self, url: str, key: Key, version: str) -> None:
        _write(
            self.folder / "server.json",
            {
                "url": url,
                "pid": os.getpid(),
                "account": key.account,
                "access_key_id": key.access_key_id,
                "access_key_secret": key.access_key_secret,
                "version": version,
            },
        )

    def announced(self) -> dict[str, Any] | None:
        """Returns what the present or last server here announced, None if it cannot be read."""
        try:
            found = json.loads((self.folder / "server.json").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def withdraw(self) -> None:
        (self.folder / "server.json").unlink(missing_ok=True)

    def last_port(self) -> int | None:
        path = self.folder / "port"
        text = path.read_text().strip() if path.exists() else ""
        return int(text) if text.isdigit() else None

    def keep_port(self, port: int) -> None:
        (self.folder / "port").write_text(f"{port}\n")


def _write(path: Path, value: dict[str, Any]) -> None:
    """Writes a file in one step, for the owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    with os.fdopen(handle, "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
