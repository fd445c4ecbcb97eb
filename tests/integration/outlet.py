"""All that a call of the host lets out: the worker's own code around the command, with a host that only listens."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from fc_guard.engine.run.wiring import Run
from fc_guard.host.calls import answer
from fc_guard.host.report_file import ReportFiles
from fc_guard.host.standard import standard_run
from fc_guard.render.cutting import UNSEEN
from tests.integration.project import ACCOUNT, KEYS, Project

COMMANDS = re.compile(r"^\s*::|##\[|##vso\[|##teamcity\[", re.MULTILINE | re.IGNORECASE)
"""What GitHub, Azure and TeamCity obey."""


@dataclass
class Host:
    """Both pipes: remembers what comes, answers what is asked."""

    keys: Mapping[str, str]
    came: list[dict[str, Any]] = field(default_factory=list)
    interrupted: str = ""
    breakable: bool = False

    def send(self, message: Mapping[str, Any]) -> None:
        self.came.append(json.loads(json.dumps(message)))

    def wait_for(self, kind: str, id: int, request: Mapping[str, Any]) -> dict[str, Any]:
        return {"credential": dict(self.keys), "error": None} if kind == "cred" else {}


@dataclass(frozen=True)
class LetOut:
    """`texts` is what people read, `data` what programs do, `printed` what went past the host's logger."""

    status: int
    texts: tuple[str, ...]
    data: Any
    printed: str

    @property
    def everything(self) -> str:
        return "\n".join([*self.texts, json.dumps(self.data, ensure_ascii=False), self.printed])

    def require_harmless(self) -> None:
        for text in (*self.texts, *_leaves(self.data), self.printed):
            assert all(c in "\n\t" or (c.isprintable() and c not in UNSEEN) for c in text), text
            assert COMMANDS.search(text) is None, text


def let_out(
    project: Project,
    line: str,
    capsys: pytest.CaptureFixture[str],
    *,
    step: str = "one",
    run: Run | None = None,
    **keys: str,
) -> LetOut:
    host = Host({"AccessKeyID": KEYS[0], "AccessKeySecret": KEYS[1], "AccountID": ACCOUNT, **keys})
    inputs = {
        "props": {"endpoint": project.server.url, **project.props},
        "resource": {"name": step},
        "yaml": str(project.root / project.file),
        "cwd": str(project.root),
    }
    call = {"id": 1, "method": line.split(maxsplit=1)[0], "argv": line.split(), "inputs": inputs}
    answer(run or standard_run(), call, host, host, ReportFiles())  # type: ignore[arg-type]
    *logs, last = host.came
    texts = tuple(message["text"] for message in logs)
    told = (last["message"],) if last["t"] == "error" else ()
    captured = capsys.readouterr()
    data = last["data"] if last["t"] == "error" else last["value"]
    return LetOut(last["status"], texts + told, data, captured.out + captured.err)


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in (str(key), *_leaves(item))]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value] if isinstance(value, str) else []
