"""s.yaml files as the real host reads them: steps with their props, in the order in which it would deploy them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.corpus.corpus import Entry, entries
from tests.host.harness import Finished, Host

RESOLVER = Path(__file__).with_name("resolve.js")
# A component that lies on its author's machine: the file's copy gets it beside itself.
ELSEWHERE = re.compile(r"^(\s*component:\s*)/Users/\S*/", re.MULTILINE)
VARIABLE = re.compile(r"\$\{[Ee]nv(?:\.([A-Za-z_0-9]+)|\(\s*'?([A-Za-z_0-9]+)'?\s*\))\}")
VALUES = {
    "region": "cn-hangzhou",
    "account": "1234567890123456",
    "service_name": "made-up-service",
    "image": "registry.cn-shanghai.aliyuncs.com/made-up/image:v1",
    "domain": "made-up.example.com",
}
"""What an environment variable holds, by what its name ends with; `made-up` otherwise."""

BASE = """\
edition: 1.0.0
name: made-up
vars:
  region: cn-hangzhou
  service: {name: made-up-service, description: shared by all}
  uiFunctionName: ui
  adminFunctionName: admin
  trigerFunctionName: trigger
  workerFunctionName: worker
  httpTriggerAll: {name: http, type: http, config: {authType: anonymous, methods: [GET, POST]}}
services: {}
"""
NEIGHBOURS = {"s.base.yaml": BASE, "file.yaml": "name: made-up-service\ndescription: from another file\n"}
"""Files that s.yaml files refer to and that the corpus has not."""


@dataclass(frozen=True, slots=True)
class Block:
    """One step of an s.yaml, resolved."""

    step: str
    component: str
    props: Any


@dataclass(frozen=True, slots=True)
class Resolved:
    """One s.yaml: its steps in the order of deployment, or why the host refuses it. `file` is the copy it read."""

    entry: Entry
    file: Path
    blocks: tuple[Block, ...]
    error: str = ""


def resolve(found: Iterable[Entry], folder: Path, host: Host) -> dict[str, Resolved]:
    """All files at once, by name. `folder` takes a copy of each, in a project of its own."""
    copies = {entry: _copy(entry, folder / f"{entry.folder}-{entry.file}") for entry in found}
    later = {entry: file for entry, file in copies.items() if is_v3(entry.text)}
    steps = _by_parser({entry: file for entry, file in copies.items() if entry not in later}, host)
    with ThreadPoolExecutor(2) as pool:
        previews = pool.map(lambda file: _preview(file, host), later.values())
        resolved = [_previewed(entry, later[entry], run) for entry, run in zip(later, previews, strict=True)]
    return steps | {item.entry.file: item for item in resolved}


class Resolver:
    """The host's parser, kept running: one file after another. Use it in a `with`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def __enter__(self) -> Resolver:
        self._process = subprocess.Popen(
            ["node", str(RESOLVER), "--lines"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=self._host.environment(),
        )
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate(timeout=20)

    def resolved(self, entry: Entry, folder: Path) -> Resolved:
        """One file, as it is read from a copy in the folder."""
        file = _copy(entry, folder)
        if is_v3(entry.text):
            return _previewed(entry, file, _preview(file, self._host))
        job = {"id": entry.file, "file": str(file), "variables": made_up_variables(file)}
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps(job) + "\n")
        stdin.flush()
        return _answered(entry, file, json.loads(stdout.readline()))


def is_v3(text: str) -> bool:
    """Whether the host takes the file for its own edition and not for that of its predecessor."""
    return re.search(r"^edition:\s*['\"]?3\.0\.0", text, re.MULTILINE) is not None


def _copy(entry: Entry, folder: Path) -> Path:
    """The file where it stands in its repository, with the files that it refers to."""
    root = folder / "deep" / "er" / "than" / "it" / "climbs"
    file = root / entry.path
    text = entry.text
    _write(file, ELSEWHERE.sub(r"\1./", text))
    if re.search(r"^extends?:|\$\{file\(", text, re.MULTILINE):
        for name, content in NEIGHBOURS.items():
            _write(file.parent / name, content)
        for other in entries("files"):
            if other.repo == entry.repo and other.path != entry.path:
                _write(root / other.path, other.text)
    return file


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")


def made_up_variables(file: Path) -> dict[str, str]:
    """A value for each environment variable that the file asks for."""
    named = {name or other for name, other in VARIABLE.findall(file.read_text(encoding="utf-8"))}
    return {name: _made_up(name) for name in sorted(named)}


def _made_up(name: str) -> str:
    plain = name.lower()
    return next((value for part, value in VALUES.items() if part in plain), "made-up")


def _by_parser(copies: Mapping[Entry, Path], host: Host) -> dict[str, Resolved]:
    jobs = [
        {"id": entry.file, "file": str(file), "variables": made_up_variables(file)} for entry, file in copies.items()
    ]
    run = subprocess.run(
        ["node", str(RESOLVER)],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=host.environment(),
        check=True,
        timeout=100,
    )
    answers: dict[str, Any] = json.loads(run.stdout)
    return {entry.file: _answered(entry, file, answers[entry.file]) for entry, file in copies.items()}


def _answered(entry: Entry, file: Path, answer: Mapping[str, Any]) -> Resolved:
    steps = (Block(step["name"], step["component"], step["props"]) for step in answer["steps"])
    return Resolved(entry, file, tuple(steps), _message(answer["error"]))


def _message(error: str | None) -> str:
    """The host's errors are texts, or texts inside of JSON."""
    try:
        return str(json.loads(error or '""')["message"])
    except (ValueError, KeyError, TypeError):
        return error or ""


def _preview(file: Path, host: Host) -> Finished:
    line = ("preview", "-t", file.name, "--silent", "--output", "json")
    return host.run(file.parent, *line, env=made_up_variables(file))


def _previewed(entry: Entry, file: Path, run: Finished) -> Resolved:
    if run.status != 0:
        return Resolved(entry, file, (), run.text.strip())
    document = run.json()
    steps = document["resources"]
    blocks = (Block(name, str(step.get("component")), step.get("props")) for name, step in steps.items())
    return Resolved(entry, file, tuple(blocks))
