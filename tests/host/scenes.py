"""The stage for the scenes: a newcomer's project, the local Function Compute, and somebody who changes things online.

Nothing stands between the keyboard and the local FC: the real host runs the real component. The
fixtures are in stage.py.
"""

from __future__ import annotations

import copy
import json
import shutil
import stat
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.host import harness
from tests.host.harness import Finished, Host, Terminal, write_files

from fc_local.checksum import crc64
from fc_local.server import LocalServer

REGION = "cn-hangzhou"
ACCOUNT = harness.ACCOUNT["AccountID"]
PROMPT = "Enter = s: "
"""The end of the question about drift; what stands before it is the choice."""

PROPS: dict[str, Any] = {
    "region": REGION,
    "service": {"name": "shop", "description": "the shop"},
    "function": {
        "name": "hello",
        "description": "says hello",
        "runtime": "python3",
        "handler": "index.handler",
        "codeUri": "./code",
        "memorySize": 128,
        "timeout": 10,
        "environmentVariables": {"LEVEL": "info"},
    },
    "triggers": [
        {"name": "http", "type": "http", "config": {"authType": "anonymous", "methods": ["GET"]}},
        {"name": "tick", "type": "timer", "config": {"cronExpression": "@every 5m", "enable": False}},
    ],
}


def handler(says: str) -> str:
    """A function whose URL answers with `says`."""
    return (
        "def handler(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        f"    return [{says.encode()!r}]\n"
    )


@dataclass
class Project:
    """One checkout of one app, the person at its keyboard, and the cloud it is deployed to."""

    folder: Path
    host: Host
    server: LocalServer
    steps: dict[str, dict[str, Any]] = field(default_factory=lambda: {"one": copy.deepcopy(PROPS)})

    @property
    def props(self) -> dict[str, Any]:
        """The props of the only step, to be changed in place and then saved."""
        return self.steps["one"]

    def save(self, **top: Any) -> None:
        """Writes s.yaml."""
        harness.project_v3(self.folder, self.steps, **top)

    def code(self, says: str, folder: str = "code") -> None:
        """Makes the local code one that answers with `says`."""
        write_files(self.folder, {f"{folder}/index.py": handler(says)})

    def begin_anew(self) -> None:
        """The project folder is lost and made once more, as on another laptop."""
        shutil.rmtree(self.folder)
        self.save()
        self.code("one")

    # the keyboard

    def run(self, line: str, **options: Any) -> Finished:
        """`s LINE` without a terminal."""
        return self.host.run(self.folder, *line.split(), **options)

    def terminal(self, line: str, **options: Any) -> Terminal:
        """`s LINE` at a terminal."""
        return self.host.terminal(self.folder, *line.split(), **options)

    def answers(self, line: str, *typed: str) -> tuple[int, str]:
        """`s LINE` at a terminal, with one answer typed at each question: the exit status and all that was seen."""
        with self.terminal(line) as person:
            for text in typed:
                person.expect(PROMPT)
                person.line(text)
            status = person.finish()
            assert person.transcript.count("Enter = ") == len(typed), person.transcript
            return status, person.transcript

    # the cloud

    def edit(self, op: str, *path: str, **body: Any) -> None:
        """Bob does something in the console."""
        answer = self.server.admin.edit(op, path, body, who="bob", account=ACCOUNT, region=REGION)
        assert answer["status"] < 300, answer

    @property
    def services(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.admin.state(REGION, ACCOUNT)["services"]
        return found

    @property
    def service(self) -> dict[str, Any]:
        found: dict[str, Any] = self.services["shop"]
        return found

    @property
    def function(self) -> dict[str, Any]:
        found: dict[str, Any] = self.service["functions"]["hello"]
        return found

    def trigger(self, name: str) -> dict[str, Any]:
        """A trigger's configuration as it is online."""
        config = self.function["triggers"][name]["triggerConfig"]
        found: dict[str, Any] = json.loads(config) if isinstance(config, str) else config
        return found

    def writes(self) -> list[str]:
        """Every write request of the component since the journal was cleared, refused ones included."""
        return [entry["op"] for entry in self.server.admin.writes()]

    def requests(self) -> list[str]:
        """Every request since the journal was cleared, sorted: the order of parallel reads means nothing."""
        return sorted(entry["op"] for entry in self.server.admin.journal())

    def url_says(self, service: str = "shop", function: str = "hello") -> str:
        """What a browser shows at the function's URL."""
        return browse(f"{self.server.url}/2016-08-15/proxy/{service}/{function}/")

    # what is kept on the disk

    @property
    def state(self) -> Path:
        return self.folder / ".s" / "fc-guard"

    def baselines(self) -> dict[str, bytes]:
        return {str(file.relative_to(self.state)): file.read_bytes() for file in self.state.glob("*/*/*/*.json")}

    def rescues(self) -> list[Rescue]:
        return [Rescue(folder) for folder in sorted((self.state / "rescue").glob("*"))]


@dataclass(frozen=True, slots=True)
class Rescue:
    """A rescue copy on the disk."""

    folder: Path

    @property
    def live(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "live.json").read_bytes())
        return found

    @property
    def code_checksum(self) -> str:
        return crc64((self.folder / "code.zip").read_bytes())

    def source(self, name: str = "index.py") -> str:
        with zipfile.ZipFile(self.folder / "code.zip") as archive:
            assert archive.testzip() is None
            return archive.read(name).decode()

    def assert_complete(self) -> None:
        """Every file is there, for the owner's eyes only, and rescue.json, written last, says so."""
        about = json.loads((self.folder / "rescue.json").read_bytes())
        expected = {"live.json", "rescue.json"} | ({"code.zip"} if about["code"] else set())
        files = {file.name: file for file in self.folder.iterdir()}
        assert set(files) == expected
        assert about["code"] == (about["kind"] == "function")
        assert stat.S_IMODE(self.folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in files.values()} == {0o600}

    def assert_older_than_writes(self, project: Project) -> None:
        """The copy was whole before the first write request came in."""
        first = datetime.fromisoformat(project.server.admin.writes()[0]["time"].replace("Z", "+00:00"))
        last = max(file.stat().st_mtime for file in self.folder.iterdir())
        assert last < first.timestamp() + 0.001  # the journal counts in whole milliseconds


def browse(url: str) -> str:
    """What the URL answers to a GET; never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=30) as answer:
        return str(answer.read().decode())


# what somebody may do online


@dataclass(frozen=True, slots=True)
class OnlineChange:
    """One thing Bob did, how it is told, and how to see who has won.

    `told` is what the plan says about it; `unit` what a decision is about; `undone` the writes that make local win;
    `theirs` whether Bob's side is what is online. `rescued` is the live document's part that a rescue copy must hold.
    """

    name: str
    make: Callable[[Project], None]
    told: Callable[[Project], tuple[str, ...]]
    unit: str
    undone: tuple[str, ...]
    theirs: Callable[[Project], bool]
    kept: str
    rescued: Mapping[str, Any] | None = None

    @property
    def question(self) -> str:
        if "deleted" in self.name:
            return f"{self.unit} was deleted online, and deploying would make it again."
        return f"{self.unit} was changed online, and deploying would undo that."

    def __str__(self) -> str:
        return self.name


def _mend_code(project: Project) -> None:
    project.edit("UpdateFunction", "shop", "hello", files={"index.py": handler("mended by bob")})


def _delete_function(project: Project) -> None:
    for name in ("http", "tick"):
        project.edit("DeleteTrigger", "shop", "hello", name)
    project.edit("DeleteFunction", "shop", "hello")


ONLINE_CHANGES = (
    OnlineChange(
        name="service configuration",
        make=lambda project: project.edit("UpdateService", "shop", description="mended by bob"),
        told=lambda project: ("service shop", "description", "last deployed the shop → online mended by bob"),
        unit="service shop (config)",
        undone=("UpdateService",),
        theirs=lambda project: bool(project.service["description"] == "mended by bob"),
        kept="description: online mended by bob, yours the shop (kept online since ",
        rescued={"serviceName": "shop", "description": "mended by bob"},
    ),
    OnlineChange(
        name="function configuration",
        make=lambda project: project.edit("UpdateFunction", "shop", "hello", timeout=60),
        told=lambda project: ("function shop/hello", "timeout", "last deployed 10 → online 60"),
        unit="function shop/hello (config)",
        undone=("UpdateFunction",),
        theirs=lambda project: bool(project.function["timeout"] == 60),
        kept="timeout: online 60, yours 10 (kept online since ",
        rescued={"functionName": "hello", "timeout": 60, "environmentVariables": {"LEVEL": "info"}},
    ),
    OnlineChange(
        name="function code",
        make=_mend_code,
        told=lambda project: ("! index.py changed o", "- return [b'one'] + return [b'mended by bob']"),
        unit="function shop/hello (code)",
        undone=("UpdateFunction",),
        theirs=lambda project: project.url_says() == "mended by bob",
        kept="code: kept online since ",
        rescued={"functionName": "hello"},
    ),
    OnlineChange(
        name="trigger configuration",
        make=lambda project: project.edit(
            *("UpdateTrigger", "shop", "hello", "tick"),
            triggerConfig=json.dumps({"cronExpression": "@every 9m", "enable": False}),
        ),
        told=lambda project: (
            "trigger shop/hello/tick",
            "triggerConfig.cronExpression",
            "last deployed @every 5m → online @every 9m",
        ),
        unit="trigger shop/hello/tick (config)",
        undone=("UpdateTrigger",),
        theirs=lambda project: bool(project.trigger("tick")["cronExpression"] == "@every 9m"),
        kept="triggerConfig.cronExpression: online @every 9m, yours @every 5m (kept online since ",
        rescued={"triggerName": "tick"},
    ),
    OnlineChange(
        name="trigger deleted online",
        make=lambda project: project.edit("DeleteTrigger", "shop", "hello", "tick"),
        told=lambda project: ("trigger shop/hello/tick", "last deployed: there → online: deleted → yours: there"),
        unit="trigger shop/hello/tick",
        undone=("CreateTrigger",),
        theirs=lambda project: "tick" not in project.function["triggers"],
        kept="trigger shop/hello/tick: deleted online by bob, kept so since ",
    ),
    OnlineChange(
        name="function deleted online",
        make=_delete_function,
        told=lambda project: ("function shop/hello", "last deployed: there → online: deleted → yours: there"),
        unit="function shop/hello",
        undone=("CreateFunction", "CreateTrigger", "CreateTrigger"),
        theirs=lambda project: "hello" not in project.service["functions"],
        kept="function shop/hello: deleted online by bob, kept so since ",
    ),
)

every_online_change = pytest.mark.parametrize("change", ONLINE_CHANGES, ids=str)


def assert_told(text: str, told: tuple[str, ...]) -> None:
    """Every part of it stands in the text, in this order; whether on one line or on several does not matter."""
    rest = unfolded(text)
    for part in map(unfolded, told):
        assert part in rest, f"{part!r} is not told in its place:\n{text}"
        rest = rest[rest.index(part) + len(part) :]


def unfolded(text: str) -> str:
    """The words of a text, without its layout and the arrows between two sides."""
    return " ".join(text.replace("→", " ").split())


def cloud(home: Path) -> LocalServer:
    keys = (harness.ACCOUNT["AccessKeyID"], harness.ACCOUNT["AccessKeySecret"], ACCOUNT)
    return LocalServer(home=home, keys=[keys])


def project_in(folder: Path, server: LocalServer) -> Project:
    host = Host(folder / "home").with_keys()
    host.variables["FC_GUARD_ENDPOINT"] = server.url
    return Project(folder / "app", host, server)
