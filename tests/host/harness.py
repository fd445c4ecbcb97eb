"""The real Serverless Devs hosts, run as a user runs them, in a home folder of their own.

`Host(home, version)` runs `s` 3.1.10 or 2.2.2 from `tests/host/node_modules` (made by `script/setup`). Nothing is asked
of the network: telemetry, update checks and proxies are off.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import pexpect
import yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
HOSTS = {
    "3.1.10": HERE / "node_modules/@serverless-devs/s/bin/s",
    "2.2.2": HERE / "v2/node_modules/@serverless-devs/s/bin/s",
}
ACCOUNT = {
    "AccountID": "1234567890123456",
    "AccessKeyID": "LTAIfakekeyoftests",
    "AccessKeySecret": "fakesecretoftests0123456789",
}
# What the machine's own environment must not lend to a run: CI detection, proxies, keys, our own settings.
FOREIGN = re.compile(
    r"^(CI$|CICD|SERVERLESS_|serverless_devs|FC_|PYTHON|PIP_|UV_|GITHUB|GITLAB|JENKINS|PIPELINE|CLOUDSHELL|BUILD_IMAGE"
    r"|AccountID$|AccessKey|SecurityToken$|ALIBABA|ALICLOUD|VIRTUAL_ENV$|DEBUG$|FORCE_COLOR$|NO_COLOR$|https?_proxy$"
    r"|HTTPS?_PROXY$|no_proxy$|NO_PROXY$|all_proxy$|ALL_PROXY$|NODE_|npm_)"
)
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x1b\][^\x07]*\x07")


def plain(text: str) -> str:
    """`text` as a person reads it: without colours and cursor movements."""
    return ESCAPES.sub("", text).replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run of the host ended. The texts are without escapes."""

    status: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def text(self) -> str:
        return self.stdout + self.stderr

    def json(self) -> Any:
        """What `--silent --output json` printed."""
        return json.loads(self.stdout)


@dataclass
class Host:
    """A host of one version with a home folder, and the variables its runs get."""

    home: Path
    version: str = "3.1.10"
    python: str = sys.executable
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not HOSTS[self.version].exists():
            raise RuntimeError("the Serverless Devs hosts are not installed: run script/setup")
        quiet_component(ROOT)
        settings = self.home / ".s"
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "set-config.yml").write_text("analysis: disable\n", encoding="utf-8")
        # A check for a newer `s` that was done just now.
        (settings / "config").mkdir(exist_ok=True)
        recent = json.dumps({"optOut": True, "lastUpdateCheck": int(time.time() * 1000)})
        (settings / "config" / "update-notifier.json").write_text(recent, encoding="utf-8")

    def with_keys(self, alias: str = "default", **fields: str) -> Host:
        """Stores a key pair as `s config add` does."""
        keys = encrypted({"__provider": "Alibaba Cloud", **ACCOUNT, **fields})
        file = self.home / ".s" / "access.yaml"
        present = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        file.write_text(yaml.safe_dump({**present, alias: keys}), encoding="utf-8")
        return self

    def environment(self, extra: Mapping[str, str | None] | None = None) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
        env.update(HOME=str(self.home), TERM="xterm", LANG="C.UTF-8", LC_ALL="C.UTF-8")
        env.update(FC_GUARD_PYTHON=self.python, FC_GUARD_HOME=str(shared_cache()))
        for name, value in {**self.variables, **(extra or {})}.items():
            if value is None:
                env.pop(name, None)
            else:
                env[name] = value
        return env

    def command(self, args: Sequence[str]) -> list[str]:
        return ["node", str(HOSTS[self.version]), *args]

    def start(
        self, project: Path, *args: str, env: Mapping[str, str | None] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        """Starts a run and leaves it to the test. Without stdin unless told otherwise."""
        given: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "encoding": "utf-8",
        }
        return subprocess.Popen(self.command(args), cwd=project, env=self.environment(env), **{**given, **options})

    def run(
        self,
        project: Path,
        *args: str,
        env: Mapping[str, str | None] | None = None,
        timeout: float = 60,
        **options: Any,
    ) -> Finished:
        """Runs `s ARGS` in `project`, without a terminal, to its end."""
        started = time.monotonic()
        with self.start(project, *args, env=env, **options) as process:
            try:
                stdout, stderr = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Finished(process.returncode, plain(stdout or ""), plain(stderr or ""), time.monotonic() - started)

    def terminal(
        self,
        project: Path,
        *args: str,
        env: Mapping[str, str | None] | None = None,
        timeout: float = 30,
        columns: int = 200,
    ) -> Terminal:
        """Runs `s ARGS` in `project` at a terminal that the test drives."""
        return Terminal(self.command(args), project, self.environment(env), timeout, columns)


class Terminal:
    """A run at a pseudo-terminal: what a person would see and type."""

    def __init__(
        self, command: Sequence[str], project: Path, env: dict[str, str], timeout: float, columns: int = 120
    ) -> None:
        self._seen: list[str] = []
        self._child: pexpect.spawn[str] = pexpect.spawn(
            command[0],
            list(command[1:]),
            cwd=str(project),
            env=env,  # type: ignore[arg-type]
            timeout=timeout,
            encoding="utf-8",
            codec_errors="replace",
            dimensions=(50, columns),
        )
        self._child.delaybeforesend = None
        self._child.logfile_read = self  # type: ignore[assignment]

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close(force=True)

    def write(self, text: str) -> None:  # pexpect's logfile
        self._seen.append(text)

    def flush(self) -> None:  # pexpect's logfile
        pass

    @property
    def pid(self) -> int:
        return int(self._child.pid)

    @property
    def transcript(self) -> str:
        """Everything printed so far, without escapes."""
        return plain("".join(self._seen))

    def expect(self, text: str) -> str:
        """Waits until `text` (literally) appears; returns what came before it."""
        # Colours may stand between any two characters of what a person reads as one word.
        pattern = r"(?:\x1b\[[0-9;]*m)*".join(re.escape(char) for char in text)
        try:
            self._child.expect(pattern)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            why = type(error).__name__
            raise AssertionError(f"{text!r} did not appear ({why}):\n{self.transcript}") from None
        return plain(self._child.before or "")

    def send(self, text: str) -> None:
        self._child.send(text)

    def line(self, text: str) -> None:
        """Types `text` and Enter."""
        self._child.send(f"{text}\r")

    def control(self, char: str) -> None:
        """Types Ctrl and `char`: control("c")."""
        self._child.sendcontrol(char)

    def finish(self) -> int:
        """Waits for the end; the exit status (128 + n where a signal n ended it)."""
        try:
            self._child.expect(pexpect.EOF)
        except pexpect.TIMEOUT:
            raise AssertionError(f"the run did not end:\n{self.transcript}") from None
        self._child.close()
        if self._child.signalstatus is not None:
            return 128 + int(self._child.signalstatus)
        return int(self._child.exitstatus or 0)


# AES as crypto-js does it, with the hosts' own passphrase. Plain text will not do: the hosts decrypt that as well,
# under a random salt, and take what comes out unless it is no UTF-8. In one run of about a hundred it is: a key of one
# or two letters.
ENCRYPT = """
const crypto = require('crypto');
const encrypted = (text) => {
  const salt = Buffer.from('8 bytes.');
  let key = Buffer.alloc(0), block = Buffer.alloc(0);
  while (key.length < 48) {
    block = crypto.createHash('md5').update(Buffer.concat([block, Buffer.from('SecretKey123'), salt])).digest();
    key = Buffer.concat([key, block]);
  }
  const cipher = crypto.createCipheriv('aes-256-cbc', key.slice(0, 32), key.slice(32));
  return Buffer.concat([Buffer.from('Salted__'), salt, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
};
const values = JSON.parse(process.argv[1]);
for (const name of Object.keys(values)) values[name] = encrypted(values[name]);
console.log(JSON.stringify(values));
"""


def encrypted(values: Mapping[str, str]) -> dict[str, str]:
    """The values of an access as the hosts store them in access.yaml."""
    return dict(json.loads(_encrypted(json.dumps(values))))


@cache
def _encrypted(values: str) -> str:
    return subprocess.run(["node", "-e", ENCRYPT, values], check=True, capture_output=True, text=True).stdout


def quiet_component(folder: Path) -> None:
    """Stops the update check that host 3.1.10 starts for each local component it loads."""
    lock = folder / ".s.lock"
    if not lock.exists():
        lock.write_text('{"version":"0.0.1","lastUpdateCheck":99999999999999}', encoding="utf-8")


def component_copy(folder: Path, *, fake: bool = False) -> Path:
    """A copy of what users get of the component; with `fake`, the fake worker takes the place of its Python code."""
    for name in ("package.json", "publish.yaml", "requirements.lock", "requirements-build.lock"):
        write_files(folder, {name: (ROOT / name).read_bytes()})
    for name in ("src", "schema"):
        ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    if fake:
        shutil.rmtree(folder / "src" / "fc_guard")
        worker = (HERE / "fake_worker.py").read_bytes()
        write_files(folder, {"src/fc_guard/__init__.py": "", "src/fc_guard/__main__.py": worker})
    quiet_component(folder)
    return folder


_cache: list[Path] = []


def use_shared_cache(folder: Path) -> None:
    """The session's folder for copies of the code and their bytecode, shared by all homes: it saves a compilation."""
    _cache[:] = [folder]


def shared_cache() -> Path:
    if not _cache:
        raise RuntimeError("no cache folder yet: use the `host` fixture")
    return _cache[0]


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes `files` (relative path -> content) into `folder`."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def project_v3(
    folder: Path,
    resources: Mapping[str, Mapping[str, Any]],
    *,
    files: Mapping[str, str | bytes] | None = None,
    component: str | None = None,
    **top: Any,
) -> Path:
    """A project with an s.yaml of edition 3.0.0; `resources` maps a name to its props."""
    document = {
        "edition": "3.0.0",
        "name": "app",
        "access": "default",
        **top,
        "resources": {
            name: {"component": component or str(ROOT), "props": dict(props)} for name, props in resources.items()
        },
    }
    return write_files(folder, {"s.yaml": yaml.safe_dump(document, sort_keys=False), **(files or {})})


def project_v1(
    folder: Path,
    services: Mapping[str, Mapping[str, Any]],
    *,
    files: Mapping[str, str | bytes] | None = None,
    component: str | None = None,
    **top: Any,
) -> Path:
    """A project with an s.yaml of edition 1.0.0; `services` maps a name to its props."""
    document = {
        "edition": "1.0.0",
        "name": "app",
        "access": "default",
        **top,
        "services": {
            name: {"component": component or str(ROOT), "props": dict(props)} for name, props in services.items()
        },
    }
    return write_files(folder, {"s.yaml": yaml.safe_dump(document, sort_keys=False), **(files or {})})
