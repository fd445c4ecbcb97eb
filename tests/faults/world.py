"""One project, one local FC, and Bob, whose work must never be lost; what is prepared, and what must hold."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fc_local.checksum import crc64
from fc_local.server import LocalServer
from tests.faults.proxy import Proxy
from tests.faults.worker import Ended, Worker, environment

ACCOUNT, REGION = "1234567890123456", "cn-hangzhou"
KEYS = ("AKFAULTSAKFAULTS", "SKFAULTSSKFAULTSSKFAULTS", ACCOUNT)
CREDENTIAL = {"AccountID": ACCOUNT, "AccessKeyID": KEYS[0], "AccessKeySecret": KEYS[1]}
PROPS: dict[str, Any] = {
    "region": REGION,
    "service": {"name": "shop", "description": "ours"},
    "function": {
        "name": "hello",
        "runtime": "python3",
        "handler": "index.handler",
        "codeUri": "code",
        "memorySize": 128,
        "timeout": 10,
        "environmentVariables": {"LEVEL": "info"},
        "asyncConfiguration": {"maxAsyncRetryAttempts": 1},
    },
    "triggers": [
        {"name": "tick", "type": "timer", "config": {"cronExpression": "@every 5m", "enable": False}},
        {
            "name": "topic",
            "type": "mns_topic",
            "role": f"acs:ram::{ACCOUNT}:role/mns",
            "sourceArn": f"acs:mns:{REGION}:{ACCOUNT}:/topics/t",
            "config": {"notifyContentFormat": "JSON", "notifyStrategy": "BACKOFF_RETRY", "filterTag": "a"},
        },
    ],
    "customDomains": [{"domainName": "www.example.com", "protocol": "HTTP", "routeConfigs": [{"path": "/*"}]}],
}
OURS = "def handler(environ, start_response):\n    start_response('200 OK', [])\n    return [b'one']\n"
BOBS = OURS.replace("one", "mended by bob")


@dataclass
class World:
    """`root` is the project's folder; a home beside it."""

    root: Path
    server: LocalServer
    proxy: Proxy
    props: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(PROPS))
    theirs: bool = False
    bobs_checksum: str = ""

    @classmethod
    def made(cls, root: Path, server: LocalServer, proxy: Proxy) -> World:
        """A new project, and an FC with nothing in it."""
        shutil.rmtree(root, ignore_errors=True)
        server.admin.reset()
        proxy.reset()
        world = cls(root / "project", server, proxy)
        (world.root / "code").mkdir(parents=True)
        (root / "home").mkdir()
        world.write(OURS)
        world.save()
        return world

    def write(self, text: str) -> None:
        (self.root / "code" / "index.py").write_text(text, encoding="utf-8")

    def save(self) -> None:
        step = {"component": "fc-guard", "props": {**self.props, "endpoint": self.proxy.url}}
        document = {"edition": "3.0.0", "name": "app", "access": "default", "resources": {"one": step}}
        (self.root / "s.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    def read(self) -> Any:
        """The step's props as the host would read them, also after a pull."""
        return yaml.safe_load((self.root / "s.yaml").read_text(encoding="utf-8"))["resources"]["one"]["props"]

    def start(self, **more: str) -> Worker:
        return Worker(self.root, environment(self.root.parent / "home", **more))

    def run(self, line: str, worker: Worker | None = None, **more: str) -> Ended:
        worker = worker or self.start(**more)
        ended = worker.call(line, self.read(), CREDENTIAL)
        streams = worker.end()
        ended.said.append(streams)
        return ended

    def clean(self, line: str) -> Ended:
        """The same with nothing in its way."""
        self.proxy.reset()
        return self.run(line)

    # Bob

    def bob(self) -> None:
        """Mends something of everything, in the console."""
        self.theirs = True
        self.edit("UpdateFunction", "shop", "hello", memorySize=512, files={"index.py": BOBS})
        self.edit(
            "UpdateTrigger", "shop", "hello", "tick", triggerConfig={"cronExpression": "@every 9m", "enable": False}
        )
        self.edit("UpdateService", "shop", description="bob's")
        route = {"path": "/*", "serviceName": "shop", "functionName": "hello", "methods": ["GET"]}
        self.edit("UpdateCustomDomain", "www.example.com", routeConfig={"routes": [route]})

    def edit(self, op: str, *path: str, **body: Any) -> None:
        answer = self.server.admin.edit(op, path, body, who="bob", account=ACCOUNT, region=REGION)
        assert answer["status"] < 300, answer

    @property
    def live(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.admin.state()
        return found

    def function(self) -> dict[str, Any]:
        return dict(self.live["services"].get("shop", {}).get("functions", {}).get("hello", {}))

    def copies(self) -> list[tuple[Path, dict[str, Any], dict[str, Any]]]:
        """The complete rescue copies: folder, what it says of itself, what it saved."""
        found = []
        for folder in sorted((self.root / ".s" / "fc-guard" / "rescue").glob("*")):
            if (folder / "rescue.json").exists():
                about = json.loads((folder / "rescue.json").read_bytes())
                found.append((folder, about, json.loads((folder / "live.json").read_bytes())))
        return found

    def lost(self) -> list[str]:
        """What Bob did and is neither online nor in a complete copy."""
        if not self.theirs:
            return []
        function, saved = self.function(), self.copies()
        service = self.live["services"].get("shop", {})
        tick = function.get("triggers", {}).get("tick", {})
        facts: dict[str, bool] = {
            "memory": function.get("memorySize") == 512
            or any(live.get("memorySize") == 512 for _, about, live in saved if about["kind"] == "function"),
            "code": function.get("codeChecksum") == self.bobs_checksum
            or any(
                live.get("codeChecksum") == self.bobs_checksum
                and (folder / "code.zip").exists()
                and crc64((folder / "code.zip").read_bytes()) == self.bobs_checksum
                for folder, about, live in saved
                if about["kind"] == "function"
            ),
            "trigger": "9m" in json.dumps(tick)
            or any("9m" in json.dumps(live) for _, about, live in saved if about["kind"] == "trigger"),
            "description": service.get("description") == "bob's"
            or any(live.get("description") == "bob's" for _, about, live in saved if about["kind"] == "service"),
            "route": '"GET"' in json.dumps(self.live.get("customDomains", {}).get("www.example.com", {}))
            or any('"GET"' in json.dumps(live) for _, about, live in saved if about["kind"] == "customDomain"),
        }
        return [name for name, safe in facts.items() if not safe]


@dataclass(frozen=True)
class Verb:
    """A run to be disturbed: what comes before it, its line, the line that makes it whole afterwards."""

    name: str
    line: str
    prepare: Callable[[World], None]
    again: str = ""
    removes: bool = False
    settles: bool = True  # after `again` a plan is empty

    def __str__(self) -> str:
        return self.name


def _deployed(world: World) -> None:
    ended = world.clean("deploy")
    assert ended.status == 0, ended.text


def _changed(world: World) -> None:
    _deployed(world)
    world.props["function"]["memorySize"] = 256
    world.props["triggers"][0]["config"]["cronExpression"] = "@every 7m"
    world.props["function"]["asyncConfiguration"]["maxAsyncRetryAttempts"] = 2
    world.props["customDomains"][0]["routeConfigs"].append({"path": "/b"})
    world.write(OURS.replace("one", "two"))
    world.save()


def _replaced(world: World) -> None:
    _deployed(world)
    world.props["triggers"][1]["config"]["filterTag"] = "b"
    world.save()


def _left(world: World) -> None:
    _deployed(world)
    del world.props["triggers"][0], world.props["function"]["asyncConfiguration"]
    world.save()


def _mended(world: World) -> None:
    _deployed(world)
    world.bob()
    world.bobs_checksum = str(world.function()["codeChecksum"])


def _lost_folder(world: World) -> None:
    _mended(world)
    shutil.rmtree(world.root / ".s")


def _overwritten(world: World) -> None:
    _mended(world)
    ended = world.clean("deploy --use-remote")
    assert ended.status == 0, ended.text


VERBS = (
    Verb("create", "deploy", lambda world: None, "deploy"),
    Verb("update", "deploy", _changed, "deploy"),
    Verb("replace", "deploy -y", _replaced, "deploy -y"),
    Verb("prune", "deploy --prune -y", _left, "deploy --prune -y"),
    Verb("remove", "remove -y", _deployed, "remove -y", removes=True),
    Verb("overwrite", "deploy --use-remote", _mended, "deploy --use-remote"),
    Verb("overwrite unknown", "deploy --use-remote", _lost_folder, "deploy --use-remote"),
    Verb("keep", "deploy --on-drift keep", _mended, "deploy --on-drift keep"),
    Verb("merge", "deploy --on-drift merge", _mended, "deploy --on-drift merge"),
    Verb("remove theirs", "remove -y --use-remote", _mended, "remove -y --use-remote", removes=True),
    Verb("undo", "undo -y", _overwritten, "undo -y", settles=False),
    Verb("pull", "pull -y", _mended, "pull -y"),
)
